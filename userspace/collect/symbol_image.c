// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the functions of an ELF file, also of one that is stripped: .symtab here or in
 * a debug file that is installed, .gnu_debugdata, .dynsym. All is copied and the
 * file let go of. Nothing is asked of a network.
 */
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "symbol_guard.h"
#include "symbol_image.h"
#include "symbol_table.h"

#define LOADS_MAX	16
#define RANK_FUNCTION	1

/**
 * struct symbol_image - its functions by address, and where these are in the file
 * @table: functions
 * @load: PT_LOAD segments
 * @nr_loads: how many
 */
struct symbol_image {
	struct symbol_table *table;
	struct {
		uint64_t offset;
		uint64_t size;
		uint64_t addr;
		bool exec;
	} load[LOADS_MAX];
	unsigned int nr_loads;
};

/**
 * symbol_image__open - open a regular file of another root
 * @root: descriptor of its root directory; AT_FDCWD with our own
 * @path: below it; links that lead out of it do not
 * @flags: O_NOFOLLOW: the file itself may be no link
 *
 * What is not a regular file is never opened: a device may act on it.
 *
 * Return: a descriptor or -errno.
 */
int symbol_image__open(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (__u64)flags | O_PATH | O_CLOEXEC,
		.resolve = root == AT_FDCWD ? 0 : RESOLVE_IN_ROOT |
						  RESOLVE_NO_MAGICLINKS,
	};
	char self[64];
	struct stat st;
	int fd, place;

	place = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));
	if (place < 0)
		return -errno;
	if (fstat(place, &st) || !S_ISREG(st.st_mode)) {
		close(place);
		return -EINVAL;
	}
	snprintf(self, sizeof(self), "/proc/self/fd/%d", place);
	fd = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		fd = -errno;
	close(place);
	return fd;
}

static int open_debug_file(int root, const unsigned char *id, int len)
{
	char path[256] = "/usr/lib/debug/.build-id/";
	size_t at = strlen(path);
	int i;

	for (i = 0; i < len && at + 16 < sizeof(path); i++)
		at += (size_t)snprintf(path + at, sizeof(path) - at, "%02x%s",
				       id[i], i ? "" : "/");
	snprintf(path + at, sizeof(path) - at, ".debug");
	return symbol_image__open(root, path, 0);
}

/*
 * Called by libdwfl for a file without .symtab. Its own search may ask servers:
 * this one looks where packages put such files, by build id.
 */
static int find_debug_file(Dwfl_Module *module, void **userdata,
			   const char *name, Dwarf_Addr base,
			   const char *file_name, const char *debuglink,
			   GElf_Word crc, char **found)
{
	const struct symbol_image_file *file = *userdata;
	const unsigned char *id;
	GElf_Addr where;
	int len = dwfl_module_build_id(module, &id, &where), fd = -1;

	(void)name;
	(void)base;
	(void)file_name;
	(void)debuglink;
	(void)crc;
	if (!file || len < 2)
		return -1;
	if (file->root >= 0)
		fd = open_debug_file(file->root, id, len);
	if (fd < 0)
		fd = open_debug_file(AT_FDCWD, id, len);
	if (fd < 0)
		return -1;
	*found = strdup("debug file");
	return fd;
}

static int add_loads(struct symbol_image *image, Elf *elf)
{
	size_t count, i;

	if (elf_getphdrnum(elf, &count))
		return -EBADMSG;
	for (i = 0; i < count && image->nr_loads < LOADS_MAX; i++) {
		GElf_Phdr ph;

		if (!gelf_getphdr(elf, (int)i, &ph) || ph.p_type != PT_LOAD)
			continue;
		image->load[image->nr_loads].offset = ph.p_offset;
		image->load[image->nr_loads].size = ph.p_filesz;
		image->load[image->nr_loads].addr = ph.p_vaddr;
		image->load[image->nr_loads++].exec = ph.p_flags & PF_X;
	}
	return image->nr_loads ? 0 : -EBADMSG;
}

/* A label has no size: it may go on to the end of its section, if that is code */
static uint64_t label_size(Elf *elf, GElf_Word index, uint64_t value)
{
	Elf_Scn *section = elf ? elf_getscn(elf, index) : NULL;
	GElf_Shdr shdr;

	if (!section || !gelf_getshdr(section, &shdr) ||
	    !(shdr.sh_flags & SHF_EXECINSTR) || value < shdr.sh_addr ||
	    value >= shdr.sh_addr + shdr.sh_size)
		return 0;
	return shdr.sh_addr + shdr.sh_size - value;
}

/* Of several names for one function: the official one, then the plainest */
static uint32_t taste_of(const GElf_Sym *sym, const char *name)
{
	uint32_t taste = GELF_ST_BIND(sym->st_info) == STB_GLOBAL ? 4 :
			 GELF_ST_BIND(sym->st_info) == STB_WEAK ? 2 : 0;

	return taste + (name[0] != '_');
}

static int add_symbol(struct symbol_image *image, Dwfl_Module *module, int i,
		      GElf_Addr bias)
{
	struct symbol_range range = { 0 };
	GElf_Word section;
	GElf_Addr addr;
	GElf_Sym sym;
	const char *name;
	int type;
	Elf *elf;

	name = dwfl_module_getsym_info(module, i, &sym, &addr, &section, &elf,
				       NULL);
	type = name ? GELF_ST_TYPE(sym.st_info) : STT_SECTION;
	if (!name || !name[0] || section == SHN_UNDEF ||
	    (type != STT_FUNC && type != STT_GNU_IFUNC && type != STT_NOTYPE))
		return 0;
	range.start = addr - bias;
	range.size = type == STT_NOTYPE ? 0 : sym.st_size;
	range.rank = RANK_FUNCTION;
	range.taste = taste_of(&sym, name);
	if (!range.size) {
		range.rank = SYMBOL_RANK_LABEL;
		range.size = label_size(elf, section, sym.st_value);
	}
	if (!range.size)
		return 0;
	/* what a version stands behind, func@@V1, is not part of the name */
	return symbol_table__add(image->table, &range, name, strcspn(name, "@"));
}

static int add_module(struct symbol_image *image, Dwfl_Module *module)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(module, &bias);
	int i, count, err;

	if (!elf)
		return -EBADMSG;
	err = add_loads(image, elf);
	if (err)
		return err;
	count = dwfl_module_getsymtab(module);
	for (i = 1; i < count && !err; i++)
		err = add_symbol(image, module, i, bias);
	symbol_table__sort(image->table);
	return err == -E2BIG ? 0 : err;
}

static int read_file(struct symbol_image *image,
		     const struct symbol_image_file *file)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,	/* never called */
		.find_debuginfo = find_debug_file,
		.section_address = dwfl_offline_section_address,
	};
	int fd = fcntl(file->fd, F_DUPFD_CLOEXEC, 0), err = -EBADMSG;
	Dwfl *dwfl = fd < 0 ? NULL : dwfl_begin(&callbacks);
	Dwfl_Module *module;
	void **userdata;

	if (!dwfl) {
		close(fd);
		return -ENOMEM;
	}
	/* owns fd from here on, unless it fails */
	module = dwfl_report_offline(dwfl, "image", "image", fd);
	if (!module)
		close(fd);
	dwfl_report_end(dwfl, NULL, NULL);
	if (module && dwfl_module_info(module, &userdata, NULL, NULL, NULL,
				       NULL, NULL, NULL)) {
		*userdata = (void *)file;
		err = add_module(image, module);
	}
	dwfl_end(dwfl);
	return err;
}

static int read_guarded(struct symbol_image *image,
			const struct symbol_image_file *file)
{
	struct symbol_guard guard;
	int err;

	symbol_guard__begin(&guard);
	err = read_file(image, file);
	return symbol_guard__end(&guard) ? -EBADMSG : err;
}

/* libdwfl would look into archives and compressed files, too: no process runs these */
static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, SELFMAG, 0) == SELFMAG &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}

/**
 * symbol_image__create - read a file
 * @out: filled; untouched on failure
 * @file: which
 *
 * Return: 0; -EBADMSG: no ELF file, or it was cut short meanwhile; -ENOMEM.
 */
int symbol_image__create(struct symbol_image **out,
			 const struct symbol_image_file *file)
{
	struct symbol_image *image;
	int err;

	if (!is_elf(file->fd))
		return -EBADMSG;
	image = calloc(1, sizeof(*image));
	if (!image)
		return -ENOMEM;
	err = symbol_table__create(&image->table);
	if (!err)
		err = read_guarded(image, file);
	if (err) {
		symbol_image__destroy(image);
		return err;
	}
	*out = image;
	return 0;
}

/** symbol_image__destroy - free it; NULL is fine */
void symbol_image__destroy(struct symbol_image *image)
{
	if (!image)
		return;
	symbol_table__destroy(image->table);
	free(image);
}

/** symbol_image__bytes - memory it takes */
size_t symbol_image__bytes(const struct symbol_image *image)
{
	return sizeof(*image) + symbol_table__bytes(image->table);
}

/**
 * symbol_image__find - the function at a place of the file
 * @image: the file
 * @offset: the place
 * @in_function: filled with how far it is from where the function begins
 *
 * Return: its name, good as long as @image; or NULL.
 */
const char *symbol_image__find(const struct symbol_image *image,
			       uint64_t offset, uint64_t *in_function)
{
	uint64_t addr = 0, start;
	const char *name;
	unsigned int i;
	bool found = false;

	/* a page may belong to two segments: that with the code is meant */
	for (i = 0; i < image->nr_loads; i++) {
		if (offset < image->load[i].offset ||
		    offset - image->load[i].offset >= image->load[i].size)
			continue;
		if (found && !image->load[i].exec)
			continue;
		addr = offset - image->load[i].offset + image->load[i].addr;
		found = true;
	}
	name = found ? symbol_table__find(image->table, addr, &start) : NULL;
	if (name)
		*in_function = addr - start;
	return name;
}

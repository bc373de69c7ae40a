// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the functions of an ELF file from .symtab, here or in an installed debug file, from
 * .gnu_debugdata or from .dynsym. Copies them and closes the file. Uses no network.
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

#include "sigbus_guard.h"
#include "elf_syms.h"
#include "symtab.h"

#define LOADS_MAX	16
#define RANK_FUNCTION	1

/**
 * struct elf_syms - the functions of a file
 * @table: functions by virtual address
 * @load: PT_LOAD segments, to convert file offsets to virtual addresses
 * @nr_loads: number of @load
 */
struct elf_syms {
	struct symtab *table;
	struct {
		uint64_t offset;
		uint64_t size;
		uint64_t addr;
		bool exec;
	} load[LOADS_MAX];
	unsigned int nr_loads;
};

/**
 * elf_syms__open - open a regular file below a root directory
 * @root: descriptor of the root directory; AT_FDCWD: our own
 * @path: path below @root; symbolic links cannot leave @root
 * @flags: O_NOFOLLOW: fail if @path is a symbolic link
 *
 * Other types of files are not opened: opening a device can have effects.
 *
 * Return: a descriptor or -errno.
 */
int elf_syms__open(int root, const char *path, int flags)
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
	return elf_syms__open(root, path, 0);
}

/*
 * Called by libdwfl for a file without .symtab. libdwfl's own search can query servers; this one
 * reads the directory where packages install debug files, by build id
 */
static int find_debug_file(Dwfl_Module *module, void **userdata,
			   const char *name, Dwarf_Addr base,
			   const char *file_name, const char *debuglink,
			   GElf_Word crc, char **found)
{
	const struct elf_file *file = *userdata;
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

static int add_loads(struct elf_syms *image, Elf *elf)
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

/* A label has no size: it can extend to the end of its section, if the section is executable */
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

/* Rank the names of one function: global before weak before local, then names without '_' first */
static uint32_t preference_of(const GElf_Sym *sym, const char *name)
{
	uint32_t preference = GELF_ST_BIND(sym->st_info) == STB_GLOBAL ? 4 :
			 GELF_ST_BIND(sym->st_info) == STB_WEAK ? 2 : 0;

	return preference + (name[0] != '_');
}

static int add_symbol(struct elf_syms *image, Dwfl_Module *module, int i,
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
	range.preference = preference_of(&sym, name);
	if (!range.size) {
		range.rank = SYMBOL_RANK_LABEL;
		range.size = label_size(elf, section, sym.st_value);
	}
	if (!range.size)
		return 0;
	/* a version, func@@V1, is not part of the name */
	return symtab__add(image->table, &range, name, strcspn(name, "@"));
}

static int add_module(struct elf_syms *image, Dwfl_Module *module)
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
	symtab__sort(image->table);
	return err == -E2BIG ? 0 : err;
}

static int read_file(struct elf_syms *image,
		     const struct elf_file *file)
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
	/* libdwfl owns fd from here on, unless the call fails */
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

static int read_guarded(struct elf_syms *image,
			const struct elf_file *file)
{
	struct sigbus_guard guard;
	int err;

	sigbus_guard__begin(&guard);
	err = read_file(image, file);
	return sigbus_guard__end(&guard) ? -EBADMSG : err;
}

/* libdwfl also reads archives and compressed files, which no process can execute */
static bool is_elf(int fd)
{
	char magic[SELFMAG];

	return pread(fd, magic, SELFMAG, 0) == SELFMAG &&
	       !memcmp(magic, ELFMAG, SELFMAG);
}

/**
 * elf_syms__create - read the functions of a file
 * @out: filled; untouched on failure
 * @file: the file
 *
 * Return: 0; -EBADMSG: not an ELF file, or truncated while it was read; -ENOMEM.
 */
int elf_syms__create(struct elf_syms **out,
		     const struct elf_file *file)
{
	struct elf_syms *image;
	int err;

	if (!is_elf(file->fd))
		return -EBADMSG;
	image = calloc(1, sizeof(*image));
	if (!image)
		return -ENOMEM;
	err = symtab__create(&image->table);
	if (!err)
		err = read_guarded(image, file);
	if (err) {
		elf_syms__destroy(image);
		return err;
	}
	*out = image;
	return 0;
}

/** elf_syms__destroy - free the functions; NULL is fine */
void elf_syms__destroy(struct elf_syms *image)
{
	if (!image)
		return;
	symtab__destroy(image->table);
	free(image);
}

/** elf_syms__bytes - return the size of the functions in memory */
size_t elf_syms__bytes(const struct elf_syms *image)
{
	return sizeof(*image) + symtab__bytes(image->table);
}

/**
 * elf_syms__find - find the function at a file offset
 * @image: the file
 * @offset: offset in the file
 * @in_function: filled with the offset in the function
 *
 * Return: its name, valid as long as @image; or NULL.
 */
const char *elf_syms__find(const struct elf_syms *image,
			   uint64_t offset, uint64_t *in_function)
{
	uint64_t addr = 0, start;
	const char *name;
	unsigned int i;
	bool found = false;

	/* if a page belongs to two segments, use the executable one */
	for (i = 0; i < image->nr_loads; i++) {
		if (offset < image->load[i].offset ||
		    offset - image->load[i].offset >= image->load[i].size)
			continue;
		if (found && !image->load[i].exec)
			continue;
		addr = offset - image->load[i].offset + image->load[i].addr;
		found = true;
	}
	name = found ? symtab__find(image->table, addr, &start) : NULL;
	if (name)
		*in_function = addr - start;
	return name;
}

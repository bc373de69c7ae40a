// SPDX-License-Identifier: GPL-2.0
/*
 * Opens what a process has mapped, as the process sees it: in its mount namespace,
 * deleted or not, the vdso too; and keeps what was read, within bounds.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"
#include "symbol_file.h"
#include "symbol_image.h"

#define FILES_MAX	256
#define BYTES_MAX	(256UL << 20)
#define VDSO_MAX	(1UL << 20)

/**
 * struct symbol_file - a file as it was when it was read
 * @st: which; no mode in it: the vdso
 * @image: what was in it; NULL: nothing for us
 * @used: the higher the later
 */
struct symbol_file {
	struct stat st;
	struct symbol_image *image;
	uint64_t used;
};

/**
 * struct symbol_files - those of a process
 * @pid: the process
 * @proc: its directory in /proc, of the caller
 * @own_root: it sees the same files as we do
 * @file: them
 * @nr: how many
 * @uses: see struct symbol_file
 */
struct symbol_files {
	pid_t pid;
	int proc;
	bool own_root;
	struct symbol_file *file[FILES_MAX];
	size_t nr;
	uint64_t uses;
};

static bool same_link(int proc, const char *link)
{
	struct stat ours, theirs;
	char path[64];

	if (fstatat(proc, link, &theirs, 0))
		return false;
	snprintf(path, sizeof(path), "/proc/self/%s", link);
	return !stat(path, &ours) && ours.st_dev == theirs.st_dev &&
	       ours.st_ino == theirs.st_ino;
}

/**
 * symbol_files__create - begin with none
 * @out: filled
 * @pid: of the process
 * @proc: of proc__open(); it stays the caller's
 *
 * Return: 0 or -ENOMEM.
 */
int symbol_files__create(struct symbol_files **out, pid_t pid, int proc)
{
	struct symbol_files *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->pid = pid;
	f->proc = proc;
	f->own_root = same_link(proc, "ns/mnt") && same_link(proc, "root");
	*out = f;
	return 0;
}

static void free_file(struct symbol_file *file)
{
	symbol_image__destroy(file->image);
	free(file);
}

/** symbol_files__destroy - free all; NULL is fine */
void symbol_files__destroy(struct symbol_files *f)
{
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->nr; i++)
		free_file(f->file[i]);
	free(f);
}

static int open_root(const struct symbol_files *f)
{
	return openat(f->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* What is mapped itself: whatever its path leads to now, and if it has none */
static int open_mapped(const struct symbol_files *f,
		       const struct symbol_mapping *m)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/map_files/%llx-%llx",
		 f->proc, (unsigned long long)m->start,
		 (unsigned long long)m->end);
	return symbol_image__open(AT_FDCWD, path, 0);
}

/* By its path, if that is still the same file */
static int open_path(const struct symbol_files *f,
		     const struct symbol_mapping *m, int root)
{
	struct stat st;
	int fd = -ENOENT;

	if (m->path[0] != '/')
		return fd;
	if (root >= 0)
		fd = symbol_image__open(root, m->path, 0);
	else if (f->own_root)
		fd = symbol_image__open(AT_FDCWD, m->path, 0);
	if (fd >= 0 && (fstat(fd, &st) || st.st_ino != m->ino)) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

/* At @path in @dir */
static ssize_t read_memory(int dir, const char *path, uint64_t at, char *text,
			   size_t size)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = pread(fd, text, size, (off_t)at);
	close(fd);
	return n;
}

/*
 * The vdso is no file: it is copied out of the memory of the process; or, where there
 * is none any more, out of ours: it is the same for all of 64 bits.
 */
static int open_vdso(const struct symbol_files *f,
		     const struct symbol_mapping *m)
{
	unsigned long ours = getauxval(AT_SYSINFO_EHDR);
	size_t size = m->end - m->start;
	char *text = size <= VDSO_MAX ? malloc(size) : NULL;
	ssize_t n;
	int fd = -1;

	if (!text)
		return -ENOMEM;
	n = read_memory(f->proc, "mem", m->start, text, size);
	if (n <= 0 && ours && m->end >> 32)
		n = read_memory(-1, "/proc/self/mem", ours, text, size);
	if (n > 0)
		fd = memfd_create("vdso", MFD_CLOEXEC);
	if (fd >= 0 && write(fd, text, (size_t)n) != n) {
		close(fd);
		fd = -1;
	}
	free(text);
	return fd < 0 ? -ENOENT : fd;
}

static bool is_vdso(const struct symbol_mapping *m)
{
	return !strcmp(m->path, "[vdso]");
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_mode == b->st_mode && a->st_dev == b->st_dev &&
	       a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static struct symbol_file *find_file(const struct symbol_files *f,
				     const struct stat *st)
{
	size_t i;

	for (i = 0; i < f->nr; i++)
		if (same_file(&f->file[i]->st, st))
			return f->file[i];
	return NULL;
}

static size_t bytes_of(const struct symbol_files *f)
{
	size_t bytes = 0, i;

	for (i = 0; i < f->nr; i++)
		if (f->file[i]->image)
			bytes += symbol_image__bytes(f->file[i]->image);
	return bytes;
}

/* The one that nobody has asked for the longest; it may be read again */
static void drop_oldest(struct symbol_files *f, const struct symbol_maps *maps)
{
	struct symbol_file *file;
	size_t oldest = 0, i;

	for (i = 1; i < f->nr; i++)
		if (f->file[i]->used < f->file[oldest]->used)
			oldest = i;
	file = f->file[oldest];
	f->file[oldest] = f->file[--f->nr];
	for (i = 0; i < maps->nr; i++)
		if (maps->at[i].file == file) {
			maps->at[i].file = NULL;
			maps->at[i].tried = false;
		}
	free_file(file);
}

/* Keeps what was read, in place of others; the newest may be as big as it is */
static struct symbol_file *add_file(struct symbol_files *f,
				    const struct symbol_maps *maps,
				    const struct stat *st,
				    struct symbol_image *image)
{
	struct symbol_file *file = calloc(1, sizeof(*file));
	size_t bytes = image ? symbol_image__bytes(image) : 0;

	if (!file) {
		symbol_image__destroy(image);
		return NULL;
	}
	file->st = *st;
	file->image = image;
	file->used = ++f->uses;
	while (f->nr && (f->nr == FILES_MAX || bytes_of(f) + bytes > BYTES_MAX))
		drop_oldest(f, maps);
	f->file[f->nr++] = file;
	return file;
}

static struct symbol_file *read_mapping(struct symbol_files *f,
					const struct symbol_maps *maps,
					const struct symbol_mapping *m)
{
	struct symbol_image_file from = { .fd = -1, .root = open_root(f) };
	struct symbol_image *image = NULL;
	struct symbol_file *file = NULL;
	struct stat st = { .st_mode = 0 };

	if (is_vdso(m)) {
		from.fd = open_vdso(f, m);
	} else if (m->ino) {
		from.fd = open_mapped(f, m);
		if (from.fd < 0)
			from.fd = open_path(f, m, from.root);
	}
	if (from.fd < 0)
		goto out;
	if (is_vdso(m))	/* no file: a program of 32 bits has another one */
		st.st_size = (off_t)(m->end >> 32 ? 64 : 32);
	else if (fstat(from.fd, &st))
		goto out;
	file = find_file(f, &st);
	if (!file) {
		symbol_image__create(&image, &from);
		file = add_file(f, maps, &st, image);
	}
out:
	if (from.fd >= 0)
		close(from.fd);
	if (from.root >= 0)
		close(from.root);
	return file;
}

/**
 * symbol_files__find - the function at an address
 * @f: files
 * @maps: all mappings
 * @m: the one with the address
 * @addr: the address
 * @in_function: filled with how far it is from where the function begins
 *
 * Return: its name, good until the next call; or NULL.
 */
const char *symbol_files__find(struct symbol_files *f,
			       const struct symbol_maps *maps,
			       struct symbol_mapping *m, uint64_t addr,
			       uint64_t *in_function)
{
	if (!m->tried) {
		m->tried = true;
		m->file = read_mapping(f, maps, m);
	}
	if (!m->file || !m->file->image)
		return NULL;
	m->file->used = ++f->uses;
	return symbol_image__find(m->file->image, addr - m->start + m->offset,
				  in_function);
}

/* Its pid as it knows it itself, the innermost one */
static int inner_pid(const struct symbol_files *f)
{
	FILE *file = proc__open_text(f->proc, "status");
	char line[256], *last;
	int inner = f->pid;

	while (file && fgets(line, sizeof(line), file))
		if (!strncmp(line, "NStgid:", 7)) {
			last = strrchr(line, '\t');
			inner = last ? (int)strtol(last, NULL, 10) : f->pid;
		}
	if (file)
		fclose(file);
	return inner;
}

/**
 * symbol_files__open_map - open what a run-time compiler tells perf, if it does
 *
 * Return: a descriptor; or -errno: -EPERM: somebody else has written it.
 */
int symbol_files__open_map(const struct symbol_files *f)
{
	int root = open_root(f), fd = -ENOENT;
	struct stat st, process;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", inner_pid(f));
	if (root >= 0)
		fd = symbol_image__open(root, path, O_NOFOLLOW);
	if (root >= 0)
		close(root);
	if (fd < 0)
		return fd;
	if (fstat(fd, &st) || fstat(f->proc, &process) ||
	    (st.st_uid && st.st_uid != process.st_uid)) {
		close(fd);
		return -EPERM;
	}
	return fd;
}

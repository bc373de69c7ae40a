// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens the files that a process maps executable, in its mount namespace, also deleted files and
 * the vdso. Keeps their symbols, within FILES_MAX and BYTES_MAX.
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

#include "../procfs/proc.h"
#include "dso.h"
#include "elf_syms.h"

#define FILES_MAX	256
#define BYTES_MAX	(256UL << 20)
#define VDSO_MAX	(1UL << 20)

/**
 * struct dso - the symbols of a file
 * @st: identity of the file when it was read; st_mode 0: the vdso
 * @image: its functions; NULL: none found
 * @used: time of the last use, as a count of uses
 */
struct dso {
	struct stat st;
	struct elf_syms *image;
	uint64_t used;
};

/**
 * struct dsos - the files of a process
 * @pid: the process
 * @proc: descriptor of its directory in /proc, owned by the caller
 * @own_root: the process has our mount namespace and root directory
 * @file: the files
 * @nr: number of @file
 * @uses: count of uses, see struct dso
 */
struct dsos {
	pid_t pid;
	int proc;
	bool own_root;
	struct dso *file[FILES_MAX];
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
 * dsos__create - create an empty set of files
 * @out: filled
 * @pid: the process
 * @proc: descriptor from proc__open(); still owned by the caller
 *
 * Return: 0 or -ENOMEM.
 */
int dsos__create(struct dsos **out, pid_t pid, int proc)
{
	struct dsos *f = calloc(1, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->pid = pid;
	f->proc = proc;
	f->own_root = same_link(proc, "ns/mnt") && same_link(proc, "root");
	*out = f;
	return 0;
}

static void free_file(struct dso *file)
{
	elf_syms__destroy(file->image);
	free(file);
}

/** dsos__destroy - free all files; NULL is fine */
void dsos__destroy(struct dsos *f)
{
	size_t i;

	if (!f)
		return;
	for (i = 0; i < f->nr; i++)
		free_file(f->file[i]);
	free(f);
}

static int open_root(const struct dsos *f)
{
	return openat(f->proc, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Open the mapped file through map_files, also if it was deleted or its path was reused */
static int open_mapped(const struct dsos *f,
		       const struct symbol_mapping *m)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/self/fd/%d/map_files/%llx-%llx",
		 f->proc, (unsigned long long)m->start,
		 (unsigned long long)m->end);
	return elf_syms__open(AT_FDCWD, path, 0);
}

/* Open the file by its path, if the path still leads to the mapped inode */
static int open_path(const struct dsos *f,
		     const struct symbol_mapping *m, int root)
{
	struct stat st;
	int fd = -ENOENT;

	if (m->path[0] != '/')
		return fd;
	if (root >= 0)
		fd = elf_syms__open(root, m->path, 0);
	else if (f->own_root)
		fd = elf_syms__open(AT_FDCWD, m->path, 0);
	if (fd >= 0 && (fstat(fd, &st) || st.st_ino != m->ino)) {
		close(fd);
		return -ESTALE;
	}
	return fd;
}

/* Read memory through the file @path in @dir */
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
 * The vdso has no file: copy it from the memory of the process. After its exit copy our own vdso,
 * which is the same for all 64-bit processes
 */
static int open_vdso(const struct dsos *f,
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

static struct dso *find_file(const struct dsos *f,
			     const struct stat *st)
{
	size_t i;

	for (i = 0; i < f->nr; i++)
		if (same_file(&f->file[i]->st, st))
			return f->file[i];
	return NULL;
}

static size_t bytes_of(const struct dsos *f)
{
	size_t bytes = 0, i;

	for (i = 0; i < f->nr; i++)
		if (f->file[i]->image)
			bytes += elf_syms__bytes(f->file[i]->image);
	return bytes;
}

/* Drop the file that was not used for the longest time; it can be read again */
static void drop_oldest(struct dsos *f, const struct proc_maps *maps)
{
	struct dso *file;
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

/* Keep a file; drop others while the limits are exceeded. One file may exceed BYTES_MAX */
static struct dso *add_file(struct dsos *f,
			    const struct proc_maps *maps,
			    const struct stat *st,
			    struct elf_syms *image)
{
	struct dso *file = calloc(1, sizeof(*file));
	size_t bytes = image ? elf_syms__bytes(image) : 0;

	if (!file) {
		elf_syms__destroy(image);
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

static struct dso *read_mapping(struct dsos *f,
				const struct proc_maps *maps,
				const struct symbol_mapping *m)
{
	struct elf_file from = { .fd = -1, .root = open_root(f) };
	struct elf_syms *image = NULL;
	struct dso *file = NULL;
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
	if (is_vdso(m))	/* the 32-bit vdso differs */
		st.st_size = (off_t)(m->end >> 32 ? 64 : 32);
	else if (fstat(from.fd, &st))
		goto out;
	file = find_file(f, &st);
	if (!file) {
		elf_syms__create(&image, &from);
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
 * dsos__find - find the function at an address
 * @f: the files
 * @maps: all mappings
 * @m: the mapping of @addr
 * @addr: the address
 * @in_function: filled with the offset of @addr in the function
 *
 * Return: its name, valid until the next call; or NULL.
 */
const char *dsos__find(struct dsos *f,
		       const struct proc_maps *maps,
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
	return elf_syms__find(m->file->image, addr - m->start + m->offset,
			      in_function);
}

/* The PID of the process in its innermost pid namespace */
static int inner_pid(const struct dsos *f)
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
 * dsos__open_map - open the file /tmp/perf-PID.map of the process
 *
 * Return: a descriptor; -EPERM: the file is owned by another user; or -errno.
 */
int dsos__open_map(const struct dsos *f)
{
	int root = open_root(f), fd = -ENOENT;
	struct stat st, process;
	char path[64];

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", inner_pid(f));
	if (root >= 0)
		fd = elf_syms__open(root, path, O_NOFOLLOW);
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

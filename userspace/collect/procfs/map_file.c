// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens the file of a mapping for what page tables do not contain: is it on tmpfs, and does a range
 * of it have pages? Also reads THPeligible from smaps, for mappings in the order of their addresses.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "map_file.h"

#define TMPFS_MAGIC	0x01021994
#define HUGETLBFS_MAGIC	0x958458f6UL

/**
 * struct map_file - an open file
 * @fd: its descriptor
 * @shmem: it is on tmpfs, or memfd, System V or shared anonymous memory
 * @unlinked: it has no name in a directory
 * @size: its size in bytes when it was opened
 */
struct map_file {
	int fd;
	bool shmem;
	bool unlinked;
	uint64_t size;
};

/**
 * map_file__open - open the file of a mapping for reading
 * @proc: path of /proc
 * @pid: the process
 * @start: first address of the mapping
 * @end: first address after the mapping
 *
 * Return: the file; NULL: no regular file, or it cannot be opened.
 */
struct map_file *map_file__open(const char *proc, pid_t pid, uint64_t start, uint64_t end)
{
	struct map_file *file;
	char path[512];
	struct statfs fs;
	struct stat st;
	int fd;

	snprintf(path, sizeof(path), "%s/%d/map_files/%llx-%llx", proc, pid, (unsigned long long)start,
		 (unsigned long long)end);
	/* only regular files: an open device could act */
	if (stat(path, &st) || !S_ISREG(st.st_mode))
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return NULL;
	file = calloc(1, sizeof(*file));
	if (!file || fstatfs(fd, &fs) || fstat(fd, &st)) {
		free(file);
		close(fd);
		return NULL;
	}
	file->fd = fd;
	file->shmem = (unsigned long)fs.f_type == TMPFS_MAGIC;
	file->unlinked = !st.st_nlink;
	file->size = (uint64_t)st.st_size;
	return file;
}

/** map_file__close - close a file; NULL is fine */
void map_file__close(struct map_file *file)
{
	if (!file)
		return;
	close(file->fd);
	free(file);
}

/** map_file__is_shmem - test if a file is shared memory: its pages can be swapped out */
bool map_file__is_shmem(const struct map_file *file)
{
	return file->shmem;
}

/** map_file__is_unlinked - test if a file has no name, as memfd and System V segments */
bool map_file__is_unlinked(const struct map_file *file)
{
	return file->unlinked;
}

/** map_file__size - return the size of a file in bytes when it was opened */
uint64_t map_file__size(const struct map_file *file)
{
	return file->size;
}

/**
 * map_file__has_data - test if a range of shared memory has pages, in memory or in swap
 * @file: a file for which map_file__is_shmem() is true
 * @offset: first byte of the range
 * @bytes: length of the range
 *
 * Return: 1, 0, or -1: unknown.
 */
int map_file__has_data(struct map_file *file, uint64_t offset, uint64_t bytes)
{
	const off_t at = lseek(file->fd, (off_t)offset, SEEK_DATA);

	if (at < 0)
		return errno == ENXIO ? 0 : -1;
	return (uint64_t)at < offset + bytes;
}

/**
 * map_file__hugetlb_shift - return log2 of the size of the pages of a hugetlb mapping
 * @proc: path of /proc
 * @pid: the process
 * @start: first address of the mapping
 * @end: first address after the mapping
 *
 * Return: the size; 0: unknown.
 */
unsigned int map_file__hugetlb_shift(const char *proc, pid_t pid, uint64_t start, uint64_t end)
{
	char path[512];
	struct statfs fs;

	snprintf(path, sizeof(path), "%s/%d/map_files/%llx-%llx", proc, pid, (unsigned long long)start,
		 (unsigned long long)end);
	if (statfs(path, &fs) || (unsigned long)fs.f_type != HUGETLBFS_MAGIC || fs.f_bsize <= 0)
		return 0;
	return 63 - (unsigned int)__builtin_clzll((unsigned long long)fs.f_bsize);
}

/**
 * struct map_eligible - smaps, read once from its beginning
 * @smaps: the file
 * @start: first address of the last mapping that was read
 * @value: its THPeligible
 * @line: buffer
 * @size: bytes of @line
 */
struct map_eligible {
	FILE *smaps;
	uint64_t start;
	int value;
	char *line;
	size_t size;
};

/**
 * map_eligible__open - open smaps of a process
 * @proc: path of /proc
 * @pid: the process
 *
 * Return: the reader, or NULL.
 */
struct map_eligible *map_eligible__open(const char *proc, pid_t pid)
{
	struct map_eligible *e = calloc(1, sizeof(*e));
	char path[512];

	if (!e)
		return NULL;
	snprintf(path, sizeof(path), "%s/%d/smaps", proc, pid);
	e->smaps = fopen(path, "re");
	e->value = -1;
	if (!e->smaps) {
		free(e);
		return NULL;
	}
	return e;
}

/** map_eligible__close - close the reader; NULL is fine */
void map_eligible__close(struct map_eligible *e)
{
	if (!e)
		return;
	fclose(e->smaps);
	free(e->line);
	free(e);
}

/* The line of a mapping begins with START-END; a field with a name that ends in a colon */
static bool parse_start(const char *line, uint64_t *start)
{
	char *end;

	*start = strtoull(line, &end, 16);
	return end != line && *end == '-';
}

/**
 * map_eligible__at - return THPeligible of a mapping
 * @e: the reader
 * @start: first address of the mapping, higher than in the last call
 *
 * Return: 0 or 1; -1: unknown, or no such mapping.
 */
int map_eligible__at(struct map_eligible *e, uint64_t start)
{
	static const char field[] = "THPeligible:";
	uint64_t at;

	while (e->start <= start && getline(&e->line, &e->size, e->smaps) > 0) {
		if (parse_start(e->line, &at))
			e->start = at;
		else if (e->start == start && !strncmp(e->line, field, sizeof(field) - 1))
			return (int)strtoul(e->line + sizeof(field) - 1, NULL, 10);
	}
	return -1;
}

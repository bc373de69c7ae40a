// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads /proc/PID/pagemap, /proc/kpageflags and /proc/kpagecount. Uses nothing of the module,
 * because verify compares the module's results with these files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pagefile.h"
#include "../../lib/page_size.h"
#include "../../pagemap.h"

#define BATCH	512

/** struct pagefile - descriptors of the three files */
struct pagefile {
	int pagemap;
	int flags;
	int count;
};

static int open_one(int *fd, const char **what, char *name, size_t size,
		    const char *path)
{
	snprintf(name, size, "%s", path);
	*what = name;
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? -errno : 0;
}

/* Does an open pagemap have an address space? The pagemap of an exited thread has none */
static bool has_entries(int pagemap)
{
	uint64_t entry;

	return pread(pagemap, &entry, sizeof(entry), 0) == sizeof(entry);
}

/* Open the pagemap of the first thread that still has the address space. Return 0 or -errno */
static int open_of_threads(int *fd, const char *proc, pid_t pid)
{
	struct dirent *entry;
	int err = -ESRCH;
	char path[512];
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/task", proc, pid);
	dir = opendir(path);
	while (dir && err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%d/task/%.20s/pagemap", proc, pid,
			 entry->d_name);
		*fd = open(path, O_RDONLY | O_CLOEXEC);
		if (*fd >= 0 && has_entries(*fd))
			err = 0;
		else if (*fd >= 0)
			close(*fd);
	}
	if (err)
		*fd = -1;
	if (dir)
		closedir(dir);
	return err;
}

/*
 * /proc/PID belongs to the leader. If the leader has exited and other threads have not, its pagemap
 * cannot be opened, or is empty (before 6.11).
 */
static int open_pagemap(int *fd, const char **what, char *name, size_t size,
			const char *proc, pid_t pid)
{
	char path[512];
	int err;

	snprintf(path, sizeof(path), "%s/%d/pagemap", proc, pid);
	err = open_one(fd, what, name, size, path);
	if (!err && has_entries(*fd))
		return 0;
	if (err && err != -ESRCH)
		return err;
	if (!err)
		close(*fd);
	return open_of_threads(fd, proc, pid);
}

/**
 * pagefile__open - open the files of a process
 * @out: filled; untouched on failure
 * @proc: path of /proc
 * @pid: the process
 * @what: on failure, the file that failed; valid until the next call
 *
 * Return: 0 or -errno.
 */
int pagefile__open(struct pagefile **out, const char *proc, pid_t pid,
		   const char **what)
{
	static char name[512];
	struct pagefile *p = malloc(sizeof(*p));
	char path[512];
	int err;

	*what = "memory";
	if (!p)
		return -ENOMEM;
	*p = (struct pagefile){ -1, -1, -1 };
	err = open_pagemap(&p->pagemap, what, name, sizeof(name), proc, pid);
	snprintf(path, sizeof(path), "%s/kpageflags", proc);
	if (!err)
		err = open_one(&p->flags, what, name, sizeof(name), path);
	snprintf(path, sizeof(path), "%s/kpagecount", proc);
	if (!err)
		err = open_one(&p->count, what, name, sizeof(name), path);
	if (err)
		pagefile__close(p);
	else
		*out = p;
	return err;
}

/** pagefile__close - close the files; NULL is fine */
void pagefile__close(struct pagefile *p)
{
	if (!p)
		return;
	if (p->pagemap >= 0)
		close(p->pagemap);
	if (p->flags >= 0)
		close(p->flags);
	if (p->count >= 0)
		close(p->count);
	free(p);
}

/* Words after the end of the file read as 0; pages of the target are never there */
static int read_words(int fd, uint64_t *word, uint64_t first, unsigned int count)
{
	size_t want = count * sizeof(*word), done = 0;

	memset(word, 0, want);
	while (done < want) {
		ssize_t n = pread(fd, (char *)word + done, want - done,
				  (off_t)(first * sizeof(*word) + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += (size_t)n;
	}
	return 0;
}

/* Count adjacent frames, which one read covers */
static unsigned int frames_in_row(const struct pagefile_page *page,
				  unsigned int count)
{
	uint64_t first = page->entry & PAGEMAP_PFN;
	unsigned int n = 1;

	while (n < count && page[n].has_frame &&
	       (page[n].entry & PAGEMAP_PFN) == first + n)
		n++;
	return n;
}

static int read_frames(struct pagefile *p, struct pagefile_page *page,
		       unsigned int count)
{
	uint64_t flags[BATCH], mapcount[BATCH];
	unsigned int i, j, n;
	int err = 0;

	for (i = 0; i < count && !err; i += n) {
		n = 1;
		if (!page[i].has_frame)
			continue;
		n = frames_in_row(&page[i], count - i);
		err = read_words(p->flags, flags, page[i].entry & PAGEMAP_PFN, n);
		if (!err)
			err = read_words(p->count, mapcount,
					 page[i].entry & PAGEMAP_PFN, n);
		for (j = 0; j < n && !err; j++) {
			page[i + j].flags = flags[j];
			page[i + j].mapcount = mapcount[j];
		}
	}
	return err;
}

/**
 * pagefile__read - read pages
 * @p: the files
 * @start: address of the first page
 * @page: filled
 * @count: number of @page, at most 512
 *
 * Return: 0 or -errno.
 */
int pagefile__read(struct pagefile *p, uint64_t start,
		   struct pagefile_page *page, unsigned int count)
{
	uint64_t entry[BATCH];
	unsigned int i;
	int err;

	err = read_words(p->pagemap, entry, start >> page_shift(), count);
	if (err)
		return err;
	for (i = 0; i < count; i++)
		page[i] = (struct pagefile_page){
			.entry = entry[i],
			.has_frame = entry[i] & PAGEMAP_PRESENT &&
				  entry[i] & PAGEMAP_PFN,
		};
	return read_frames(p, page, count);
}

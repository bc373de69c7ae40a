// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The requests with the kernel's own interfaces, each used in its fastest way. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/types.h>

#include "query.h"
#include "subject.h"

#define CALLS	2000
#define WORDS	(1UL << 18)
#define REGIONS	4096

/* From <linux/fs.h> of 6.7 and later: the build machine's may be older */
struct scan_region {
	__u64 start;
	__u64 end;
	__u64 categories;
};

struct scan_argument {
	__u64 size;
	__u64 flags;
	__u64 start;
	__u64 end;
	__u64 walk_end;
	__u64 vec;
	__u64 vec_len;
	__u64 max_pages;
	__u64 category_inverted;
	__u64 category_mask;
	__u64 category_anyof_mask;
	__u64 return_mask;
};

#define SCAN_IOCTL	_IOWR('f', 16, struct scan_argument)
#define SCAN_ALL	0xffULL		/* write-allowed up to soft-dirty */
#define SCAN_PRESENT	(1ULL << 3)

static __u64 words[WORDS] __attribute__((aligned(SUBJECT_PAGE)));

void query_kernel_dontfork(void)
{
	madvise(words, sizeof(words), MADV_DONTFORK);
}

long query_pagemap(void *arg)
{
	struct subject *s = arg;
	long done = 0;

	while (done < s->pages) {
		long more = s->pages - done;
		size_t bytes = (more < (long)WORDS ? more : (long)WORDS) * sizeof(*words);
		ssize_t n = pread(s->pagemap, words, bytes,
				  (s->start / SUBJECT_PAGE + done) * sizeof(*words));

		if (n <= 0)
			return 0;
		done += n / sizeof(*words);
	}
	return done;
}

long query_pagemap_one(void *arg)
{
	struct subject *s = arg;

	for (long i = 0; i < CALLS; i++)
		if (pread(s->pagemap, words, sizeof(*words),
			  (s->start / SUBJECT_PAGE + i % s->pages) * sizeof(*words)) !=
		    sizeof(*words))
			return 0;
	return CALLS;
}

/* All categories are requested, because SCAN returns all flags; PAGEMAP_SCAN has no frames */
long query_pagemap_scan(void *arg)
{
	static struct scan_region regions[REGIONS];
	struct subject *s = arg;
	struct scan_argument request = {
		.size = sizeof(request), .start = s->start,
		.end = s->start + s->pages * SUBJECT_PAGE,
		.vec = (unsigned long)regions, .vec_len = REGIONS,
		.category_anyof_mask = SCAN_PRESENT, .return_mask = SCAN_ALL & ~1ULL,
	};

	return ioctl(s->pagemap, SCAN_IOCTL, &request) > 0 ? s->pages : 0;
}

static long read_proc(struct subject *s, const char *file)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", s->pid, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	do {
		n = read(fd, words, sizeof(words));
	} while (n > 0);
	close(fd);
	return n ? 0 : s->pages;
}

long query_maps(void *s)
{
	return read_proc(s, "maps");
}

double query_lines(int fd)
{
	const char *text = (const char *)words;
	double lines = 0;
	ssize_t n;

	while ((n = read(fd, words, sizeof(words))) > 0)
		for (ssize_t i = 0; i < n; i++)
			lines += text[i] == '\n';
	close(fd);
	return n ? NAN : lines;
}

double query_maps_lines(struct subject *s)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", s->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? NAN : query_lines(fd);
}

long query_smaps(void *s)
{
	return read_proc(s, "smaps");
}

long query_smaps_rollup(void *s)
{
	return read_proc(s, "smaps_rollup");
}

/* Read one of the files with 8 bytes a frame */
static long read_kpage(struct subject *s, const char *file, long frames, long calls)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	long done = 0;
	__u64 entry;

	if (pread(s->pagemap, &entry, sizeof(entry),
		  s->start / SUBJECT_PAGE * sizeof(entry)) != sizeof(entry))
		return 0;
	entry &= (1ULL << 55) - 1;
	for (long i = 0; i < calls; i++) {
		ssize_t n = pread(fd, words, frames * sizeof(*words), entry * sizeof(*words));

		done += n > 0 ? n / sizeof(*words) : 0;
	}
	close(fd);
	return done;
}

/* Flags and mapcounts: FRAMES returns both */
long query_kpages(void *s)
{
	long nr = read_kpage(s, "/proc/kpageflags", 32768, 1);

	return nr > 0 && read_kpage(s, "/proc/kpagecount", 32768, 1) == nr ? nr : 0;
}

long query_kpageflags_one(void *s)
{
	return read_kpage(s, "/proc/kpageflags", 1, CALLS);
}

static double microseconds(const struct timeval *t)
{
	return t->tv_sec * 1e6 + t->tv_usec;
}

/*
 * Thousands of instructions to run page-types on a range of pages: CPU time, because it also waits
 * for the disk.
 */
static double run_page_types(const char *path, struct subject *s, long pages, char *option)
{
	unsigned long first = s->start / SUBJECT_PAGE;
	posix_spawn_file_actions_t quiet;
	char pid[16], range[64];
	char * const argv[] = { "page-types", "-p", pid, "-a", range, option, NULL };
	char * const environment[] = { NULL };
	struct rusage used;
	int status = -1;
	pid_t child;

	snprintf(pid, sizeof(pid), "%d", s->pid);
	snprintf(range, sizeof(range), "%lu,%lu", first, first + pages);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	if (!posix_spawn(&child, path, &quiet, NULL, argv, environment))
		wait4(child, &status, 0, &used);
	posix_spawn_file_actions_destroy(&quiet);
	return status ? NAN : microseconds(&used.ru_utime) + microseconds(&used.ru_stime);
}

static double page_types(const char *path, struct subject *s, char *option)
{
	double took[3];

	run_page_types(path, s, 1, option);
	for (int i = 0; i < 3; i++)
		took[i] = run_page_types(path, s, s->pages, option) -
			  run_page_types(path, s, 1, option);
	return meter_middle(took, 3) * 1000 / (s->pages - 1);
}

double query_page_types(const char *path, struct subject *s)
{
	return page_types(path, s, NULL);
}

double query_page_types_list(const char *path, struct subject *s)
{
	return page_types(path, s, "-L");
}

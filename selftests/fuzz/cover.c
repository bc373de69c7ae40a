// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Counts the edges between code points that KCOV records. */
#include <fcntl.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "cover.h"

#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)
#define KCOV_ENABLE	_IO('c', 100)
#define KCOV_TRACE_PC	0
#define WORDS		(16UL << 10)	/* enough: a walk repeats the same code */
#define SEEN_BITS	18

static unsigned long *trace;
static unsigned char edge_seen[1 << SEEN_BITS], point_seen[1 << SEEN_BITS];
static unsigned int edges, points;

bool cover_create(void)
{
	int fd = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, WORDS))
		return false;
	trace = mmap(NULL, WORDS * sizeof(*trace), PROT_READ | PROT_WRITE,
		     MAP_SHARED, fd, 0);
	if (trace == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		trace = NULL;
	return trace;
}

void cover_begin(void)
{
	if (trace)
		__atomic_store_n(trace, 0, __ATOMIC_RELAXED);
}

static unsigned int slot(unsigned long n)
{
	return (unsigned int)(n * 0x9e3779b97f4a7c15UL >> (64 - SEEN_BITS));
}

unsigned int cover_end(void)
{
	unsigned long n, i, before = 0;
	unsigned int fresh = 0;

	if (!trace)
		return 0;
	n = __atomic_load_n(trace, __ATOMIC_RELAXED);
	for (i = 1; i <= n; i++) {
		unsigned char *point = &point_seen[slot(trace[i])];
		unsigned char *edge = &edge_seen[slot(trace[i] ^ before << 16)];

		points += !*point;
		fresh += !*edge;
		*point = *edge = 1;
		before = trace[i];
	}
	edges += fresh;
	__atomic_store_n(trace, 0, __ATOMIC_RELAXED);
	return fresh;
}

unsigned int cover_edges(void)
{
	return edges;
}

unsigned int cover_points(void)
{
	return points;
}

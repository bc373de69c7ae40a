// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Requests to pgwalk, used as a program uses them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/interface.h"
#include "query.h"
#include "subject.h"

#define CALLS		2000
#define RECORDS		65536	/* records in the buffer of one call */
#define MAPPERS		64

static char buffer[RECORDS * sizeof(struct pgwalk_frame_run)]
	__attribute__((aligned(SUBJECT_PAGE)));

void query_pgwalk_dontfork(void)
{
	madvise(buffer, sizeof(buffer), MADV_DONTFORK);
}

/* Scan the range in as few calls as the buffer allows. Return the number of records, -1 on error */
static long scan(struct subject *s, struct pgwalk_scan request)
{
	unsigned long end = s->start + s->pages * SUBJECT_PAGE;
	long records = 0;

	for (unsigned long at = s->start; at < end; at = request.resume) {
		request.size = sizeof(request);
		request.start = at;
		request.end = end;
		request.records = (unsigned long)buffer;
		request.nr_records = RECORDS;
		if (ioctl(s->device, PGWALK_IOC_SCAN, &request))
			return -1;
		records += request.filled;
	}
	return records;
}

static long scan_with(struct subject *s, __u32 flags)
{
	return scan(s, (struct pgwalk_scan){ .flags = flags }) > 0 ? s->pages : 0;
}

long query_scan_pages(void *s)
{
	return scan_with(s, PGWALK_SCAN_PAGES);
}

long query_scan_raw(void *s)
{
	return scan_with(s, PGWALK_SCAN_RAW);
}

long query_scan_runs(void *s)
{
	return scan_with(s, 0);
}

long query_scan_frames(void *s)
{
	return scan_with(s, PGWALK_SCAN_FRAMES);
}

long query_scan_frames_pages(void *s)
{
	return scan_with(s, PGWALK_SCAN_FRAMES | PGWALK_SCAN_PAGES);
}

/* A filter that rejects all pages: the cost of a scan without decoding and copying of records */
long query_scan_nothing(void *arg)
{
	struct subject *s = arg;

	return scan(s, (struct pgwalk_scan){ .exclude = PGWALK_F_PRESENT }) ? 0 : s->pages;
}

long query_scan_whole(void *s)
{
	return scan(s, (struct pgwalk_scan){ }) < 0 ? 0 : 1;
}

long query_translate(void *arg)
{
	struct subject *s = arg;

	for (int i = 0; i < CALLS; i++) {
		struct pgwalk_translate request = {
			.size = sizeof(request),
			.addr = s->start + i % s->pages * SUBJECT_PAGE,
		};

		if (ioctl(s->device, PGWALK_IOC_TRANSLATE, &request))
			return 0;
	}
	return CALLS;
}

/* Return the frame of the first page; 0 if it is unknown */
static __u64 first_pfn(struct subject *s)
{
	struct pgwalk_run run;
	struct pgwalk_scan request = {
		.size = sizeof(request), .start = s->start, .end = s->start + SUBJECT_PAGE,
		.records = (unsigned long)&run, .nr_records = 1,
	};

	if (ioctl(s->device, PGWALK_IOC_SCAN, &request) || !request.filled)
		return 0;
	return run.pfn;
}

static int query_frames_of(struct subject *s, __u64 pfn, __u64 count)
{
	struct pgwalk_frames request = {
		.size = sizeof(request), .pfn = pfn, .count = count,
		.records = (unsigned long)buffer, .nr_records = count,
	};

	return ioctl(s->device, PGWALK_IOC_FRAMES, &request) || request.filled != count;
}

long query_frame(void *s)
{
	__u64 pfn = first_pfn(s);

	for (int i = 0; i < CALLS; i++)
		if (query_frames_of(s, pfn, 1))
			return 0;
	return CALLS;
}

long query_frames(void *s)
{
	const __u64 count = sizeof(buffer) / sizeof(struct pgwalk_frame);

	return query_frames_of(s, first_pfn(s), count) ? 0 : count;
}

long query_rmap(void *arg)
{
	struct subject *s = arg;
	__u64 pfn = first_pfn(s);

	for (int i = 0; i < CALLS / 10; i++) {
		struct pgwalk_rmap request = {
			.size = sizeof(request), .pfn = pfn,
			.records = (unsigned long)buffer, .nr_records = MAPPERS,
		};

		if (ioctl(s->device, PGWALK_IOC_RMAP, &request) ||
		    request.found != s->pages)
			return 0;
	}
	return CALLS / 10;
}

static long vmas_with(struct subject *s, __u32 flags)
{
	struct pgwalk_info info;
	struct pgwalk_vmas request = { .size = sizeof(request) };

	if (interface_info(&info))
		return 0;
	for (__u64 at = 0; at < info.user_end; at = request.resume) {
		request.flags = flags;
		request.start = at;
		request.end = info.user_end;
		request.records = (unsigned long)buffer;
		request.bytes = sizeof(buffer);
		if (ioctl(s->device, PGWALK_IOC_VMAS, &request))
			return 0;
	}
	return s->pages;
}

long query_vmas(void *s)
{
	return vmas_with(s, PGWALK_VMAS_COUNT);
}

long query_vmas_frames(void *s)
{
	return vmas_with(s, PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES);
}

static long read_view(struct subject *s, const char *view)
{
	int fd = interface_open_view(s->pid, view);
	ssize_t n;

	if (fd < 0)
		return 0;
	do {
		n = read(fd, buffer, sizeof(buffer));
	} while (n > 0);
	close(fd);
	return n ? 0 : s->pages;
}

long query_view_pages(void *s)
{
	return read_view(s, "pages");
}

long query_view_vmas(void *s)
{
	return read_view(s, "vmas");
}

long query_view_tables(void *s)
{
	return read_view(s, "tables");
}

double query_view_pages_lines(struct subject *s)
{
	int fd = interface_open_view(s->pid, "pages");

	return fd < 0 ? NAN : query_lines(fd);
}

double query_hold_max(void)
{
	struct pgwalk_info info;

	return interface_info(&info) ? NAN : (double)info.lock_hold_max_ns;
}

// SPDX-License-Identifier: GPL-2.0
/* Questions to pgwalk, each asked as a program would ask it. It must not time them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../oracle/interface.h"
#include "ask.h"
#include "subject.h"

#define CALLS		2000
#define RECORDS		65536	/* what one call is given room for */
#define MAPPERS		64

static char buffer[RECORDS * sizeof(struct pgwalk_frame_run)] __attribute__((aligned(64)));

/* The whole range, in as few calls as the buffer allows. Gives the records, -1 on error */
static long scan(struct subject *s, struct pgwalk_scan question)
{
	unsigned long end = s->start + s->pages * SUBJECT_PAGE;
	long records = 0;

	for (unsigned long at = s->start; at < end; at = question.resume) {
		question.size = sizeof(question);
		question.start = at;
		question.end = end;
		question.records = (unsigned long)buffer;
		question.nr_records = RECORDS;
		if (ioctl(s->device, PGWALK_IOC_SCAN, &question))
			return -1;
		records += question.filled;
	}
	return records;
}

static long scan_with(struct subject *s, __u32 flags)
{
	return scan(s, (struct pgwalk_scan){ .flags = flags }) > 0 ? s->pages : 0;
}

long ask_scan_pages(void *s)
{
	return scan_with(s, PGWALK_SCAN_PAGES);
}

long ask_scan_runs(void *s)
{
	return scan_with(s, 0);
}

long ask_scan_frames(void *s)
{
	return scan_with(s, PGWALK_SCAN_FRAMES);
}

long ask_scan_frames_pages(void *s)
{
	return scan_with(s, PGWALK_SCAN_FRAMES | PGWALK_SCAN_PAGES);
}

/* All is read, nothing is wanted: what is left of a scan without decoding and delivery */
long ask_scan_nothing(void *arg)
{
	struct subject *s = arg;

	return scan(s, (struct pgwalk_scan){ .exclude = PGWALK_F_PRESENT }) ? 0 : s->pages;
}

long ask_scan_whole(void *s)
{
	return scan(s, (struct pgwalk_scan){ }) < 0 ? 0 : 1;
}

long ask_translate(void *arg)
{
	struct subject *s = arg;

	for (int i = 0; i < CALLS; i++) {
		struct pgwalk_translate question = {
			.size = sizeof(question),
			.addr = s->start + i % s->pages * SUBJECT_PAGE,
		};

		if (ioctl(s->device, PGWALK_IOC_TRANSLATE, &question))
			return 0;
	}
	return CALLS;
}

/* The frame of the first page; 0: not known */
static __u64 first_pfn(struct subject *s)
{
	struct pgwalk_run run;
	struct pgwalk_scan question = {
		.size = sizeof(question), .start = s->start, .end = s->start + SUBJECT_PAGE,
		.records = (unsigned long)&run, .nr_records = 1,
	};

	if (ioctl(s->device, PGWALK_IOC_SCAN, &question) || !question.filled)
		return 0;
	return run.pfn;
}

static int ask_frames_of(struct subject *s, __u64 pfn, __u64 count)
{
	struct pgwalk_frames question = {
		.size = sizeof(question), .pfn = pfn, .count = count,
		.records = (unsigned long)buffer, .nr_records = count,
	};

	return ioctl(s->device, PGWALK_IOC_FRAMES, &question) || question.filled != count;
}

long ask_frame(void *s)
{
	__u64 pfn = first_pfn(s);

	for (int i = 0; i < CALLS; i++)
		if (ask_frames_of(s, pfn, 1))
			return 0;
	return CALLS;
}

long ask_frames(void *s)
{
	const __u64 count = sizeof(buffer) / sizeof(struct pgwalk_frame);

	return ask_frames_of(s, first_pfn(s), count) ? 0 : count;
}

long ask_rmap(void *arg)
{
	struct subject *s = arg;
	__u64 pfn = first_pfn(s);

	for (int i = 0; i < CALLS / 10; i++) {
		struct pgwalk_rmap question = {
			.size = sizeof(question), .pfn = pfn,
			.records = (unsigned long)buffer, .nr_records = MAPPERS,
		};

		if (ioctl(s->device, PGWALK_IOC_RMAP, &question) ||
		    question.found != s->pages)
			return 0;
	}
	return CALLS / 10;
}

static long vmas_with(struct subject *s, __u32 flags)
{
	struct pgwalk_info info;
	struct pgwalk_vmas question = { .size = sizeof(question) };

	if (interface_info(&info))
		return 0;
	for (__u64 at = 0; at < info.user_end; at = question.resume) {
		question.flags = flags;
		question.start = at;
		question.end = info.user_end;
		question.records = (unsigned long)buffer;
		question.bytes = sizeof(buffer);
		if (ioctl(s->device, PGWALK_IOC_VMAS, &question))
			return 0;
	}
	return s->pages;
}

long ask_vmas(void *s)
{
	return vmas_with(s, PGWALK_VMAS_COUNT);
}

long ask_vmas_frames(void *s)
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

long ask_view_pages(void *s)
{
	return read_view(s, "pages");
}

long ask_view_vmas(void *s)
{
	return read_view(s, "vmas");
}

long ask_view_tables(void *s)
{
	return read_view(s, "tables");
}

double ask_hold_max(void)
{
	struct pgwalk_info info;

	return interface_info(&info) ? NAN : (double)info.hold_max_ns;
}

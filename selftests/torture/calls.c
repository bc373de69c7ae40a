// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Calls every ioctl on processes that change. It checks the form of the records; the
 * values cannot be compared, because such processes change.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "module_gate.h"
#include "lib/interface.h"
#include "lib/pagemap.h"
#include "counts.h"
#include "targets.h"
#include "walkers.h"

#define RECORDS		700
#define HITS		40
#define CALLS		12	/* on one open file */

/* Buffers of the thread, and the last frame that a scan returned */
static __thread struct pgwalk_frame_run runs[RECORDS];
static __thread uint64_t some_pfn;

static bool call(int fd, unsigned long request, void *arg, enum counts_kind kind)
{
	int err = interface_ioctl(fd, request, arg);

	if (!err)
		counts_increment(kind);
	else if (!walkers_is_exit_error(err) && err != -EINTR)
		counts_fail("ioctl %lx: %s", request, strerror(-err));
	return !err;
}

static const struct pgwalk_run *run_at(unsigned int i, uint32_t flags)
{
	return flags & PGWALK_SCAN_FRAMES ? &runs[i].run : &((struct pgwalk_run *)runs)[i];
}

static void check_runs(const struct pgwalk_scan *scan)
{
	uint64_t last = 0;

	for (unsigned int i = 0; i < scan->filled; i++) {
		const struct pgwalk_run *run = run_at(i, scan->flags);

		if (run->start >= run->end || run->start < last ||
		    run->kind < PGWALK_KIND_PRESENT || run->kind >= PGWALK_KIND_NR)
			counts_fail("SCAN: %llx-%llx kind %u after %llx", run->start, run->end,
				    run->kind, (unsigned long long)last);
		if (run->kind == PGWALK_KIND_PRESENT && !prng_below(8))
			some_pfn = run->pfn;
		last = run->end;
	}
	if (scan->filled > scan->nr_records || (scan->resume <= scan->start))
		counts_fail("SCAN: from %llx on to %llx with %u records", scan->start, scan->resume,
			   scan->filled);
}

static void scan(int fd, uint64_t end)
{
	struct pgwalk_scan arg = {
		.size = sizeof(arg), .flags = prng_below(4), .end = end,
		.records = (uintptr_t)runs,
	};

	while (arg.start < end && !atomic_load(&counts->over)) {
		arg.nr_records = 1 + prng_below(RECORDS);
		if (!call(fd, PGWALK_IOC_SCAN, &arg, COUNTS_CALL_SCAN))
			return;
		check_runs(&arg);
		arg.start = arg.resume;
	}
}

static void list(int fd, uint64_t end)
{
	static __thread char buffer[16384] __attribute__((aligned(8)));
	static const uint32_t flags[] = {
		0, PGWALK_VMAS_COUNT, PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES,
	};
	struct pgwalk_vmas arg = {
		.size = sizeof(arg), .flags = flags[prng_below(3)], .end = end,
		.records = (uintptr_t)buffer, .bytes = sizeof(buffer),
	};

	while (arg.start < end && !atomic_load(&counts->over)) {
		if (!call(fd, PGWALK_IOC_VMAS, &arg, COUNTS_CALL_VMAS))
			return;
		if (arg.resume <= arg.start || arg.filled > arg.bytes)
			counts_fail("VMAS: from %llx on to %llx", arg.start, arg.resume);
		arg.start = arg.resume;
	}
}

static void translate(int fd, uint64_t end)
{
	struct pgwalk_translate arg = { .size = sizeof(arg), .addr = prng_word() % end };

	if (call(fd, PGWALK_IOC_TRANSLATE, &arg, COUNTS_CALL_TRANSLATE) &&
	    (arg.status < PGWALK_TRANSLATE_DONE || arg.status > PGWALK_TRANSLATE_RACED ||
	     arg.nr_steps > PGWALK_MAX_LEVELS || arg.linear != arg.addr ||
	     (arg.vma_end && (arg.addr < arg.vma_start || arg.addr >= arg.vma_end))))
		counts_fail("TRANSLATE: %llx: status %u, %u steps, in %llx-%llx", arg.addr,
			   arg.status, arg.nr_steps, arg.vma_start, arg.vma_end);
}

static void call_frames(int fd)
{
	struct pgwalk_frame frame[64];
	struct pgwalk_frames arg = {
		.size = sizeof(arg), .pfn = prng_below(2) ? prng_below(1 << 19) : some_pfn,
		.count = 1 + prng_below(64), .records = (uintptr_t)frame, .nr_records = 64,
	};

	if (!call(fd, PGWALK_IOC_FRAMES, &arg, COUNTS_CALL_FRAMES))
		return;
	for (unsigned int i = 0; i < arg.filled; i++)
		if (frame[i].pfn != arg.pfn + i || !frame[i].kind ||
		    frame[i].kind >= PGWALK_FRAME_NR)
			counts_fail("FRAMES: %llx is %llx of kind %u", arg.pfn + i, frame[i].pfn,
				   frame[i].kind);
	if (arg.filled != arg.count)
		counts_fail("FRAMES: %u of %llu", arg.filled, arg.count);
}

static void check_hits(const struct pgwalk_rmap *arg, const struct pgwalk_rmap_hit *hit)
{
	unsigned int counted = 0;

	for (unsigned int i = 0; i < arg->filled; i++) {
		counted += hit[i].counted;
		if (hit[i].addr < hit[i].vma_start || hit[i].addr >= hit[i].vma_end ||
		    (hit[i].shift != 12 && hit[i].shift != 21) || hit[i].comm[15])
			counts_fail("RMAP: pfn %llx: %llx not in %llx-%llx", arg->pfn, hit[i].addr,
				   hit[i].vma_start, hit[i].vma_end);
	}
	if (counted != arg->found || arg->status < PGWALK_RMAP_DONE ||
	    arg->status > PGWALK_RMAP_UNCOUNTED)
		counts_fail("RMAP: pfn %llx: %u counted, %u found, status %u", arg->pfn, counted,
			   arg->found, arg->status);
}

/* Read all mappings of a page, a few records a call */
static void find_mappers(int fd)
{
	struct pgwalk_rmap_hit hit[HITS];
	struct pgwalk_rmap arg = {
		.size = sizeof(arg), .pfn = prng_below(8) ? some_pfn : prng_below(1 << 19),
		.records = (uintptr_t)hit,
	};

	do {
		arg.nr_records = 1 + prng_below(HITS);
		if (!call(fd, PGWALK_IOC_RMAP, &arg, COUNTS_CALL_RMAP))
			return;
		check_hits(&arg, hit);
	} while (arg.status == PGWALK_RMAP_MORE && !atomic_load(&counts->over));
}

static void call_mm(int fd)
{
	struct pgwalk_task task[8];
	struct pgwalk_mm arg = {
		.size = sizeof(arg), .tasks = (uintptr_t)task, .nr_records = 8,
	};

	if (call(fd, PGWALK_IOC_MM, &arg, COUNTS_CALL_MM) && (!arg.pgd || arg.filled > 8))
		counts_fail("MM: pgd %llx, %u tasks", arg.pgd, arg.filled);
}

static void count_tables(int fd)
{
	struct pgwalk_pgtable_stats stats[64];
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (uintptr_t)stats, .nr_records = 64,
	};

	if (!call(fd, PGWALK_IOC_TABLES, &arg, COUNTS_CALL_TABLES))
		return;
	for (unsigned int i = 0; i < arg.filled; i++)
		if (stats[i].used > 512 * stats[i].tables || stats[i].leaves > stats[i].used ||
		    stats[i].empty > stats[i].tables)
			counts_fail("TABLES: level %u: %llu entries in %llu tables",
				   stats[i].level, stats[i].used, stats[i].tables);
}

static void call_segments(int fd)
{
	struct pgwalk_thread thread[8];
	uint64_t ldt[16];
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (uintptr_t)thread, .nr_records = 8,
		.nr_ldt = 16, .ldt = (uintptr_t)ldt,
	};
	struct pgwalk_gdt gdt = { .size = sizeof(gdt), .cpu = prng_below(2) };

	if (call(fd, PGWALK_IOC_SEGMENTS, &arg, COUNTS_CALL_SEGMENTS) && arg.filled > 8)
		counts_fail("SEGMENTS: %u threads", arg.filled);
	if (call(fd, PGWALK_IOC_GDT, &gdt, COUNTS_CALL_GDT) && (!gdt.nr || gdt.nr > PGWALK_GDT_MAX))
		counts_fail("GDT: %u descriptors", gdt.nr);
}

static void call_some(int fd, uint64_t end)
{
	switch (prng_below(walkers_hold_nothing ? 7 : 8)) {
	case 0:
		scan(fd, end);
		break;
	case 1:
		list(fd, end);
		break;
	case 2:
		call_frames(fd);
		break;
	case 3:
		call_mm(fd);
		break;
	case 4:
		count_tables(fd);
		break;
	case 5:
		call_segments(fd);
		break;
	case 6:
		translate(fd, end);
		break;
	default:
		find_mappers(fd);
	}
}

/* Make several calls on one file, so that some are made after its process has exited */
void calls_make(void)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = targets_some() };
	struct pgwalk_info info = { .size = sizeof(info) };
	unsigned int entry = module_gate_enter();
	int fd = interface_open_device(0);
	bool ok = false;

	if (fd < 0) {
		if (!walkers_is_exit_error(fd) || !module_gate_unloaded_since(entry))
			counts_fail("%s: %s", PGWALK_DEVICE, strerror(-fd));
	} else {
		ok = call(fd, PGWALK_IOC_INFO, &info, COUNTS_CALL_INFO) &&
			call(fd, PGWALK_IOC_ATTACH, &attach, COUNTS_CALL_ATTACH);
		for (int i = prng_below(CALLS); ok && i && !atomic_load(&counts->over); i--)
			call_some(fd, info.user_end);
		close(fd);
	}
	module_gate_leave();
	if (!ok)
		usleep(1000);
}

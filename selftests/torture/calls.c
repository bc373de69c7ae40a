// SPDX-License-Identifier: GPL-2.0
/*
 * Every ioctl on processes that change. The answers must be well formed; whether they are
 * true nobody can say of such a process.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "oracle/interface.h"
#include "oracle/pagemap.h"
#include "tally.h"
#include "targets.h"
#include "walkers.h"

#define RECORDS		700
#define HITS		40
#define CALLS		12	/* of one open file */

/* What the calls of one thread need, and the last frame that a scan came by */
static __thread struct pgwalk_frame_run runs[RECORDS];
static __thread uint64_t some_pfn;

static bool call(int fd, unsigned long request, void *arg, enum tally_kind kind)
{
	int err = interface_ioctl(fd, request, arg);

	if (!err)
		tally_did(kind);
	else if (!walkers_may_be_gone(err) && err != -EINTR)
		tally_fail("ioctl %lx: %s", request, strerror(-err));
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
			tally_fail("SCAN: %llx-%llx kind %u behind %llx", run->start, run->end,
				   run->kind, (unsigned long long)last);
		if (run->kind == PGWALK_KIND_PRESENT && !chance(8))
			some_pfn = run->pfn;
		last = run->end;
	}
	if (scan->filled > scan->nr_records || (scan->resume <= scan->start))
		tally_fail("SCAN: from %llx on to %llx with %u records", scan->start, scan->resume,
			   scan->filled);
}

static void scan(int fd, uint64_t end)
{
	struct pgwalk_scan arg = {
		.size = sizeof(arg), .flags = chance(4), .end = end,
		.records = (uintptr_t)runs,
	};

	while (arg.start < end && !atomic_load(&tally->over)) {
		arg.nr_records = 1 + chance(RECORDS);
		if (!call(fd, PGWALK_IOC_SCAN, &arg, TALLY_CALL_SCAN))
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
		.size = sizeof(arg), .flags = flags[chance(3)], .end = end,
		.records = (uintptr_t)buffer, .bytes = sizeof(buffer),
	};

	while (arg.start < end && !atomic_load(&tally->over)) {
		if (!call(fd, PGWALK_IOC_VMAS, &arg, TALLY_CALL_VMAS))
			return;
		if (arg.resume <= arg.start || arg.filled > arg.bytes)
			tally_fail("VMAS: from %llx on to %llx", arg.start, arg.resume);
		arg.start = arg.resume;
	}
}

static void translate(int fd, uint64_t end)
{
	struct pgwalk_translate arg = { .size = sizeof(arg), .addr = chance_word() % end };

	if (call(fd, PGWALK_IOC_TRANSLATE, &arg, TALLY_CALL_TRANSLATE) &&
	    (arg.status < PGWALK_TRANSLATE_DONE || arg.status > PGWALK_TRANSLATE_RACED ||
	     arg.nr_steps > PGWALK_MAX_LEVELS || arg.linear != arg.addr ||
	     (arg.vma_end && (arg.addr < arg.vma_start || arg.addr >= arg.vma_end))))
		tally_fail("TRANSLATE: %llx: status %u, %u steps, in %llx-%llx", arg.addr,
			   arg.status, arg.nr_steps, arg.vma_start, arg.vma_end);
}

static void tell_frames(int fd)
{
	struct pgwalk_frame frame[64];
	struct pgwalk_frames arg = {
		.size = sizeof(arg), .pfn = chance(2) ? chance(1 << 19) : some_pfn,
		.count = 1 + chance(64), .records = (uintptr_t)frame, .nr_records = 64,
	};

	if (!call(fd, PGWALK_IOC_FRAMES, &arg, TALLY_CALL_FRAMES))
		return;
	for (unsigned int i = 0; i < arg.filled; i++)
		if (frame[i].pfn != arg.pfn + i || !frame[i].kind ||
		    frame[i].kind >= PGWALK_FRAME_NR)
			tally_fail("FRAMES: %llx is %llx of kind %u", arg.pfn + i, frame[i].pfn,
				   frame[i].kind);
	if (arg.filled != arg.count)
		tally_fail("FRAMES: %u of %llu", arg.filled, arg.count);
}

static void check_hits(const struct pgwalk_rmap *arg, const struct pgwalk_rmap_hit *hit)
{
	unsigned int counted = 0;

	for (unsigned int i = 0; i < arg->filled; i++) {
		counted += hit[i].counted;
		if (hit[i].addr < hit[i].vma_start || hit[i].addr >= hit[i].vma_end ||
		    (hit[i].shift != 12 && hit[i].shift != 21) || hit[i].comm[15])
			tally_fail("RMAP: pfn %llx: %llx not in %llx-%llx", arg->pfn, hit[i].addr,
				   hit[i].vma_start, hit[i].vma_end);
	}
	if (counted != arg->found || arg->status < PGWALK_RMAP_DONE ||
	    arg->status > PGWALK_RMAP_UNCOUNTED)
		tally_fail("RMAP: pfn %llx: %u counted, %u found, status %u", arg->pfn, counted,
			   arg->found, arg->status);
}

/* All of a page, some records a call */
static void find_mappers(int fd)
{
	struct pgwalk_rmap_hit hit[HITS];
	struct pgwalk_rmap arg = {
		.size = sizeof(arg), .pfn = chance(8) ? some_pfn : chance(1 << 19),
		.records = (uintptr_t)hit,
	};

	do {
		arg.nr_records = 1 + chance(HITS);
		if (!call(fd, PGWALK_IOC_RMAP, &arg, TALLY_CALL_RMAP))
			return;
		check_hits(&arg, hit);
	} while (arg.status == PGWALK_RMAP_MORE && !atomic_load(&tally->over));
}

static void tell_mm(int fd)
{
	struct pgwalk_task task[8];
	struct pgwalk_mm arg = {
		.size = sizeof(arg), .tasks = (uintptr_t)task, .nr_records = 8,
	};

	if (call(fd, PGWALK_IOC_MM, &arg, TALLY_CALL_MM) && (!arg.pgd || arg.filled > 8))
		tally_fail("MM: pgd %llx, %u tasks", arg.pgd, arg.filled);
}

static void count_tables(int fd)
{
	struct pgwalk_census census[64];
	struct pgwalk_tables arg = {
		.size = sizeof(arg), .records = (uintptr_t)census, .nr_records = 64,
	};

	if (!call(fd, PGWALK_IOC_TABLES, &arg, TALLY_CALL_TABLES))
		return;
	for (unsigned int i = 0; i < arg.filled; i++)
		if (census[i].used > 512 * census[i].tables || census[i].leafs > census[i].used ||
		    census[i].empty > census[i].tables)
			tally_fail("TABLES: level %u: %llu entries in %llu tables",
				   census[i].level, census[i].used, census[i].tables);
}

static void tell_segments(int fd)
{
	struct pgwalk_thread thread[8];
	uint64_t ldt[16];
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (uintptr_t)thread, .nr_records = 8,
		.nr_ldt = 16, .ldt = (uintptr_t)ldt,
	};
	struct pgwalk_gdt gdt = { .size = sizeof(gdt), .cpu = chance(2) };

	if (call(fd, PGWALK_IOC_SEGMENTS, &arg, TALLY_CALL_SEGMENTS) && arg.filled > 8)
		tally_fail("SEGMENTS: %u threads", arg.filled);
	if (call(fd, PGWALK_IOC_GDT, &gdt, TALLY_CALL_GDT) && (!gdt.nr || gdt.nr > PGWALK_GDT_MAX))
		tally_fail("GDT: %u descriptors", gdt.nr);
}

static void ask_some(int fd, uint64_t end)
{
	switch (chance(walkers_hold_nothing ? 7 : 8)) {
	case 0:
		scan(fd, end);
		break;
	case 1:
		list(fd, end);
		break;
	case 2:
		tell_frames(fd);
		break;
	case 3:
		tell_mm(fd);
		break;
	case 4:
		count_tables(fd);
		break;
	case 5:
		tell_segments(fd);
		break;
	case 6:
		translate(fd, end);
		break;
	default:
		find_mappers(fd);
	}
}

/* One file is asked some times, so that it outlives its process now and then */
void calls_ask(void)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = targets_some() };
	struct pgwalk_info info = { .size = sizeof(info) };
	unsigned int entry = gate_enter();
	int fd = interface_open_device(0);
	bool asked = false;

	if (fd < 0) {
		if (!walkers_may_be_gone(fd) || !gate_away_since(entry))
			tally_fail("%s: %s", PGWALK_DEVICE, strerror(-fd));
	} else {
		asked = call(fd, PGWALK_IOC_INFO, &info, TALLY_CALL_INFO) &&
			call(fd, PGWALK_IOC_ATTACH, &attach, TALLY_CALL_ATTACH);
		for (int i = chance(CALLS); asked && i && !atomic_load(&tally->over); i--)
			ask_some(fd, info.user_end);
		close(fd);
	}
	gate_leave();
	if (!asked)
		usleep(1000);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Rules for ioctls and reads, written from Documentation/abi/dev-pgwalk and the header, not from the module. */
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <pgwalk.h>

#include "abi.h"

#define E(n)		ABI_ERROR(n)
#define FIELD(run, type, field)						\
	run_field(run, offsetof(struct type, field),			\
		  sizeof(((struct type *)0)->field))
#define BASE		(E(EINVAL) | E(E2BIG) | E(EFAULT))
#define TARGET		(BASE | E(ENOTCONN) | E(ESRCH))
#define LARGEST_SIZE	4096U

static const __u64 documented[ENTRY_NR] = {
	[ENTRY_INFO] = BASE,
	[ENTRY_ATTACH] = BASE | E(ESRCH) | E(ENXIO) | E(EBUSY),
	[ENTRY_SCAN] = TARGET | E(ERANGE),
	[ENTRY_VMAS] = TARGET | E(ERANGE),
	[ENTRY_TRANSLATE] = TARGET | E(ERANGE),
	[ENTRY_FRAMES] = BASE,
	[ENTRY_RMAP] = TARGET | E(ERANGE) | E(ENOENT) | E(EAGAIN),
	[ENTRY_MM] = TARGET,
	[ENTRY_TABLES] = TARGET | E(ENOSPC),
	[ENTRY_SEGMENTS] = TARGET,
	[ENTRY_GDT] = BASE | E(ENXIO),
	[ENTRY_ANY] = ~0ULL,
	[ENTRY_WRITE_ATTACH] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
			      E(EEXIST) | E(ENOSPC),
	[ENTRY_WRITE_TRANSLATE] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
				 E(ERANGE),
	[ENTRY_WRITE_RMAP] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
			    E(ERANGE) | E(ENOENT) | E(EAGAIN),
	[ENTRY_WRITE_FRAME] = E(EINVAL) | E(EFAULT) | E(ERANGE),
	[ENTRY_READ] = E(EINVAL) | E(EFAULT),
};

__u64 abi_documented(const struct run *run)
{
	const __u8 entry = run->input->entry;

	if (run->subject->delegated && entrypoint_is_ioctl(entry))
		return documented[entry] | E(EPERM) | E(EACCES);
	return documented[entry];
}

/* The flags of a call, without those that a delegated file ignores */
static __u64 flags_of(const struct run *run, size_t at)
{
	const __u64 flags = run_field(run, at, 4);

	return run->subject->delegated ? flags & ~(__u64)PGWALK_REDACTED : flags;
}

#define FLAGS(run, type)	flags_of(run, offsetof(struct type, flags))

struct guarded_buf_reach abi_reach(const struct run *run, const void *at)
{
	struct guarded_buf_reach reach = guarded_buf_reach(&run->argument, at);
	int i;

	for (i = 0; i < RUN_BUFFERS && !reach.readable; i++)
		reach = guarded_buf_reach(&run->buffer[i], at);
	return reach;
}

/* Return whether the part of the struct beyond this ABI version has a byte that is not 0 */
static bool is_tail_dirty(const struct run *run, size_t from, size_t to)
{
	for (; from < to && from < LARGEST_SIZE; from++)
		if (run_field(run, from, 1))
			return true;
	return false;
}

static __u64 if_broken(bool broken, int error)
{
	return broken ? E(error) : 0;
}

/* The rules for sizes and pointers, common to all calls */
static __u64 broken_sizes(const struct run *run)
{
	const struct entrypoint *entry = run->entry;
	struct guarded_buf_reach reach = guarded_buf_reach(&run->argument, run->at);
	size_t needed = entry->head, size;

	if (reach.readable < 4)
		return E(EFAULT);
	size = run_field(run, 0, 4);
	if (needed < size)
		needed = size < LARGEST_SIZE ? size : LARGEST_SIZE;
	return if_broken(size > LARGEST_SIZE, E2BIG) |
	       if_broken(size < entry->first_size, EINVAL) |
	       if_broken(reach.readable < needed, EFAULT) |
	       if_broken(size > entry->size &&
			 is_tail_dirty(run, entry->size, size), E2BIG);
}

static __u64 broken_range(__u64 start, __u64 end, __u64 user_end)
{
	return if_broken(start >= end, EINVAL) | if_broken(end > user_end, ERANGE);
}

static __u64 broken_scan(const struct run *run, __u64 user_end)
{
	const __u64 kinds = (1ULL << PGWALK_KIND_NR) - (1ULL << PGWALK_KIND_PRESENT);
	__u64 flags = FLAGS(run, pgwalk_scan);
	__u64 start = FIELD(run, pgwalk_scan, start);
	__u64 end = FIELD(run, pgwalk_scan, end);
	bool raw = flags & PGWALK_SCAN_RAW;
	bool bad = flags & ~(__u64)(PGWALK_SCAN_PAGES | PGWALK_SCAN_FRAMES | PGWALK_SCAN_RAW |
				     PGWALK_SCAN_EXCLUSIVE);

	bad |= FIELD(run, pgwalk_scan, reserved);
	bad |= raw && (flags != PGWALK_SCAN_RAW || FIELD(run, pgwalk_scan, kinds) ||
		       FIELD(run, pgwalk_scan, require) || FIELD(run, pgwalk_scan, exclude) ||
		       FIELD(run, pgwalk_scan, size) < offsetof(struct pgwalk_scan, reserved));
	bad |= !FIELD(run, pgwalk_scan, nr_records);
	bad |= (start | end) % 4096;
	bad |= FIELD(run, pgwalk_scan, kinds) & ~kinds;
	bad |= (FIELD(run, pgwalk_scan, require) |
		FIELD(run, pgwalk_scan, exclude)) & ~PGWALK_F_ALL;
	bad |= !(flags & PGWALK_SCAN_FRAMES) &&
	       (FIELD(run, pgwalk_scan, frame_require) |
		FIELD(run, pgwalk_scan, frame_exclude) |
		(flags & PGWALK_SCAN_EXCLUSIVE));
	bad |= !(flags & PGWALK_SCAN_EXCLUSIVE) &&
	       (FIELD(run, pgwalk_scan, frame_require) | FIELD(run, pgwalk_scan, frame_exclude)) &
		       PGWALK_FRAME_EXCLUSIVE;
	return if_broken(bad, EINVAL) | broken_range(start, end, user_end) |
	       if_broken(run->subject->delegated && flags & ~(__u64)PGWALK_SCAN_PAGES, EPERM);
}

static __u64 broken_vmas(const struct run *run, __u64 user_end)
{
	__u64 flags = FLAGS(run, pgwalk_vmas);
	bool bad = flags > 3 || flags == PGWALK_VMAS_FRAMES ||
		   FIELD(run, pgwalk_vmas, bytes) < 8192 ||
		   FIELD(run, pgwalk_vmas, records) % 8;

	return if_broken(bad, EINVAL) |
	       broken_range(FIELD(run, pgwalk_vmas, start),
			    FIELD(run, pgwalk_vmas, end), user_end);
}

static __u64 broken_translate(const struct run *run, __u64 user_end)
{
	__u64 reg = FIELD(run, pgwalk_translate, reg);
	__s32 tid = (__s32)FIELD(run, pgwalk_translate, tid);
	bool is_thread = tid == (__s32)run->subject->value[SYMBOL_TARGET] ||
			 tid == (__s32)run->subject->value[SYMBOL_THREAD];
	bool bad = FLAGS(run, pgwalk_translate) ||
		   run_field(run, offsetof(struct pgwalk_translate, reserved), 3) ||
		   reg >= PGWALK_SEGMENT_NR || tid < 0;

	return if_broken(bad, EINVAL) |
	       if_broken(!reg && FIELD(run, pgwalk_translate, addr) >= user_end, ERANGE) |
	       if_broken(tid && !is_thread, ESRCH) |
	       if_broken(run->subject->delegated && (reg || tid), EPERM);
}

static __u64 broken_frames(const struct run *run)
{
	__u64 pfn = FIELD(run, pgwalk_frames, pfn);
	__u64 count = FIELD(run, pgwalk_frames, count);

	return if_broken(FIELD(run, pgwalk_frames, flags) || !count ||
			 !FIELD(run, pgwalk_frames, nr_records) ||
			 pfn + count < pfn, EINVAL);
}

static __u64 broken_rmap(const struct run *run, __u64 user_end)
{
	__u64 flags = FIELD(run, pgwalk_rmap, flags);
	__u64 addr = FIELD(run, pgwalk_rmap, addr);
	bool by_address = flags & PGWALK_RMAP_ADDRESS;
	bool bad = flags > 1 || !FIELD(run, pgwalk_rmap, nr_records) ||
		   (addr && !by_address) ||
		   (FIELD(run, pgwalk_rmap, resume) &&
		    !FIELD(run, pgwalk_rmap, resume_tag));

	return if_broken(bad, EINVAL) | if_broken(by_address && addr >= user_end, ERANGE);
}

static __u64 broken_segments(const struct run *run)
{
	__u64 ldt = FIELD(run, pgwalk_segments, ldt);
	bool bad = FIELD(run, pgwalk_segments, flags) ||
		   !FIELD(run, pgwalk_segments, nr_records) ||
		   (__s32)FIELD(run, pgwalk_segments, resume) < 0 ||
		   FIELD(run, pgwalk_segments, threads) % 8 || ldt % 8 ||
		   (FIELD(run, pgwalk_segments, nr_ldt) && !ldt);

	return if_broken(bad, EINVAL);
}

static __u64 broken_attach(const struct run *run)
{
	__s32 pid = (__s32)FIELD(run, pgwalk_attach, pid);
	const __u64 *value = run->subject->value;
	__u8 opened = run->input->opened;

	return if_broken(FIELD(run, pgwalk_attach, flags) || pid <= 0, EINVAL) |
	       if_broken(opened == OPENED_ATTACHED || opened == OPENED_GONE, EBUSY) |
	       if_broken(pid == (__s32)value[SYMBOL_GONE], ESRCH) |
	       if_broken(pid == (__s32)value[SYMBOL_KTHREAD], ENXIO);
}

/* The rules for the fields of each call */
static __u64 broken_fields(const struct run *run)
{
	__u64 user_end = run->subject->value[SYMBOL_USER_END];

	switch (run->input->entry) {
	case ENTRY_ATTACH:
		return broken_attach(run);
	case ENTRY_SCAN:
		return broken_scan(run, user_end);
	case ENTRY_VMAS:
		return broken_vmas(run, user_end);
	case ENTRY_TRANSLATE:
		return broken_translate(run, user_end);
	case ENTRY_FRAMES:
		return broken_frames(run);
	case ENTRY_RMAP:
		return broken_rmap(run, user_end);
	case ENTRY_MM:
		return if_broken(FLAGS(run, pgwalk_mm) ||
				 !FIELD(run, pgwalk_mm, tasks) !=
				 !FIELD(run, pgwalk_mm, nr_records), EINVAL);
	case ENTRY_TABLES:
		return if_broken(FLAGS(run, pgwalk_tables) ||
				 !FIELD(run, pgwalk_tables, nr_records), EINVAL);
	case ENTRY_SEGMENTS:
		return broken_segments(run);
	case ENTRY_GDT:
		return if_broken(FIELD(run, pgwalk_gdt, cpu) >= run->subject->cpus,
				 ENXIO);
	}
	return 0;
}

static bool wants_target(const struct run *run)
{
	switch (run->input->entry) {
	case ENTRY_INFO:
	case ENTRY_ATTACH:
	case ENTRY_FRAMES:
	case ENTRY_GDT:
		return false;
	case ENTRY_RMAP:
		return FIELD(run, pgwalk_rmap, flags) & PGWALK_RMAP_ADDRESS;
	}
	return true;
}

static __u64 broken_target(const struct run *run)
{
	__u8 opened = run->input->opened;

	if (!wants_target(run))
		return 0;
	return if_broken(opened == OPENED_BARE || opened == OPENED_FRESH, ENOTCONN) |
	       if_broken(opened == OPENED_GONE, ESRCH);
}

/* Errors that depend on the state of the target, or on the amount of output */
static __u64 possible(const struct run *run)
{
	__u64 may = 0;
	size_t size;
	void *array;
	int i;

	for (i = 0; i < RUN_BUFFERS; i++) {
		array = run_array(run, i, &size);
		may |= if_broken(size > abi_reach(run, array).writable, EFAULT);
	}
	switch (run->input->entry) {
	case ENTRY_ATTACH:
		return may | E(ESRCH) | E(ENXIO) | E(EBUSY) |
		       if_broken(run->subject->delegated, EACCES);
	case ENTRY_RMAP:
		return wants_target(run) ? may | E(ENOENT) | E(EAGAIN) : may;
	case ENTRY_TABLES:
		return may | E(ENOSPC);
	}
	return may;
}

/* Unknown requests with our magic fail with ENOTTY; requests that the VFS handles may give any result */
static struct abi_verdict any_call(const struct run *run, __u32 request)
{
	struct abi_verdict verdict = { 0, ~0ULL };
	int entry;

	if (_IOC_TYPE(request) == PGWALK_IOC_MAGIC)
		verdict.must = run->subject->delegated ? E(EPERM) : E(ENOTTY);
	for (entry = 0; entry < ENTRY_ANY; entry++)
		if (entrypoints[entry].request == request)
			verdict.must = 0;
	return verdict;
}

/* Return whether a delegated file has a call */
static bool is_delegated(__u8 entry)
{
	return entry != ENTRY_FRAMES && entry != ENTRY_RMAP && entry != ENTRY_SEGMENTS && entry != ENTRY_GDT;
}

struct abi_verdict abi_of_call(const struct run *run)
{
	struct abi_verdict verdict;

	if (run->input->entry == ENTRY_ANY)
		return any_call(run, run->input->request);
	if (run->subject->delegated && !is_delegated(run->input->entry))
		return (struct abi_verdict){ .must = E(EPERM) };
	verdict.must = broken_sizes(run);
	if (guarded_buf_reach(&run->argument, run->at).readable >= 4)
		verdict.must |= broken_fields(run) | broken_target(run);
	verdict.may = possible(run);
	/* The result is written last: other errors may come first */
	if (!verdict.must && !guarded_buf_reach(&run->argument, run->at).writable)
		verdict.must = E(EFAULT) | verdict.may;
	return verdict;
}

struct abi_verdict abi_of_read(const struct run *run)
{
	struct entrypoint_read request = { 0 };
	struct abi_verdict verdict = { 0, 0 };

	memcpy(&request, run->data, sizeof(request));
	if (request.position < 0)
		verdict.must = E(EINVAL);
	/* An invalid address may fail even for a read of no bytes */
	if (abi_reach(run, run->at).writable < run->size ||
	    !abi_reach(run, run->at).writable)
		verdict.may = E(EFAULT);
	if (request.position < 0)
		verdict.must |= verdict.may;
	/* An offset beyond the range of a seq_file */
	verdict.may |= E(EINVAL);
	return verdict;
}

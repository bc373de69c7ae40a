// SPDX-License-Identifier: GPL-2.0
/* Documentation/abi/dev-pgwalk as rules, written from it and from the header, not from the module. */
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

static const __u64 documented[DOOR_NR] = {
	[DOOR_INFO] = BASE,
	[DOOR_ATTACH] = BASE | E(ESRCH) | E(ENXIO) | E(EBUSY),
	[DOOR_SCAN] = TARGET | E(ERANGE),
	[DOOR_VMAS] = TARGET | E(ERANGE),
	[DOOR_TRANSLATE] = TARGET | E(ERANGE),
	[DOOR_FRAMES] = BASE,
	[DOOR_RMAP] = TARGET | E(ERANGE) | E(ENOENT) | E(EAGAIN),
	[DOOR_MM] = TARGET,
	[DOOR_TABLES] = TARGET | E(ENOSPC),
	[DOOR_SEGMENTS] = TARGET,
	[DOOR_GDT] = BASE | E(ENXIO),
	[DOOR_ANY] = ~0ULL,
	[DOOR_WRITE_ATTACH] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
			      E(EEXIST) | E(ENOSPC),
	[DOOR_WRITE_TRANSLATE] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
				 E(ERANGE),
	[DOOR_WRITE_RMAP] = E(EINVAL) | E(EFAULT) | E(ESRCH) | E(ENXIO) |
			    E(ERANGE) | E(ENOENT) | E(EAGAIN),
	[DOOR_WRITE_FRAME] = E(EINVAL) | E(EFAULT) | E(ERANGE),
	[DOOR_READ] = E(EINVAL) | E(EFAULT),
};

__u64 abi_documented(__u8 door)
{
	return documented[door];
}

struct arena_reach abi_reach(const struct run *run, const void *at)
{
	struct arena_reach reach = arena_reach(&run->argument, at);
	int i;

	for (i = 0; i < RUN_BUFFERS && !reach.readable; i++)
		reach = arena_reach(&run->buffer[i], at);
	return reach;
}

/* Something in the part of the struct that no module of this version knows */
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

/* The rules about sizes and pointers, the same for every call */
static __u64 broken_sizes(const struct run *run)
{
	const struct door *door = run->door;
	struct arena_reach reach = arena_reach(&run->argument, run->at);
	size_t needed = door->head, size;

	if (reach.readable < 4)
		return E(EFAULT);
	size = run_field(run, 0, 4);
	if (needed < size)
		needed = size < LARGEST_SIZE ? size : LARGEST_SIZE;
	return if_broken(size > LARGEST_SIZE, E2BIG) |
	       if_broken(size < door->first_size, EINVAL) |
	       if_broken(reach.readable < needed, EFAULT) |
	       if_broken(size > door->size &&
			 is_tail_dirty(run, door->size, size), E2BIG);
}

static __u64 broken_range(__u64 start, __u64 end, __u64 user_end)
{
	return if_broken(start >= end, EINVAL) | if_broken(end > user_end, ERANGE);
}

static __u64 broken_scan(const struct run *run, __u64 user_end)
{
	const __u64 kinds = (1ULL << PGWALK_KIND_NR) - (1ULL << PGWALK_KIND_PRESENT);
	__u64 flags = FIELD(run, pgwalk_scan, flags);
	__u64 start = FIELD(run, pgwalk_scan, start);
	__u64 end = FIELD(run, pgwalk_scan, end);
	bool bad = flags & ~(__u64)(PGWALK_SCAN_PAGES | PGWALK_SCAN_FRAMES);

	bad |= !FIELD(run, pgwalk_scan, nr_records);
	bad |= (start | end) % 4096;
	bad |= FIELD(run, pgwalk_scan, kinds) & ~kinds;
	bad |= (FIELD(run, pgwalk_scan, require) |
		FIELD(run, pgwalk_scan, exclude)) & ~PGWALK_F_ALL;
	bad |= !(flags & PGWALK_SCAN_FRAMES) &&
	       (FIELD(run, pgwalk_scan, frame_require) |
		FIELD(run, pgwalk_scan, frame_exclude));
	return if_broken(bad, EINVAL) | broken_range(start, end, user_end);
}

static __u64 broken_vmas(const struct run *run, __u64 user_end)
{
	__u64 flags = FIELD(run, pgwalk_vmas, flags);
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
	bool bad = FIELD(run, pgwalk_translate, flags) ||
		   run_field(run, offsetof(struct pgwalk_translate, reserved), 3) ||
		   reg >= PGWALK_SEGMENT_NR || tid < 0;

	return if_broken(bad, EINVAL) |
	       if_broken(!reg && FIELD(run, pgwalk_translate, addr) >= user_end, ERANGE) |
	       if_broken(tid && !is_thread, ESRCH);
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

/* The rules of one call about its fields */
static __u64 broken_fields(const struct run *run)
{
	__u64 user_end = run->subject->value[SYMBOL_USER_END];

	switch (run->input->door) {
	case DOOR_ATTACH:
		return broken_attach(run);
	case DOOR_SCAN:
		return broken_scan(run, user_end);
	case DOOR_VMAS:
		return broken_vmas(run, user_end);
	case DOOR_TRANSLATE:
		return broken_translate(run, user_end);
	case DOOR_FRAMES:
		return broken_frames(run);
	case DOOR_RMAP:
		return broken_rmap(run, user_end);
	case DOOR_MM:
		return if_broken(FIELD(run, pgwalk_mm, flags) ||
				 !FIELD(run, pgwalk_mm, tasks) !=
				 !FIELD(run, pgwalk_mm, nr_records), EINVAL);
	case DOOR_TABLES:
		return if_broken(FIELD(run, pgwalk_tables, flags) ||
				 !FIELD(run, pgwalk_tables, nr_records), EINVAL);
	case DOOR_SEGMENTS:
		return broken_segments(run);
	case DOOR_GDT:
		return if_broken(FIELD(run, pgwalk_gdt, cpu) >= run->subject->cpus,
				 ENXIO);
	}
	return 0;
}

static bool wants_target(const struct run *run)
{
	switch (run->input->door) {
	case DOOR_INFO:
	case DOOR_ATTACH:
	case DOOR_FRAMES:
	case DOOR_GDT:
		return false;
	case DOOR_RMAP:
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

/* What depends on the state of things, or on how much there is to write */
static __u64 possible(const struct run *run)
{
	__u64 may = 0;
	size_t told;
	void *array;
	int i;

	for (i = 0; i < RUN_BUFFERS; i++) {
		array = run_array(run, i, &told);
		may |= if_broken(told > abi_reach(run, array).writable, EFAULT);
	}
	switch (run->input->door) {
	case DOOR_ATTACH:
		return may | E(ESRCH) | E(ENXIO) | E(EBUSY);
	case DOOR_RMAP:
		return wants_target(run) ? may | E(ENOENT) | E(EAGAIN) : may;
	case DOOR_TABLES:
		return may | E(ENOSPC);
	}
	return may;
}

/* Other numbers of ours are for nobody; those of all files are not ours */
static struct abi_verdict any_call(__u32 request)
{
	struct abi_verdict verdict = { 0, ~0ULL };
	int door;

	if (_IOC_TYPE(request) == PGWALK_IOC_MAGIC)
		verdict.must = E(ENOTTY);
	for (door = 0; door < DOOR_ANY; door++)
		if (doors[door].request == request)
			verdict.must = 0;
	return verdict;
}

struct abi_verdict abi_of_call(const struct run *run)
{
	struct abi_verdict verdict;

	if (run->input->door == DOOR_ANY)
		return any_call(run->input->request);
	verdict.must = broken_sizes(run);
	if (arena_reach(&run->argument, run->at).readable >= 4)
		verdict.must |= broken_fields(run) | broken_target(run);
	verdict.may = possible(run);
	/* The answer is written last: what comes before may go wrong first */
	if (!verdict.must && !arena_reach(&run->argument, run->at).writable)
		verdict.must = E(EFAULT) | verdict.may;
	return verdict;
}

struct abi_verdict abi_of_read(const struct run *run)
{
	struct door_read asked = { 0 };
	struct abi_verdict verdict = { 0, 0 };

	memcpy(&asked, run->data, sizeof(asked));
	if (asked.position < 0)
		verdict.must = E(EINVAL);
	/* Of no bytes, too, if the address is none */
	if (abi_reach(run, run->at).writable < run->size ||
	    !abi_reach(run, run->at).writable)
		verdict.may = E(EFAULT);
	if (asked.position < 0)
		verdict.must |= verdict.may;
	/* An offset that no file has */
	verdict.may |= E(EINVAL);
	return verdict;
}

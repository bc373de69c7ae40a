// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Samples the mappings of the target through the module or /proc, within a CPU budget. A sample
 * that exceeds the budget continues where it stopped at the next call.
 *
 * While the target is at rest, its pages are not counted again: the cost of a count grows with its
 * memory. It is at rest if it had no fault, if the kernel has swapped, collapsed or split no page, and if
 * its counters are those before the last count: of resident and swapped pages, of mappings and their
 * pages, and of page tables. The list of mappings is compared each 5 s, or longer if it takes more than
 * 1/1000 of a CPU, because mremap(2), mprotect(2) and a new name of a mapping can leave all of them equal.
 * Only pages that are moved between mappings (UFFDIO_MOVE) are not seen then. The next count sees them:
 * after 30 s, or, if that is later, when the counts take 1/40000 of a CPU, but after an hour at most.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/cpu_budget.h"
#include "query.h"
#include "vma_sampler.h"
#include "../procfs/proc.h"

#define COUNT_SHARE	70	/* inverse share of one CPU, for full samples */
#define LIST_SHARE	200	/* for single mappings; about 2 % with COUNT_SHARE */
#define SAVED_NS	20000000

/* Time between two counts of a target at rest */
#define REST_SHARE	40000	/* inverse share of one CPU */
#define REST_MIN_NS	30000000000ULL
#define REST_MAX_NS	3600000000000ULL

/* Time between two comparisons of the list of mappings of a target at rest */
#define COMPARE_SHARE	1000	/* inverse share of one CPU */
#define COMPARE_MIN_NS	5000000000ULL

/*
 * Time from the count of a move in /proc/vmstat to its end: the kernel counts a collapse when it has
 * allocated the huge page, and copies the pages then
 */
#define MOVE_NS		1000000000ULL

#define UNKNOWN		UINT64_MAX	/* a value that no counter has */

/* The counters of a target at rest */
struct counters {
	uint64_t resident[3];
	uint64_t swapped;
	uint64_t total;
	uint64_t data;
	uint64_t exec;
	uint64_t stack;
	uint64_t tables;
	uint64_t mappings;
	uint64_t brk;
};

/**
 * struct comparison - of the list of mappings with that of the last complete sample
 * @at: next address of an incomplete comparison; 0: none
 * @hash: of the mappings so far
 * @cost_ns: CPU time of the last comparison, or of an incomplete one so far
 * @done_ns: time of the last comparison or sample
 */
struct comparison {
	uint64_t at;
	uint64_t hash;
	uint64_t cost_ns;
	uint64_t done_ns;
};

/**
 * struct vma_sampler - a sampler of mappings
 * @pid: the target
 * @device: the module, attached to the target; NULL: use /proc
 * @sink: consumer of the samples
 * @resume: next address of an incomplete sample; 0: begin a new one, unless @more
 * @last_start: first address of the mapping that was passed to the sink last
 * @last_end: first address after it
 * @counting: CPU budget of full samples
 * @listing: CPU budget of single mappings
 * @spent_ns: CPU time of all samples
 * @begun: the counters when the running sample began
 * @counted: the counters when the last complete sample began
 * @counted_ns: time of the last complete sample; 0: none
 * @begun_list: hash of the mappings of the running sample
 * @counted_list: hash of the mappings of the last complete sample
 * @comparison: of the mappings with @counted_list
 * @sample_ns: CPU time of the last complete sample
 * @part_ns: CPU time of the running sample so far
 * @check_ns: CPU time of the last comparison of counters
 * @moved_ns: time of the last moves; 0: a sample has begun MOVE_NS or longer after them
 * @tables_bytes: size of the page tables at the last call; 0: not read
 * @frames: page frames are counted, too
 * @disturbed: there were faults or moves since the last sample began
 * @uncounted: the running sample has pages that no counter of the target counts
 * @rests: the last complete sample has no such pages
 * @more: the sink continues to read the mapping before @resume
 */
struct vma_sampler {
	pid_t pid;
	struct device *device;
	struct vma_sink sink;
	uint64_t resume;
	uint64_t last_start;
	uint64_t last_end;
	struct cpu_budget counting;
	struct cpu_budget listing;
	uint64_t spent_ns;
	struct counters begun;
	struct counters counted;
	uint64_t counted_ns;
	uint64_t begun_list;
	uint64_t counted_list;
	struct comparison comparison;
	uint64_t sample_ns;
	uint64_t part_ns;
	uint64_t check_ns;
	uint64_t moved_ns;
	uint64_t tables_bytes;
	bool frames;
	bool disturbed;
	bool uncounted;
	bool rests;
	bool more;
};

static uint64_t cpu_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

/**
 * vma_sampler__create - prepare to sample a process
 * @out: filled; untouched on failure
 * @pid: the process
 * @device: attached to it, must outlive the object; NULL: read /proc
 * @sink: consumer of the samples
 * @now_ns: current time
 *
 * Return: 0 or -ENOMEM.
 */
int vma_sampler__create(struct vma_sampler **out, pid_t pid, struct device *device,
			const struct vma_sink *sink, uint64_t now_ns)
{
	struct vma_sampler *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->pid = pid;
	l->device = device;
	l->sink = *sink;
	cpu_budget__init(&l->counting, COUNT_SHARE, SAVED_NS, now_ns);
	cpu_budget__init(&l->listing, LIST_SHARE, SAVED_NS, now_ns);
	*out = l;
	return 0;
}

/** vma_sampler__destroy - free the sampler; NULL is fine */
void vma_sampler__destroy(struct vma_sampler *l)
{
	free(l);
}

/** vma_sampler__spent_ns - return the CPU time of all samples; NULL is fine */
uint64_t vma_sampler__spent_ns(const struct vma_sampler *l)
{
	return l ? l->spent_ns : 0;
}

/**
 * vma_sampler__tables_bytes - return the size of the page tables
 * @l: the sampler; NULL is fine
 *
 * Return: bytes; 0: the last vma_sampler__sample_all() has not read it.
 */
uint64_t vma_sampler__tables_bytes(const struct vma_sampler *l)
{
	return l ? l->tables_bytes : 0;
}

static void spend(struct vma_sampler *l, struct cpu_budget *budget, uint64_t ns)
{
	cpu_budget__spend(budget, ns);
	l->spent_ns += ns;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 32;
}

/* Add a mapping to the hash of a list: its addresses, permissions, file and name */
static uint64_t add_vma(uint64_t hash, const struct pgwalk_vma *vma)
{
	uint64_t word;
	size_t i;

	hash = mix(hash, vma->start);
	hash = mix(hash, vma->end);
	hash = mix(hash, vma->vm_flags);
	hash = mix(hash, vma->offset);
	hash = mix(hash, vma->ino);
	hash = mix(hash, (uint64_t)vma->dev_major << 32 | vma->dev_minor);
	for (i = 0; i < vma->name_len; i += sizeof(word)) {
		size_t len = vma->name_len - i;

		word = 0;
		memcpy(&word, vma->name + i, len < sizeof(word) ? len : sizeof(word));
		hash = mix(hash, word);
	}
	return mix(hash, vma->name_len);
}

static int compare_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct vma_sampler *l = ctx;

	l->comparison.hash = add_vma(l->comparison.hash, vma);
	return 0;
}

/* Huge pages of hugetlbfs, and shared memory in swap, are in no counter of an address space */
static int take_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct vma_sampler *l = ctx;

	if (vma->hugetlb || (vma->swapped && vma->prot & PGWALK_PROT_SHARED))
		l->uncounted = true;
	l->begun_list = add_vma(l->begun_list, vma);
	l->last_start = vma->start;
	l->last_end = vma->end;
	return l->sink.vma(l->sink.ctx, vma);
}

/* Continue after a mapping; 0: no mapping can follow */
static uint64_t next_address(const struct vma_sampler *l, uint64_t end)
{
	struct pgwalk_info info;

	device__info(l->device, &info);
	return end < info.user_end ? end : 0;
}

/* One call of the module */
static int sample_module(struct vma_sampler *l, uint64_t start, uint64_t end, bool count,
			 uint64_t now_ns, __u64 *resume)
{
	int err = l->sink.begin(l->sink.ctx, start, now_ns);

	if (!err)
		err = device__vmas(l->device, start, end,
				   !count ? 0 : PGWALK_VMAS_COUNT | (l->frames ? PGWALK_VMAS_FRAMES : 0),
				   take_vma, l, resume);
	if (err == VMA_SAMPLER_MORE) {
		l->more = true;
		*resume = next_address(l, l->last_end);
		return l->sink.end(l->sink.ctx, l->last_start);
	}
	if (err)
		return err;
	return l->sink.end(l->sink.ctx, *resume ? *resume : UINT64_MAX);
}

/* After an execve(): attach again and report an empty address space */
static int follow(struct vma_sampler *l, uint64_t now_ns)
{
	int err = device__attach(l->device, l->pid);

	if (err)
		return err == -ENXIO ? -ESRCH : err;
	l->resume = 0;
	l->more = false;
	l->begun.mappings = UNKNOWN;
	l->begun_list = 0;
	err = l->sink.begin(l->sink.ctx, 0, now_ns);
	return err ? err : l->sink.end(l->sink.ctx, UINT64_MAX);
}

static int sample_proc(struct vma_sampler *l, uint64_t now_ns)
{
	int dir = proc__open(l->pid);
	int err = dir < 0 ? dir : l->sink.begin(l->sink.ctx, 0, now_ns);

	if (!err)
		err = proc__maps(dir, l->sink.vma, l->sink.ctx);
	if (!err)
		err = l->sink.end(l->sink.ctx, UINT64_MAX);
	if (dir >= 0)
		close(dir);
	return err;
}

static int read_counters(struct vma_sampler *l, struct counters *c)
{
	struct pgwalk_mm mm;
	int err = query__mm(l->device, &mm, NULL, 0);

	if (err)
		return err;
	*c = (struct counters){
		.resident = { mm.rss_anon_pages, mm.rss_file_pages, mm.rss_shmem_pages },
		.swapped = mm.swap_pages,
		.total = mm.total_pages,
		.data = mm.data_pages,
		.exec = mm.exec_pages,
		.stack = mm.stack_pages,
		.tables = mm.pgtables_bytes,
		.mappings = mm.map_count,
		.brk = mm.brk,
	};
	return 0;
}

/* Return the time after which a target at rest is counted again */
static uint64_t rest_ns(const struct vma_sampler *l)
{
	uint64_t ns = l->sample_ns * REST_SHARE;

	return ns < REST_MIN_NS ? REST_MIN_NS : ns > REST_MAX_NS ? REST_MAX_NS : ns;
}

/* Compare the list of mappings, or as many as the budget allows, and return whether it is another one */
static bool has_new_list(struct vma_sampler *l, uint64_t now_ns)
{
	struct comparison *c = &l->comparison;
	const uint64_t pause = c->cost_ns * COMPARE_SHARE;

	if (!c->at) {
		if (now_ns - c->done_ns < (pause < COMPARE_MIN_NS ? COMPARE_MIN_NS : pause))
			return false;
		c->hash = 0;
		c->cost_ns = 0;
	}
	while (cpu_budget__may_spend(&l->listing, now_ns)) {
		uint64_t before = cpu_ns();
		__u64 resume = 0;
		int err = device__vmas(l->device, c->at, 0, 0, compare_vma, l, &resume);

		before = cpu_ns() - before;
		spend(l, &l->listing, before);
		c->cost_ns += before;
		c->at = resume;
		if (err)
			return true;
		if (!resume) {
			c->done_ns = now_ns;
			return c->hash != l->counted_list;
		}
	}
	return false;
}

/*
 * Read the counters before a sample begins, and compare them with those before the last one. The
 * module passes over all processes to read them: it is not called where a sample costs less.
 */
static bool is_at_rest(struct vma_sampler *l, uint64_t now_ns)
{
	uint64_t before = cpu_ns();
	bool equal;

	if (!l->device)
		return false;
	l->uncounted = l->frames;
	l->begun.mappings = UNKNOWN;
	if (l->counted_ns && l->check_ns > l->sample_ns)
		return false;
	if (read_counters(l, &l->begun))
		return false;
	l->tables_bytes = l->begun.tables;
	equal = l->counted_ns && l->rests && !memcmp(&l->begun, &l->counted, sizeof(l->begun));
	l->check_ns = cpu_ns() - before;
	spend(l, &l->counting, l->check_ns);
	return equal && !l->disturbed && now_ns - l->counted_ns < rest_ns(l) &&
	       !has_new_list(l, now_ns);
}

/*
 * Note faults and moves. They are forgotten when a sample begins that sees their result: not by a
 * call that samples nothing, nor by one that continues a sample.
 */
static void note_disturbance(struct vma_sampler *l, unsigned int disturbed, uint64_t now_ns)
{
	if (disturbed & VMA_SAMPLER_MOVES)
		l->moved_ns = now_ns;
	if (disturbed || l->moved_ns)
		l->disturbed = true;
}

/* A sample begins */
static void begin_sample(struct vma_sampler *l, uint64_t now_ns)
{
	l->disturbed = false;
	l->begun_list = 0;
	l->comparison.at = 0;
	if (now_ns - l->moved_ns >= MOVE_NS)
		l->moved_ns = 0;
}

/* A sample, or its last part, is complete */
static void note_counted(struct vma_sampler *l, uint64_t now_ns)
{
	l->counted = l->begun;
	l->counted_ns = now_ns;
	l->counted_list = l->begun_list;
	l->comparison.done_ns = now_ns;
	l->rests = !l->uncounted;
	l->sample_ns = l->part_ns;
	l->part_ns = 0;
}

/* Continue to read the mapping before @resume */
static int sample_more(struct vma_sampler *l, uint64_t now_ns, __u64 *resume)
{
	int err = l->sink.more(l->sink.ctx, now_ns);

	*resume = l->resume;
	if (err == VMA_SAMPLER_MORE)
		return 0;
	l->more = false;
	return err ? err : l->sink.end(l->sink.ctx, *resume ? *resume : UINT64_MAX);
}

/* One call of the source; it is continued at l->resume */
static int sample_part(struct vma_sampler *l, uint64_t now_ns)
{
	uint64_t before = cpu_ns();
	__u64 resume = 0;
	int err;

	if (l->more)
		err = sample_more(l, now_ns, &resume);
	else if (l->device)
		err = sample_module(l, l->resume, 0, true, now_ns, &resume);
	else
		err = sample_proc(l, now_ns);
	if (err == -ESRCH && l->device) {
		l->counted_ns = 0;
		resume = 0;
		err = follow(l, now_ns);
		if (!err)
			err = sample_module(l, 0, 0, true, now_ns, &resume);
	}
	before = cpu_ns() - before;
	spend(l, &l->counting, before);
	l->part_ns += before;
	if (!err)
		l->resume = resume;
	return err;
}

/**
 * vma_sampler__sample_all - sample all mappings once, or as many as the budget allows
 * @l: the sampler
 * @disturbed: VMA_SAMPLER_*, events since the last call; without any, nothing is sampled while the
 *	counters of the target do not change
 * @now_ns: current time
 *
 * Return: 0; -ESRCH: the target has exited; the value of the sink; or -errno.
 */
int vma_sampler__sample_all(struct vma_sampler *l, unsigned int disturbed, uint64_t now_ns)
{
	int err;

	l->tables_bytes = 0;
	note_disturbance(l, disturbed, now_ns);
	if (!cpu_budget__may_spend(&l->counting, now_ns))
		return 0;
	if (!l->resume && !l->more) {
		if (is_at_rest(l, now_ns))
			return 0;
		begin_sample(l, now_ns);
	}
	/* the credit for the first part was checked before the counters were read */
	do {
		err = sample_part(l, now_ns);
		if (!err && !l->resume && !l->more) {
			note_counted(l, now_ns);
			break;
		}
	} while (!err && cpu_budget__may_spend(&l->counting, now_ns));
	return err;
}

/** vma_sampler__repeat - sample all mappings again, as far as the budget allows, also of a target at rest; NULL is fine */
void vma_sampler__repeat(struct vma_sampler *l)
{
	if (!l)
		return;
	l->resume = 0;
	l->more = false;
	l->counted_ns = 0;
}

/**
 * vma_sampler__count_frames - count page frames in later samples, or no longer; NULL is fine
 * @l: the sampler
 * @on: count them. Other processes can change these counts, and MADV_FREE does, while the target has no fault
 *	and its counters stay the same: a target at rest is then sampled, too, within the same budget
 */
void vma_sampler__count_frames(struct vma_sampler *l, bool on)
{
	if (l)
		l->frames = on;
}

/**
 * vma_sampler__sample_range - read the mappings of one range, without counting
 * @l: the sampler
 * @start: first address
 * @end: first address after the range
 * @now_ns: current time
 *
 * Return: 0; -EAGAIN: the budget is used up, or there is no module; -ESRCH: the target has exited;
 * the value of the sink; or -errno.
 */
int vma_sampler__sample_range(struct vma_sampler *l, uint64_t start, uint64_t end, uint64_t now_ns)
{
	uint64_t before = cpu_ns();
	__u64 resume = 0;
	int err;

	if (!l->device || !cpu_budget__may_spend(&l->listing, now_ns))
		return -EAGAIN;
	err = l->sink.begin(l->sink.ctx, start, now_ns);
	if (!err)
		err = device__vmas(l->device, start, end, 0, l->sink.vma,
				   l->sink.ctx, &resume);
	if (!err)
		err = l->sink.end(l->sink.ctx, resume);
	spend(l, &l->listing, cpu_ns() - before);
	return err;
}

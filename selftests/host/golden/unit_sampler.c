// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Tests of the sampler of mappings with a fake module and a fake CPU clock: it stays within 2 % of a
 * CPU, and it reads the target again after each change, also if it had no credit at that time.
 */
#include <errno.h>
#include <string.h>

#include "../../../userspace/collect/module/devio.h"
#include "../../../userspace/collect/module/vma_sampler.h"
#include "../../../userspace/session/memory.h"
#include "unit.h"
#include "unit_wrap.h"

#define MS	1000000ULL
#define SECOND	1000000000ULL
#define PARTS	2	/* mappings of the target, each read by a call if @split */
#define SIZE	0x300000ULL
#define PAGE	0x1000ULL

/**
 * struct fake - a target, and the module that reads it
 * @cpu_ns: CPU time of the sampler
 * @counters_ns: CPU time of reading the counters
 * @part_ns: CPU time of a call that counts pages
 * @split: a call reads one mapping
 * @flags: vm_flags of the last mapping
 * @mm: the counters
 * @resident: resident bytes of each mapping
 * @seen: the bytes that the sampler reported last
 * @seen_flags: the flags of the last mapping that it reported last
 * @samples: number of complete samples
 * @with_frames: number of calls that counted frames
 * @shared: each mapping has the same frames, each mapped twice
 * @scan_ns: CPU time of a call that reads a page
 * @scans: number of these calls
 */
static struct fake {
	uint64_t cpu_ns, counters_ns, part_ns;
	bool split;
	struct pgwalk_mm mm;
	uint64_t resident[PARTS], seen[PARTS];
	uint64_t flags, seen_flags;
	unsigned int samples, with_frames;
	bool shared;
	uint64_t scan_ns;
	unsigned int scans;
} fake;

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	if (clock != CLOCK_THREAD_CPUTIME_ID)
		return __real_clock_gettime(clock, ts);
	ts->tv_sec = (time_t)(fake.cpu_ns / SECOND);
	ts->tv_nsec = (long)(fake.cpu_ns % SECOND);
	return 0;
}

int devio__open(void)
{
	return 0;
}

void devio__close(int fd)
{
	(void)fd;
}

static int read_mappings(struct pgwalk_vmas *arg)
{
	struct pgwalk_vma *to = (void *)(unsigned long)arg->records;
	unsigned int i;

	if (arg->flags & PGWALK_VMAS_COUNT)
		fake.cpu_ns += fake.part_ns;
	fake.with_frames += !!(arg->flags & PGWALK_VMAS_FRAMES);
	arg->resume = arg->end;
	for (i = (unsigned int)(arg->start / SIZE); i < PARTS; i++, to++) {
		memset(to, 0, sizeof(*to));
		to->size = sizeof(*to);
		to->start = i * SIZE;
		to->end = to->start + SIZE;
		to->counted = !!(arg->flags & PGWALK_VMAS_COUNT);
		to->frames_counted = !!(arg->flags & PGWALK_VMAS_FRAMES);
		to->shared = fake.shared ? SIZE : 0;
		to->vm_flags = i + 1 == PARTS ? fake.flags : 0;
		to->resident = arg->flags & PGWALK_VMAS_COUNT ? fake.resident[i] : 0;
		arg->filled += sizeof(*to);
		if (fake.split && i + 1 < PARTS) {
			arg->resume = to->end;
			break;
		}
	}
	return 0;
}

/* A call reads one page. The frames of both mappings are the same */
static int read_page(struct pgwalk_scan *arg)
{
	struct pgwalk_frame_run *to = (void *)(unsigned long)arg->records;

	fake.scans++;
	fake.cpu_ns += fake.scan_ns;
	memset(to, 0, sizeof(*to));
	to->run.start = arg->start;
	to->run.end = arg->resume = arg->start + PAGE;
	to->run.pfn = 1 + arg->start % SIZE / PAGE;
	to->mapcount = 2;
	arg->filled = 1;
	return 0;
}

int devio__call(int fd, unsigned long request, void *arg)
{
	(void)fd;
	switch (request) {
	case PGWALK_IOC_INFO:
		((struct pgwalk_info *)arg)->abi = PGWALK_ABI_VERSION;
		((struct pgwalk_info *)arg)->user_end = 1ULL << 47;
		((struct pgwalk_info *)arg)->page_shift = 12;
		return 0;
	case PGWALK_IOC_ATTACH:
		((struct pgwalk_attach *)arg)->tgid = ((struct pgwalk_attach *)arg)->pid;
		return 0;
	case PGWALK_IOC_MM:
		fake.cpu_ns += fake.counters_ns;
		*(struct pgwalk_mm *)arg = fake.mm;
		return 0;
	case PGWALK_IOC_VMAS:
		return read_mappings(arg);
	case PGWALK_IOC_SCAN:
		return read_page(arg);
	}
	return -ENOTTY;
}

static int take_begin(void *ctx, uint64_t start, uint64_t now_ns)
{
	(void)ctx;
	(void)start;
	(void)now_ns;
	return 0;
}

static int take_vma(void *ctx, const struct pgwalk_vma *vma)
{
	(void)ctx;
	fake.seen[vma->start / SIZE] = vma->resident;
	fake.seen_flags = vma->vm_flags;
	return 0;
}

static int take_end(void *ctx, uint64_t end)
{
	(void)ctx;
	fake.samples += end == UINT64_MAX;
	return 0;
}

/* A sampler with the time of a day, so that no time is 0 */
static struct vma_sampler *begin(struct device **device, uint64_t counters_ns, uint64_t part_ns)
{
	const struct vma_sink sink = { take_begin, take_vma, NULL, take_end, NULL };
	struct vma_sampler *l = NULL;

	fake = (struct fake){ .counters_ns = counters_ns, .part_ns = part_ns };
	EXPECT(!device__open(device));
	EXPECT(!device__attach(*device, 1));
	EXPECT(!vma_sampler__create(&l, 1, *device, &sink, SECOND));
	return l;
}

static void end(struct vma_sampler *l, struct device *device)
{
	vma_sampler__destroy(l);
	device__close(device);
}

/* An interval each @step from @from to before @to, without events */
static void rest(struct vma_sampler *l, uint64_t from, uint64_t to, uint64_t step)
{
	for (; from < to; from += step)
		EXPECT(!vma_sampler__sample_all(l, 0, from));
}

/* The comparison of the counters costs more than the share of an interval, and less than a sample */
static void a_changing_target_is_sampled_within_the_budget(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 3 * MS / 10, MS);
	unsigned int i, early = 0;

	for (i = 0; i < 6000; i++) {
		fake.mm.rss_anon_pages++;
		EXPECT(!vma_sampler__sample_all(l, 0, SECOND + i * 10 * MS));
		if (i == 3000)
			early = fake.samples;
	}
	EXPECT(early > 100 && fake.samples - early > 100);
	EXPECT(fake.cpu_ns <= 60 * SECOND / 50 + 20 * MS);
	EXPECT(fake.cpu_ns == vma_sampler__spent_ns(l));
	end(l, device);
}

/* The counters of a resting target are compared without an end: that has a limit, too */
static void a_resting_target_is_compared_within_the_budget(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, MS, 2 * MS);

	rest(l, SECOND, 21 * SECOND, 10 * MS);
	EXPECT(fake.samples == 1);
	EXPECT(fake.cpu_ns <= 20 * SECOND / 50 + 20 * MS);
	end(l, device);
}

/* Pages of one buffer are exchanged for those of another: all counters stay equal */
static void a_change_without_credit_is_sampled_later(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, 80 * MS);

	fake.resident[0] = 1;
	EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, SECOND));
	EXPECT(fake.seen[0] == 1);
	fake.resident[0] = 2;
	EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, 2 * SECOND));
	EXPECT(fake.seen[0] == 1);	/* no credit */
	rest(l, 3 * SECOND, 20 * SECOND, SECOND);
	EXPECT(fake.seen[0] == 2 && fake.samples == 2);
	end(l, device);
}

/* The sample has read the first mapping, which changes before the sample is complete */
static void a_change_during_an_incomplete_sample_is_sampled_later(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, 80 * MS);

	fake.split = true;
	fake.resident[0] = 1;
	EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, SECOND));
	EXPECT(fake.seen[0] == 1 && !fake.samples);
	fake.resident[0] = 2;
	EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, 8 * SECOND));
	EXPECT(fake.seen[0] == 1 && fake.samples == 1);
	rest(l, 9 * SECOND, 40 * SECOND, SECOND);
	EXPECT(fake.seen[0] == 2 && fake.samples == 2);
	end(l, device);
}

/* The kernel counts a collapse before it maps the huge page: a sample can come in between */
static void a_move_is_sampled_after_its_end(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, MS / 10);
	const uint64_t step[] = { MS * 100, 3 * SECOND };
	unsigned int i, before;
	uint64_t now = SECOND;

	for (i = 0; i < 2; i++, now += 10 * SECOND) {
		fake.resident[0] = 1;
		EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_MOVES, now));
		EXPECT(fake.seen[0] == 1);
		fake.resident[0] = 2;
		rest(l, now + step[i], now + 4 * SECOND, step[i]);
		EXPECT(fake.seen[0] == 2);
		before = fake.samples;
		rest(l, now + 4 * SECOND, now + 10 * SECOND, SECOND);
		EXPECT(fake.samples == before);		/* at rest again */
	}
	end(l, device);
}

/* mprotect() of a mapping whose permissions no counter distinguishes */
static void a_changed_list_of_a_resting_target_is_seen(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, MS / 10);

	fake.split = true;
	fake.flags = 1;
	rest(l, SECOND, 20 * SECOND, SECOND);
	EXPECT(fake.seen_flags == 1 && fake.samples == 1);
	fake.flags = 0;
	rest(l, 20 * SECOND, 27 * SECOND, SECOND);
	EXPECT(fake.seen_flags == 0 && fake.samples == 2);
	rest(l, 27 * SECOND, 47 * SECOND, SECOND);
	EXPECT(fake.samples == 2);
	end(l, device);
}

/* Other processes change the counts of frames, so that a target at rest is sampled, too, within 2 % of a CPU */
static void frames_are_counted_only_on_request(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, 80 * MS);

	rest(l, SECOND, 20 * SECOND, SECOND);
	EXPECT(fake.samples == 1 && !fake.with_frames);
	vma_sampler__count_frames(l, true);
	vma_sampler__repeat(l);
	rest(l, 20 * SECOND, 120 * SECOND, SECOND);
	EXPECT(fake.samples > 10 && fake.with_frames == fake.samples - 1);
	EXPECT(fake.cpu_ns < 120 * SECOND / 50);
	vma_sampler__count_frames(l, false);
	vma_sampler__repeat(l);
	fake.samples = fake.with_frames = 0;
	rest(l, 120 * SECOND, 140 * SECOND, SECOND);
	EXPECT(fake.samples == 1 && !fake.with_frames);
	end(l, device);
}

/**
 * struct figures - a sink that reads the figures of mappings
 * @memory: reads them
 * @device: the module
 * @read: number of mappings that are complete
 * @in_order: the sample begins and ends at the mappings that it contains
 * @begun: first address of the running sample
 * @ended: address up to which samples are complete
 * @frames: distinct frames of each mapping
 */
struct figures {
	struct memory *memory;
	struct device *device;
	unsigned int read;
	bool in_order;
	uint64_t begun, ended;
	struct snapshot_memory frames[PARTS];
};

static int figures_begin(void *ctx, uint64_t start, uint64_t now_ns)
{
	struct figures *f = ctx;

	(void)now_ns;
	if (!start)
		memory__begin(f->memory);
	memory__step(f->memory);
	f->begun = start;
	f->in_order &= start == f->ended;
	return 0;
}

static int figures_take(struct figures *f, int err, const struct snapshot_memory *figures)
{
	if (err)
		return err == MEMORY_MORE ? VMA_SAMPLER_MORE : err;
	f->frames[f->read++] = *figures;
	return 0;
}

static int figures_vma(void *ctx, const struct pgwalk_vma *vma)
{
	struct figures *f = ctx;
	struct snapshot_memory figures;

	f->in_order &= vma->start == f->read * SIZE;
	return figures_take(f, memory__read(f->memory, f->device, vma, SNAPSHOT_MEMORY_FRAMES, &figures), &figures);
}

static int figures_more(void *ctx, uint64_t now_ns)
{
	struct figures *f = ctx;
	struct snapshot_memory figures;
	int err = figures_take(f, memory__continue(f->memory, f->device, &figures), &figures);

	(void)now_ns;
	if (err)
		return err;
	f->begun = (f->read - 1) * SIZE;
	f->in_order &= f->begun == f->ended;
	return 0;
}

static int figures_end(void *ctx, uint64_t end)
{
	struct figures *f = ctx;

	f->in_order &= end >= f->begun && end >= f->read * SIZE;
	f->ended = end;
	return take_end(NULL, end);
}

/* Two mappings of 768 pages, a call each: the sampler returns after each 256 calls that use up its credit */
static void a_large_mapping_is_read_in_steps(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, 0);
	struct figures f = { .memory = memory__create(), .device = device, .in_order = true };
	const struct vma_sink sink = { figures_begin, figures_vma, figures_more, figures_end, &f };
	unsigned int i, before = 0, most = 0;

	vma_sampler__destroy(l);
	fake.shared = true;
	fake.scan_ns = 20 * MS / MEMORY_STEP_CALLS;
	EXPECT(f.memory && !vma_sampler__create(&l, 1, device, &sink, SECOND));
	vma_sampler__count_frames(l, true);
	for (i = 0; i < 60 && !fake.samples; i++) {
		EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, SECOND + i * SECOND));
		most = fake.scans - before > most ? fake.scans - before : most;
		before = fake.scans;
	}
	EXPECT(fake.samples == 1 && f.read == PARTS && f.in_order);
	EXPECT(fake.scans == PARTS * SIZE / PAGE && fake.scans >= 6 * MEMORY_STEP_CALLS);
	EXPECT(most <= 2 * MEMORY_STEP_CALLS);
	EXPECT(f.frames[0].frames_known && f.frames[0].frames == SIZE);
	EXPECT(f.frames[1].frames_known && f.frames[1].frames == 0);
	memory__destroy(f.memory);
	end(l, device);
}

/* The sampler forgets a mapping that is not complete when all of them are read again */
static void a_large_mapping_is_read_again_from_its_begin(void)
{
	struct device *device = NULL;
	struct vma_sampler *l = begin(&device, 0, 0);
	struct figures f = { .memory = memory__create(), .device = device, .in_order = true };
	const struct vma_sink sink = { figures_begin, figures_vma, figures_more, figures_end, &f };
	unsigned int i;

	vma_sampler__destroy(l);
	fake.shared = true;
	fake.scan_ns = 20 * MS / MEMORY_STEP_CALLS;
	EXPECT(f.memory && !vma_sampler__create(&l, 1, device, &sink, SECOND));
	vma_sampler__count_frames(l, true);
	EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, 2 * SECOND));
	EXPECT(fake.scans == MEMORY_STEP_CALLS && !f.read);
	vma_sampler__repeat(l);
	for (i = 2; i < 60 && !fake.samples; i++)
		EXPECT(!vma_sampler__sample_all(l, VMA_SAMPLER_FAULTS, SECOND + i * SECOND));
	EXPECT(fake.samples == 1 && f.read == PARTS);
	EXPECT(fake.scans == MEMORY_STEP_CALLS + PARTS * SIZE / PAGE);
	EXPECT(f.frames[0].frames == SIZE && f.frames[1].frames == 0);
	memory__destroy(f.memory);
	end(l, device);
}

const struct unit_test sampler_tests[] = {
	{ "a changing target is sampled, within the budget", a_changing_target_is_sampled_within_the_budget },
	{ "a resting target is compared within the budget", a_resting_target_is_compared_within_the_budget },
	{ "a change without credit is sampled later", a_change_without_credit_is_sampled_later },
	{ "a change during an incomplete sample is sampled later", a_change_during_an_incomplete_sample_is_sampled_later },
	{ "a changed list of a resting target is seen", a_changed_list_of_a_resting_target_is_seen },
	{ "frames are counted only on request", frames_are_counted_only_on_request },
	{ "a large mapping is read in steps", a_large_mapping_is_read_in_steps },
	{ "a large mapping is read again from its beginning", a_large_mapping_is_read_again_from_its_begin },
	{ "a move is sampled after its end", a_move_is_sampled_after_its_end },
	{ 0 },
};

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_TRANSLATE: its results agree with the view and with pagemap, and it returns every
 * error that the ABI promises. Segments are for segments.c.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/maps.h"
#include "../lib/pagemap.h"
#include "../lib/process.h"
#include "../lib/target.h"
#include "../lib/translation.h"
#include "../workloads/list.h"
#include "../lib/entry_bits.h"
#include "../lib/sizes.h"

#define NOWHERE		((void *)16)

FIXTURE(call) {
	struct target target;
	struct pgwalk_info info;
	int fd;
};

FIXTURE_VARIANT(call) {
	const char *workload;
};

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_call(FIXTURE_VARIANT_ADD(call, id) { .workload = name };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(call)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_info(&self->info));
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(call)
{
	close(self->fd);
	target_stop(&self->target);
}

static int translate(int fd, __u64 address, struct pgwalk_translate *t)
{
	*t = (struct pgwalk_translate){ .size = sizeof(*t), .addr = address };
	return interface_ioctl(fd, PGWALK_IOC_TRANSLATE, t);
}

static void expect_step(struct __test_metadata *_metadata, const struct pgwalk_step *ours,
			const struct step *view, const struct pgwalk_geometry *geometry)
{
	EXPECT_EQ(geometry->level, ours->entry.level);
	EXPECT_EQ(geometry->shift, ours->entry.shift);
	EXPECT_EQ(view->index, ours->index);
	EXPECT_EQ(view->table, ours->table_pfn);
	/* Both are set by the CPU, at any time */
	EXPECT_EQ(view->value & ~ENTRY_CHANGES, ours->entry.value & ~ENTRY_CHANGES);
	EXPECT_EQ(view->pfn, ours->entry.kind == PGWALK_KIND_SWAP ? 0 : ours->entry.pfn);
	EXPECT_EQ(0, ours->reserved);
}

static void expect_chain(struct __test_metadata *_metadata, const struct pgwalk_translate *t)
{
	for (unsigned int i = 0; i + 1 < t->nr_steps; i++) {
		const struct pgwalk_entry *entry = &t->step[i].entry;

		EXPECT_EQ(PGWALK_KIND_TABLE, entry->kind);
		EXPECT_EQ(entry_frame(entry->value, PAGE_SHIFT), t->step[i + 1].table_pfn);
	}
}

static void expect_mapping(struct __test_metadata *_metadata, const struct pgwalk_translate *t,
			   const struct mapping *mapping)
{
	EXPECT_EQ(mapping->start, t->vma_start);
	EXPECT_EQ(mapping->end, t->vma_end);
	EXPECT_EQ(mapping->perms[0] == 'r', !!(t->vma_prot & PGWALK_PROT_READ));
	EXPECT_EQ(mapping->perms[1] == 'w', !!(t->vma_prot & PGWALK_PROT_WRITE));
	EXPECT_EQ(mapping->perms[2] == 'x', !!(t->vma_prot & PGWALK_PROT_EXEC));
	EXPECT_EQ(mapping->perms[3] == 's', !!(t->vma_prot & PGWALK_PROT_SHARED));
	/* VM_READ, VM_WRITE, VM_EXEC have had these bits since the beginning */
	EXPECT_EQ(t->vma_prot & 7, t->vm_flags & 7);
	/* The tables allow no more than the mapping does */
	EXPECT_EQ(0, t->prot & ~t->vma_prot);
}

/* Is there a page, by both; and of swap, the place */
static void expect_as_pagemap(struct __test_metadata *_metadata,
			      const struct pgwalk_translate *t, __u64 entry)
{
	const struct pgwalk_entry *leaf = &t->step[t->nr_steps - 1].entry;
	__u64 inside = (t->addr & ((1ULL << leaf->shift) - 1)) >> PAGE_SHIFT;

	if (entry & PM_PRESENT) {
		EXPECT_EQ(PM_PFN(entry), leaf->pfn + inside);
	} else if (entry & PM_SWAP) {
		EXPECT_EQ(PGWALK_KIND_SWAP, leaf->kind);
		EXPECT_EQ(PM_SWAP_TYPE(entry), leaf->swap_type);
		EXPECT_EQ(PM_SWAP_OFFSET(entry), leaf->pfn);
	} else {
		EXPECT_EQ(PGWALK_KIND_NONE, leaf->kind);
	}
}

TEST_F_TIMEOUT(call, agrees_with_the_view_and_pagemap, 60)
{
	struct maps maps;

	ASSERT_TRUE(maps_read(&maps, self->target.pid));
	for (size_t i = 0; i < self->target.nr_truths; i++) {
		const struct truth *truth = &self->target.truths[i];
		__u64 address = truth->start + (truth->end - truth->start) / 2 + 0x123;
		struct translation view;
		struct pgwalk_translate t;
		int error;

		ASSERT_EQ(0, translate(self->fd, address, &t));
		ASSERT_TRUE(translation_parse(&view, interface_translate(self->target.pid, address,
									 &error)));
		EXPECT_EQ(PGWALK_TRANSLATE_DONE, t.status);
		EXPECT_EQ(address, t.linear);
		EXPECT_EQ(truth->kind, t.step[t.nr_steps - 1].entry.kind);
		EXPECT_EQ(truth->shift, t.step[t.nr_steps - 1].entry.shift);
		ASSERT_EQ(view.nr, t.nr_steps);
		for (unsigned int step = 0; step < t.nr_steps; step++)
			expect_step(_metadata, &t.step[step], &view.steps[step],
				    &self->info.geometry[step]);
		expect_chain(_metadata, &t);
		expect_mapping(_metadata, &t, maps_find(&maps, address));
		expect_as_pagemap(_metadata, &t, pagemap_one(self->target.pid, address));
	}
	maps_free(&maps);
}

/* Errors, and cases that are no errors, on a process of our own making */
FIXTURE(argument) {
	int fd;
	char *page;
	struct pgwalk_info info;
	struct pgwalk_translate t;
};

FIXTURE_SETUP(argument)
{
	self->page = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_EQ(0, mprotect(self->page + PAGE, PAGE, PROT_NONE));
	self->page[0] = 1;
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, interface_info(&self->info));
}

FIXTURE_TEARDOWN(argument)
{
	close(self->fd);
}

#define REFUSED(error, change) do { \
		self->t = (struct pgwalk_translate){ \
			.size = sizeof(self->t), .addr = (unsigned long)self->page, \
		}; \
		self->t.change; \
		struct pgwalk_translate before = self->t; \
		EXPECT_EQ(error, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &self->t)); \
		EXPECT_EQ(0, memcmp(&before, &self->t, sizeof(before))); \
	} while (0)

TEST_F(argument, wrong_one_has_its_error_and_nothing_is_written)
{
	REFUSED(-EINVAL, flags = 1);
	REFUSED(-EINVAL, flags = 1U << 31);
	REFUSED(-EINVAL, reserved[0] = 1);
	REFUSED(-EINVAL, reserved[2] = 1);
	REFUSED(-EINVAL, tid = -1);
	REFUSED(-ESRCH, tid = 1);
	REFUSED(-EINVAL, reg = PGWALK_SEGMENT_NR);
	REFUSED(-EINVAL, reg = 255);
	REFUSED(-EINVAL, size = PGWALK_TRANSLATE_SIZE_1 - 8);
	REFUSED(-EINVAL, size = 0);
	REFUSED(-E2BIG, size = 1 << 20);
	REFUSED(-ERANGE, addr = self->info.user_end);
	REFUSED(-ERANGE, addr = 1ULL << 63);
	REFUSED(-ERANGE, addr = -1ULL);
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, NOWHERE));
	EXPECT_EQ(0, translate(self->fd, self->info.user_end - 1, &self->t));
}

/* The struct of the first version: the result ends where the struct does */
TEST_F(argument, shorter_struct_gets_no_facts)
{
	struct pgwalk_translate old, now;

	memset(&old, 0xa5, sizeof(old));
	memset(&old, 0, offsetof(struct pgwalk_translate, linear));
	old.size = PGWALK_TRANSLATE_SIZE_1;
	old.addr = (unsigned long)self->page;
	ASSERT_EQ(0, translate(self->fd, old.addr, &now));
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &old));
	EXPECT_EQ(0, memcmp(&old.addr, &now.addr, PGWALK_TRANSLATE_SIZE_1 - offsetof(struct pgwalk_translate, addr)));
	EXPECT_EQ(0xa5a5a5a5, old.facts);
	EXPECT_NE(0, now.facts & PGWALK_FACT_KNOWN);
}

/* A thread can be named: PKRU is that of the thread, and each has one of its own */
static void *forbid(void *arg)
{
	int key = *(int *)arg;

	pkey_set(key, PKEY_DISABLE_ACCESS);
	*(pid_t *)arg = gettid();
	for (;;)
		pause();
	return NULL;
}

TEST_F(argument, key_is_that_of_the_thread)
{
	struct pgwalk_translate *t = &self->t;
	volatile int shared = pkey_alloc(0, 0);
	int key = shared;
	pthread_t thread;

	if (key < 0)
		SKIP(return, "no protection keys");
	ASSERT_EQ(0, pkey_mprotect(self->page, PAGE, PROT_READ | PROT_WRITE, key));
	ASSERT_EQ(0, pthread_create(&thread, NULL, forbid, (void *)&shared));
	while (shared == key)
		sched_yield();
	*t = (struct pgwalk_translate){ .size = sizeof(*t), .addr = (unsigned long)self->page };
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, t));
	EXPECT_NE(0, t->facts & PGWALK_FACT_PKRU);
	EXPECT_EQ(getpid(), t->pkru_tid);
	EXPECT_EQ(key, t->vma_pkey);
	EXPECT_EQ(PGWALK_PROT_READ | PGWALK_PROT_WRITE, t->prot);
	do {	/* until it sleeps in pause(): PKRU of a thread that runs is older */
		*t = (struct pgwalk_translate){
			.size = sizeof(*t), .addr = (unsigned long)self->page, .tid = shared,
		};
		ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, t));
	} while (t->thread_flags & PGWALK_THREAD_RUNNING);
	EXPECT_EQ(shared, t->pkru_tid);
	EXPECT_EQ(1, t->pkru >> 2 * key & 3);
	EXPECT_EQ(0, t->prot);
}

TEST_F(argument, longer_struct_is_accepted_if_its_rest_is_zero)
{
	struct {
		struct pgwalk_translate t;
		__u64 more[4];
	} big = { .t = { .size = sizeof(big), .addr = (unsigned long)self->page } };

	EXPECT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &big));
	EXPECT_EQ(PGWALK_TRANSLATE_DONE, big.t.status);
	EXPECT_EQ(sizeof(big), big.t.size);
	big.more[3] = 1;
	EXPECT_EQ(-E2BIG, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &big));
}

/* Old contents of the struct do not change the result, which is equal to the byte */
TEST_F(argument, result_is_set_whole)
{
	struct pgwalk_translate clean, dirty;

	memset(&dirty, 0xa5, sizeof(dirty));
	memset(&dirty, 0, offsetof(struct pgwalk_translate, linear));
	dirty.size = sizeof(dirty);
	dirty.addr = 0x1000;
	ASSERT_EQ(0, translate(self->fd, 0x1000, &clean));
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &dirty));
	EXPECT_EQ(0, memcmp(&clean, &dirty, sizeof(clean)));
}

TEST_F(argument, result_on_a_page_that_cannot_be_written_is_efault)
{
	struct pgwalk_translate *t = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
					  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*t = (struct pgwalk_translate){ .size = sizeof(*t), .addr = (unsigned long)self->page };
	ASSERT_EQ(0, mprotect(t, PAGE, PROT_READ));
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, t));
}

TEST_F(argument, target_has_to_be_there)
{
	int none = interface_open_device(0), gone;
	pid_t pid = process_sleeper();

	EXPECT_EQ(-ENOTCONN, translate(none, 0x1000, &self->t));
	gone = interface_open_device(pid);
	ASSERT_LE(0, gone);
	EXPECT_EQ(0, translate(gone, 0x1000, &self->t));
	process_end(pid);
	EXPECT_EQ(-ESRCH, translate(gone, 0x1000, &self->t));
	close(gone);
	close(none);
}

/* Untouched, without access, without a mapping: no errors, but different results */
TEST_F(argument, place_without_a_page_is_no_error)
{
	struct pgwalk_translate *t = &self->t;

	ASSERT_EQ(0, translate(self->fd, (unsigned long)self->page + 2 * PAGE, t));
	EXPECT_EQ(PGWALK_TRANSLATE_DONE, t->status);
	EXPECT_EQ(PGWALK_KIND_NONE, t->step[t->nr_steps - 1].entry.kind);
	EXPECT_EQ(PGWALK_VMA_ANON, t->vma_kind);
	EXPECT_EQ(0, t->prot);
	ASSERT_EQ(0, translate(self->fd, (unsigned long)self->page + PAGE, t));
	EXPECT_EQ((unsigned long)self->page + PAGE, t->vma_start);
	EXPECT_EQ(0, t->vma_prot);
	ASSERT_EQ(0, translate(self->fd, 0x1000, t));
	EXPECT_EQ(0, t->vma_kind);
	EXPECT_EQ(0, t->vma_start);
	if (self->info.paging & PGWALK_PAGING_RCU_TABLES) {
		EXPECT_EQ(PGWALK_TRANSLATE_DONE, t->status);
		EXPECT_LT(0, t->nr_steps);
	} else {
		EXPECT_EQ(PGWALK_TRANSLATE_NO_VMA, t->status);
		EXPECT_EQ(0, t->nr_steps);
	}
}

struct state {
	unsigned int first;	/* page of the area */
	unsigned int pages;	/* 0: no mapping */
	unsigned int prot;
};

#define TURNS	200
#define CALLS	5000
#define RW	(PGWALK_PROT_READ | PGWALK_PROT_WRITE)

static bool map_at(char *page, int flags)
{
	flags |= MAP_ANONYMOUS | MAP_FIXED;
	return mmap(page, PAGE, PROT_READ | PROT_WRITE, flags, -1, 0) == page;
}

/* Change the second of four pages between two others without access. Return 0 */
static int change(char *area, unsigned int step, struct state *state)
{
	char *page = area + PAGE;

	switch (step % 4) {
	case 0:
		*state = (struct state){ 0, 4, RW };
		return !map_at(page, MAP_PRIVATE);
	case 1:
		*state = (struct state){ 1, 1, PGWALK_PROT_READ };
		return mprotect(page, PAGE, PROT_READ);
	case 2:
		*state = (struct state){ 0, 0, 0 };
		return munmap(page, PAGE);
	default:
		*state = (struct state){ 1, 1, RW | PGWALK_PROT_SHARED };
		return !map_at(page, MAP_SHARED);
	}
}

/* Map the four pages. Return their address */
static char *map_area(void)
{
	char *area = mmap(NULL, 6 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	area += PAGE;
	return mprotect(area, 4 * PAGE, PROT_READ | PROT_WRITE) ? NULL : area;
}

/* The VMA of a call is found again by the next one only if no mapping has changed */
TEST_F(argument, mapping_is_that_of_now_after_each_change)
{
	struct pgwalk_translate *t = &self->t;
	char *area = map_area();
	struct state state;

	ASSERT_NE(NULL, area);
	for (unsigned int i = 0; i < TURNS; i++) {
		ASSERT_EQ(0, change(area, i, &state));
		for (int again = 0; again < 2; again++) {
			unsigned long start = (unsigned long)area + state.first * PAGE;

			ASSERT_EQ(0, translate(self->fd, (unsigned long)area + PAGE, t));
			EXPECT_EQ(state.pages ? start : 0, t->vma_start);
			EXPECT_EQ(state.pages ? start + state.pages * PAGE : 0, t->vma_end);
			EXPECT_EQ(state.prot, t->vma_prot);
		}
		/* another VMA in between, in every second round of changes */
		if (i / 4 % 2)
			ASSERT_EQ(0, translate(self->fd, (unsigned long)self->page, t));
	}
}

static void *change_on(void *arg)
{
	struct state state;

	for (unsigned int i = 0; !change(arg, i, &state); i++)
		pthread_testcancel();
	return NULL;
}

/* Test if the attributes are those of one state of change() */
static bool is_a_state(const struct pgwalk_translate *t, unsigned long area)
{
	if (!t->vma_end)
		return !t->vma_start && !t->vma_prot;
	if (t->vma_start == area)
		return t->vma_end == area + 4 * PAGE && t->vma_prot == RW;
	return t->vma_start == area + PAGE && t->vma_end == area + 2 * PAGE &&
	       (t->vma_prot == PGWALK_PROT_READ || t->vma_prot == (RW | PGWALK_PROT_SHARED));
}

/* With KASAN this also shows a VMA that is read after it was freed */
TEST_F_TIMEOUT(argument, mapping_is_one_of_its_states_while_it_changes, 120)
{
	struct pgwalk_translate *t = &self->t;
	char *area = map_area();
	pthread_t thread;

	ASSERT_NE(NULL, area);
	ASSERT_EQ(0, pthread_create(&thread, NULL, change_on, area));
	for (unsigned int i = 0; i < CALLS; i++) {
		ASSERT_EQ(0, translate(self->fd, (unsigned long)area + PAGE, t));
		ASSERT_TRUE(is_a_state(t, (unsigned long)area));
	}
	pthread_cancel(thread);
	pthread_join(thread, NULL);
}

/* With PTI the kernel's pgd forbids user code to run, but the pgd of user mode allows it */
TEST_F(argument, own_code_may_run)
{
	ASSERT_EQ(0, translate(self->fd, (unsigned long)translate, &self->t));
	EXPECT_EQ(PGWALK_PROT_READ | PGWALK_PROT_EXEC, self->t.prot);
	ASSERT_EQ(0, translate(self->fd, (unsigned long)self->page, &self->t));
	EXPECT_EQ(PGWALK_PROT_READ | PGWALK_PROT_WRITE, self->t.prot);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Segments: each thread's registers hold the values that it loaded, and descriptors match
 * the results of LAR and LSL. logical.c checks the translation of logical addresses.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/process.h"
#include "segments_fixture.h"

#define USER_CS		0x33
#define USER_DS		0x2b
#define SELECTOR(n)	SEGMENTED_SELECTOR(SEGMENTED_ ## n)

static const struct pgwalk_thread *find(const struct pgwalk_thread *threads, unsigned int nr,
					pid_t tid)
{
	for (unsigned int i = 0; i < nr; i++)
		if (threads[i].tid == tid)
			return &threads[i];
	return NULL;
}

#define thread_of(which) \
	find(self->threads, SEGMENTED_NR, self->truth->tid[SEGMENTED_ ## which])
#define segment_of(thread, name)	(&(thread)->segment[PGWALK_SEGMENT_ ## name - 1])

TEST_F(segments, threads_are_reported_once_in_the_order_of_their_ids)
{
	ASSERT_EQ(0, ask(self));
	ASSERT_EQ(SEGMENTED_NR, self->arg.filled);
	for (unsigned int i = 0; i < SEGMENTED_NR; i++) {
		EXPECT_NE(NULL, find(self->threads, SEGMENTED_NR, self->truth->tid[i]));
		EXPECT_TRUE(!i || self->threads[i].tid > self->threads[i - 1].tid);
		EXPECT_EQ(0, strcmp(self->threads[i].comm, "segments"));
		for (unsigned int reg = 0; reg < 6; reg++)
			EXPECT_EQ(reg + 1, self->threads[i].segment[reg].reg);
	}
	/* The buffer had room for all, and the next call finds no more */
	EXPECT_EQ(self->threads[SEGMENTED_NR - 1].tid, self->arg.resume);
	ASSERT_EQ(0, ask(self));
	EXPECT_EQ(0, self->arg.filled);
	EXPECT_EQ(0, self->arg.resume);
}

TEST_F(segments, resume_continues_after_the_last)
{
	struct pgwalk_thread all[SEGMENTED_NR];
	unsigned int nr = 0;

	ASSERT_EQ(0, ask(self));
	memcpy(all, self->threads, sizeof(all));
	self->arg.resume = 0;
	self->arg.nr_records = 3;
	do {
		self->arg.nr_ldt = 0;
		ASSERT_EQ(0, ask(self));
		ASSERT_LE(nr + self->arg.filled, SEGMENTED_NR);
		for (unsigned int i = 0; i < self->arg.filled; i++)
			EXPECT_EQ(all[nr + i].tid, self->threads[i].tid);
		nr += self->arg.filled;
	} while (self->arg.resume);
	EXPECT_EQ(SEGMENTED_NR, nr);
}

TEST_F(segments, flat_thread_has_its_own_bases)
{
	ASSERT_EQ(0, ask(self));
	for (int i = SEGMENTED_PLAIN; i <= SEGMENTED_PLAIN_3; i++) {
		const struct pgwalk_thread *thread = find(self->threads, SEGMENTED_NR,
							  self->truth->tid[i]);

		ASSERT_NE(NULL, thread);
		EXPECT_EQ(0, thread->flags);
		EXPECT_EQ(self->truth->fs_base[i], segment_of(thread, FS)->base);
		EXPECT_EQ(self->truth->gs_base[i], segment_of(thread, GS)->base);
		EXPECT_EQ(USER_CS, segment_of(thread, CS)->selector);
		EXPECT_EQ(USER_DS, segment_of(thread, SS)->selector);
		EXPECT_EQ(PGWALK_SEGMENT_OK, segment_of(thread, CS)->status);
		EXPECT_EQ(PGWALK_SEGMENT_OK, segment_of(thread, SS)->status);
		EXPECT_EQ(PGWALK_SEGMENT_NULL, segment_of(thread, FS)->status);
		EXPECT_EQ(0, segment_of(thread, CS)->base);
		/* No two threads share a TLS */
		for (int j = SEGMENTED_PLAIN; j < i; j++)
			EXPECT_NE(self->truth->fs_base[i], self->truth->fs_base[j]);
	}
}

TEST_F(segments, gs_base_agrees_with_arch_set_gs)
{
	const struct pgwalk_thread *thread;

	ASSERT_EQ(0, ask(self));
	thread = thread_of(MAIN);
	ASSERT_NE(NULL, thread);
	EXPECT_EQ(self->truth->page + 0x123, segment_of(thread, GS)->base);
	EXPECT_EQ(0, segment_of(thread, GS)->selector);
	EXPECT_EQ(SELECTOR(LAST), segment_of(thread, ES)->selector);
	EXPECT_EQ(PGWALK_SEGMENT_OK, segment_of(thread, ES)->status);
	EXPECT_EQ(SEGMENTED_LIMIT, segment_of(thread, ES)->limit);
	/* In 64-bit code the base is 0 whatever the descriptor holds */
	EXPECT_EQ(0, segment_of(thread, ES)->base);
}

TEST_F(segments, fs_and_gs_take_the_base_of_their_descriptor)
{
	const struct pgwalk_segment *segment;

	ASSERT_EQ(0, ask(self));
	ASSERT_NE(NULL, thread_of(LDT));
	segment = segment_of(thread_of(LDT), FS);
	EXPECT_EQ(SELECTOR(DATA), segment->selector);
	EXPECT_EQ(self->truth->page, segment->base);
	EXPECT_EQ(self->ldt[SEGMENTED_DATA], segment->descriptor);
	EXPECT_EQ(PGWALK_SEGMENT_OK, segment->status);
	ASSERT_NE(NULL, thread_of(TLS));
	segment = segment_of(thread_of(TLS), GS);
	EXPECT_EQ(self->truth->tls << 3 | 3, segment->selector);
	EXPECT_EQ(self->truth->page, segment->base);
	EXPECT_EQ(SEGMENTED_LIMIT, segment->limit);
	EXPECT_EQ(PGWALK_SEGMENT_OK, segment->status);
}

TEST_F(segments, thread_in_32_bit_code_has_the_bases_of_its_segments)
{
	const struct pgwalk_thread *thread;

	ASSERT_EQ(0, ask(self));
	thread = thread_of(32);
	ASSERT_NE(NULL, thread);
	EXPECT_EQ(PGWALK_THREAD_32BIT, thread->flags);
	EXPECT_EQ(SELECTOR(CODE), segment_of(thread, CS)->selector);
	EXPECT_EQ(self->truth->ds, segment_of(thread, DS)->selector);
	EXPECT_EQ(SELECTOR(DOWN), segment_of(thread, ES)->selector);
	EXPECT_EQ(self->truth->page, segment_of(thread, CS)->base);
	EXPECT_EQ(0xfff, segment_of(thread, CS)->limit);
}

TEST_F(segments, ds_of_32_bit_code_has_the_base_of_its_descriptor)
{
	if (self->truth->ds == SEGMENTED_DS_FLAT)
		SKIP(return, SEGMENTED_DS_REASON);
	ASSERT_EQ(0, ask(self));
	ASSERT_NE(NULL, thread_of(32));
	EXPECT_EQ(SELECTOR(DATA), segment_of(thread_of(32), DS)->selector);
	EXPECT_EQ(self->truth->page, segment_of(thread_of(32), DS)->base);
}

/* LAR gives bits 8 to 23 of the second half, LSL the limit in bytes */
TEST_F(segments, ldt_agrees_with_the_cpu)
{
	ASSERT_EQ(0, ask(self));
	ASSERT_EQ(SEGMENTED_ENTRIES, self->arg.nr_ldt);
	for (unsigned int i = 0; i < SEGMENTED_ENTRIES; i++) {
		__u32 high = self->ldt[i] >> 32, low = (__u32)self->ldt[i];
		__u32 limit = (high & 0xf0000) | (low & 0xffff);

		if (!self->truth->lar[i]) {
			EXPECT_EQ(0, self->ldt[i]);
			continue;
		}
		EXPECT_EQ(self->truth->lar[i] & 0xf0ff00, high & 0xf0ff00);
		EXPECT_EQ(self->truth->lsl[i], high >> 23 & 1 ? limit << 12 | 0xfff : limit);
		EXPECT_EQ(self->truth->page,
			  low >> 16 | (high & 0xff) << 16 | (high & 0xff000000));
	}
	EXPECT_NE(0, self->truth->lar[SEGMENTED_PAGES]);
}

/* It runs on one CPU while the caller runs on another, unless it has just been preempted */
TEST_F(segments, thread_that_runs_is_marked_and_sleepers_are_not)
{
	unsigned int marked = 0;

	for (int i = 0; i < 23; i++, usleep(10000)) {
		self->arg.resume = 0;
		self->arg.nr_ldt = 0;
		ASSERT_EQ(0, ask(self));
		ASSERT_NE(NULL, thread_of(SPINNER));
		marked += !!(thread_of(SPINNER)->flags & PGWALK_THREAD_RUNNING);
		for (int j = 0; j < SEGMENTED_SPINNER; j++)
			EXPECT_FALSE(find(self->threads, SEGMENTED_NR, self->truth->tid[j])->flags
				     & PGWALK_THREAD_RUNNING);
	}
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		EXPECT_LT(0, marked);
}

TEST_F(segments, stopped_process_is_reported_exactly)
{
	ASSERT_EQ(0, kill(self->process.pid, SIGSTOP));
	ASSERT_EQ(self->process.pid, waitpid(self->process.pid, NULL, WUNTRACED));
	usleep(100000);
	ASSERT_EQ(0, ask(self));
	for (unsigned int i = 0; i < SEGMENTED_NR; i++)
		EXPECT_FALSE(self->threads[i].flags & PGWALK_THREAD_RUNNING);
	EXPECT_EQ(self->truth->fs_base[SEGMENTED_SPINNER],
		  segment_of(thread_of(SPINNER), FS)->base);
}

/* A tracer can put a selector into a stopped thread that no thread could load */
TEST_F(segments, selector_that_the_cpu_would_refuse_has_a_reason)
{
	static const struct {
		unsigned short selector;
		unsigned char status;
	} cases[] = {
		{ 0, PGWALK_SEGMENT_NULL },
		{ 3, PGWALK_SEGMENT_NULL },
		{ USER_DS, PGWALK_SEGMENT_OK },
		{ USER_CS, PGWALK_SEGMENT_OK },			/* readable code */
		{ 0x1b, PGWALK_SEGMENT_PRIVILEGE },		/* the kernel's data */
		{ 0x43, PGWALK_SEGMENT_TYPE },			/* the TSS */
		{ 0x63, PGWALK_SEGMENT_ABSENT },		/* a TLS slot, empty */
		{ 0x83, PGWALK_SEGMENT_OUTSIDE },		/* past the GDT */
		{ SELECTOR(DATA), PGWALK_SEGMENT_OK },
		{ SELECTOR(DOWN), PGWALK_SEGMENT_OK },
		{ SELECTOR(EXECUTE), PGWALK_SEGMENT_TYPE },
		{ SELECTOR(ABSENT), PGWALK_SEGMENT_ABSENT },
		{ SELECTOR(ENTRIES), PGWALK_SEGMENT_OUTSIDE },
	};
	const size_t place = offsetof(struct user, regs.es);
	pid_t tid = self->truth->tid[SEGMENTED_PLAIN];
	int other = interface_open("translate", O_RDWR);

	ASSERT_LE(0, other);
	ASSERT_EQ(0, ptrace(PTRACE_ATTACH, tid, 0, 0));
	ASSERT_EQ(tid, waitpid(tid, NULL, __WALL));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pgwalk_translate t = {
			.size = sizeof(t), .addr = self->truth->page, .tid = tid,
			.reg = PGWALK_SEGMENT_ES,
		};

		self->arg.resume = 0;
		ASSERT_EQ(0, ptrace(PTRACE_POKEUSER, tid, place, (long)cases[i].selector));
		ASSERT_EQ(0, ask(self));
		EXPECT_EQ(cases[i].selector, segment_of(thread_of(PLAIN), ES)->selector);
		EXPECT_EQ(cases[i].status, segment_of(thread_of(PLAIN), ES)->status) {
			TH_LOG("selector %x", cases[i].selector);
		}
		ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_TRANSLATE, &t));
		EXPECT_EQ(cases[i].status, t.segment.status);
		if (cases[i].status <= PGWALK_SEGMENT_NULL) {
			EXPECT_EQ(PGWALK_TRANSLATE_DONE, t.status);
			EXPECT_EQ(self->truth->page, t.linear);
		} else {
			EXPECT_EQ(PGWALK_TRANSLATE_SEGMENT, t.status);
			EXPECT_EQ(0, t.nr_steps);
			EXPECT_EQ(0, t.linear);
		}
	}
	ptrace(PTRACE_POKEUSER, tid, place, 0L);
	ptrace(PTRACE_DETACH, tid, 0, 0);
	close(other);
}

static int logical(int fd, pid_t tid, int reg, __u64 offset, struct pgwalk_translate *t)
{
	*t = (struct pgwalk_translate){
		.size = sizeof(*t), .addr = offset, .tid = tid, .reg = (__u8)reg,
	};
	return interface_ioctl(fd, PGWALK_IOC_TRANSLATE, t);
}

TEST_F(segments, wrong_arguments_have_their_errors)
{
	struct pgwalk_segments arg = self->arg;
	struct pgwalk_translate t;
	int none = interface_open_device(0);

	EXPECT_EQ(-ENOTCONN, interface_ioctl(none, PGWALK_IOC_SEGMENTS, &arg));
	close(none);
#define REFUSED(error, change) do { \
		self->arg = arg; \
		self->arg.change; \
		EXPECT_EQ(error, ask(self)); \
	} while (0)
	REFUSED(-EINVAL, flags = 1);
	REFUSED(-EINVAL, nr_records = 0);
	REFUSED(-EINVAL, resume = -1);
	REFUSED(-EINVAL, threads += 4);
	REFUSED(-EINVAL, ldt += 4);
	REFUSED(-EINVAL, ldt = 0);
	REFUSED(-EINVAL, size -= 8);
	REFUSED(-E2BIG, size = 8192);
	REFUSED(-EFAULT, threads = 16);
	REFUSED(-EFAULT, ldt = 16);
	/* The thread of another process, and one that does not exist */
	EXPECT_EQ(-ESRCH, logical(self->fd, getpid(), PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(-ESRCH, logical(self->fd, 4194303, PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(-EINVAL, logical(self->fd, -1, PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(-EINVAL, logical(self->fd, 0, PGWALK_SEGMENT_NR, 0, &t));
}

/* The caller's own registers are at hand, though it runs */
TEST(reader_itself_is_reported_exactly)
{
	int fd = interface_open_device(getpid());
	struct pgwalk_thread thread;
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)&thread, .nr_records = 1,
	};
	unsigned long base;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg));
	asm("mov %%fs:0, %0" : "=r"(base));	/* glibc keeps its own address there */
	EXPECT_EQ(getpid(), thread.tid);
	EXPECT_EQ(0, thread.flags);
	EXPECT_EQ(base, segment_of(&thread, FS)->base);
	EXPECT_EQ(USER_CS, segment_of(&thread, CS)->selector);
	close(fd);
}

/* A leader that has died has no stack, and so no registers */
TEST(dead_leader_is_left_out)
{
	pid_t tid, pid = process_headless(&tid);
	struct pgwalk_thread threads[2];
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)threads, .nr_records = 2,
	};
	struct pgwalk_translate t;
	int fd = interface_open_device(pid);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg));
	EXPECT_EQ(1, arg.filled);
	EXPECT_EQ(tid, threads[0].tid);
	EXPECT_EQ(-ESRCH, logical(fd, pid, PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(0, logical(fd, 0, PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(tid, t.tid);
	close(fd);
	process_end(pid);
}

TEST_HARNESS_MAIN

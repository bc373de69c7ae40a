// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Logical addresses: base and offset lead to the page that the linear address has, and
 * limits hold where the CPU checks them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/pagemap.h"
#include "../lib/segmented.h"

FIXTURE(logical) {
	struct segmented process;
	const struct segmented_truth *truth;
	int fd;
};

FIXTURE_SETUP(logical)
{
	int ret = segmented_start(&self->process);

	if (ret == 4)
		SKIP(return, "no modify_ldt() or no 32-bit calls");
	ASSERT_EQ(0, ret);
	self->truth = self->process.truth;
	self->fd = interface_open_device(self->process.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(logical)
{
	close(self->fd);
	segmented_stop(&self->process);
}

static int translate(int fd, pid_t tid, int reg, __u64 offset, struct pgwalk_translate *t)
{
	*t = (struct pgwalk_translate){
		.size = sizeof(*t), .addr = offset, .tid = tid, .reg = (__u8)reg,
	};
	return interface_ioctl(fd, PGWALK_IOC_TRANSLATE, t);
}

static __u64 physical(const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = &t->step[t->nr_steps - 1].entry;

	return (leaf->pfn << 12) + (t->linear & ((1ULL << leaf->shift) - 1));
}

TEST_F(logical, logical_address_leads_to_the_page_of_the_linear_one)
{
	for (int i = SEGMENTED_PLAIN; i <= SEGMENTED_PLAIN_3; i++) {
		__u64 base = self->truth->fs_base[i];
		pid_t tid = self->truth->tid[i];
		struct pgwalk_translate t, linear;

		ASSERT_EQ(0, translate(self->fd, tid, PGWALK_SEGMENT_FS, 0x28, &t));
		ASSERT_EQ(0, translate(self->fd, 0, 0, base + 0x28, &linear));
		EXPECT_EQ(base + 0x28, t.linear);
		EXPECT_EQ(tid, t.tid);
		EXPECT_EQ(physical(&linear), physical(&t));
		EXPECT_EQ(PM_PFN(pagemap_one(self->process.pid, base + 0x28)),
			  physical(&t) >> 12);
		/* Variables of a thread lie below its base */
		ASSERT_EQ(0, translate(self->fd, tid, PGWALK_SEGMENT_FS, -8ULL, &t));
		EXPECT_EQ(base - 8, t.linear);
	}
}

struct limit_case {
	int reg;
	__u64 offset;
	bool ok;
};

static void expect_limit(struct __test_metadata *_metadata, FIXTURE_DATA(logical) *self,
			 const struct limit_case *c)
{
	struct pgwalk_translate t;

	ASSERT_EQ(0, translate(self->fd, self->truth->tid[SEGMENTED_32], c->reg, c->offset, &t));
	EXPECT_EQ(PGWALK_THREAD_32BIT, t.thread_flags);
	if (c->ok) {
		EXPECT_NE(PGWALK_TRANSLATE_SEGMENT, t.status);
		EXPECT_EQ((__u32)(self->truth->page + c->offset), t.linear);
	} else {
		EXPECT_EQ(PGWALK_TRANSLATE_SEGMENT, t.status) {
			TH_LOG("register %d offset %llx", c->reg, c->offset);
		}
		EXPECT_EQ(PGWALK_SEGMENT_LIMIT, t.segment.status);
	}
}

/* An expand-down data segment is valid above its limit */
TEST_F(logical, limit_holds_in_32_bit_mode)
{
	static const struct limit_case cases[] = {
		{ PGWALK_SEGMENT_CS, 0, true },
		{ PGWALK_SEGMENT_CS, 0xfff, true },
		{ PGWALK_SEGMENT_CS, 0x1000, false },
		{ PGWALK_SEGMENT_ES, SEGMENTED_LIMIT, false },
		{ PGWALK_SEGMENT_ES, SEGMENTED_LIMIT + 1, true },
		{ PGWALK_SEGMENT_ES, 0xffffffff, true },	/* wraps: page - 1 */
		{ PGWALK_SEGMENT_ES, 0x100000000ULL, false },
	};
	struct pgwalk_translate t;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_limit(_metadata, self, &cases[i]);
	/* A null selector is refused there: FS was never loaded */
	ASSERT_EQ(0, translate(self->fd, self->truth->tid[SEGMENTED_32], PGWALK_SEGMENT_FS, 0, &t));
	EXPECT_EQ(PGWALK_SEGMENT_NULL, t.segment.status);
	EXPECT_EQ(PGWALK_TRANSLATE_SEGMENT, t.status);
}

TEST_F(logical, limit_holds_for_ds_in_32_bit_mode)
{
	static const struct limit_case cases[] = {
		{ PGWALK_SEGMENT_DS, SEGMENTED_LIMIT, true },
		{ PGWALK_SEGMENT_DS, SEGMENTED_LIMIT + 1, false },
		{ PGWALK_SEGMENT_DS, 0x100000000ULL, false },
		{ PGWALK_SEGMENT_DS, -1ULL, false },
	};

	if (self->truth->ds == SEGMENTED_DS_FLAT)
		SKIP(return, SEGMENTED_DS_REASON);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		expect_limit(_metadata, self, &cases[i]);
}

TEST_F(logical, limit_does_not_hold_in_64_bit_mode)
{
	struct pgwalk_translate t;

	ASSERT_EQ(0, translate(self->fd, self->truth->tid[SEGMENTED_LDT], PGWALK_SEGMENT_FS,
			       SEGMENTED_LIMIT + 0x900, &t));
	EXPECT_EQ(PGWALK_TRANSLATE_DONE, t.status);
	EXPECT_EQ(self->truth->page + SEGMENTED_LIMIT + 0x900, t.linear);
	ASSERT_EQ(0, translate(self->fd, self->truth->tid[SEGMENTED_MAIN], PGWALK_SEGMENT_GS,
			       1ULL << 63, &t));
	EXPECT_EQ(PGWALK_SEGMENT_NONCANONICAL, t.segment.status);
}

/* The request in text: names, bases, the refusal */
TEST_F(logical, translate_takes_a_register_and_an_offset)
{
	static const char *const wrong[] = { "fs:", "xs:0", ":0", "fs:0x", "fs:g", "fs:0:0",
					     "fs:1 0", "fs:10000000000000000", "fs: 0" };
	int fd = interface_open("translate", O_RDWR);
	pid_t tid = self->truth->tid[SEGMENTED_PLAIN_2];
	char question[64], want[64], *text;

	ASSERT_LE(0, fd);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		int n = snprintf(question, sizeof(question), "%d %s", tid, wrong[i]);

		EXPECT_EQ(-1, write(fd, question, (size_t)n)) {
			TH_LOG("%s was taken", question);
		}
		EXPECT_EQ(i == 7 ? ERANGE : EINVAL, errno);
	}
	snprintf(question, sizeof(question), "%d fs:0x28", tid);
	ASSERT_LT(0, write(fd, question, strlen(question)));
	text = interface_read_all(fd, 4096, NULL);
	snprintf(want, sizeof(want), "pid %d va %016lx\n", self->process.pid,
		 self->truth->fs_base[SEGMENTED_PLAIN_2] + 0x28);
	EXPECT_NE(NULL, strstr(text, want)) {
		TH_LOG("%s", text);
	}
	snprintf(want, sizeof(want), "# logical fs:28 tid %d mode 64 state saved\n", tid);
	EXPECT_NE(NULL, strstr(text, want));
	EXPECT_NE(NULL, strstr(text, "\n= pa "));
	snprintf(question, sizeof(question), "%d cs:1000", self->truth->tid[SEGMENTED_32]);
	ASSERT_LT(0, write(fd, question, strlen(question)));
	lseek(fd, 0, SEEK_SET);
	text = interface_read_all(fd, 4096, NULL);
	EXPECT_NE(NULL, strstr(text, " va -\n"));
	EXPECT_NE(NULL, strstr(text, "\n= segment: limit: "));
	EXPECT_EQ(NULL, strstr(text, "\npgd "));
	close(fd);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* <PID>/segments: the text matches the records of the call, line by line, to its end. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "segments_fixture.h"

struct line {
	int tid;
	char reg[8], table[8], limit[16], kind[24], dpl[4], check[16], mode[4], state[16],
	     comm[32];
	unsigned int selector, index, rpl;
	__u64 base, descriptor;
};

static bool parse(struct line *line, const char *text)
{
	char tid[16];
	int n = sscanf(text, "%15s %7s %x %u %7s %u %llx %15s %llx %23s %3s %15s %3s %15s %31[^\n]",
		       tid, line->reg, &line->selector, &line->index, line->table, &line->rpl,
		       &line->base, line->limit, &line->descriptor, line->kind, line->dpl,
		       line->check, line->mode, line->state, line->comm);

	line->tid = atoi(tid);
	return n == 15;
}

static void expect_line(struct __test_metadata *_metadata, const struct line *line,
			const struct pgwalk_segment *segment)
{
	char limit[16];

	EXPECT_EQ(segment->selector, line->selector);
	EXPECT_EQ(segment->selector >> 3, line->index);
	EXPECT_EQ(segment->selector & 3, line->rpl);
	EXPECT_EQ(0, strcmp(line->table, segment->selector & 4 ? "ldt" : "gdt"));
	EXPECT_EQ(segment->base, line->base);
	EXPECT_EQ(segment->descriptor, line->descriptor);
	snprintf(limit, sizeof(limit), segment->descriptor ? "%08x" : "-", segment->limit);
	EXPECT_EQ(0, strcmp(line->limit, limit));
}

/* While all sleep but the spinner; its line may change */
TEST_F(segments, view_agrees_with_the_call)
{
	static const char *const names[] = { "cs", "ss", "ds", "es", "fs", "gs" };
	unsigned int at = 0, entries = 0;
	char *text, *rest, *line;
	bool told = false;
	int view;

	ASSERT_EQ(0, interface_attach(self->process.pid));
	view = interface_open_view(self->process.pid, "segments");
	ASSERT_LE(0, view);
	ASSERT_EQ(0, ask(self));
	/* In small pieces too: 7 bytes a read */
	rest = text = interface_read_all(view, 7, NULL);
	ASSERT_NE(NULL, text);
	while ((line = strsep(&rest, "\n")) && *line) {
		const struct pgwalk_thread *thread = &self->threads[at / 6 % SEGMENTED_NR];
		struct line l;

		if (*line == '#') {
			told |= !strcmp(line, "# ldt 71 entries");
			continue;
		}
		ASSERT_TRUE(parse(&l, line)) {
			TH_LOG("%s", line);
		}
		if (!strcmp(l.reg, "ldt")) {
			EXPECT_EQ(self->ldt[l.index], l.descriptor);
			EXPECT_EQ(SEGMENTED_SELECTOR(l.index), l.selector);
			EXPECT_EQ(l.index == SEGMENTED_ABSENT, !strcmp(l.check, "absent"));
			entries++;
			continue;
		}
		EXPECT_EQ(thread->tid, l.tid);
		EXPECT_EQ(0, strcmp(l.reg, names[at % 6]));
		EXPECT_EQ(0, strcmp(l.mode, thread->flags & PGWALK_THREAD_32BIT ? "32" : "64"));
		EXPECT_EQ(0, strcmp(l.comm, "segments_view"));
		if (thread->tid != self->truth->tid[SEGMENTED_SPINNER]) {
			EXPECT_EQ(0, strcmp(l.state, "saved"));
			expect_line(_metadata, &l, &thread->segment[at % 6]);
		}
		at++;
	}
	EXPECT_EQ(6 * SEGMENTED_NR, at);
	EXPECT_EQ(7, entries);
	EXPECT_TRUE(told);
	close(view);
	interface_attach(-self->process.pid);
}

TEST_F(segments, view_ends_when_the_target_is_gone)
{
	char *text;
	int view;

	ASSERT_EQ(0, interface_attach(self->process.pid));
	view = interface_open_view(self->process.pid, "segments");
	ASSERT_LE(0, view);
	kill(self->process.pid, SIGKILL);
	waitpid(self->process.pid, NULL, 0);
	text = interface_read_all(view, 4096, NULL);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "# target gone\n"));
	EXPECT_EQ(-ESRCH, ask(self));
	close(view);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of folded stacks: a line for each stack and class, in the format of flame graphs. */
#include <stdio.h>
#include <stdlib.h>

#include "../../../userspace/present/folded.h"
#include "symbols.h"

static const struct snapshot_frame deep[] = {
	{ .ip = 0x401010, .name = "touch", .offset = 16, .module = "demo" },
	{ .ip = 0x401050, .name = "ns::op;erator new(unsigned long)", .module = "demo" },
	{ .ip = 0x401090, .name = "main", .module = "demo" },
};

static const struct snapshot_frame odd[] = {
	{ .ip = 0x7f0000001000, .module = "lib c;.so" },
	{ .ip = 0x7f0000002000, .module = "[anon]" },
	{ .ip = 0x10 },
	{ .ip = 0x20, .name = "new\nline\x1b[2J" },
};

static const struct snapshot_stack stacks[] = {
	{ .class = PGWALK_FAULT_ANON_NEW, .count = 2, .total = 23, .total_ns = 46499,
	  .frame = deep, .nr_frames = 3 },
	{ .class = PGWALK_FAULT_COW_COPY, .total = 7, .total_ns = 1500, .frame = deep, .nr_frames = 2 },
	{ .class = PGWALK_FAULT_FILE_READ, .count = 1, .total = 1, .total_ns = 499, .frame = odd,
	  .nr_frames = 4 },
	{ .class = PGWALK_FAULT_ANON_NEW, .count = 5, .total = 5 },
	{ .class = PGWALK_FAULT_ANON_NEW, .frame = deep, .nr_frames = 1 },
	/* the same functions, called from another address */
	{ .class = PGWALK_FAULT_COW_COPY, .total = 4, .total_ns = 400, .frame = deep, .nr_frames = 2 },
};

static void expect_folded(enum folded_weight weight, uint32_t class, const char *want)
{
	const struct snapshot_target target = { .comm = "my; demo" };
	const struct snapshot s = {
		.target = &target, .has_stacks = true, .stack = stacks, .nr_stacks = 6,
	};
	const struct folded_options options = { weight, class };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	EXPECT(!folded__format(out, &s, &options));
	fclose(out);
	EXPECT_TEXT(text, want);
	free(text);
}

static void stacks_are_folded_by_count(void)
{
	expect_folded(FOLDED_COUNT, FOLDED_ALL,
		      "my:_demo;[no_stack];[anon-new] 5\n"
		      "my:_demo;main;ns::op:erator new(unsigned long);touch;[anon-new] 23\n"
		      "my:_demo;new?line?[2J;[unknown];[anon];[lib c:.so];[file-read] 1\n"
		      "my:_demo;ns::op:erator new(unsigned long);touch;[cow-copy] 11\n");
}

static void stacks_are_folded_by_latency(void)
{
	expect_folded(FOLDED_LATENCY, FOLDED_ALL,
		      "my:_demo;main;ns::op:erator new(unsigned long);touch;[anon-new] 46\n"
		      "my:_demo;ns::op:erator new(unsigned long);touch;[cow-copy] 2\n");
}

static void only_the_stacks_of_one_class_are_folded(void)
{
	expect_folded(FOLDED_COUNT, PGWALK_FAULT_COW_COPY,
		      "my:_demo;ns::op:erator new(unsigned long);touch;[cow-copy] 11\n");
	expect_folded(FOLDED_COUNT, PGWALK_FAULT_SWAP_READ, "");
}

const struct unit_test folded_tests[] = {
	{ "folded: stacks are folded by count", stacks_are_folded_by_count },
	{ "folded: stacks are folded by latency", stacks_are_folded_by_latency },
	{ "folded: only the stacks of one class are folded", only_the_stacks_of_one_class_are_folded },
	{ 0 },
};

// SPDX-License-Identifier: GPL-2.0
/* Names of ranges: which one stands at an address, where several lie over it. */
#include <stdio.h>
#include <string.h>

#include "../../userspace/collect/symbol_table.h"
#include "around.h"

static void add(struct symbol_table *t, uint64_t start, uint64_t size, uint32_t rank, uint32_t taste,
		const char *name)
{
	const struct symbol_range range = { start, size, rank, taste };

	EXPECT(!symbol_table__add(t, &range, name, strlen(name)));
}

static void expect_at(const struct symbol_table *t, uint64_t addr, const char *want, uint64_t begins)
{
	uint64_t start = 0;
	const char *name = symbol_table__find(t, addr, &start);

	EXPECT_TEXT(name ? name : "-", want);
	EXPECT(start == begins);
}

static void what_lies_over_each_other_is_told_apart(void)
{
	struct symbol_table *t;

	EXPECT(!symbol_table__create(&t));
	expect_at(t, 0, "-", 0);
	symbol_table__sort(t);
	add(t, 0x200, 0x100, 1, 0, "big");
	add(t, 0x240, 0x10, 1, 0, "inside");
	add(t, 0x100, 0x10, 1, 0, "_alias");
	add(t, 0x100, 0x10, 1, 1, "alias");
	add(t, 0x210, 0x1000, 0, 0, "label");	/* up to 240 */
	add(t, 0x300, 0x1000, 0, 0, "end");	/* up to what begins next */
	add(t, 0x380, 0x10, 1, 0, "last");
	add(t, ~0ULL - 15, 0x100, 1, 0, "top");
	symbol_table__sort(t);
	expect_at(t, 0xff, "-", 0);
	expect_at(t, 0x100, "alias", 0x100);
	expect_at(t, 0x10f, "alias", 0x100);
	expect_at(t, 0x110, "-", 0);
	expect_at(t, 0x220, "big", 0x200);	/* a label within a function is none */
	expect_at(t, 0x24f, "inside", 0x240);
	expect_at(t, 0x250, "big", 0x200);
	expect_at(t, 0x300, "end", 0x300);
	expect_at(t, 0x37f, "end", 0x300);
	expect_at(t, 0x38f, "last", 0x380);
	expect_at(t, 0x390, "-", 0);
	expect_at(t, ~0ULL - 1, "top", ~0ULL - 15);
	symbol_table__destroy(t);
	symbol_table__destroy(NULL);
}

/* As a run-time compiler does that makes new code in the place of old: the later is true */
static void the_higher_rank_wins(void)
{
	struct symbol_table *t;

	EXPECT(!symbol_table__create(&t));
	add(t, 0x100, 0x10, 1, 0, "old1");
	add(t, 0x110, 0x10, 2, 0, "old2");
	add(t, 0x108, 0x10, 3, 0, "new");
	symbol_table__sort(t);
	expect_at(t, 0x107, "old1", 0x100);
	expect_at(t, 0x108, "new", 0x108);
	expect_at(t, 0x117, "new", 0x108);
	expect_at(t, 0x118, "old2", 0x110);
	symbol_table__destroy(t);
}

static void many_are_found(void)
{
	struct symbol_table *t;
	char name[32];
	uint64_t i;

	EXPECT(!symbol_table__create(&t));
	for (i = 0; i < 100000; i++) {
		uint64_t n = i * 7919 % 100000;

		snprintf(name, sizeof(name), "f%llu", (unsigned long long)n);
		add(t, n * 32, 16, 1, 0, name);
	}
	symbol_table__sort(t);
	for (i = 0; i < 100000; i += 997) {
		snprintf(name, sizeof(name), "f%llu", (unsigned long long)i);
		expect_at(t, i * 32 + 15, name, i * 32);
		expect_at(t, i * 32 + 16, "-", 0);
	}
	EXPECT(symbol_table__bytes(t) > 100000 * 32 && symbol_table__bytes(t) < 16 << 20);
	symbol_table__destroy(t);
}

const struct unit_test table_tests[] = {
	{ "table: what lies over each other is told apart", what_lies_over_each_other_is_told_apart },
	{ "table: the higher rank wins", the_higher_rank_wins },
	{ "table: many are found", many_are_found },
	{ 0 },
};

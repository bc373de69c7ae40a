// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests which symbol covers an address where several ranges overlap. */
#include <stdio.h>
#include <string.h>

#include "../../../userspace/collect/symbols/symtab.h"
#include "symbols.h"

static void add(struct symtab *t, uint64_t start, uint64_t size, uint32_t rank, uint32_t preference,
		const char *name)
{
	const struct symbol_range range = { start, size, rank, preference };

	EXPECT(!symtab__add(t, &range, name, strlen(name)));
}

static void expect_at(const struct symtab *t, uint64_t addr, const char *want, uint64_t begins)
{
	uint64_t start = 0;
	const char *name = symtab__find(t, addr, &start);

	EXPECT_TEXT(name ? name : "-", want);
	EXPECT(start == begins);
}

static void overlapping_ranges_are_resolved(void)
{
	struct symtab *t;

	EXPECT(!symtab__create(&t));
	expect_at(t, 0, "-", 0);
	symtab__sort(t);
	add(t, 0x200, 0x100, 1, 0, "big");
	add(t, 0x240, 0x10, 1, 0, "inside");
	add(t, 0x100, 0x10, 1, 0, "_alias");
	add(t, 0x100, 0x10, 1, 1, "alias");
	add(t, 0x210, 0x1000, 0, 0, "label");	/* ends at 240 */
	add(t, 0x300, 0x1000, 0, 0, "end");	/* ends at the next start */
	add(t, 0x380, 0x10, 1, 0, "last");
	add(t, ~0ULL - 15, 0x100, 1, 0, "top");
	symtab__sort(t);
	expect_at(t, 0xff, "-", 0);
	expect_at(t, 0x100, "alias", 0x100);
	expect_at(t, 0x10f, "alias", 0x100);
	expect_at(t, 0x110, "-", 0);
	expect_at(t, 0x220, "big", 0x200);	/* a label within a function is ignored */
	expect_at(t, 0x24f, "inside", 0x240);
	expect_at(t, 0x250, "big", 0x200);
	expect_at(t, 0x300, "end", 0x300);
	expect_at(t, 0x37f, "end", 0x300);
	expect_at(t, 0x38f, "last", 0x380);
	expect_at(t, 0x390, "-", 0);
	expect_at(t, ~0ULL - 1, "top", ~0ULL - 15);
	symtab__destroy(t);
	symtab__destroy(NULL);
}

/* A JIT compiler overwrites code: the later range is valid */
static void the_range_of_higher_rank_covers_an_address(void)
{
	struct symtab *t;

	EXPECT(!symtab__create(&t));
	add(t, 0x100, 0x10, 1, 0, "old1");
	add(t, 0x110, 0x10, 2, 0, "old2");
	add(t, 0x108, 0x10, 3, 0, "new");
	symtab__sort(t);
	expect_at(t, 0x107, "old1", 0x100);
	expect_at(t, 0x108, "new", 0x108);
	expect_at(t, 0x117, "new", 0x108);
	expect_at(t, 0x118, "old2", 0x110);
	symtab__destroy(t);
}

static void ranges_are_found(void)
{
	struct symtab *t;
	char name[32];
	uint64_t i;

	EXPECT(!symtab__create(&t));
	for (i = 0; i < 100000; i++) {
		uint64_t n = i * 7919 % 100000;

		snprintf(name, sizeof(name), "f%llu", (unsigned long long)n);
		add(t, n * 32, 16, 1, 0, name);
	}
	symtab__sort(t);
	for (i = 0; i < 100000; i += 997) {
		snprintf(name, sizeof(name), "f%llu", (unsigned long long)i);
		expect_at(t, i * 32 + 15, name, i * 32);
		expect_at(t, i * 32 + 16, "-", 0);
	}
	EXPECT(symtab__bytes(t) > 100000 * 32 && symtab__bytes(t) < 16 << 20);
	symtab__destroy(t);
}

const struct unit_test symtab_tests[] = {
	{ "symtab: overlapping ranges are resolved", overlapping_ranges_are_resolved },
	{ "symtab: the range of higher rank covers an address", the_range_of_higher_rank_covers_an_address },
	{ "symtab: 100000 ranges are found", ranges_are_found },
	{ 0 },
};

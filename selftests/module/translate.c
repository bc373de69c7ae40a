// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * translate: each step of the walk follows from the one before, and the end
 * agrees with pagemap. query.c checks the requests.
 */
#include <stdio.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/maps.h"
#include "../lib/pagemap.h"
#include "../lib/target.h"
#include "../lib/translation.h"
#include "../workloads/list.h"
#include "../lib/entry_bits.h"
#include "../lib/sizes.h"


FIXTURE(walk) {
	struct target target;
	struct pgwalk_info info;
	struct maps maps;
};

FIXTURE_VARIANT(walk) {
	const char *workload;
};

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_translate(FIXTURE_VARIANT_ADD(walk, id) { .workload = name };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(walk)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_info(&self->info));
	ASSERT_TRUE(maps_read(&self->maps, self->target.pid));
}

FIXTURE_TEARDOWN(walk)
{
	target_stop(&self->target);
	maps_free(&self->maps);
}

static void translate(struct __test_metadata *_metadata, pid_t pid,
		      __u64 address, struct translation *walk)
{
	char first[80], *text;
	int error;

	text = interface_translate(pid, address, &error);
	ASSERT_EQ(0, error);
	snprintf(first, sizeof(first), "# pgwalk translate pid %d va %016llx\n",
		 pid, address);
	EXPECT_EQ(0, strncmp(text, first, strlen(first))) {
		TH_LOG("begins with %.80s", text);
	}
	ASSERT_TRUE(translation_parse(walk, text)) {
		TH_LOG("cannot be read: %s", text);
	}
	free(text);
}

static const char *level_name(int level)
{
	static const char *const names[] = { "", "pte", "pmd", "pud", "p4d", "pgd" };

	return names[level];
}

/* From the root down, each table is at the address in the entry before, by the right index */
static void expect_chain(struct __test_metadata *_metadata,
			 const struct translation *walk, const struct pgwalk_info *info,
			 __u64 address)
{
	ASSERT_LE(walk->nr, info->nr_levels);
	for (unsigned int i = 0; i < walk->nr; i++) {
		const struct step *step = &walk->steps[i];
		const struct pgwalk_geometry *g = &info->geometry[i];

		EXPECT_EQ(0, strcmp(step->level, level_name(g->level)));
		EXPECT_EQ((address >> g->shift) % g->entries, step->index);
		if (i + 1 == walk->nr)
			break;
		EXPECT_EQ(0, strcmp(step->next, "table"));
		EXPECT_EQ(entry_frame(step->value, PAGE_SHIFT), step->pfn);
		EXPECT_EQ(step->pfn, walk->steps[i + 1].table);
		EXPECT_EQ(PGWALK_F_PRESENT | PGWALK_F_USER,
			  step->flags.set & (PGWALK_F_PRESENT | PGWALK_F_USER));
	}
}

static bool is_in_ram(int kind)
{
	return kind == PGWALK_KIND_PRESENT || kind == PGWALK_KIND_ZERO ||
	       kind == PGWALK_KIND_PROTNONE || kind == PGWALK_KIND_NUMA_HINT ||
	       kind == PGWALK_KIND_UFFD_RWP || kind == PGWALK_KIND_SPECIAL;
}

/* pagemap does not report frames without a struct page; the workload may know */
static __u64 expected_pfn(const struct truth *truth, __u64 address, __u64 entry)
{
	if (truth->pfn == TRUTH_NO_PFN)
		return PM_PFN(entry);
	return truth->pfn + ((address - truth->start) >> PAGE_SHIFT);
}

static bool has_pti(void)
{
	struct pgwalk_info info;

	return !interface_info(&info) && info.paging & PGWALK_PAGING_PTI;
}

static void expect_page(struct __test_metadata *_metadata,
			const struct translation *walk, const struct truth *truth,
			const struct mapping *mapping, __u64 address, __u64 entry)
{
	const struct step *leaf = &walk->steps[walk->nr - 1];
	char size[8], prot[8], perms[8];
	__u64 pa, flags = ~0ULL;
	bool nx = false;
	int n;

	n = sscanf(walk->result, "= pa %llx size %7s prot %7s vma %7s", &pa, size, prot, perms);
	ASSERT_EQ(4, n) {
		TH_LOG("%s", walk->result);
	}
	EXPECT_EQ(expected_pfn(truth, address, entry) << PAGE_SHIFT | (address & (PAGE - 1)), pa);
	EXPECT_EQ(0, strcmp(leaf->next, truth->kind == PGWALK_KIND_PRESENT ?
			    "page" : names_kind_word(truth->kind))) {
		TH_LOG("%s instead of %s", leaf->next, names_kind_word(truth->kind));
	}
	EXPECT_EQ(pa >> truth->shift, leaf->pfn >> (truth->shift - PAGE_SHIFT));
	EXPECT_EQ(truth->shift, names_shift(size));
	EXPECT_EQ(0, strcmp(perms, mapping->perms));
	for (unsigned int i = 0; i < walk->nr; i++) {
		flags &= walk->steps[i].flags.set;
		/* The kernel's own root forbids the kernel alone */
		if (i || !has_pti())
			nx |= !!(walk->steps[i].flags.set & PGWALK_F_NX);
	}
	if (truth->kind == PGWALK_KIND_PROTNONE || truth->kind == PGWALK_KIND_NUMA_HINT ||
	    truth->kind == PGWALK_KIND_UFFD_RWP) {
		EXPECT_EQ(0, strcmp(prot, "---"));
		return;
	}
	EXPECT_EQ('r', prot[0]);
	EXPECT_EQ(flags & PGWALK_F_WRITE ? 'w' : '-', prot[1]);
	EXPECT_EQ(nx ? '-' : 'x', prot[2]);
	/* The tables allow no more than the mapping does */
	for (int i = 0; i < 3; i++)
		EXPECT_TRUE(prot[i] == '-' || prot[i] == perms[i]);
	/* The frame of the leaf, by the raw value that a walk in hardware uses */
	EXPECT_EQ(entry_frame(leaf->value, truth->shift), pa >> truth->shift << truth->shift >> PAGE_SHIFT);
}

static void expect_no_page(struct __test_metadata *_metadata,
			   const struct translation *walk, const struct truth *truth,
			   __u64 entry)
{
	unsigned int type;
	__u64 offset;
	int n;

	EXPECT_EQ(NULL, strstr(walk->result, " pa "));
	EXPECT_EQ(0, strncmp(walk->result + 2, names_kind_word(truth->kind),
			     strlen(names_kind_word(truth->kind)))) {
		TH_LOG("%s", walk->result);
	}
	if (truth->kind != PGWALK_KIND_SWAP)
		return;
	n = sscanf(walk->result, "= swap type %u offset %llx", &type, &offset);
	ASSERT_EQ(2, n);
	if (truth->flags.set & PGWALK_F_SWAP_SHMEM) {
		EXPECT_EQ(0, entry & (PM_PRESENT | PM_SWAP));	/* shmem_swap.c: the place */
		return;
	}
	EXPECT_EQ(PM_SWAP_TYPE(entry), type);
	EXPECT_EQ(PM_SWAP_OFFSET(entry), offset);
}

TEST_F_TIMEOUT(walk, follows_the_tables_to_the_frame_of_pagemap, 60)
{
	__u64 root = 0;

	for (size_t i = 0; i < 3; i++) {
		const struct truth *truth =
			&self->target.truths[i * (self->target.nr_truths - 1) / 2];
		__u64 address = truth->start + (truth->end - truth->start) / 2 + 0x123;
		__u64 entry = pagemap_one(self->target.pid, address);
		struct translation walk;

		translate(_metadata, self->target.pid, address, &walk);
		ASSERT_LT(0, walk.nr);
		expect_chain(_metadata, &walk, &self->info, address);
		if (is_in_ram(truth->kind))
			expect_page(_metadata, &walk, truth,
				    maps_find(&self->maps, address), address, entry);
		else
			expect_no_page(_metadata, &walk, truth, entry);
		/* One process, one root */
		EXPECT_TRUE(!root || root == walk.steps[0].table);
		root = walk.steps[0].table;
	}
}

static __u64 table_of(const struct translation *walk, const char *level)
{
	for (unsigned int i = 0; i < walk->nr; i++)
		if (!strcmp(walk->steps[i].level, level))
			return walk->steps[i].table;
	return 0;
}

/* Their trees join at the table of pmds, and nowhere above */
TEST(two_processes_have_a_hugetlb_table_in_common)
{
	struct translation ours, theirs;
	struct target target;
	int ret = target_start(&target, "hugetlb-shared");

	if (ret == 4)
		SKIP(return, "%s", target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_LT(0, target.child);
	for (__u64 i = 0; i < 23; i += 11) {
		translate(_metadata, target.pid, target.start + i * HUGE, &ours);
		translate(_metadata, target.child, target.start + i * HUGE, &theirs);
		EXPECT_NE(0, table_of(&ours, "pmd"));
		EXPECT_EQ(table_of(&ours, "pmd"), table_of(&theirs, "pmd"));
		EXPECT_NE(table_of(&ours, "pud"), table_of(&theirs, "pud"));
		EXPECT_EQ(0, strcmp(ours.result, theirs.result));
	}
	target_stop(&target);
}

TEST_HARNESS_MAIN

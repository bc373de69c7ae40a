/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Shared by the tests of rmap: one page, held against the pagemaps of all processes and
 * kpagecount, from the device in one call, in calls of few records, and as text.
 */
#ifndef PGWALK_RMAP_CHECK_H
#define PGWALK_RMAP_CHECK_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/family.h"
#include "../lib/interface.h"
#include "../lib/mapped.h"
#include "../lib/pagemap.h"
#include "../lib/process.h"
#include "../lib/rmap_result.h"
#include "../lib/target.h"
#include "../lib/sizes.h"

#define NR		23
#define SECONDS		120

static struct rmap_result answer, other;
static struct mapped truth, told;

/* Of all processes of a test: made before the first one forks */
static char *area;
static int file __attribute__((unused));

static __attribute__((unused)) char *map(size_t size, int flags, int fd)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags | (fd < 0 ? MAP_ANONYMOUS : 0),
		       fd, 0);

	if (p != MAP_FAILED)
		madvise(p, size, MADV_NOHUGEPAGE);
	return p == MAP_FAILED ? NULL : p;
}

static __u64 pfn_at(pid_t pid, const void *p)
{
	__u64 entry = pagemap_one(pid, (unsigned long)p);

	return entry & PM_PRESENT ? PM_PFN(entry) : 0;
}

/* Gather the reported mappings as places. Return: how many of them count */
static __u64 gather(const struct rmap_result *from)
{
	__u64 counted = 0;

	told.nr = 0;
	for (size_t i = 0; i < from->nr; i++) {
		mapped_add(&told, from->hit[i].tgid, from->hit[i].addr);
		counted += from->hit[i].counted;
	}
	mapped_sort(&told);
	return counted;
}

static const char *first_difference(void)
{
	static char text[200];
	size_t i;

	for (i = 0; i < told.nr && i < truth.nr; i++)
		if (memcmp(&told.at[i], &truth.at[i], sizeof(told.at[i])))
			break;
	snprintf(text, sizeof(text), "%zu seen, %zu are; number %zu: seen %d %llx, is %d %llx",
		 told.nr, truth.nr, i, i < told.nr ? told.at[i].pid : 0,
		 i < told.nr ? told.at[i].addr : 0, i < truth.nr ? truth.at[i].pid : 0,
		 i < truth.nr ? truth.at[i].addr : 0);
	return text;
}

static bool same_places(void)
{
	return told.nr == truth.nr &&
	       !memcmp(told.at, truth.at, told.nr * sizeof(*told.at));
}

/* Are all fields that the text has the same as the device's? */
static bool same_hits(const struct rmap_result *a, const struct rmap_result *b)
{
	for (size_t i = 0; i < a->nr && a->nr == b->nr; i++) {
		struct pgwalk_rmap_hit hit = a->hit[i];

		hit.vm_flags = 0;
		if (memcmp(&hit, &b->hit[i], sizeof(hit)))
			return false;
	}
	return a->nr == b->nr && a->found == b->found && a->mapcount == b->mapcount &&
	       a->method == b->method && a->pfn == b->pfn;
}

FIXTURE(rmap) {
	int fd;
};

FIXTURE_SETUP(rmap)
{
	self->fd = interface_open_device(0);
	ASSERT_LE(0, self->fd);
	area = NULL;
	file = -1;
}

FIXTURE_TEARDOWN(rmap)
{
	close(self->fd);
}

/*
 * Compares one page with the oracles: from the device in one call, in calls of few
 * records, and as text. nr: places there must be, 0: at least one.
 */
#define check(page, how, count, places) \
	check_page(_metadata, self->fd, page, how, count, places, __LINE__)

static __attribute__((unused)) void
check_page(struct __test_metadata *_metadata, int fd, __u64 pfn, __u32 method,
		       long count, size_t nr, int line)
{
	char question[32], *text;
	__u64 counted;
	int error;

	ASSERT_NE(0, pfn) {
		TH_LOG("line %d: no page", line);
	}
	ASSERT_TRUE(mapped_find(&truth, pfn));
	EXPECT_EQ(nr ?: truth.nr, truth.nr) {
		TH_LOG("line %d: the test is wrong", line);
	}
	rmap_result_from_device(&answer, fd, pfn, RMAP_RESULT_MAX);
	ASSERT_EQ(0, answer.error) {
		TH_LOG("line %d", line);
	}
	EXPECT_EQ(PGWALK_RMAP_DONE, answer.status) {
		TH_LOG("line %d", line);
	}
	EXPECT_EQ(method, answer.method) {
		TH_LOG("line %d", line);
	}
	EXPECT_EQ(1, answer.calls);
	counted = gather(&answer);
	EXPECT_TRUE(same_places()) {
		TH_LOG("line %d: %s", line, first_difference());
	}
	EXPECT_EQ(counted, answer.found);
	EXPECT_EQ(count < 0 ? mapped_kpagecount(pfn) : count, answer.mapcount);
	EXPECT_EQ(mapped_kpagecount(pfn), answer.found) {
		TH_LOG("line %d", line);
	}

	for (unsigned int records = 1; records < 8; records += 6) {
		rmap_result_from_device(&other, fd, pfn, records);
		EXPECT_EQ(0, other.error);
		EXPECT_EQ(PGWALK_RMAP_DONE, other.status);
		EXPECT_EQ(answer.nr, other.nr);
		EXPECT_EQ(answer.found, other.found) {
			TH_LOG("line %d: by %u records", line, records);
		}
		EXPECT_EQ(0, memcmp(answer.hit, other.hit, answer.nr * sizeof(*answer.hit)));
	}

	snprintf(question, sizeof(question), "pfn %llx", pfn);
	text = rmap_result_text(question, &error);
	ASSERT_NE(NULL, text) {
		TH_LOG("%s: %d", question, error);
	}
	ASSERT_TRUE(rmap_result_parse(&other, text)) {
		TH_LOG("%s", text);
	}
	EXPECT_TRUE(same_hits(&answer, &other)) {
		TH_LOG("line %d:\n%s", line, text);
	}
	free(text);
}

static __attribute__((unused)) const struct pgwalk_rmap_hit *hit_of(pid_t pid)
{
	for (size_t i = 0; i < answer.nr; i++)
		if (answer.hit[i].tgid == pid)
			return &answer.hit[i];
	return NULL;
}
static __attribute__((unused)) bool write_all(struct family *family)
{
	for (unsigned long i = 0; i < NR; i++)
		area[i * PAGE] = 1;
	return true;
}

#endif

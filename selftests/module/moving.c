// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Pages on the move: at any time, each listing or walk reports a page at its old or its new
 * address, or reports a migration entry at the old one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/listing.h"
#include "../lib/sizes.h"
#include "../lib/target.h"
#include "../workloads/moving.h"

#define SECONDS		20
#define ENOUGH		7	/* entries seen that were moving */

FIXTURE(moving) {
	struct target target;
	struct moving_log *log;
	int device;
};

FIXTURE_VARIANT(moving) {
	const char *workload;
	bool huge;
	unsigned int least;	/* listings, however many of these were seen */
	unsigned int round_us;	/* approximate time of a round; calls start at any point in it */
};

FIXTURE_VARIANT_ADD(moving, small) {
	.workload = "moving", .huge = false, .least = 100, .round_us = 1000,
};

FIXTURE_VARIANT_ADD(moving, huge) {
	.workload = "moving-huge", .huge = true, .least = 5, .round_us = 100000,
};

FIXTURE_SETUP(moving)
{
	int ret = target_start(&self->target, variant->workload), fd;

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	fd = open(self->target.log, O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	self->log = mmap(NULL, sizeof(*self->log), PROT_READ, MAP_SHARED, fd, 0);
	ASSERT_NE(MAP_FAILED, self->log);
	close(fd);
	ASSERT_EQ(0, interface_attach(self->target.pid));
	self->device = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(moving)
{
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

/* Rounds: from the last one logged before the call to the one in progress after it */
static bool was_there(const struct moving_log *log, __u64 first, __u64 last,
		      size_t place, __u64 pfn)
{
	for (__u64 round = first - 1; round <= last; round++)
		if (log->pfn[round % MOVING_ROUNDS][place] == pfn)
			return true;
	return false;
}

static bool list_pages(struct listing *listing, const struct target *target, int device,
		       bool by_view)
{
	char *text;
	bool ok;
	int fd;

	if (!by_view)
		return !listing_from_scan(listing, device, target->start, target->end, 0, 7);
	fd = interface_open_view(target->pid, "pages");
	if (fd < 0)
		return false;
	text = interface_read_all(fd, 1 << 16, NULL);
	ok = text && listing_from_text(listing, text);
	close(fd);
	free(text);
	return ok;
}

/* The first page of each place. Gives how many are moving */
static size_t expect_places(struct __test_metadata *_metadata, const struct listing *l,
			    const struct target *target, const struct moving_log *log,
			    __u64 first, __u64 last, unsigned int shift)
{
	size_t places = (target->end - target->start) >> shift, moving = 0;

	for (size_t i = 0; i < places; i++) {
		const struct page *p = listing_find(l, target->start + (i << shift));

		ASSERT_NE(NULL, p) {
			TH_LOG("place %zu is not listed", i);
		}
		if (p->kind == PGWALK_KIND_RACED)
			continue;
		ASSERT_TRUE(p->kind == PGWALK_KIND_PRESENT ||
			    p->kind == PGWALK_KIND_MIGRATION) {
			TH_LOG("place %zu is %s", i, names_kind_word(p->kind));
		}
		ASSERT_EQ(shift, p->shift);
		ASSERT_TRUE(p->flags & (p->kind == PGWALK_KIND_PRESENT ? PGWALK_F_WRITE :
					PGWALK_F_ENTRY_WRITE));
		ASSERT_TRUE(was_there(log, first, last, i, p->pfn)) {
			TH_LOG("place %zu is %s %llx, not there in rounds %llu to %llu", i,
			       names_kind_word(p->kind), p->pfn, first - 1, last);
		}
		moving += p->kind == PGWALK_KIND_MIGRATION;
	}
	return moving;
}

TEST_F_TIMEOUT(moving, each_page_is_where_it_was_or_went_to, 120)
{
	time_t end = time(NULL) + SECONDS;
	size_t moving = 0, times = 0, spoilt = 0;
	__u64 began = atomic_load(&self->log->rounds);

	while (time(NULL) < end && (moving < ENOUGH || times < variant->least)) {
		struct listing listing;
		__u64 first, last;

		usleep((useconds_t)rand() % variant->round_us);
		first = atomic_load(&self->log->rounds);
		ASSERT_TRUE(list_pages(&listing, &self->target, self->device, times % 16 == 15)) {
			TH_LOG("%s", listing.error);
		}
		last = atomic_load(&self->log->rounds);
		while (atomic_load(&self->log->rounds) <= last)
			usleep(100);
		times++;
		/* The log was overwritten during the comparison: no page can be checked */
		if (last - first > MOVING_ROUNDS / 2)
			spoilt++;
		else
			moving += expect_places(_metadata, &listing, &self->target, self->log,
						first, last, variant->huge ? HUGE_SHIFT : PAGE_SHIFT);
		listing_free(&listing);
	}
	TH_LOG("%zu listings in %llu rounds, %zu entries were moving", times,
	       (unsigned long long)(atomic_load(&self->log->rounds) - began), moving);
	if (times - spoilt < variant->least)
		SKIP(return, "only %zu listings could be checked in %d s", times - spoilt, SECONDS);
	if (!moving)
		SKIP(return, "no entry was seen on the move in %d s", SECONDS);
}

TEST_HARNESS_MAIN

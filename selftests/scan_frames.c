// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_SCAN_FRAMES: what it says of each page's frame against /proc/kpageflags and
 * /proc/kpagecount, its filters, and that a record a page and a record a run say the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "oracle/interface.h"
#include "oracle/kpage.h"
#include "oracle/pagemap.h"
#include "oracle/target.h"

#define PLACE	(1ULL << KPAGE_HEAD | 1ULL << KPAGE_TAIL)
#define ROOM	32768

/* Runs of a target, or pages */
struct frame_list {
	struct pgwalk_frame_run *runs;
	__u32 nr;
};

static bool list_frames(struct frame_list *list, int fd, struct pgwalk_scan *scan,
			__u32 batch)
{
	list->nr = 0;
	if (!list->runs)
		list->runs = malloc(ROOM * sizeof(*list->runs));
	while (scan->start < scan->end && list->nr + batch <= ROOM) {
		scan->size = sizeof(*scan);
		scan->flags |= PGWALK_SCAN_FRAMES;
		scan->records = (unsigned long)(list->runs + list->nr);
		scan->nr_records = batch;
		if (interface_ioctl(fd, PGWALK_IOC_SCAN, scan) ||
		    scan->filled > batch || scan->resume <= scan->start)
			return false;
		list->nr += scan->filled;
		scan->start = scan->resume;
	}
	return scan->start >= scan->end;
}

FIXTURE(frames) {
	struct target target;
	int fd;
	struct frame_list runs, pages;
};

FIXTURE_VARIANT(frames) {
	const char *workload;
};

#define WORKLOAD(id, name) \
	FIXTURE_VARIANT_ADD(frames, id) { .workload = name }

WORKLOAD(anon_new, "anon-new");
WORKLOAD(anon_zero, "anon-zero");
WORKLOAD(thp_new, "thp-new");
WORKLOAD(thp_split, "thp-split");
WORKLOAD(huge_zero, "huge-zero");
WORKLOAD(hugetlb, "hugetlb");
WORKLOAD(file_cached, "file-cached");
WORKLOAD(file_cow, "file-cow");
WORKLOAD(shmem, "shmem");
WORKLOAD(cow_shared, "cow-shared");
WORKLOAD(swap_cached, "swap-cached");
WORKLOAD(locked, "locked");
WORKLOAD(many_vmas, "many-vmas");
WORKLOAD(special, "special");
WORKLOAD(mthp, "mthp");
WORKLOAD(ksm, "ksm");
WORKLOAD(hwpoison, "hwpoison");
WORKLOAD(numa_marked, "numa-marked");

FIXTURE_SETUP(frames)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(frames)
{
	free(self->runs.runs);
	free(self->pages.runs);
	target_stop(&self->target);
}

static bool has_frame(const struct pgwalk_run *run)
{
	return run->kind != PGWALK_KIND_SWAP && run->kind != PGWALK_KIND_MARKER &&
	       run->kind != PGWALK_KIND_RACED && run->kind != PGWALK_KIND_BAD;
}

/* Has nothing happened to the page at an address, and its frame, since? */
static bool is_still(const struct pgwalk_frame_run *r, __u64 addr, int fd)
{
	struct pgwalk_frame_run now;
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_FRAMES | PGWALK_SCAN_PAGES,
		.start = addr, .end = addr + 4096,
		.records = (unsigned long)&now, .nr_records = 1,
	};

	return !interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) && scan.filled == 1 &&
	       now.run.pfn == r->run.pfn + ((addr - r->run.start) >> 12) &&
	       !((now.frame_flags ^ r->frame_flags) & ~PLACE) &&
	       now.mapcount == r->mapcount;
}

static __u64 pfn_of(const struct pgwalk_frame_run *r, __u64 leaf)
{
	return r->run.pfn + (leaf << (r->run.shift - 12));
}

/* Does the kernel's word of a frame say what a run says of a leaf? */
static bool is_same(const struct pgwalk_frame_run *r, __u64 leaf, __u64 flags, __u64 count)
{
	__u64 ignore = leaf ? PLACE : 0;

	return !((flags ^ r->frame_flags) & ~ignore) && count == (__u64)(__s64)r->mapcount;
}

static bool kernel_agrees(const struct pgwalk_frame_run *r, __u64 leaf, struct kpage *now)
{
	return kpage_read(now, pfn_of(r, leaf), 1) && now->nr &&
	       is_same(r, leaf, now->flags[0], now->count[0]);
}

/* The same, since the list was made */
static bool kernel_agreed(struct kpage_seen *seen, const struct pgwalk_frame_run *r, __u64 leaf)
{
	__u64 flags, count;

	return kpage_look(seen, pfn_of(r, leaf), &flags, &count) && is_same(r, leaf, flags, count);
}

/*
 * One leaf of a run, against the kernel's word. What differs must have stood still, and
 * differ still: a page that is isolated from its LRU list for a moment is no lie.
 */
static void check_leaf(struct kpage_verdict *v, struct kpage_seen *seen,
		       const struct pgwalk_frame_run *r, __u64 leaf, int fd)
{
	struct kpage now = { };

	if (kernel_agreed(seen, r, leaf) || kernel_agrees(r, leaf, &now)) {
		v->compared++;
		return;
	}
	if (!now.nr) {
		v->moving += r->node >= 0;
		return;
	}
	for (int i = 0; i < 3; i++) {
		if (!is_still(r, r->run.start + (leaf << r->run.shift), fd) ||
		    kernel_agrees(r, leaf, &now)) {
			v->moving++;
			return;
		}
	}
	v->compared++;
	if (!v->wrong++)
		snprintf(v->first, sizeof(v->first),
			 "%llx pfn %llx: flags %llx mapcount %d, the kernel: %llx %lld",
			 r->run.start, pfn_of(r, leaf),
			 r->frame_flags, r->mapcount, now.flags[0], (long long)now.count[0]);
}

static void check_list(struct kpage_verdict *v, const struct frame_list *list, int fd)
{
	struct kpage_seen seen = { };

	for (__u32 i = 0; i < list->nr; i++) {
		const struct pgwalk_frame_run *r = &list->runs[i];
		__u64 leaves = (r->run.end - r->run.start) >> r->run.shift;

		if (!has_frame(&r->run))
			continue;
		for (__u64 leaf = 0; leaf < leaves; leaf++)
			check_leaf(v, &seen, r, leaf, fd);
	}
}

/* By page and by run: every leaf in one list is in the other, and says the same */
static __u32 differ(const struct frame_list *pages, const struct frame_list *runs)
{
	__u32 at = 0;

	for (__u32 i = 0; i < runs->nr; i++) {
		const struct pgwalk_frame_run *r = &runs->runs[i];
		__u64 addr = r->run.start;

		for (; addr < r->run.end; addr += 1ULL << r->run.shift, at++) {
			const struct pgwalk_frame_run *p = &pages->runs[at];

			if (at >= pages->nr || p->run.start != addr ||
			    (has_frame(&r->run) &&
			     p->run.pfn != r->run.pfn + ((addr - r->run.start) >> 12)) ||
			    p->run.flags != r->run.flags || p->run.kind != r->run.kind ||
			    (p->frame_flags ^ r->frame_flags) & ~PLACE ||
			    p->mapcount != r->mapcount || p->node != r->node ||
			    p->order != r->order || p->frame_kind != r->frame_kind)
				return at;
		}
	}
	return at == pages->nr ? pages->nr : at;
}

/* The target sleeps; a few pages of libraries may change hands all the same */
TEST_F_TIMEOUT(frames, agree_with_the_kernel, 120)
{
	struct kpage_verdict pages, runs;
	struct pgwalk_scan scan;

	/* Pages may be put on their lists meanwhile, many at once */
	for (int try = 0; try < 10; try++) {
		scan = (struct pgwalk_scan){ .end = INTERFACE_USER_END };
		ASSERT_TRUE(list_frames(&self->runs, self->fd, &scan, 61));
		scan = (struct pgwalk_scan){ .flags = PGWALK_SCAN_PAGES, .end = INTERFACE_USER_END };
		ASSERT_TRUE(list_frames(&self->pages, self->fd, &scan, 509));
		pages = runs = (struct kpage_verdict){ };
		check_list(&pages, &self->pages, self->fd);
		check_list(&runs, &self->runs, self->fd);
		if (differ(&self->pages, &self->runs) == self->pages.nr &&
		    pages.moving <= pages.compared / 20 && pages.compared == runs.compared)
			break;
	}
	EXPECT_LE(pages.moving, pages.compared / 20);
	EXPECT_EQ(0, pages.wrong) {
		TH_LOG("by page, %zu of %zu: %s", pages.wrong, pages.compared, pages.first);
	}
	EXPECT_EQ(0, runs.wrong) {
		TH_LOG("by run, %zu of %zu: %s", runs.wrong, runs.compared, runs.first);
	}
	EXPECT_LT(50, pages.compared);
	EXPECT_EQ(pages.compared, runs.compared);
	EXPECT_EQ(self->pages.nr, differ(&self->pages, &self->runs));
	EXPECT_LT(self->runs.nr, self->pages.nr);
}

static __u64 sum(const struct frame_list *list)
{
	__u64 bytes = 0;

	for (__u32 i = 0; i < list->nr; i++)
		bytes += list->runs[i].run.end - list->runs[i].run.start;
	return bytes;
}

static __u64 sum_with(const struct frame_list *list, __u64 require, __u64 exclude)
{
	__u64 bytes = 0;

	for (__u32 i = 0; i < list->nr; i++)
		if ((list->runs[i].frame_flags & require) == require &&
		    !(list->runs[i].frame_flags & exclude))
			bytes += list->runs[i].run.end - list->runs[i].run.start;
	return bytes;
}

/* Bytes that a filter should leave, and that it leaves */
static bool filtered(struct frame_list *all, struct frame_list *some, int fd, __u32 flags,
		     const __u64 *filter, __u64 *want, __u64 *got)
{
	struct pgwalk_scan scan = { .flags = PGWALK_SCAN_PAGES, .end = INTERFACE_USER_END };

	if (!list_frames(all, fd, &scan, 509))
		return false;
	*want = sum_with(all, filter[0], filter[1]);
	scan = (struct pgwalk_scan){
		.flags = flags, .end = INTERFACE_USER_END,
		.frame_require = filter[0], .frame_exclude = filter[1],
	};
	if (!list_frames(some, fd, &scan, 7))
		return false;
	*got = sum(some);
	return true;
}

/* What a filter leaves is what all the pages would be filtered to, by page and by run */
TEST_F_TIMEOUT(frames, filter_by_flags, 120)
{
	static const __u64 filters[][2] = {
		{ 1ULL << KPAGE_ANON, 0 }, { 0, 1ULL << KPAGE_ANON },
		{ 1ULL << KPAGE_MMAP | 1ULL << KPAGE_LRU, 1ULL << KPAGE_REFERENCED },
		{ 1ULL << KPAGE_THP, 0 }, { 1ULL << KPAGE_HEAD, 0 },
		{ 1ULL << KPAGE_TAIL, 1ULL << KPAGE_HUGE }, { 0, 1ULL << KPAGE_UPTODATE },
	};
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		for (__u32 flags = 0; flags <= PGWALK_SCAN_PAGES; flags++) {
			__u64 want = 0, got = 1;

			for (int try = 0; try < 10 && want != got; try++)
				ASSERT_TRUE(filtered(&self->pages, &self->runs, self->fd,
						     flags, filters[i], &want, &got));
			EXPECT_EQ(want, got) {
				TH_LOG("require %llx exclude %llx flags %x",
				       filters[i][0], filters[i][1], flags);
			}
		}
}

/* The struct of before has no filter of frames; what it asked for it still gets */
TEST(callers_of_before_still_work)
{
	struct pgwalk_frame_run records[64];
	struct pgwalk_scan scan = {
		.size = PGWALK_SCAN_SIZE_1, .end = INTERFACE_USER_END,
		.records = (unsigned long)records, .nr_records = 64,
		.frame_require = ~0ULL,		/* not theirs: not read */
	};
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	EXPECT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	EXPECT_LT(0, scan.filled);
	scan.size = sizeof(scan);
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.frame_require = 0;
	scan.flags = PGWALK_SCAN_FRAMES << 1;
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.flags = PGWALK_SCAN_FRAMES;
	scan.records = 8;
	EXPECT_EQ(-EFAULT, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	close(fd);
}

/* Not a byte behind what there is room for */
TEST(records_are_kept_to)
{
	struct pgwalk_frame_run records[3];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_FRAMES, .end = INTERFACE_USER_END,
		.records = (unsigned long)records, .nr_records = 2,
	};
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	for (__u32 pages = 0; pages <= PGWALK_SCAN_PAGES; pages++) {
		memset(records, 0x5a, sizeof(records));
		scan.flags = PGWALK_SCAN_FRAMES | pages;
		ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
		EXPECT_EQ(2, scan.filled);
		for (size_t i = 0; i < sizeof(records[2]); i++)
			EXPECT_EQ(0x5a, ((unsigned char *)&records[2])[i]);
	}
	close(fd);
}

TEST_HARNESS_MAIN

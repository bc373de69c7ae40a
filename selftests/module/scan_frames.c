// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_SCAN_FRAMES: its records of each page's frame against /proc/kpageflags and
 * /proc/kpagecount, its filters, and that records by page and records by run agree.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/damon.h"
#include "../lib/interface.h"
#include "../lib/kpage.h"
#include "../lib/listing.h"
#include "../lib/pagemap.h"
#include "../lib/target.h"
#include "../workloads/list.h"
#include "../lib/sizes.h"

#define PLACE	(1ULL << KPAGE_HEAD | 1ULL << KPAGE_TAIL)
#define ROOM	(32768 + 24 * TABLE_ENTRIES)	/* of 23 split huge pages, and the rest */

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

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_frames(FIXTURE_VARIANT_ADD(frames, id) { .workload = name };)

WORKLOADS(WORKLOAD)

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
		.start = addr, .end = addr + PAGE,
		.records = (unsigned long)&now, .nr_records = 1,
	};

	return !interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) && scan.filled == 1 &&
	       now.run.pfn == r->run.pfn + ((addr - r->run.start) >> PAGE_SHIFT) &&
	       !((now.frame_flags ^ r->frame_flags) & ~PLACE) &&
	       now.mapcount == r->mapcount;
}

static __u64 pfn_of(const struct pgwalk_frame_run *r, __u64 leaf)
{
	return r->run.pfn + (leaf << (r->run.shift - PAGE_SHIFT));
}

/* Are the kernel's flags and count of a frame those of the run at @leaf? */
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

	return kpage_cached(seen, pfn_of(r, leaf), &flags, &count) && is_same(r, leaf, flags, count);
}

/*
 * Compare one leaf of a run with kpageflags and kpagecount. A difference counts only if the
 * frame did not change and still differs: a page may leave its LRU list for a moment.
 */
static void check_leaf(struct kpage_comparison *v, struct kpage_seen *seen,
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

static void check_list(struct kpage_comparison *v, const struct frame_list *list, int fd)
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

/* By page and by run: every leaf in one list is in the other, with equal values */
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
			     p->run.pfn != r->run.pfn + ((addr - r->run.start) >> PAGE_SHIFT)) ||
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
	struct kpage_comparison pages, runs;
	struct pgwalk_scan scan;

	/* Pages may be put on their lists between the scans, many at once */
	for (int try = 0; try < 10; try++) {
		scan = (struct pgwalk_scan){ .end = INTERFACE_USER_END };
		ASSERT_TRUE(list_frames(&self->runs, self->fd, &scan, 61));
		scan = (struct pgwalk_scan){ .flags = PGWALK_SCAN_PAGES, .end = INTERFACE_USER_END };
		ASSERT_TRUE(list_frames(&self->pages, self->fd, &scan, 509));
		pages = runs = (struct kpage_comparison){ };
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
	/* Equal, if no two neighbouring pages have consecutive frames */
	EXPECT_LE(self->runs.nr, self->pages.nr);
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

/* The result of a filter equals all the pages filtered here, by page and by run */
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

/* The older struct has no filter of frames; the records it requests are still returned */
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
	scan.flags = PGWALK_SCAN_EXCLUSIVE << 1;
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.flags = PGWALK_SCAN_EXCLUSIVE;
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.flags = PGWALK_SCAN_FRAMES;
	scan.frame_require = PGWALK_FRAME_EXCLUSIVE;	/* no frame would have it */
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.flags |= PGWALK_SCAN_EXCLUSIVE;
	EXPECT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.frame_exclude = scan.frame_require;
	scan.frame_require = 0;
	EXPECT_EQ(0, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.flags = PGWALK_SCAN_FRAMES;
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	scan.frame_exclude = 0;
	scan.records = 8;
	EXPECT_EQ(-EFAULT, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	close(fd);
}

/* Not a byte is written past the end of the buffer */
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

enum { PAGES = 5003, STRIDE = 1777, COPIED = 5 };

/* Should two runs be one? */
static bool continues(const struct pgwalk_frame_run *a, const struct pgwalk_frame_run *b)
{
	return a->run.end == b->run.start &&
	       a->run.pfn + ((a->run.end - a->run.start) >> PAGE_SHIFT) == b->run.pfn &&
	       a->run.flags == b->run.flags && a->run.kind == b->run.kind &&
	       a->frame_flags == b->frame_flags && a->mapcount == b->mapcount && a->node == b->node;
}

static __u32 count_continued(const struct frame_list *list)
{
	__u32 nr = 0;

	for (__u32 i = 1; i < list->nr; i++)
		nr += continues(&list->runs[i - 1], &list->runs[i]);
	return nr;
}

/* Count the pages of which mapcount and pfn are right: each COPIED-th page is the parent's own */
static long count_right(const struct frame_list *pages, __u64 start, const __u64 *entries)
{
	long right = 0;

	for (__u32 i = 0; i < pages->nr; i++) {
		const struct pgwalk_frame_run *r = &pages->runs[i];
		__u64 at = (r->run.start - start) >> PAGE_SHIFT;

		right += r->run.pfn == PM_PFN(entries[at]) && r->mapcount == (at % COPIED ? 2 : 1);
	}
	return right;
}

FIXTURE(scattered) {
	__u64 start, end;
	pid_t child;
	int fd;
	struct frame_list runs, pages;
};

/* Return a child that keeps this process's pages */
static pid_t start_child(void)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	return child;
}

FIXTURE_SETUP(scattered)
{
	char *p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ASSERT_NE(MAP_FAILED, p);
	damon_stat_enable(false);
	madvise(p, PAGES * PAGE, MADV_NOHUGEPAGE);
	for (long i = 0; i < PAGES; i++)
		p[i * STRIDE % PAGES * PAGE] = 1;
	self->child = start_child();
	ASSERT_LT(0, self->child);
	for (long i = 0; i < PAGES; i += COPIED)
		p[i * PAGE] = 2;
	self->start = (unsigned long)p;
	self->end = self->start + PAGES * PAGE;
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(scattered)
{
	kill(self->child, SIGKILL);
	waitpid(self->child, NULL, 0);
	damon_stat_enable(true);
	close(self->fd);
	munmap((void *)self->start, self->end - self->start);
	free(self->runs.runs);
	free(self->pages.runs);
}

/*
 * Frames in disorder, shared with a child except for each COPIED-th one. Lists of pages end
 * where the mapcount changes, and each record has its own frame, in pieces of any size.
 */
TEST_F_TIMEOUT(scattered, agree_by_page_and_by_run, 120)
{
	static const __u32 batches[] = { 1, 700, 20000 };
	static __u64 entries[PAGES];
	int pagemap = pagemap_open(getpid());

	for (int b = 0; b < 3; b++) {
		__u32 agree = 0;
		long right = 0;

		/* Pages may be put on their lists between the scans */
		for (int try = 0; try < 10 && (agree != PAGES || right != PAGES); try++) {
			struct pgwalk_scan scan = { .start = self->start, .end = self->end };

			ASSERT_TRUE(list_frames(&self->runs, self->fd, &scan, batches[b]));
			scan = (struct pgwalk_scan){ .flags = PGWALK_SCAN_PAGES,
						     .start = self->start, .end = self->end };
			ASSERT_TRUE(list_frames(&self->pages, self->fd, &scan, batches[b]));
			ASSERT_TRUE(pagemap_read(pagemap, self->start, PAGES, entries));
			agree = self->pages.nr == PAGES ? differ(&self->pages, &self->runs) : 0;
			right = count_right(&self->pages, self->start, entries);
		}
		EXPECT_EQ(PAGES, agree);
		EXPECT_EQ(PAGES, right);
		EXPECT_EQ(0, count_continued(&self->runs));
	}
	close(pagemap);
}

/* Every third page is locked: a filter leaves some pages of a list */
TEST_F_TIMEOUT(scattered, are_filtered_by_flags, 120)
{
	static const __u64 filters[][2] = {
		{ 1ULL << KPAGE_UNEVICTABLE, 0 }, { 1ULL << KPAGE_ANON, 1ULL << KPAGE_UNEVICTABLE },
	};

	for (long i = 0; i < PAGES; i += 3)
		ASSERT_EQ(0, mlock((void *)(self->start + i * PAGE), PAGE));
	for (__u32 i = 0; i < 4; i++) {
		__u64 want = 0, got = 1;

		for (int try = 0; try < 10 && want != got; try++)
			ASSERT_TRUE(filtered(&self->pages, &self->runs, self->fd, i % 2, filters[i / 2],
					     &want, &got));
		EXPECT_EQ(want, got);
		EXPECT_LT(PAGES / 6 * PAGE, got);
	}
}


/*
 * Two huge pages. The first is mapped by entries of 4K, so that it is a run of many leaves. The second
 * is one entry, and a child maps a part of it, so that SCAN returns it in parts.
 */
FIXTURE(parts) {
	char *start;
	pid_t child;
	struct frame_list whole, pieces;
};

#define MARKED	4

/* Are the pages in @mask, of MARKED pages, those that the kernel marks as used by one process? */
static bool has_marks(int fd, const char *start, unsigned int mask)
{
	struct pgwalk_frame_run pages[MARKED];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .start = (unsigned long)start, .end = (unsigned long)start + MARKED * PAGE,
		.records = (unsigned long)pages, .nr_records = MARKED,
		.flags = PGWALK_SCAN_FRAMES | PGWALK_SCAN_PAGES | PGWALK_SCAN_EXCLUSIVE,
	};
	unsigned int found = 0, i;

	if (interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) || scan.filled != MARKED)
		return false;
	for (i = 0; i < MARKED; i++)
		found |= (pages[i].frame_flags & PGWALK_FRAME_EXCLUSIVE ? 1U : 0) << i;
	scan.flags &= ~PGWALK_SCAN_EXCLUSIVE;
	if (interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) || scan.filled != MARKED)
		return false;
	for (i = 0; i < MARKED; i++)
		if (pages[i].frame_flags & PGWALK_FRAME_EXCLUSIVE)
			return false;
	return found == mask;
}

/* Pages lose the mark at fork(), also pages of a large folio; a write makes a page exclusive again */
static bool follows_fork(int fd, char *start)
{
	const bool before = has_marks(fd, start, 0xf);
	const pid_t child = fork();
	bool shared, written;

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	shared = has_marks(fd, start, 0);
	((volatile char *)start)[2 * PAGE] = 2;
	written = has_marks(fd, start, 1 << 2);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return before && shared && written && has_marks(fd, start, 1 << 2);
}

TEST(marks_of_small_pages)
{
	char *start = mmap(NULL, MARKED * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, start);
	madvise(start, MARKED * PAGE, MADV_NOHUGEPAGE);
	memset(start, 1, MARKED * PAGE);
	EXPECT_TRUE(follows_fork(fd, start));
	munmap(start, MARKED * PAGE);
	close(fd);
}

TEST(marks_of_tail_pages)
{
	char *area = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *start = (char *)(((unsigned long)area + HUGE - 1) & -HUGE);
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, area);
	madvise(start, HUGE, MADV_HUGEPAGE);
	start[0] = 1;
	/* The kernel splits the entry, and frees the first page */
	ASSERT_EQ(0, madvise(start, PAGE, MADV_DONTNEED));
	EXPECT_TRUE(follows_fork(fd, start + PAGE * 23));
	munmap(area, 2 * HUGE);
	close(fd);
}

static void wait_without_half(char *start)
{
	munmap(start, HUGE / 2);
	kill(getppid(), SIGUSR1);
	for (;;)
		pause();
}

/* Fork a child that unmaps the first half of a huge page; return when it is unmapped */
static pid_t share_half(char *start)
{
	sigset_t set;
	pid_t child;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		wait_without_half(start);
	}
	sigwait(&set, &sig);
	return child;
}

FIXTURE_SETUP(parts)
{
	char *area = mmap(NULL, 3 * HUGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ASSERT_NE(MAP_FAILED, area);
	self->start = (char *)(((unsigned long)area + HUGE - 1) & -HUGE);
	madvise(self->start, 2 * HUGE, MADV_HUGEPAGE);
	self->start[0] = self->start[HUGE] = 1;
	/* The kernel splits the entry, and frees the first page */
	ASSERT_EQ(0, madvise(self->start, PAGE, MADV_DONTNEED));
	self->child = share_half(self->start + HUGE);
	ASSERT_LT(0, self->child);
}

FIXTURE_TEARDOWN(parts)
{
	kill(self->child, SIGKILL);
	waitpid(self->child, NULL, 0);
	free(self->whole.runs);
	free(self->pieces.runs);
}

static bool list_parts(struct frame_list *list, int fd, const char *start, __u32 batch)
{
	struct pgwalk_scan scan = {
		.flags = PGWALK_SCAN_PAGES, .start = (unsigned long)start,
		.end = (unsigned long)start + 2 * HUGE,
	};

	return list_frames(list, fd, &scan, batch);
}

static bool is_part(const struct pgwalk_frame_run *r)
{
	return r->run.end - r->run.start < 1ULL << r->run.shift;
}

/* A buffer may be full at any leaf: the next call continues at the first one that is missing */
TEST_F_TIMEOUT(parts, of_a_leaf_follow_a_full_buffer, 120)
{
	int fd = interface_open_device(getpid());
	__u32 parts = 0;

	ASSERT_LE(0, fd);
	ASSERT_TRUE(list_parts(&self->whole, fd, self->start, 1024));
	for (__u32 i = 0; i < self->whole.nr; i++)
		parts += is_part(&self->whole.runs[i]);
	if (!parts)
		SKIP(return, "no huge page that is shared in part");
	ASSERT_LT(500, self->whole.nr - parts);
	for (__u32 batch = 1; batch <= self->whole.nr; batch++) {
		ASSERT_TRUE(list_parts(&self->pieces, fd, self->start, batch));
		ASSERT_EQ(self->whole.nr, self->pieces.nr) {
			TH_LOG("%u records a call", batch);
		}
		for (__u32 i = 0; i < self->whole.nr; i++) {
			const struct pgwalk_run *was = &self->whole.runs[i].run;
			const struct pgwalk_run *is = &self->pieces.runs[i].run;

			ASSERT_TRUE(is->start == was->start && is->end == was->end &&
				    is->pfn == was->pfn && is->shift == was->shift) {
				TH_LOG("%u records a call: %llx-%llx, expected %llx-%llx", batch,
				       is->start, is->end, was->start, was->end);
			}
		}
	}
	close(fd);
}

enum { APART = 1000, APART_STRIDE = 377, HUGES = 2, MIXED_MOST = APART + HUGES * PAGE_MOST / 8 };
#define HUGE_PAGES	((long)TABLE_ENTRIES)
#define MIXED		(APART + HUGES * HUGE_PAGES)

/*
 * Pages with frames in disorder, which are one listed run, followed by huge pages that are mapped by
 * entries of pages. A child shares all of them except for each second page of the huge ones, so that each
 * page of these is a run of its own, without a list: more runs than the module has room for at a time,
 * so that one of them is still open there when the room ends. These are the lowest addresses of the
 * process, so that all views read them in one batch.
 */
FIXTURE(mixed) {
	char *start;
	pid_t child;
	int fd, pagemap;
	struct frame_list list;
	__u64 entries[MIXED_MOST];
};

/* Fork a child that unmaps each second page of a range; return when they are unmapped */
static pid_t share_each_second(char *start, long pages)
{
	sigset_t set;
	pid_t child;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (long i = 0; i < pages; i += 2)
			madvise(start + i * PAGE, PAGE, MADV_DONTNEED);
		kill(getppid(), SIGUSR1);
		for (;;)
			pause();
	}
	sigwait(&set, &sig);
	return child;
}

/* The first address is such that the huge pages are aligned */
FIXTURE_SETUP(mixed)
{
	char *huge = (char *)(1UL << 30);

	self->start = mmap(huge - APART * PAGE, MIXED * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	ASSERT_EQ(huge - APART * PAGE, self->start);
	madvise(self->start, APART * PAGE, MADV_NOHUGEPAGE);
	madvise(huge, HUGES * HUGE, MADV_HUGEPAGE);
	for (long i = 0; i < APART; i++)
		self->start[i * APART_STRIDE % APART * PAGE] = 1;
	for (long i = 0; i < HUGES; i++) {
		huge[i * HUGE] = 1;
		/* The kernel splits the entry, and frees the last page */
		ASSERT_EQ(0, madvise(huge + (i + 1) * HUGE - PAGE, PAGE, MADV_DONTNEED));
	}
	self->child = share_each_second(huge, HUGES * HUGE_PAGES);
	ASSERT_LT(0, self->child);
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
	self->pagemap = pagemap_open(getpid());
	ASSERT_LE(0, self->pagemap);
}

FIXTURE_TEARDOWN(mixed)
{
	kill(self->child, SIGKILL);
	waitpid(self->child, NULL, 0);
	close(self->pagemap);
	close(self->fd);
	munmap(self->start, MIXED * PAGE);
	free(self->list.runs);
}

static int mixed_mapcount(long page)
{
	return page < APART || (page - APART) % 2 ? 2 : 1;
}

/* Does pagemap have present pages with consecutive frames after the first APART ones? */
static bool has_huge(const __u64 *entries)
{
	for (long i = APART; i < MIXED; i++) {
		long at = (i - APART) % HUGE_PAGES;

		if (at == HUGE_PAGES - 1 ? entries[i] & PM_PRESENT :
		    !(entries[i] & PM_PRESENT) || PM_PFN(entries[i]) != PM_PFN(entries[i - at]) + at)
			return false;
	}
	return true;
}

/* Count the pages from @first on that a list has in order, with the frames of pagemap */
static long count_in_order(const struct frame_list *list, __u64 start, long first,
			 const __u64 *entries)
{
	__u32 at = 0;
	long nr = 0;

	for (long i = first; i < MIXED && at < list->nr; i++) {
		const struct pgwalk_frame_run *r = &list->runs[at];
		const __u64 addr = start + i * PAGE;

		if (!(entries[i] & PM_PRESENT))
			continue;
		if (addr < r->run.start || r->run.pfn + ((addr - r->run.start) >> PAGE_SHIFT) != PM_PFN(entries[i]) ||
		    r->mapcount != mixed_mapcount(i))
			break;
		nr++;
		at += addr + PAGE == r->run.end;
	}
	return at == list->nr ? nr : -1;
}

/* The same, of a listing of the whole process */
static long count_in_text(const struct listing *listing, __u64 start, const __u64 *entries)
{
	long nr = 0;

	for (long i = 0; i < MIXED; i++) {
		const struct page *page = listing_find(listing, start + i * PAGE);

		if (entries[i] & PM_PRESENT)
			nr += page && page->pfn == PM_PFN(entries[i]) &&
			      page->mapcount == mixed_mapcount(i);
	}
	return nr;
}

/* The room ends in another run of the huge pages for each number of pages before them */
TEST_F_TIMEOUT(mixed, runs_with_and_without_a_list, 120)
{
	const __u64 start = (unsigned long)self->start, end = start + MIXED * PAGE;

	ASSERT_TRUE(pagemap_read(self->pagemap, start, MIXED, self->entries));
	if (!has_huge(self->entries))
		SKIP(return, "no huge pages");
	for (long first = 0; first < APART; first += 97)
		for (__u32 flags = 0; flags <= PGWALK_SCAN_PAGES; flags++) {
			const long want = MIXED - HUGES - first;
			long nr = 0;

			/* Pages may be moved between the reads */
			for (int try = 0; try < 3 && nr != want; try++) {
				struct pgwalk_scan scan = {
					.flags = flags, .start = start + first * PAGE, .end = end,
				};

				ASSERT_TRUE(list_frames(&self->list, self->fd, &scan, 8192));
				ASSERT_TRUE(pagemap_read(self->pagemap, start, MIXED, self->entries));
				nr = count_in_order(&self->list, start, first, self->entries);
			}
			EXPECT_EQ(want, nr) {
				TH_LOG("from page %ld, flags %x: %u records", first, flags, self->list.nr);
			}
		}
}

TEST_F_TIMEOUT(mixed, lines_with_and_without_a_list, 120)
{
	const __u64 start = (unsigned long)self->start;
	const long want = MIXED - HUGES;
	long nr = 0;

	ASSERT_TRUE(pagemap_read(self->pagemap, start, MIXED, self->entries));
	if (!has_huge(self->entries))
		SKIP(return, "no huge pages");
	ASSERT_EQ(0, interface_attach(getpid()));
	for (int try = 0; try < 3 && nr != want; try++) {
		int fd = interface_open_view(getpid(), "pages");
		char *text = interface_read_all(fd, 1 << 20, NULL);
		struct listing listing;

		ASSERT_NE(NULL, text);
		ASSERT_TRUE(listing_from_text(&listing, text)) {
			TH_LOG("%s", listing.error);
		}
		ASSERT_TRUE(pagemap_read(self->pagemap, start, MIXED, self->entries));
		nr = count_in_text(&listing, start, self->entries);
		listing_free(&listing);
		free(text);
		close(fd);
	}
	interface_attach(-getpid());
	EXPECT_EQ(want, nr);
}

TEST_HARNESS_MAIN

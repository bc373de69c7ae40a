// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * frame and PGWALK_IOC_FRAMES: every frame of the machine against /proc/kpageflags and
 * /proc/kpagecount, and frames of each kind, which this test allocates.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/frames_agree.h"
#include "../lib/interface.h"
#include "../lib/kpage.h"
#include "../lib/pagemap.h"
#include "../lib/target.h"
#include "../lib/sizes.h"

#define ROUNDS	20

#ifndef MADV_HWPOISON
#define MADV_HWPOISON	100
#endif
#ifndef MADV_SOFT_OFFLINE
#define MADV_SOFT_OFFLINE 101
#endif

FIXTURE(frame) {
	int fd;
	struct pgwalk_frame frame;
};

FIXTURE_SETUP(frame)
{
	self->fd = interface_open_device(0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(frame)
{
	close(self->fd);
}

/* Read the frame of an address of a process with FRAMES; its number is read from pagemap */
static bool frame_at(int fd, pid_t pid, const void *address, struct pgwalk_frame *frame)
{
	__u64 entry = pagemap_one(pid, (unsigned long)address);

	return entry != ~0ULL && entry & PM_PRESENT &&
	       !kpage_frames(fd, PM_PFN(entry), 1, frame) &&
	       frame->pfn == PM_PFN(entry);
}

/*
 * Check frames with a flag that stands for a kind: their kind must match. Before 7.2 there are
 * page tables without the flag
 */
static size_t wrong_kinds(const struct pgwalk_frame *frames, size_t nr, size_t *seen)
{
	static const struct { int flag, kind; } same[] = {
		{ KPAGE_BUDDY, PGWALK_FRAME_FREE }, { KPAGE_SLAB, PGWALK_FRAME_SLAB },
		{ KPAGE_PGTABLE, PGWALK_FRAME_PGTABLE },
		{ KPAGE_HUGE, PGWALK_FRAME_HUGETLB },
	};
	size_t wrong = 0;

	for (size_t i = 0; i < nr; i++) {
		seen[frames[i].kind]++;
		for (size_t k = 0; k < 4; k++) {
			const bool flag = frames[i].flags & 1ULL << same[k].flag;
			const bool kind = frames[i].kind == same[k].kind;

			wrong += flag != kind &&
				 !(kind && same[k].kind == PGWALK_FRAME_PGTABLE);
		}
		wrong += frames[i].head_pfn > frames[i].pfn ||
			 frames[i].pfn - frames[i].head_pfn >= 1ULL << frames[i].order;
	}
	return wrong;
}

TEST_F_TIMEOUT(frame, kinds_of_all_memory, 240)
{
	static struct pgwalk_frame frames[KPAGE_BATCH];
	size_t seen[PGWALK_FRAME_NR] = { }, wrong = 0;
	__u64 end = kpage_end(), pfn = 0;

	while (pfn < end && !kpage_frames(self->fd, pfn, KPAGE_BATCH, frames)) {
		wrong += wrong_kinds(frames, KPAGE_BATCH, seen);
		pfn += KPAGE_BATCH;
	}
	ASSERT_LE(end, pfn);
	EXPECT_EQ(0, wrong);
	EXPECT_EQ(0, seen[PGWALK_FRAME_UNSET]);
	EXPECT_LT(23, seen[PGWALK_FRAME_PGTABLE]);
	EXPECT_LT(1000, seen[PGWALK_FRAME_SLAB]);
	EXPECT_LT(1000, seen[PGWALK_FRAME_FREE]);
	EXPECT_LT(100, seen[PGWALK_FRAME_FILE]);
	EXPECT_LT(23, seen[PGWALK_FRAME_ANON]);
	EXPECT_LT(23, seen[PGWALK_FRAME_RESERVED]);
	EXPECT_LE(1, seen[PGWALK_FRAME_ZERO]);
}

/* The zone of a frame, by /proc/zoneinfo; PGWALK_ZONE_UNSET: none has it */
static unsigned int zone_of(__u64 pfn)
{
	static const char *const names[] = {
#define X(name, number, text) [PGWALK_ZONE_##name] = (text),
		PGWALK_ZONES(X)
#undef X
	};
	FILE *f = fopen("/proc/zoneinfo", "re");
	unsigned int zone = PGWALK_ZONE_UNSET, found = PGWALK_ZONE_UNSET, node;
	unsigned long long first, spanned = 0;
	char line[200], word[20];

	while (f && !found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Node %u, zone %19s", &node, word) == 2) {
			for (zone = sizeof(names) / sizeof(names[0]) - 1; zone; zone--)
				if (names[zone] && !strcmp(names[zone], word))
					break;
		} else if (sscanf(line, " spanned %llu", &spanned) != 1 &&
			   sscanf(line, " start_pfn: %llu", &first) == 1 &&
			   pfn >= first && pfn < first + spanned) {
			found = zone;
		}
	}
	if (f)
		fclose(f);
	return found;
}

static void expect_place(struct __test_metadata *_metadata, const struct pgwalk_frame *f,
			 const volatile void *address)
{
	EXPECT_EQ(zone_of(f->pfn), f->zone);
	EXPECT_EQ(frames_node(0, (unsigned long)address), f->node);
	EXPECT_EQ(0, f->reserved);
}

TEST_F(frame, anonymous_page)
{
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*p = 1;
	ASSERT_TRUE(frame_at(self->fd, getpid(), (void *)p, &self->frame));
	EXPECT_EQ(PGWALK_FRAME_ANON, self->frame.kind);
	EXPECT_EQ(1, self->frame.mapcount);
	EXPECT_EQ(1, self->frame.folio_mapcount);
	EXPECT_LE(1, self->frame.refcount);
	EXPECT_EQ(0, self->frame.order);
	EXPECT_EQ(self->frame.pfn, self->frame.head_pfn);
	EXPECT_EQ((unsigned long)p >> PAGE_SHIFT, self->frame.index);
	EXPECT_EQ(0, self->frame.ino);
	EXPECT_EQ(kpage_cgroup(self->frame.pfn), self->frame.memcg_ino);
	expect_place(_metadata, &self->frame, p);
}

TEST_F(frame, shared_page_of_zeroes)
{
	struct pgwalk_info info;
	volatile char *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise((void *)p, PAGE, MADV_NOHUGEPAGE);
	EXPECT_EQ(0, *p);
	ASSERT_EQ(0, interface_info(&info));
	ASSERT_EQ(0, kpage_frames(self->fd, info.zero_pfn, 1, &self->frame));
	EXPECT_EQ(PGWALK_FRAME_ZERO, self->frame.kind);
	EXPECT_TRUE(self->frame.flags & 1ULL << KPAGE_ZERO);
}

/*
 * 2M of zeroed kernel memory that a process has mapped: the submission entries of io_uring, at
 * their maximum number. On some kernels it is one folio.
 */
TEST_F(frame, zeroed_memory_of_the_kernel_is_not_the_huge_page_of_zeroes)
{
	const unsigned int nr = 32768;		/* entries of 64 bytes */
	struct io_uring_params params = {};
	struct kpage_comparison verdict = {};
	int ring = (int)syscall(SYS_io_uring_setup, nr, &params);
	void *map;

	if (ring < 0)
		SKIP(return, "no io_uring with %u entries", nr);
	map = mmap(NULL, nr * 64, PROT_READ, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	ASSERT_NE(MAP_FAILED, map);
	ASSERT_TRUE(frame_at(self->fd, getpid(), map, &self->frame));
	TH_LOG("order %u", self->frame.order);
	EXPECT_NE(PGWALK_FRAME_ZERO, self->frame.kind);
	EXPECT_FALSE(self->frame.flags & 1ULL << KPAGE_ZERO);
	ASSERT_TRUE(kpage_compare(&verdict, self->fd, self->frame.head_pfn, KPAGE_BATCH));
	EXPECT_EQ(0, verdict.wrong) {
		TH_LOG("%s", verdict.first);
	}
	munmap(map, nr * 64);
	close(ring);
}

/* Its inode, its device, and its place in the file */
static void expect_file(struct __test_metadata *_metadata, int fd, const char *path, int kind)
{
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct pgwalk_frame frame;
	struct stat st;
	char *map;

	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, 23 * PAGE));
	ASSERT_EQ(0, fstat(file, &st));
	map = mmap(NULL, 23 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	ASSERT_NE(MAP_FAILED, map);
	for (int i = 0; i < 23; i++) {
		map[i * PAGE] = 1;
		ASSERT_TRUE(frame_at(fd, getpid(), map + i * PAGE, &frame));
		EXPECT_EQ(kind, frame.kind);
		EXPECT_EQ(st.st_ino, frame.ino);
		EXPECT_EQ(major(st.st_dev), frame.dev_major);
		EXPECT_EQ(minor(st.st_dev), frame.dev_minor);
		EXPECT_EQ(i, frame.index);
		EXPECT_EQ(1, frame.mapcount);
	}
	munmap(map, 23 * PAGE);
	close(file);
	unlink(path);
}

TEST_F(frame, page_of_a_file)
{
	const char *dir = getenv("PGWALK_SCRATCH");
	char path[200];

	if (!dir)
		SKIP(return, "no PGWALK_SCRATCH");
	snprintf(path, sizeof(path), "%s/pgwalk-frame", dir);
	expect_file(_metadata, self->fd, path, PGWALK_FRAME_FILE);
}

TEST_F(frame, page_of_shared_memory)
{
	expect_file(_metadata, self->fd, "/tmp/pgwalk-frame", PGWALK_FRAME_SHMEM);
}

/* Head and tails of a large folio of a workload */
static void expect_large(struct __test_metadata *_metadata, int fd, const char *workload,
			 int kind, int order)
{
	struct pgwalk_frame head, tail;
	struct target target;
	int ret = target_start(&target, workload);

	if (ret == 4)
		SKIP(return, "%s", target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_TRUE(frame_at(fd, target.pid, (void *)target.truths[0].start, &tail));
	ASSERT_EQ(0, kpage_frames(fd, tail.head_pfn, 1, &head));
	ASSERT_EQ(0, kpage_frames(fd, tail.head_pfn + (1 << order) - 1, 1, &tail));
	target_stop(&target);
	EXPECT_EQ(kind, head.kind);
	EXPECT_EQ(kind, tail.kind);
	EXPECT_EQ(order, head.order);
	EXPECT_EQ(order, tail.order);
	EXPECT_EQ(head.pfn, tail.head_pfn);
	EXPECT_EQ(0, head.pfn % (1ULL << order));
	EXPECT_TRUE(head.flags & 1ULL << KPAGE_HEAD);
	EXPECT_TRUE(tail.flags & 1ULL << KPAGE_TAIL);
	EXPECT_EQ(head.index + (1 << order) - 1, tail.index);
}

TEST_F(frame, huge_page)
{
	expect_large(_metadata, self->fd, "thp-new", PGWALK_FRAME_ANON, (int)(HUGE_SHIFT - PAGE_SHIFT));
}

TEST_F(frame, page_of_hugetlb)
{
	expect_large(_metadata, self->fd, "hugetlb", PGWALK_FRAME_HUGETLB, (int)(HUGE_SHIFT - PAGE_SHIFT));
}

TEST_F(frame, small_pages_of_a_large_folio)
{
	expect_large(_metadata, self->fd, "mthp", PGWALK_FRAME_ANON, 16 - (int)PAGE_SHIFT);
}

/* The frames of the tables on the way to an address of this process, by level; 0: no such level */
static bool tables_of(int fd, const volatile void *address, __u64 *pfn)
{
	struct pgwalk_translate t = { .size = sizeof(t), .addr = (unsigned long)address };

	if (interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &t) || t.status != PGWALK_TRANSLATE_DONE)
		return false;
	memset(pfn, 0, (PGWALK_LEVEL_PGD + 1) * sizeof(*pfn));
	for (__u32 i = 0; i < t.nr_steps; i++)
		pfn[t.step[i].entry.level] = t.step[i].table_pfn;
	return pfn[PGWALK_LEVEL_PTE] && pfn[PGWALK_LEVEL_PGD];
}

static bool is_marked(__u64 pfn)
{
	struct kpage kpage;

	return kpage_read(&kpage, pfn, 1) && kpage.nr &&
	       kpage.flags[0] & 1ULL << KPAGE_PGTABLE;
}

/* A root that is smaller than a page is in a slab (arm64) */
static bool root_is_in_slab(void)
{
	struct pgwalk_info info;

	return !interface_info(&info) && info.geometry[0].entries * sizeof(__u64) < PAGE;
}

TEST_F(frame, tables_of_each_level)
{
	__u64 pfn[PGWALK_LEVEL_PGD + 1];
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int attached = interface_open_device(getpid());

	*p = 1;
	ASSERT_LE(0, attached);
	ASSERT_TRUE(tables_of(attached, p, pfn));
	if (root_is_in_slab()) {
		ASSERT_EQ(0, kpage_frames(attached, pfn[PGWALK_LEVEL_PGD], 1, &self->frame));
		EXPECT_EQ(PGWALK_FRAME_SLAB, self->frame.kind);
		pfn[PGWALK_LEVEL_PGD] = 0;
	}
	for (int level = PGWALK_LEVEL_PTE; level <= PGWALK_LEVEL_PGD; level++) {
		if (!pfn[level])
			continue;
		TH_LOG("level %d: %s by the kernel", level,
		       is_marked(pfn[level]) ? "marked" : "not marked");
		ASSERT_EQ(0, kpage_frames(attached, pfn[level], 1, &self->frame));
		EXPECT_EQ(PGWALK_FRAME_PGTABLE, self->frame.kind);
		/* Without a process: marked tables, and roots (struct page names their mm) */
		ASSERT_EQ(0, kpage_frames(self->fd, pfn[level], 1, &self->frame));
		EXPECT_EQ(is_marked(pfn[level]) || level == PGWALK_LEVEL_PGD ?
			  PGWALK_FRAME_PGTABLE : PGWALK_FRAME_OTHER, self->frame.kind);
	}
	close(attached);
}

/* With PTI, the root of user mode is the frame after the root that is walked */
TEST_F(frame, root_of_user_mode)
{
	__u64 pfn[PGWALK_LEVEL_PGD + 1];
	struct pgwalk_info info;
	int attached = interface_open_device(getpid());

	ASSERT_LE(0, attached);
	ASSERT_EQ(0, interface_info(&info));
	ASSERT_TRUE(tables_of(attached, &info, pfn));
	close(attached);
	if (!(info.paging & PGWALK_PAGING_PTI))
		SKIP(return, "no PTI");
	ASSERT_EQ(0, kpage_frames(self->fd, pfn[PGWALK_LEVEL_PGD] + 1, 1, &self->frame));
	EXPECT_EQ(PGWALK_FRAME_PGTABLE, self->frame.kind);
}

static pid_t start_child(void)
{
	pid_t child = fork();

	if (!child) {
		pause();
		_exit(0);
	}
	return child;
}

static size_t count_roots(int fd, const __u64 *root)
{
	struct pgwalk_frame frame;
	size_t roots = 0;

	for (int i = 0; i < 23; i++)
		roots += !kpage_frames(fd, root[i], 1, &frame) &&
			 frame.kind == PGWALK_FRAME_PGTABLE && !is_marked(root[i]);
	return roots;
}

/*
 * Freed roots are not reported as roots, though the struct page still names the mm. Some may
 * already be roots of other processes, and a CPU keeps the mm that it ran last
 */
TEST_F(frame, roots_of_processes_that_have_ended)
{
	__u64 root[23], pfn[PGWALK_LEVEL_PGD + 1];
	pid_t child[23];
	size_t roots;

	if (root_is_in_slab())
		SKIP(return, "roots are smaller than a page");
	for (int i = 0; i < 23; i++) {
		int attached;

		child[i] = start_child();
		attached = interface_open_device(child[i]);
		ASSERT_LE(0, attached);
		ASSERT_TRUE(tables_of(attached, &root, pfn));
		root[i] = pfn[PGWALK_LEVEL_PGD];
		ASSERT_EQ(0, kpage_frames(self->fd, root[i], 1, &self->frame));
		EXPECT_EQ(PGWALK_FRAME_PGTABLE, self->frame.kind);
		close(attached);
	}
	for (int i = 0; i < 23; i++) {
		kill(child[i], SIGKILL);
		ASSERT_EQ(child[i], waitpid(child[i], NULL, 0));
	}
	roots = count_roots(self->fd, root);
	for (int tries = 0; tries < 100 && roots > 3; tries++) {
		usleep(100000);
		roots = count_roots(self->fd, root);
	}
	TH_LOG("%zu of 23 frames are roots again", roots);
	EXPECT_GT(12, roots);
}

static void on_bus_error(int signal)
{
	(void)signal;
}

/* Poison a page of this process and read its frame. Return false if this kernel cannot */
static bool expect_poisoned(struct __test_metadata *_metadata, int fd, volatile char *p,
			    int advice, struct pgwalk_frame *frame)
{
	struct kpage_comparison verdict = {};
	__u64 pfn;

	signal(SIGBUS, on_bus_error);
	*p = 1;
	EXPECT_TRUE(frame_at(fd, getpid(), (void *)p, frame));
	pfn = frame->pfn;
	if (madvise((void *)p, PAGE, advice))
		SKIP(return false, "madvise: %s", strerror(errno));
	EXPECT_EQ(0, kpage_frames(fd, pfn, 1, frame));
	EXPECT_EQ(PGWALK_FRAME_HWPOISON, frame->kind);
	EXPECT_TRUE(frame->flags & 1ULL << KPAGE_HWPOISON);
	EXPECT_TRUE(kpage_compare(&verdict, fd, pfn, 1));
	EXPECT_EQ(0, verdict.wrong) {
		TH_LOG("%s", verdict.first);
	}
	return true;
}

TEST_F(frame, soft_offlined_page)
{
	struct pgwalk_frame now;
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (!expect_poisoned(_metadata, self->fd, p, MADV_SOFT_OFFLINE, &self->frame))
		return;
	EXPECT_EQ(0, self->frame.mapcount);
	EXPECT_EQ(0, self->frame.ino);
	ASSERT_TRUE(frame_at(self->fd, getpid(), (void *)p, &now));
	EXPECT_NE(self->frame.pfn, now.pfn);
	EXPECT_EQ(PGWALK_FRAME_ANON, now.kind);
}

TEST_F(frame, poisoned_anonymous_page)
{
	volatile char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	expect_poisoned(_metadata, self->fd, p, MADV_HWPOISON, &self->frame);
}

/* It stays in the page cache, so that a read of the file fails */
TEST_F(frame, poisoned_page_of_shared_memory)
{
	int file = memfd_create("poisoned", 0);
	struct stat st;
	volatile char *p;

	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, 23 * PAGE));
	ASSERT_EQ(0, fstat(file, &st));
	p = mmap(NULL, 23 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (!expect_poisoned(_metadata, self->fd, p + 5 * PAGE, MADV_HWPOISON, &self->frame))
		return;
	EXPECT_EQ(st.st_ino, self->frame.ino);
	EXPECT_EQ(5, self->frame.index);
	close(file);
}

/* The memory of a device, from /proc/iomem: no struct page */
static __u64 device_pfn(void)
{
	FILE *f = fopen("/proc/iomem", "r");
	char line[200];
	__u64 start, end, pfn = 0;

	while (f && !pfn && fgets(line, sizeof(line), f))
		if (strstr(line, " : 0000:") && sscanf(line, " %llx-%llx", &start, &end) == 2 &&
		    start && end - start >= 4095)
			pfn = start >> PAGE_SHIFT;
	if (f)
		fclose(f);
	return pfn;
}

static void expect_none(struct __test_metadata *_metadata, const struct pgwalk_frame *f)
{
	EXPECT_EQ(PGWALK_FRAME_NONE, f->kind);
	EXPECT_EQ(PGWALK_ZONE_NONE, f->zone);
	EXPECT_EQ(PGWALK_LRU_NONE, f->lru);
	EXPECT_EQ(-1, f->node);
	EXPECT_EQ(-1, f->gen);
	EXPECT_EQ(f->pfn, f->head_pfn);
	EXPECT_EQ(0, f->refcount);
	EXPECT_EQ(0, f->mapcount);
}

TEST_F(frame, without_a_struct_page)
{
	const __u64 far[] = { kpage_end(), 1ULL << 40, ~0ULL - 1 };
	__u64 pfn = device_pfn();

	ASSERT_NE(0, pfn);
	ASSERT_EQ(0, kpage_frames(self->fd, pfn, 1, &self->frame));
	expect_none(_metadata, &self->frame);
	for (int i = 0; i < 3; i++) {
		ASSERT_EQ(0, kpage_frames(self->fd, far[i], 1, &self->frame));
		EXPECT_EQ(far[i], self->frame.pfn);
		expect_none(_metadata, &self->frame);
	}
}

TEST_F(frame, wrong_calls)
{
	struct pgwalk_frames arg, good = {
		.size = sizeof(good), .count = 1, .nr_records = 1,
		.records = (unsigned long)&self->frame,
	};

#define EXPECT_CALL(error, field, value) do {					\
		arg = good;							\
		arg.field = value;						\
		EXPECT_EQ(error, interface_ioctl(self->fd, PGWALK_IOC_FRAMES, &arg)); \
	} while (0)
	EXPECT_CALL(0, count, 1ULL << 40);
	EXPECT_EQ(1, arg.filled);
	EXPECT_CALL(-EINVAL, flags, 1);
	EXPECT_CALL(-EINVAL, count, 0);
	EXPECT_CALL(-EINVAL, nr_records, 0);
	EXPECT_CALL(-EINVAL, pfn, ~0ULL);
	EXPECT_CALL(-EINVAL, size, sizeof(good) - 1);
	EXPECT_CALL(-EFAULT, records, 8);
#undef EXPECT_CALL
}

/* All of memory and its holes; in at least one round most frames do not change */
TEST_F_TIMEOUT(frame, all_of_memory_agrees_with_the_kernel, 240)
{
	struct kpage_comparison v = { };
	__u64 end = kpage_end();

	for (int round = 0; round < ROUNDS; round++) {
		__u64 pfn = 0;

		v = (struct kpage_comparison){ };
		while (pfn < end && kpage_compare(&v, self->fd, pfn, KPAGE_BATCH))
			pfn += KPAGE_BATCH;
		ASSERT_LE(end, pfn);
		EXPECT_EQ(0, v.wrong) {
			TH_LOG("%zu of %zu wrong: %s", v.wrong, v.compared, v.first);
		}
		TH_LOG("%zu compared, %zu moving", v.compared, v.moving);
		if (v.moving < v.compared / 50)
			break;
	}
	EXPECT_LT(100000, v.compared);
	EXPECT_LT(v.moving, v.compared / 50);
}

TEST_HARNESS_MAIN

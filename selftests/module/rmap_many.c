// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * rmap of pages with many mappings: each is found once, the work grows linearly with their
 * number, a hold of the kernel's locks is bounded, and a result that may be incomplete is not
 * reported as done.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "rmap_check.h"

#define MAPPINGS	4000
#define HOLD_VMAS	64	/* the bound of the interface */
#define SLEEPERS	150

static char *base;
static struct pgwalk_info before, after;

/* The page at offset 0 of a file, mapped @nr times, with a page between each two */
static bool map_many(int nr)
{
	size_t size = 2UL * (size_t)nr * PAGE;

	file = memfd_create("many", 0);
	if (file < 0 || ftruncate(file, 16 * PAGE))
		return false;
	base = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	for (int i = 0; i < nr; i++)
		if (mmap(base + 2UL * (size_t)i * PAGE, PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, 0) == MAP_FAILED)
			return false;
	return true;
}

/* Every mapping of map_many() is in the response once */
static bool has_each_once(int nr)
{
	static unsigned char seen[MAPPINGS];

	memset(seen, 0, sizeof(seen));
	for (size_t i = 0; i < answer.nr; i++) {
		__u64 at = (answer.hit[i].addr - (unsigned long)base) / (2 * PAGE);

		if (answer.hit[i].addr % (2 * PAGE) != (unsigned long)base % (2 * PAGE) ||
		    at >= (__u64)nr || seen[at]++)
			return false;
	}
	return answer.nr == (size_t)nr;
}

static __u64 vmas_of_search(int fd, __u64 pfn, unsigned int records)
{
	interface_info(&before);
	rmap_result_from_device(&answer, fd, pfn, records);
	interface_info(&after);
	return after.rmap_vmas - before.rmap_vmas;
}

TEST_F_TIMEOUT(rmap, work_is_linear_in_the_number_of_mappings, SECONDS)
{
	static const unsigned int records[] = { RMAP_RESULT_MAX, 257, 23, 1 };
	__u64 pfn;

	ASSERT_TRUE(map_many(MAPPINGS));
	pfn = pfn_at(getpid(), base);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		__u64 vmas = vmas_of_search(self->fd, pfn, records[i]);

		EXPECT_EQ(0, answer.error);
		EXPECT_EQ(PGWALK_RMAP_DONE, answer.status);
		EXPECT_EQ(PGWALK_RMAP_METHOD_FILE, answer.method);
		EXPECT_EQ(MAPPINGS, answer.found);
		EXPECT_EQ(MAPPINGS, answer.mapcount);
		EXPECT_TRUE(has_each_once(MAPPINGS));
		EXPECT_LE(MAPPINGS, vmas);
		EXPECT_GE(2 * MAPPINGS, vmas) {
			TH_LOG("%llu by %u records", vmas, records[i]);
		}
		EXPECT_LE(MAPPINGS / HOLD_VMAS, after.rmap_lock_holds - before.rmap_lock_holds);
	}
	EXPECT_GE(HOLD_VMAS, after.rmap_max_vmas);
	EXPECT_NE(0, after.rmap_lock_hold_max_ns);
}

/* The position is of another open file: places already searched are passed over */
TEST_F_TIMEOUT(rmap, search_goes_on_with_another_open_file, SECONDS)
{
	struct pgwalk_rmap arg = { .size = sizeof(arg), .nr_records = 333 };
	int other_fd = interface_open_device(0);
	__u64 found = 0;
	int err;

	ASSERT_LE(0, other_fd);
	ASSERT_TRUE(map_many(MAPPINGS));
	arg.pfn = pfn_at(getpid(), base);
	answer.nr = 0;
	for (int i = 0; i <= MAPPINGS / 333; i++) {
		arg.records = (unsigned long)(answer.hit + answer.nr);
		err = interface_ioctl(i % 2 ? other_fd : self->fd, PGWALK_IOC_RMAP, &arg);
		ASSERT_EQ(0, err);
		answer.nr += arg.filled;
		found += arg.found;
	}
	EXPECT_EQ(PGWALK_RMAP_DONE, arg.status);
	EXPECT_EQ(MAPPINGS, found);
	EXPECT_TRUE(has_each_once(MAPPINGS));
	close(other_fd);
}

static atomic_bool over;

/* Mappings of the same file, at both sides of those in its tree, come and go */
static void *change_tree(void *unused)
{
	unsigned int i = 0;

	while (!atomic_load(&over)) {
		char *p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, (off_t)(PAGE + i++ % 8 * PAGE));

		munmap(p, PAGE);
	}
	return NULL;
}

TEST_F_TIMEOUT(rmap, each_mapping_is_found_once_while_the_tree_changes, SECONDS)
{
	unsigned int done = 0;
	pthread_t thread;
	__u64 pfn;

	ASSERT_TRUE(map_many(MAPPINGS));
	pfn = pfn_at(getpid(), base);
	ASSERT_EQ(0, pthread_create(&thread, NULL, change_tree, NULL));
	for (int i = 0; i < 20; i++) {
		rmap_result_from_device(&answer, self->fd, pfn, i % 2 ? RMAP_RESULT_MAX : 23);
		EXPECT_EQ(0, answer.error);
		EXPECT_EQ(MAPPINGS, answer.mapcount);
		if (answer.status != PGWALK_RMAP_DONE) {
			EXPECT_TRUE(answer.status == PGWALK_RMAP_BUSY ||
				    answer.status == PGWALK_RMAP_MISMATCH);
			continue;
		}
		done++;
		EXPECT_TRUE(has_each_once(MAPPINGS));
	}
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	EXPECT_NE(0, done);
	interface_info(&after);
	EXPECT_GE(HOLD_VMAS, after.rmap_max_vmas);
}

static bool have_memcg(void)
{
	return !system("grep -qw ^memory /proc/cgroups");
}

/*
 * mm->owner is enough for each. A transient user of an address space, such as a reader of /proc,
 * makes a pass necessary, so the lowest number of some searches counts.
 */
TEST_F_TIMEOUT(rmap, no_pass_over_all_processes_where_each_has_its_own_memory, SECONDS)
{
	pid_t pid[SLEEPERS];
	__u64 passes = 99;

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	for (int i = 0; i < SLEEPERS; i++)
		pid[i] = process_sleeper();
	for (int i = 0; i < 5; i++) {
		__u64 vmas = vmas_of_search(self->fd, pfn_at(getpid(), area), RMAP_RESULT_MAX);

		EXPECT_EQ(PGWALK_RMAP_DONE, answer.status);
		EXPECT_EQ(PGWALK_RMAP_METHOD_ANON, answer.method);
		EXPECT_EQ(SLEEPERS + 1, answer.found);
		EXPECT_EQ(SLEEPERS + 1, answer.nr);
		EXPECT_GE(2 * (SLEEPERS + 1), vmas);
		EXPECT_GE(answer.calls, after.rmap_passes - before.rmap_passes);
		if (after.rmap_passes - before.rmap_passes < passes)
			passes = after.rmap_passes - before.rmap_passes;
	}
	for (int i = 0; i < SLEEPERS; i++) {
		EXPECT_NE(NULL, hit_of(pid[i]));
		process_end(pid[i]);
	}
	if (have_memcg())
		EXPECT_EQ(0, passes);
}

#define SHARED_MAPPINGS	600	/* of three rounds, each at most 256 */

TEST_F_TIMEOUT(rmap, at_most_one_pass_over_all_processes_in_a_call, SECONDS)
{
	pid_t a = process_sharing(), b = process_sharing();

	ASSERT_TRUE(map_many(SHARED_MAPPINGS));
	for (unsigned int records = RMAP_RESULT_MAX; records; records = records == 100 ? 0 : 100) {
		vmas_of_search(self->fd, pfn_at(getpid(), base), records);
		EXPECT_EQ(PGWALK_RMAP_DONE, answer.status);
		EXPECT_EQ(SHARED_MAPPINGS, answer.found);
		EXPECT_EQ(3 * SHARED_MAPPINGS, answer.nr);
		/* All have one address space: one pass finds its processes for the whole call */
		EXPECT_EQ((3 * SHARED_MAPPINGS + records - 1) / records, answer.calls);
		EXPECT_LE(1, after.rmap_passes - before.rmap_passes);
		EXPECT_GE(answer.calls, after.rmap_passes - before.rmap_passes) {
			TH_LOG("%llu passes in %u calls", after.rmap_passes - before.rmap_passes,
			       answer.calls);
		}
	}
	process_end(a);
	process_end(b);
}

#define SHARERS	1100	/* more than one pass has room for */

/* Each process at each of three places: as many records, no place and process twice */
static bool has_each_process(const pid_t *pid)
{
	gather(&answer);
	if (told.nr != 3UL * (SHARERS + 1))
		return false;
	for (size_t i = 1; i < told.nr; i++)
		if (!memcmp(&told.at[i], &told.at[i - 1], sizeof(told.at[i])))
			return false;
	for (int i = 0; i < SHARERS; i++)
		if (!hit_of(pid[i]))
			return false;
	return hit_of(getpid());
}

TEST_F_TIMEOUT(rmap, more_processes_of_one_address_space_than_fit, SECONDS)
{
	static pid_t pid[SHARERS];

	ASSERT_TRUE(map_many(3));
	for (int i = 0; i < SHARERS; i++)
		pid[i] = process_sharing();
	for (unsigned int records = RMAP_RESULT_MAX; records; records = records == 300 ? 0 : 300) {
		vmas_of_search(self->fd, pfn_at(getpid(), base), records);
		EXPECT_EQ(0, answer.error);
		EXPECT_EQ(PGWALK_RMAP_DONE, answer.status);
		EXPECT_EQ(3, answer.found);
		EXPECT_TRUE(has_each_process(pid)) {
			TH_LOG("%zu records in %u calls", answer.nr, answer.calls);
		}
		EXPECT_GE(answer.calls, after.rmap_passes - before.rmap_passes);
	}
	for (int i = 0; i < SHARERS; i++)
		process_end(pid[i]);
}

/* To the end, one record a call: the entries found; -1: an error */
static __u64 search_on(int fd, struct pgwalk_rmap *arg)
{
	static struct pgwalk_rmap_hit hit;
	__u64 found = 0;

	arg->size = sizeof(*arg);
	arg->records = (unsigned long)&hit;
	arg->nr_records = 1;
	do {
		if (interface_ioctl(fd, PGWALK_IOC_RMAP, arg))
			return ~0ULL;
		found += arg->found;
	} while (arg->status == PGWALK_RMAP_MORE);
	return found;
}

static bool search_first(int fd, struct pgwalk_rmap *arg)
{
	static struct pgwalk_rmap_hit hit;

	*arg = (struct pgwalk_rmap){ .size = sizeof(*arg), .pfn = pfn_at(getpid(), base),
				     .records = (unsigned long)&hit, .nr_records = 1 };
	return !interface_ioctl(fd, PGWALK_IOC_RMAP, arg) && arg->status == PGWALK_RMAP_MORE &&
	       arg->found == 1 && hit.addr == (unsigned long)base;
}

TEST_F_TIMEOUT(rmap, mapping_added_before_the_position_is_a_mismatch, SECONDS)
{
	struct pgwalk_rmap arg;
	char *p;

	ASSERT_TRUE(map_many(3));
	/* It begins at an earlier offset than the mappings of this page */
	munmap(base, 6 * PAGE);
	for (int i = 0; i < 3; i++)
		ASSERT_NE(MAP_FAILED, mmap(base + 2UL * (size_t)i * PAGE, PAGE, PROT_READ, MAP_SHARED |
					   MAP_FIXED | MAP_POPULATE, file, PAGE));
	ASSERT_TRUE(search_first(self->fd, &arg));
	p = mmap(NULL, 2 * PAGE, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
	ASSERT_NE(MAP_FAILED, p);
	EXPECT_EQ(2, search_on(self->fd, &arg));
	EXPECT_EQ(4, arg.mapcount);
	EXPECT_EQ(PGWALK_RMAP_MISMATCH, arg.status);
}

/* The numbers are equal by chance: one that is gone, and one that was passed over */
TEST_F_TIMEOUT(rmap, mapping_gone_at_the_position_is_a_mismatch, SECONDS)
{
	struct pgwalk_rmap arg;

	ASSERT_TRUE(map_many(3));
	ASSERT_TRUE(search_first(self->fd, &arg));
	munmap(base, PAGE);
	search_on(self->fd, &arg);
	EXPECT_EQ(2, arg.mapcount);
	EXPECT_EQ(PGWALK_RMAP_MISMATCH, arg.status);
}

/* A position keeps the number of entries found in 19 bits if page tables are searched */
TEST_F_TIMEOUT(rmap, number_found_beyond_the_limit_of_a_position_is_uncounted, SECONDS)
{
	struct pgwalk_rmap arg = { .nr_records = 1 };
	unsigned long vdso = 0;
	char line[256];
	FILE *f = fopen("/proc/self/maps", "re");
	static struct pgwalk_rmap_hit hit;

	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[vdso]"))
			sscanf(line, "%lx", &vdso);
	fclose(f);
	ASSERT_NE(0, vdso);
	ASSERT_NE(0, *(volatile char *)vdso);
	arg.size = sizeof(arg);
	arg.pfn = pfn_at(getpid(), (void *)vdso);
	arg.records = (unsigned long)&hit;
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_RMAP, &arg));
	ASSERT_EQ(PGWALK_RMAP_METHOD_SCAN, arg.method);
	ASSERT_EQ(PGWALK_RMAP_MORE, arg.status);
	arg.resume |= ((1ULL << 19) - 1) << 1;
	search_on(self->fd, &arg);
	EXPECT_EQ(PGWALK_RMAP_UNCOUNTED, arg.status);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/*
 * rmap: every process and address that maps a page, none twice, and as many as the
 * kernel counts. The oracles are the pagemaps of all processes, and kpagecount.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kselftest_harness.h>
#include "oracle/family.h"
#include "oracle/interface.h"
#include "oracle/mapped.h"
#include "oracle/pagemap.h"
#include "oracle/process.h"
#include "oracle/rmap_answer.h"
#include "oracle/target.h"

#define PAGE		4096UL
#define HUGE		(2UL << 20)
#define GIANT		(1UL << 30)
#define NR		23
#define KPF_SLAB	(1ULL << 7)
#define KPF_BUDDY	(1ULL << 10)
#define KPF_SWAPCACHE	(1ULL << 13)
#define KPF_NOPAGE	(1ULL << 20)
#define KPF_PGTABLE	(1ULL << 26)
#define SECONDS		120

static struct rmap_answer answer, other;
static struct mapped truth, told;

/* Of all processes of a test: made before the first one forks */
static char *area;
static int file;

static char *map(size_t size, int flags, int fd)
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

/* What is told, as places; how many of them count */
static __u64 gather(const struct rmap_answer *from)
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
	snprintf(text, sizeof(text), "%zu told, %zu are; number %zu: told %d %llx, is %d %llx",
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
static bool same_hits(const struct rmap_answer *a, const struct rmap_answer *b)
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

static void check_page(struct __test_metadata *_metadata, int fd, __u64 pfn, __u32 method,
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
	rmap_answer_ask(&answer, fd, pfn, RMAP_ANSWER_MAX);
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
		rmap_answer_ask(&other, fd, pfn, records);
		EXPECT_EQ(0, other.error);
		EXPECT_EQ(PGWALK_RMAP_DONE, other.status);
		EXPECT_EQ(answer.nr, other.nr);
		EXPECT_EQ(answer.found, other.found) {
			TH_LOG("line %d: by %u records", line, records);
		}
		EXPECT_EQ(0, memcmp(answer.hit, other.hit, answer.nr * sizeof(*answer.hit)));
	}

	snprintf(question, sizeof(question), "pfn %llx", pfn);
	text = rmap_answer_text(question, &error);
	ASSERT_NE(NULL, text) {
		TH_LOG("%s: %d", question, error);
	}
	ASSERT_TRUE(rmap_answer_read(&other, text)) {
		TH_LOG("%s", text);
	}
	EXPECT_TRUE(same_hits(&answer, &other)) {
		TH_LOG("line %d:\n%s", line, text);
	}
	free(text);
}

static const struct pgwalk_rmap_hit *hit_of(pid_t pid)
{
	for (size_t i = 0; i < answer.nr; i++)
		if (answer.hit[i].tgid == pid)
			return &answer.hit[i];
	return NULL;
}

static bool write_all(struct family *family)
{
	for (unsigned long i = 0; i < NR; i++)
		area[i * PAGE] = 1;
	return true;
}

/* The first one keeps all; each other has a page of its own in place of one */
static bool copy_one(struct family *family, int k)
{
	if (k)
		area[(unsigned long)k * PAGE] = 2;
	return true;
}

TEST_F_TIMEOUT(rmap, fork_tree_with_copied_pages, SECONDS)
{
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(NR, write_all, copy_one);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_ANON, NR, NR);
	EXPECT_STREQ("rmap", hit_of(family->pid[NR - 1])->comm);
	EXPECT_EQ((unsigned long)area, hit_of(family->pid[7])->vma_start);
	EXPECT_EQ((unsigned long)area + NR * PAGE, hit_of(family->pid[7])->vma_end);
	EXPECT_EQ(PGWALK_PROT_READ | PGWALK_PROT_WRITE, hit_of(family->pid[7])->prot);
	EXPECT_EQ(PGWALK_VMA_ANON, hit_of(family->pid[7])->vma_kind);
	check(pfn_at(family->pid[0], area + 5 * PAGE), PGWALK_RMAP_METHOD_ANON, NR - 1, NR - 1);
	EXPECT_EQ(NULL, hit_of(family->pid[5]));
	check(pfn_at(family->pid[5], area + 5 * PAGE), PGWALK_RMAP_METHOD_ANON, 1, 1);
	check(pfn_at(family->pid[22], area + 22 * PAGE), PGWALK_RMAP_METHOD_ANON, 1, 1);
	family_end(family);
}

/* Each at an address of its own, from another offset on; two places in some */
static bool map_file(struct family *family, int k)
{
	off_t from = (off_t)(PAGE * (unsigned long)(k % 3));

	for (int i = 0; i <= k % 2; i++) {
		char *p = mmap(NULL, 4 * PAGE, PROT_READ, k % 4 ? MAP_SHARED : MAP_PRIVATE,
			       file, from);

		if (p == MAP_FAILED)
			return false;
		family->addr[k] = p + 2 * PAGE - from;
		if (*(volatile char *)family->addr[k] != 'x')
			return false;
	}
	return true;
}

static void check_file(struct __test_metadata *_metadata, FIXTURE_DATA(rmap) *self)
{
	char page[PAGE];
	struct family *family;

	memset(page, 'x', PAGE);
	for (int i = 0; i < 8; i++)
		ASSERT_EQ(PAGE, write(file, page, PAGE));
	family = family_start(NR, NULL, map_file);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], family->addr[0]), PGWALK_RMAP_METHOD_FILE,
	      NR + NR / 2, NR + NR / 2);
	family_end(family);
	/* Still in the cache: nobody maps it */
	rmap_answer_ask(&other, self->fd, answer.pfn, 8);
	EXPECT_EQ(PGWALK_RMAP_DONE, other.status);
	EXPECT_EQ(PGWALK_RMAP_METHOD_FILE, other.method);
	EXPECT_EQ(0, other.mapcount);
	EXPECT_EQ(0, other.nr);
}

TEST_F_TIMEOUT(rmap, file_page_of_23_processes, SECONDS)
{
	const char *dir = getenv("PGWALK_SCRATCH");

	if (!dir)
		SKIP(return, "no scratch disk");
	file = open(dir, O_TMPFILE | O_RDWR, 0600);
	ASSERT_LE(0, file);
	check_file(_metadata, self);
}

TEST_F_TIMEOUT(rmap, shm_page_of_23_processes, SECONDS)
{
	file = memfd_create("rmap", 0);
	ASSERT_LE(0, file);
	check_file(_metadata, self);
}

static bool huge_pages(struct family *family)
{
	return !madvise(area, HUGE, MADV_HUGEPAGE) && (memset(area, 1, HUGE), true);
}

/* By PMD in some, by PTEs in others, the page in question itself not in some */
static bool split_some(struct family *family, int k)
{
	switch (k % 4) {
	case 1:
		return !mprotect(area + 9 * PAGE, PAGE, PROT_READ);
	case 2:
		return !munmap(area + 5 * PAGE, 3 * PAGE);
	case 3:
		area[6 * PAGE] = 2;
		return true;
	default:
		return true;
	}
}

TEST_F_TIMEOUT(rmap, huge_page_mapped_by_pmd_and_by_ptes, SECONDS)
{
	unsigned int by_pmd = 0, by_pte = 0;
	struct family *family;
	char *p = map(2 * HUGE, MAP_PRIVATE, -1);

	ASSERT_NE(NULL, p);
	area = (char *)(((unsigned long)p + HUGE - 1) & ~(HUGE - 1));
	family = family_start(NR, huge_pages, split_some);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + 6 * PAGE), PGWALK_RMAP_METHOD_ANON, -1, 0);
	for (size_t i = 0; i < answer.nr; i++) {
		by_pmd += answer.hit[i].shift == 21;
		by_pte += answer.hit[i].shift == 12;
	}
	if (!by_pmd)
		SKIP(goto end, "no free huge page");
	EXPECT_NE(0, by_pte);
	EXPECT_EQ(NULL, hit_of(family->pid[2]));
	EXPECT_EQ(NULL, hit_of(family->pid[3]));
	check(pfn_at(family->pid[0], area + 100 * PAGE), PGWALK_RMAP_METHOD_ANON, NR, NR);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_ANON, NR, NR);
end:
	family_end(family);
}

static bool move(struct family *family, int k)
{
	char *to = map(NR * PAGE, MAP_PRIVATE, -1);

	if (!k)
		return true;
	if (k == 2)	/* a part of it only */
		return mremap(area + 5 * PAGE, 2 * PAGE, 2 * PAGE,
			      MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
	return mremap(area, NR * PAGE, NR * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to;
}

TEST_F_TIMEOUT(rmap, page_moved_by_mremap, SECONDS)
{
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(5, write_all, move);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area + 6 * PAGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ(hit_of(family->pid[2])->vma_start + PAGE, hit_of(family->pid[2])->addr);
	EXPECT_NE((unsigned long)area + 6 * PAGE, hit_of(family->pid[1])->addr);
	check(pfn_at(family->pid[0], area + 7 * PAGE), PGWALK_RMAP_METHOD_ANON, 5, 5);
	EXPECT_EQ((unsigned long)area + 7 * PAGE, hit_of(family->pid[2])->addr);
	family_end(family);
}

/* Of another's making: workload, the first place of its first page */
static bool start(struct __test_metadata *_metadata, struct target *target, const char *name,
		  char *reason, size_t size)
{
	int err = target_start(target, name);

	if (err != 4)
		return !err;
	snprintf(reason, size, "%s", target->reason);
	return false;
}

TEST_F_TIMEOUT(rmap, page_merged_by_ksm_is_found_by_scanning, SECONDS)
{
	struct target target;
	char reason[128] = "";

	if (!start(_metadata, &target, "ksm", reason, sizeof(reason))) {
		ASSERT_NE(0, strlen(reason));
		SKIP(return, "%s", reason);
	}
	check(pfn_at(target.pid, (void *)target.start), PGWALK_RMAP_METHOD_SCAN, -1, 0);
	EXPECT_LE(NR, answer.nr);
	target_stop(&target);
}

TEST_F_TIMEOUT(rmap, page_that_no_file_has_is_found_by_scanning, SECONDS)
{
	char line[256];
	unsigned long vdso = 0;
	FILE *f = fopen("/proc/self/maps", "re");

	while (fgets(line, sizeof(line), f))
		if (strstr(line, "[vdso]"))
			sscanf(line, "%lx", &vdso);
	fclose(f);
	ASSERT_NE(0, vdso);
	ASSERT_NE(0, *(volatile char *)vdso);
	check(pfn_at(getpid(), (void *)vdso), PGWALK_RMAP_METHOD_SCAN, -1, 0);
	EXPECT_LE(1, answer.nr);
	EXPECT_EQ(PGWALK_VMA_VDSO, hit_of(getpid())->vma_kind);
}

TEST_F_TIMEOUT(rmap, page_in_the_swap_cache, SECONDS)
{
	struct target target;
	char reason[128] = "";
	unsigned int nr = 0;

	if (!start(_metadata, &target, "swap-cached", reason, sizeof(reason))) {
		ASSERT_NE(0, strlen(reason));
		SKIP(return, "%s", reason);
	}
	for (__u64 at = target.start; at < target.end; at += PAGE) {
		__u64 pfn = pfn_at(target.pid, (void *)at);

		if (!pfn)
			continue;
		nr += !!(pagemap_kpageflags(pfn) & KPF_SWAPCACHE);
		if (nr < 3)
			check(pfn, PGWALK_RMAP_METHOD_ANON, 1, 1);
	}
	target_stop(&target);
	if (!nr)
		SKIP(return, "no page stayed in the swap cache");
}

static bool hit_hugetlb(struct family *family)
{
	area[0] = 1;
	return true;
}

static bool read_hugetlb(struct family *family, int k)
{
	family->addr[k] = area;
	return *(volatile char *)area == 1;
}

static bool have_hugetlb(void)
{
	FILE *f = fopen("/proc/sys/vm/nr_hugepages", "we");

	return f && fprintf(f, "4") > 0 && !fclose(f);
}

static char *map_hugetlb(size_t size, int flags, int fd)
{
	char *p = mmap(NULL, 2 * GIANT, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
		       -1, 0);

	p = (char *)(((unsigned long)p + GIANT - 1) & ~(GIANT - 1));
	p = mmap(p, size, PROT_READ | PROT_WRITE,
		 flags | MAP_HUGETLB | MAP_FIXED | MAP_NORESERVE | (fd < 0 ? MAP_ANONYMOUS : 0),
		 fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

TEST_F_TIMEOUT(rmap, hugetlb_page_of_five_processes, SECONDS)
{
	struct family *family;

	for (int shared = 0; shared < 2; shared++) {
		ASSERT_TRUE(have_hugetlb());
		area = map_hugetlb(HUGE, shared ? MAP_SHARED : MAP_PRIVATE, -1);
		if (!area)
			SKIP(return, "no hugetlb pages");
		family = family_start(5, hit_hugetlb, read_hugetlb);
		ASSERT_NE(NULL, family);
		check(pfn_at(family->pid[0], area), shared ? PGWALK_RMAP_METHOD_FILE :
		      PGWALK_RMAP_METHOD_ANON, 5, 5);
		EXPECT_EQ(21, answer.hit[0].shift);
		EXPECT_EQ(PGWALK_VMA_HUGETLB, answer.hit[0].vma_kind);
		/* A page within it */
		check(pfn_at(family->pid[0], area + 77 * PAGE), shared ?
		      PGWALK_RMAP_METHOD_FILE : PGWALK_RMAP_METHOD_ANON, 5, 5);
		EXPECT_EQ((unsigned long)area + 77 * PAGE, answer.hit[4].addr);
		family_end(family);
		munmap(area, HUGE);
	}
}

/* A whole GiB of one file: five processes have one table, and the kernel counts that */
TEST_F_TIMEOUT(rmap, hugetlb_page_in_a_shared_table, SECONDS)
{
	struct family *family;

	ASSERT_TRUE(have_hugetlb());
	file = memfd_create("rmap", MFD_HUGETLB);
	ASSERT_LE(0, file);
	ASSERT_EQ(0, ftruncate(file, GIANT));
	area = map_hugetlb(GIANT, MAP_SHARED, file);
	if (!area)
		SKIP(return, "no hugetlb pages");
	family = family_start(5, hit_hugetlb, read_hugetlb);
	ASSERT_NE(NULL, family);
	check(pfn_at(family->pid[0], area), PGWALK_RMAP_METHOD_FILE, -1, 5);
	if (answer.mapcount == 5)
		TH_LOG("no table is shared here");
	family_end(family);
}

TEST_F_TIMEOUT(rmap, processes_that_share_memory_are_told_each, SECONDS)
{
	pid_t a = process_sharing(), b = process_sharing();

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	check(pfn_at(getpid(), area), PGWALK_RMAP_METHOD_ANON, 1, 3);
	ASSERT_NE(NULL, hit_of(a));
	ASSERT_NE(NULL, hit_of(b));
	ASSERT_NE(NULL, hit_of(getpid()));
	EXPECT_EQ(1, answer.found);
	process_end(a);
	process_end(b);
}

TEST_F_TIMEOUT(rmap, process_whose_leader_has_exited, SECONDS)
{
	pid_t tid, pid;

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	pid = process_headless(&tid);
	ASSERT_LT(0, pid);
	rmap_answer_ask(&answer, self->fd, pfn_at(getpid(), area), 8);
	EXPECT_EQ(2, answer.mapcount);
	EXPECT_EQ(2, answer.found);
	EXPECT_NE(NULL, hit_of(pid));
	process_end(pid);
}

/* Of others the caller is told nothing but that they are there */
TEST_F_TIMEOUT(rmap, pids_are_of_the_callers_namespace, SECONDS)
{
	int status;
	__u64 pfn;
	pid_t pid;

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	pfn = pfn_at(getpid(), area);
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		rmap_answer_ask(&answer, self->fd, pfn, 8);
		_exit(answer.nr == 2 && hit_of(1) && hit_of(0) && answer.found == 2 ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

static __u64 find_frame(__u64 flags)
{
	for (__u64 pfn = 0; pfn < 1 << 19; pfn++)
		if ((pagemap_kpageflags(pfn) & (flags | KPF_NOPAGE)) == flags)
			return pfn;
	return 0;
}

static void expect_no_page(struct __test_metadata *_metadata, int fd, __u64 pfn,
			   const char *what)
{
	rmap_answer_ask(&answer, fd, pfn, 8);
	EXPECT_EQ(0, answer.error) {
		TH_LOG("%s", what);
	}
	EXPECT_EQ(PGWALK_RMAP_NO_PAGE, answer.status) {
		TH_LOG("%s pfn %llx", what, pfn);
	}
	EXPECT_EQ(PGWALK_RMAP_METHOD_NONE, answer.method) {
		TH_LOG("%s", what);
	}
	EXPECT_EQ(0, answer.nr);
	EXPECT_EQ(0, answer.found);
}

TEST_F_TIMEOUT(rmap, what_is_no_page_of_processes, SECONDS)
{
	struct pgwalk_info info;

	ASSERT_EQ(0, interface_info(&info));
	expect_no_page(_metadata, self->fd, 0xfee00, "the local APIC");
	expect_no_page(_metadata, self->fd, ~0ULL, "beyond everything");
	expect_no_page(_metadata, self->fd, ~0ULL >> 12, "beyond memory");
	expect_no_page(_metadata, self->fd, info.zero_pfn, "the page of zeroes");
	expect_no_page(_metadata, self->fd, find_frame(KPF_BUDDY), "free");
	expect_no_page(_metadata, self->fd, find_frame(KPF_SLAB), "slab");
	expect_no_page(_metadata, self->fd, find_frame(KPF_PGTABLE), "a page table");
}

static int ask_once(int fd, struct pgwalk_rmap *arg)
{
	static struct pgwalk_rmap_hit hits[8];

	arg->size = arg->size ?: sizeof(*arg);
	arg->records = arg->records ?: (unsigned long)hits;
	arg->nr_records = arg->nr_records == 99 ? 0 : arg->nr_records ?: 8;
	return interface_ioctl(fd, PGWALK_IOC_RMAP, arg);
}

TEST_F_TIMEOUT(rmap, bad_arguments_of_the_call, SECONDS)
{
	struct pgwalk_info info;
	struct pgwalk_rmap arg;

	area = map(2 * PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	ASSERT_EQ(0, interface_info(&info));
#define EXPECT_ASK(error, ...) do { \
	arg = (struct pgwalk_rmap){ __VA_ARGS__ }; \
	EXPECT_EQ(error, ask_once(self->fd, &arg)) { TH_LOG("%s", #__VA_ARGS__); } \
} while (0)
	EXPECT_ASK(-ENOTCONN, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area);
	close(self->fd);
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
	EXPECT_ASK(0, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area + 5);
	EXPECT_EQ(pfn_at(getpid(), area), arg.pfn);
	EXPECT_EQ(1, arg.filled);
	EXPECT_EQ(1, arg.found);
	EXPECT_ASK(-ENOENT, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area + PAGE);
	EXPECT_ASK(-ENOENT, .flags = PGWALK_RMAP_ADDRESS, .addr = PAGE);
	EXPECT_ASK(-ERANGE, .flags = PGWALK_RMAP_ADDRESS, .addr = info.user_end);
	EXPECT_ASK(-EINVAL, .flags = 2);
	EXPECT_ASK(-EINVAL, .addr = PAGE);
	EXPECT_ASK(-EINVAL, .nr_records = 99);
	EXPECT_ASK(-EINVAL, .resume = 1);
	EXPECT_ASK(-EINVAL, .size = sizeof(arg) - 8);
	EXPECT_ASK(-E2BIG, .size = 1 << 20);
	EXPECT_ASK(-EFAULT, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area,
		   .records = 16);
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_RMAP, (void *)16));
	/* A word to go on with that nobody gave */
	EXPECT_ASK(0, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area,
		   .resume = 1, .resume_tag = 1);
	EXPECT_EQ(PGWALK_RMAP_CHANGED, arg.status);
}

TEST_F_TIMEOUT(rmap, page_that_becomes_another_one_between_calls, SECONDS)
{
	struct pgwalk_rmap arg = { .nr_records = 1 };
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(3, write_all, NULL);
	ASSERT_NE(NULL, family);
	arg.pfn = pfn_at(family->pid[0], area);
	ASSERT_EQ(0, ask_once(self->fd, &arg));
	EXPECT_EQ(PGWALK_RMAP_MORE, arg.status);
	family_end(family);
	ASSERT_EQ(0, ask_once(self->fd, &arg));
	EXPECT_EQ(PGWALK_RMAP_CHANGED, arg.status);
	EXPECT_EQ(0, arg.filled);
}

static int question_error(const char *format, ...)
{
	char text[200];
	va_list ap;
	int error;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	free(rmap_answer_text(text, &error));
	return error;
}

TEST_F_TIMEOUT(rmap, bad_questions, SECONDS)
{
	struct pgwalk_info info;
	pid_t pid = getpid(), zombie = process_zombie();

	area = map(2 * PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(0, question_error("%d %lx\n", pid, (unsigned long)area));
	EXPECT_EQ(0, question_error("pfn 0x1000"));
	EXPECT_EQ(-EINVAL, question_error("pfn"));
	EXPECT_EQ(-EINVAL, question_error("pfn 1000 1"));
	EXPECT_EQ(-EINVAL, question_error("pfn -1"));
	EXPECT_EQ(-EINVAL, question_error("pfn 10x"));
	EXPECT_EQ(-ERANGE, question_error("pfn 1ffffffffffffffff"));
	EXPECT_EQ(-EINVAL, question_error("%d", pid));
	EXPECT_EQ(-EINVAL, question_error("%d %lx 1", pid, (unsigned long)area));
	EXPECT_EQ(-EINVAL, question_error("x %lx", (unsigned long)area));
	EXPECT_EQ(-EINVAL, question_error("%d 1000g", pid));
	EXPECT_EQ(-ERANGE, question_error("%d %llx", pid, info.user_end));
	EXPECT_EQ(-ENOENT, question_error("%d %lx", pid, (unsigned long)area + PAGE));
	EXPECT_EQ(-ENXIO, question_error("%d 1000", zombie));
	EXPECT_EQ(-ENXIO, question_error("2 1000"));
	waitpid(zombie, NULL, 0);
	EXPECT_EQ(-ESRCH, question_error("%d 1000", zombie));
}

TEST_F(rmap, reader_without_rights)
{
	int fd = interface_open("rmap", O_RDWR), status;
	pid_t pid;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fchmod(fd, 0666));
	pid = fork();
	if (!pid) {
		char path[32];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(255);
		_exit(open(path, O_RDWR) < 0 ? errno : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	fchmod(fd, 0600);
	EXPECT_EQ(EPERM, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Large processes: every view and call streams them in constant kernel memory, reads at most
 * 64 tables or mappings per lock hold, reports every entry, and causes no stall.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/pgtable_stats.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/space.h"
#include "../lib/status.h"
#include "../lib/sizes.h"

#define TIB		(1UL << 40)
#define BUFFER		65536
#define RECORDS		(BUFFER / sizeof(struct pgwalk_run))
/* Limit for a reader: its batches, and other changes in an idle guest during the test */
#define SPARE_KIB	3072

static char buffer[BUFFER] __attribute__((aligned(8)));

/* The three layouts, made in a process of their own; each function populates its pages */
static bool make_many_mappings(char *base)
{
	char *p = mmap(base, 60000 * PAGE, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p != base || madvise(p, 60000 * PAGE, MADV_NOHUGEPAGE))
		return false;
	for (size_t i = 0; i < 60000; i += 2)
		if (mprotect(p + i * PAGE, PAGE, PROT_READ))
			return false;
	for (size_t i = 1; i < 60000; i += 2)
		p[i * PAGE] = 1;
	return true;
}

static bool make_sparse(char *base)
{
	char *p = mmap(base, 64 * TIB, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
		       -1, 0);

	if (p != base || madvise(p, 64 * TIB, MADV_NOHUGEPAGE))
		return false;
	for (size_t i = 0; i < 23; i++)
		p[i * (64 * TIB / 23) & ~(PAGE - 1)] = 1;
	return true;
}

#define FULL	(2UL << 30)

static bool make_full(char *base)
{
	char *p = mmap(base, FULL, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE,
		       -1, 0);

	if (p != base || madvise(p, FULL, MADV_NOHUGEPAGE))
		return false;
	for (size_t i = 0; i < FULL; i += PAGE)
		p[i] = 1;
	return true;
}

#define BASE	((char *)0x100000000000UL)	/* 16T: far from all else, 64T fit after it */

FIXTURE(large) {
	pid_t pid;
	int fd;
	struct pgwalk_info before;
	long baseline, most;
};

FIXTURE_VARIANT(large) {
	bool (*make)(char *base);
	__u64 mappings, pages;
	size_t bytes;	/* in place of @pages */
};

static size_t nr_pages(const FIXTURE_VARIANT(large) *variant)
{
	return variant->bytes ? variant->bytes / PAGE : variant->pages;
}

FIXTURE_VARIANT_ADD(large, mappings_60000) {
	.make = make_many_mappings, .mappings = 60000, .pages = 30000,
};

FIXTURE_VARIANT_ADD(large, sparse_64t) {
	.make = make_sparse, .mappings = 1, .pages = 23,
};

FIXTURE_VARIANT_ADD(large, full_2g) {
	.make = make_full, .mappings = 1, .bytes = FULL,
};

/* Memory used by the kernel in KiB, without page tables and the page cache */
static long kernel_memory(void)
{
	static const char * const lines[] = { "Slab:", "VmallocUsed:", "KernelStack:", "Percpu:" };
	char word[64];
	long sum = 0, value;
	FILE *f = fopen("/proc/meminfo", "re");

	while (f && fscanf(f, "%63s %ld%*[^\n]", word, &value) == 2)
		for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
			if (!strcmp(word, lines[i]))
				sum += value;
	if (f)
		fclose(f);
	return sum;
}

/* Run @make in a child, which then writes one byte and waits to be ended */
static pid_t start(bool (*make)(char *base))
{
	int fds[2];
	char c = 0;
	pid_t pid;

	if (pipe(fds))
		return -1;
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		c = make(BASE);
		if (write(fds[1], &c, 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(fds[1]);
	if (read(fds[0], &c, 1) != 1 || !c) {
		process_end(pid);
		pid = -1;
	}
	close(fds[0]);
	return pid;
}

static bool log_has_a_stall(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char record[8192];
	bool has = false;
	ssize_t n;

	while ((n = read(fd, record, sizeof(record) - 1)) > 0) {
		record[n] = 0;
		has |= strstr(record, "soft lockup") || strstr(record, "detected stall") ||
		       strstr(record, "self-detected stall");
	}
	close(fd);
	return has;
}

/* Set the default RCU stall timeout; the runner's timeout is six times as long */
static void watch(void)
{
	FILE *f = fopen("/sys/module/rcupdate/parameters/rcu_cpu_stall_timeout", "we");

	if (f) {
		fprintf(f, "21\n");
		fclose(f);
	}
}

FIXTURE_SETUP(large)
{
	watch();
	self->pid = start(variant->make);
	ASSERT_LT(0, self->pid);
	ASSERT_EQ(0, interface_attach(self->pid));
	self->fd = interface_open_device(self->pid);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, interface_info(&self->before));
	self->baseline = kernel_memory();
	self->most = self->baseline;
}

FIXTURE_TEARDOWN(large)
{
	struct pgwalk_info now;

	interface_info(&now);
	TH_LOG("kernel memory %ld KiB more at most; tables %llu in holds %llu; longest hold of all %llu ns",
	       self->most - self->baseline, now.tables - self->before.tables,
	       now.lock_holds - self->before.lock_holds, now.lock_hold_max_ns);
	close(self->fd);
	interface_attach(-self->pid);
	process_end(self->pid);
}

static void sample(long *most)
{
	long now = kernel_memory();

	if (now > *most)
		*most = now;
}

/*
 * Where tables are read under mmap_lock, one hold covers at most 64 reads; elsewhere the lock
 * is held for mappings only, at most 64
 */
static bool holds_are_short(const struct pgwalk_info *before, __u64 mappings)
{
	struct pgwalk_info now;
	__u64 tables, holds;

	if (interface_info(&now))
		return false;
	tables = now.tables - before->tables;
	holds = now.lock_holds - before->lock_holds;
	if (interface_reads_unlocked(before))
		return mappings ? mappings <= 64 * holds : !holds;
	return tables <= 64 * holds;
}

struct text {
	__u64 lines, bytes, remarks;
	char last[160];
};

/* Read a whole view, a buffer at a time, and sample kernel memory while the file is read */
static bool stream(struct text *text, pid_t pid, const char *view, long *most)
{
	int fd = interface_open_view(pid, view);
	size_t at = 0, next = 0;
	ssize_t n;
	char *line, *end;

	memset(text, 0, sizeof(*text));
	while ((n = read(fd, buffer + at, BUFFER - 1 - at)) > 0) {
		text->bytes += (__u64)n;
		if (text->bytes >= next) {
			sample(most);
			next = text->bytes + (1 << 20);
		}
		buffer[at + (size_t)n] = 0;
		for (line = buffer; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			text->lines += line[0] != '#';
			text->remarks += line[0] == '#';
			snprintf(text->last, sizeof(text->last), "%s", line);
		}
		at = strlen(line);
		memmove(buffer, line, at);
	}
	sample(most);
	close(fd);
	return !n && !at && text->remarks;
}

static void vmas_stream(struct __test_metadata *_metadata, FIXTURE_DATA(large) *self,
			const FIXTURE_VARIANT(large) *variant)
{
	struct text text;

	ASSERT_TRUE(stream(&text, self->pid, "vmas", &self->most));
	EXPECT_LE(variant->mappings, text.lines);
	EXPECT_EQ(0, strncmp(text.last, "# total", 7));
	EXPECT_GE(self->baseline + SPARE_KIB, self->most);
	EXPECT_TRUE(holds_are_short(&self->before, variant->mappings));
}

static void pages_stream(struct __test_metadata *_metadata, FIXTURE_DATA(large) *self,
			const FIXTURE_VARIANT(large) *variant)
{
	struct text text;

	ASSERT_TRUE(stream(&text, self->pid, "pages", &self->most));
	EXPECT_LE(variant->make == make_full ? 1 : nr_pages(variant), text.lines);
	EXPECT_GE(self->baseline + SPARE_KIB, self->most);
	EXPECT_TRUE(holds_are_short(&self->before, 0));
}

static void tables_and_mm_are_told(struct __test_metadata *_metadata, FIXTURE_DATA(large) *self,
			const FIXTURE_VARIANT(large) *variant)
{
	struct pgtable_stats stats;
	struct space space;
	struct text text;

	ASSERT_TRUE(stream(&text, self->pid, "tables", &self->most));
	ASSERT_TRUE(stream(&text, self->pid, "mm", &self->most));
	EXPECT_TRUE(holds_are_short(&self->before, 0));
	ASSERT_EQ(0, pgtable_stats_from_device(&stats, self->fd));
	sample(&self->most);
	EXPECT_EQ(status_value(self->pid, "VmPTE") << 10, pgtable_stats_charged(&stats));
	EXPECT_LE(nr_pages(variant), pgtable_stats_sum(&stats, PGWALK_LEVEL_PTE, PGTABLE_STATS_ANY).used);
	ASSERT_EQ(0, space_from_device(&space, self->fd));
	sample(&self->most);
	EXPECT_LE(variant->mappings, space.mm.map_count);
	EXPECT_LE(nr_pages(variant), space.mm.rss_anon_pages);
	EXPECT_GE(self->baseline + SPARE_KIB, self->most);
}

static void scan_streams(struct __test_metadata *_metadata, FIXTURE_DATA(large) *self,
			const FIXTURE_VARIANT(large) *variant)
{
	struct pgwalk_scan arg = {
		.size = sizeof(arg), .flags = PGWALK_SCAN_PAGES,
		.start = (unsigned long)BASE, .end = (unsigned long)BASE + 64 * TIB,
		.records = (unsigned long)buffer, .nr_records = RECORDS,
	};
	__u64 pages = 0, calls = 0;

	do {
		ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_SCAN, &arg));
		pages += arg.filled;
		arg.start = arg.resume;
		if (!(calls++ % 64))
			sample(&self->most);
	} while (arg.resume < arg.end);
	EXPECT_EQ(nr_pages(variant), pages);
	EXPECT_GE(self->baseline + SPARE_KIB, self->most);
	EXPECT_TRUE(holds_are_short(&self->before, 0));
}

static void mappings_stream(struct __test_metadata *_metadata, FIXTURE_DATA(large) *self,
			const FIXTURE_VARIANT(large) *variant)
{
	struct pgwalk_vmas arg = {
		.size = sizeof(arg), .flags = PGWALK_VMAS_COUNT,
		.start = (unsigned long)BASE, .end = (unsigned long)BASE + 64 * TIB,
		.records = (unsigned long)buffer, .bytes = BUFFER,
	};
	__u64 mappings = 0, resident = 0, calls = 0;

	do {
		ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_VMAS, &arg));
		for (__u32 at = 0; at < arg.filled; mappings++) {
			struct pgwalk_vma *vma = (void *)(buffer + at);

			resident += vma->resident;
			at += vma->size;
		}
		arg.start = arg.resume;
		if (!(calls++ % 8))
			sample(&self->most);
	} while (arg.resume < arg.end);
	EXPECT_EQ(variant->mappings, mappings);
	EXPECT_EQ(nr_pages(variant) * PAGE, resident);
	EXPECT_GE(self->baseline + SPARE_KIB, self->most);
	EXPECT_TRUE(holds_are_short(&self->before, variant->mappings));
}

/* Readers that need no mmap_lock on some kernels run first, because they must add no holds */
TEST_F_TIMEOUT(large, every_view_and_call_streams, 240)
{
	pages_stream(_metadata, self, variant);
	tables_and_mm_are_told(_metadata, self, variant);
	scan_streams(_metadata, self, variant);
	vmas_stream(_metadata, self, variant);
	mappings_stream(_metadata, self, variant);
	EXPECT_FALSE(log_has_a_stall());
}

TEST_HARNESS_MAIN

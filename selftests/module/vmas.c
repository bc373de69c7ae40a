// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/vmas and PGWALK_IOC_VMAS: line by line as /proc/PID/maps, counts as
 * smaps, a total that is the sum, and the same from the view and the device.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/damon.h"
#include "../lib/exited.h"
#include "../lib/interface.h"
#include "../lib/maps.h"
#include "../lib/target.h"
#include "../lib/vma_table.h"
#include "../lib/text.h"
#include "../workloads/list.h"
#include "../lib/sizes.h"

#define ROUNDS	50

FIXTURE(table) {
	struct target target;
	struct maps before, after;
	struct vma_table view, device;
	struct pgwalk_info info;
	int fd;
};

FIXTURE_VARIANT(table) {
	const char *workload;
	int kind;
};

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_vmas(FIXTURE_VARIANT_ADD(table, id) { .workload = name, .kind = PGWALK_VMA_##vma };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(table)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_info(&self->info));
	ASSERT_EQ(0, interface_attach(self->target.pid));
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(table)
{
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

static void read_view(struct __test_metadata *_metadata, pid_t pid,
		      struct vma_table *table)
{
	static const char header[] = "# range perms kind rss dirty swap 2m 1g "
				     "vmflags offset dev inode young soft-dirty "
				     "exclusive shared mthp ksm nodes pss lazyfree "
				     "name\n";
	int fd = interface_open_view(pid, "vmas");
	char *text;

	ASSERT_LE(0, fd);
	text = interface_read_all(fd, 1 << 16, NULL);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strncmp(text, header, strlen(header)));
	ASSERT_TRUE(vma_table_from_text(table, text)) {
		TH_LOG("%s", table->error);
	}
	close(fd);
	free(text);
}

/* maps ends some lines with a blank, ours has "-" there: both mean no name */
static bool same_header(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n && a[n - 1] == ' ')
		n--;
	while (m && b[m - 1] == ' ')
		m--;
	return n == m && !memcmp(a, b, n);
}

static int expected_kind(const struct mapping *m)
{
	if (!strcmp(m->name, "[heap]"))
		return PGWALK_VMA_HEAP;
	if (!strcmp(m->name, "[stack]"))
		return PGWALK_VMA_STACK;
	if (!strncmp(m->name, "[v", 2))
		return PGWALK_VMA_VDSO;
	if (strstr(m->name, "/workload") && m->perms[2] == 'x')
		return PGWALK_VMA_TEXT;
	return -1;
}

/*
 * smaps does not go by the count of mappings: a shared table makes all of its hugetlb pages
 * shared, though each is mapped once, and so does an entry of a page that failed or that a device
 * has for itself. For 1G newer kernels read such a count from the table, which only tables of
 * another level have: they read a value left by the previous use of its frame.
 */
static bool is_guessed(const char *workload)
{
	static const char *const guessed[] = {
		"hugetlb-shared", "hwpoison", "device-exclusive", "hugetlb-1g",
	};

	for (size_t i = 0; i < sizeof(guessed) / sizeof(guessed[0]); i++)
		if (!strcmp(workload, guessed[i]))
			return true;
	return false;
}

static bool smaps_guesses;

static void expect_counts(struct __test_metadata *_metadata,
			  const struct mapping *m, const struct vma_row *row)
{
	EXPECT_EQ(m->rss, row->rss) {
		TH_LOG("rss of %s", m->header);
	}
	EXPECT_EQ(m->huge + m->hugetlb, row->huge_2m + row->huge_1g) {
		TH_LOG("huge of %s", m->header);
	}
	EXPECT_LE(row->dirty, m->dirty);
	/* smaps also counts pages as referenced whose frame is marked so */
	EXPECT_LE(row->young, m->referenced);
	EXPECT_EQ(m->private + m->shared, row->exclusive + row->shared);
	EXPECT_EQ(m->pss, row->pss) {
		TH_LOG("pss of %s", m->header);
	}
	EXPECT_EQ(m->lazyfree, row->lazyfree) {
		TH_LOG("lazyfree of %s", m->header);
	}
	if (smaps_guesses)
		return;
	EXPECT_EQ(m->private, row->exclusive) {
		TH_LOG("exclusive of %s", m->header);
	}
	EXPECT_EQ(m->shared, row->shared) {
		TH_LOG("shared of %s", m->header);
	}
}

static void expect_row(struct __test_metadata *_metadata,
		       const struct mapping *m, const struct vma_row *row)
{
	int kind = expected_kind(m);

	EXPECT_TRUE(same_header(m->header, row->header)) {
		TH_LOG("maps: %s", m->header);
		TH_LOG("vmas: %s", row->header);
	}
	if (!maps_is_skipped(m))
		expect_counts(_metadata, m, row);
	EXPECT_EQ(m->swap, row->swap) {
		TH_LOG("swap of %s", m->header);
	}
	EXPECT_LE(row->dirty, row->rss);
	if (kind >= 0)
		EXPECT_EQ(kind, row->kind) {
			TH_LOG("kind of %s", m->header);
		}
}

static void expect_total(struct __test_metadata *_metadata,
			 const struct vma_table *t)
{
	struct vma_row sum = { };

	for (size_t i = 0; i < t->nr; i++) {
		sum.rss += t->rows[i].rss;
		sum.dirty += t->rows[i].dirty;
		sum.swap += t->rows[i].swap;
		sum.huge_2m += t->rows[i].huge_2m;
		sum.huge_1g += t->rows[i].huge_1g;
		sum.young += t->rows[i].young;
		sum.exclusive += t->rows[i].exclusive;
		sum.shared += t->rows[i].shared;
		sum.lazyfree += t->rows[i].lazyfree;
		sum.pss += t->rows[i].pss;
		sum.node[0] += t->rows[i].node[0];
	}
	EXPECT_TRUE(t->has_total);
	EXPECT_EQ(sum.rss, t->total.rss);
	EXPECT_EQ(sum.dirty, t->total.dirty);
	EXPECT_EQ(sum.swap, t->total.swap);
	EXPECT_EQ(sum.huge_2m, t->total.huge_2m);
	EXPECT_EQ(sum.huge_1g, t->total.huge_1g);
	EXPECT_EQ(sum.young, t->total.young);
	EXPECT_EQ(sum.exclusive, t->total.exclusive);
	EXPECT_EQ(sum.shared, t->total.shared);
	EXPECT_EQ(sum.lazyfree, t->total.lazyfree);
	/* each row is rounded down to a KiB */
	EXPECT_LE(sum.pss, t->total.pss);
	EXPECT_GE(sum.pss + t->nr, t->total.pss);
	EXPECT_EQ(sum.node[0], t->total.node[0]);
}

static void expect_equal(struct __test_metadata *_metadata,
			 const struct vma_table *a, const struct vma_table *b,
			 bool counted)
{
	ASSERT_EQ(a->nr, b->nr);
	for (size_t i = 0; i < a->nr; i++) {
		const struct vma_row *x = &a->rows[i], *y = &b->rows[i];

		EXPECT_EQ(0, strcmp(x->header, y->header)) {
			TH_LOG("%s | %s", x->header, y->header);
		}
		EXPECT_EQ(x->vm_flags, y->vm_flags);
		EXPECT_EQ(x->kind, y->kind);
		EXPECT_EQ(counted ? x->rss : 0, y->rss);
		EXPECT_EQ(counted ? x->dirty : 0, y->dirty);
		EXPECT_EQ(counted ? x->swap : 0, y->swap);
		EXPECT_EQ(counted ? x->huge_2m : 0, y->huge_2m);
		EXPECT_EQ(counted ? x->huge_1g : 0, y->huge_1g);
		EXPECT_EQ(counted ? x->soft_dirty : 0, y->soft_dirty);
		EXPECT_EQ(counted ? x->large : 0, y->large);
		EXPECT_EQ(counted ? x->ksm : 0, y->ksm);
		EXPECT_EQ(counted ? x->lazyfree : 0, y->lazyfree);
		EXPECT_EQ(counted ? x->node[0] : 0, y->node[0]);
	}
}

/* KiB that the workload knows to be dirty */
static __u64 dirtied(const struct target *target)
{
	__u64 kib = 0;

	for (size_t i = 0; i < target->nr_truths; i++)
		if (target->truths[i].flags.set & PGWALK_F_DIRTY)
			kib += (target->truths[i].end - target->truths[i].start) >> 10;
	return kib;
}

static bool is_untouched(const struct mapping *a, const struct mapping *b)
{
	return !strcmp(a->header, b->header) && a->rss == b->rss &&
	       a->private == b->private && a->pss == b->pss && a->referenced == b->referenced &&
	       a->swap == b->swap && a->huge == b->huge && a->dirty == b->dirty;
}

/*
 * Compares the rows whose mapping smaps shows alike before and after. Returns how many rows no
 * round has compared yet. [vsyscall] is in maps and in no process' list of mappings.
 */
static size_t compare_rows(struct __test_metadata *_metadata, FIXTURE_DATA(table) *self,
			   bool *compared)
{
	size_t n, left = 0;

	ASSERT_TRUE(maps_read(&self->before, self->target.pid));
	read_view(_metadata, self->target.pid, &self->view);
	ASSERT_TRUE(maps_read(&self->after, self->target.pid));
	n = self->before.nr;
	ASSERT_EQ(n, self->after.nr);
	if (self->before.all[n - 1].vsyscall)
		n--;
	ASSERT_EQ(n, self->view.nr);
	for (size_t i = 0; i < n; i++) {
		if (is_untouched(&self->before.all[i], &self->after.all[i])) {
			expect_row(_metadata, &self->before.all[i], &self->view.rows[i]);
			compared[i] = true;
		}
		left += !compared[i];
	}
	return left;
}

/* Other processes map and age the same pages: a row that moves is compared in another round */
TEST_F_TIMEOUT(table, agrees_with_maps_smaps_and_the_device, 120)
{
	static bool compared[1 << 16];
	const struct vma_row *row;
	size_t left = 1;

	smaps_guesses = is_guessed(variant->workload);
	for (int round = 0; round < ROUNDS && left; round++) {
		if (round)
			usleep(10000);
		vma_table_free(&self->view);
		left = compare_rows(_metadata, self, compared);
	}
	EXPECT_EQ(0, left);
	expect_total(_metadata, &self->view);
	row = vma_table_find(&self->view, self->target.start);
	ASSERT_NE(NULL, row);
	EXPECT_EQ(variant->kind, row->kind);
	EXPECT_LE(dirtied(&self->target), row->dirty);

	ASSERT_EQ(0, vma_table_from_device(&self->device, self->fd,
					   self->info.user_end,
					   PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES, 8192));
	expect_equal(_metadata, &self->view, &self->device, true);
	vma_table_free(&self->device);
	ASSERT_EQ(0, vma_table_from_device(&self->device, self->fd,
					   self->info.user_end, 0, 1 << 18));
	expect_equal(_metadata, &self->view, &self->device, false);
}

static char *read_vmas(pid_t pid, size_t chunk)
{
	int fd = interface_open_view(pid, "vmas");
	char *text = fd < 0 ? NULL : interface_read_all(fd, chunk, NULL);

	close(fd);
	return text;
}

FIXTURE(stream) {
	struct target target;
};

FIXTURE_SETUP(stream)
{
	damon_stat_enable(false);
	ASSERT_EQ(0, target_start(&self->target, "many-vmas"));
	ASSERT_EQ(0, interface_attach(self->target.pid));
}

FIXTURE_TEARDOWN(stream)
{
	damon_stat_enable(true);
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

/*
 * Whole, in small reads, and whole again. Other processes may map the same pages between the
 * reads, and unmap them again: the three texts must be equal in one of 23 tries.
 */
static void expect_same_in_reads_of(struct __test_metadata *_metadata, pid_t pid, size_t chunk)
{
	const char *line, *other;
	bool same = false;

	for (int try = 0; try < 23 && !same; try++) {
		char *before = read_vmas(pid, 1 << 20);
		char *small = read_vmas(pid, chunk);
		char *after = read_vmas(pid, 1 << 20);

		ASSERT_NE(NULL, before);
		ASSERT_NE(NULL, small);
		ASSERT_NE(NULL, after);
		same = text_is_equal(before, small, &line, &other) &&
		       text_is_equal(before, after, &line, &other);
		if (!same) {
			TH_LOG("%.*s", (int)strcspn(line, "\n"), line);
			TH_LOG("%.*s", (int)strcspn(other, "\n"), other);
		}
		free(before);
		free(small);
		free(after);
	}
	EXPECT_TRUE(same) {
		TH_LOG("in reads of %zu bytes", chunk);
	}
}

TEST_F(stream, small_reads_give_the_same_text)
{
	expect_same_in_reads_of(_metadata, self->target.pid, 11);
	expect_same_in_reads_of(_metadata, self->target.pid, 61);
}

TEST(opened_before_exit_has_nothing_but_target_gone)
{
	size_t size;
	char *text = exited_read("vmas", "anon-new", "23", 0, &size);

	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strcmp(strrchr(text, '#'), "# target gone\n"));
	EXPECT_EQ(NULL, strstr(text, "-p "));
	EXPECT_EQ(NULL, strstr(text, "# total"));
}

/* A mapping with a blank, a newline and a backslash in its name is one line */
TEST(names_are_written_as_maps_does)
{
	static const char odd[] = "/tmp/pgwalk odd\nname\\x";
	struct vma_table table;
	struct maps maps;
	size_t found = 0;
	char *p;
	int fd = open(odd, O_RDWR | O_CREAT, 0600);

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, ftruncate(fd, PAGE));
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	unlink(odd);
	ASSERT_NE(MAP_FAILED, p);
	ASSERT_EQ(0, interface_attach(getpid()));
	read_view(_metadata, getpid(), &table);
	ASSERT_TRUE(maps_read(&maps, getpid()));
	for (size_t i = 0; i < table.nr; i++) {
		const struct mapping *m = maps_find(&maps, table.rows[i].start);

		if (table.rows[i].start != (unsigned long)p)
			continue;
		found++;
		ASSERT_NE(NULL, m);
		EXPECT_TRUE(same_header(m->header, table.rows[i].header)) {
			TH_LOG("%s | %s", m->header, table.rows[i].header);
		}
	}
	EXPECT_EQ(1, found);
	interface_attach(-getpid());
}

/* The name of a mapping of this process in /proc/self/maps, of any length; to be freed */
static char *name_in_maps(const void *address)
{
	FILE *f = fopen("/proc/self/maps", "re");
	char *line = NULL, *name = NULL;
	size_t room = 0;
	int at;

	while (f && !name && getline(&line, &room, f) > 0) {
		at = 0;
		line[strcspn(line, "\n")] = 0;
		if (sscanf(line, "%*s %*s %*s %*s %*s %n", &at) != EOF && at &&
		    strtoul(line, NULL, 16) == (unsigned long)address)
			name = strdup(line + at);
	}
	free(line);
	if (f)
		fclose(f);
	return name;
}

/* The record of the mapping at an address, in the smallest buffer that is allowed */
static const struct pgwalk_vma *one_record(int fd, const void *address, __u64 *buffer)
{
	struct pgwalk_vmas vmas = {
		.size = sizeof(vmas), .start = (unsigned long)address,
		.end = (unsigned long)address + PAGE, .records = (unsigned long)buffer,
		.bytes = 8192,
	};

	return interface_ioctl(fd, PGWALK_IOC_VMAS, &vmas) || !vmas.filled ? NULL :
	       (const struct pgwalk_vma *)buffer;
}

/* A file whose path has so many directories of 201 characters each */
static void *map_below(size_t directories)
{
	char name[201];
	void *p;
	int fd;

	memset(name, 'e', 200);
	name[200] = 0;
	if (mkdir("/tmp/pgwalk-long", 0700) && errno != EEXIST)
		return MAP_FAILED;
	if (chdir("/tmp/pgwalk-long"))
		return MAP_FAILED;
	for (size_t i = 0; i < directories; i++)
		if ((mkdir(name, 0700) && errno != EEXIST) || chdir(name))
			return MAP_FAILED;
	fd = open("end", O_RDWR | O_CREAT, 0600);
	p = ftruncate(fd, PAGE) ? MAP_FAILED : mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	return chdir("/") ? MAP_FAILED : p;
}

TEST(a_path_longer_than_path_max_is_written_as_maps_does)
{
	static __u64 buffer[1024];
	const struct pgwalk_vma *vma;
	int fd = interface_open_device(getpid());
	void *p = map_below(24);
	char *name, *text, *at;
	int view;

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, p);
	name = name_in_maps(p);
	ASSERT_NE(NULL, name);
	EXPECT_LT(4800, strlen(name));
	vma = one_record(fd, p, buffer);
	ASSERT_NE(NULL, vma);
	EXPECT_EQ(strlen(name), vma->name_len);
	EXPECT_EQ(0, strcmp(name, vma->name));
	EXPECT_EQ(0, vma->size % 8);
	ASSERT_EQ(0, interface_attach(getpid()));
	view = interface_open_view(getpid(), "vmas");
	text = interface_read_all(view, 1 << 16, NULL);
	ASSERT_NE(NULL, text);
	at = strstr(text, name);
	EXPECT_TRUE(at && at[strlen(name)] == '\n' && at[-1] == ' ');
	interface_attach(-getpid());
	free(text);
	free(name);
	close(view);
	close(fd);
}

TEST(a_path_that_does_not_fit_into_a_record_is_too_long)
{
	static __u64 buffer[1024];
	const struct pgwalk_vma *vma;
	int fd = interface_open_device(getpid());
	void *p = map_below(40);

	ASSERT_LE(0, fd);
	ASSERT_NE(MAP_FAILED, p);
	vma = one_record(fd, p, buffer);
	ASSERT_NE(NULL, vma);
	EXPECT_EQ(0, strcmp("//toolong", vma->name));
	close(fd);
}

/* The first segment of System V has the inode 0, and the device of tmpfs */
TEST(inode_0_of_system_v)
{
	static __u64 buffer[1024];
	const struct pgwalk_vma *vma;
	int fd = interface_open_device(getpid());
	int id = shmget(IPC_PRIVATE, 23 * PAGE, IPC_CREAT | 0600);
	char *p = shmat(id, NULL, 0), *name;

	shmctl(id, IPC_RMID, NULL);
	ASSERT_LE(0, fd);
	ASSERT_NE((char *)-1, p);
	vma = one_record(fd, p, buffer);
	ASSERT_NE(NULL, vma);
	TH_LOG("segment %d", id);
	EXPECT_EQ((__u64)id, vma->ino);
	EXPECT_NE(0, vma->dev_major | vma->dev_minor);
	EXPECT_EQ(PGWALK_VMA_SHM, vma->kind);
	name = name_in_maps(p);
	ASSERT_NE(NULL, name);
	EXPECT_EQ(0, strcmp(name, vma->name));
	free(name);
	close(fd);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * <PID>/mm and PGWALK_IOC_MM: every field against /proc/PID/status, stat, smaps and maps of
 * a process that does not change, and the tasks that share its memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/exited.h"
#include "../lib/interface.h"
#include "../lib/maps.h"
#include "../lib/process.h"
#include "../lib/space.h"
#include "../lib/status.h"
#include "../lib/target.h"
#include "../lib/translation.h"
#include "../workloads/list.h"
#include "../lib/sizes.h"

#ifndef PR_THP_DISABLE_EXCEPT_ADVISED
#define PR_THP_DISABLE_EXCEPT_ADVISED	(1 << 1)
#endif

FIXTURE(process) {
	struct target target;
	struct maps maps;
	struct space view, device;
	int fd;
};

FIXTURE_VARIANT(process) {
	const char *workload;
};

#define WORKLOAD(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, \
		 in_frames, in_mm, what) \
	WORKLOAD_IF_##in_mm(FIXTURE_VARIANT_ADD(process, id) { .workload = name };)

WORKLOADS(WORKLOAD)

FIXTURE_SETUP(process)
{
	int ret = target_start(&self->target, variant->workload);

	if (ret == 4)
		SKIP(return, "%s", self->target.reason);
	ASSERT_EQ(0, ret);
	ASSERT_EQ(0, interface_attach(self->target.pid));
	self->fd = interface_open_device(self->target.pid);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, space_from_device(&self->device, self->fd));
	ASSERT_TRUE(space_from_view(&self->view, self->target.pid, 4096));
}

FIXTURE_TEARDOWN(process)
{
	if (self->target.pid)
		interface_attach(-self->target.pid);
	target_stop(&self->target);
}

#define KIB_OF_PAGE	(PAGE >> 10)
#define STATUS(name)	status_value(self->target.pid, name)
#define STAT(field)	status_stat(self->target.pid, field)

TEST_F(process, totals_are_those_of_status)
{
	const struct pgwalk_mm *mm = &self->device.mm;

	EXPECT_EQ(STATUS("VmSize"), mm->total_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmPeak"), mm->peak_total_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmLck"), mm->locked_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmPin"), mm->pinned_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmData"), mm->data_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmStk"), mm->stack_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmExe") + STATUS("VmLib"), mm->exec_pages * KIB_OF_PAGE);
	EXPECT_EQ(STATUS("VmPTE") << 10, mm->pgtables_bytes);
	EXPECT_EQ(STATUS("Threads"), mm->nr_tasks);
}

/*
 * Values are exact, as in the walk of smaps. Status lags: on 6.1 by 64 faults a thread, each
 * of up to 16 pages of a file, on later kernels by some pages a CPU
 */
TEST_F(process, resident_pages_are_those_of_smaps)
{
	const struct pgwalk_mm *mm = &self->device.mm;
	const __u64 told[] = { mm->rss_anon_pages * KIB_OF_PAGE, mm->rss_file_pages * KIB_OF_PAGE,
			       mm->rss_shmem_pages * KIB_OF_PAGE, mm->swap_pages * KIB_OF_PAGE,
			       mm->peak_rss_pages * KIB_OF_PAGE };
	static const char * const lines[] = { "RssAnon", "RssFile", "RssShmem", "VmSwap", "VmHWM" };
	const long long lag = 4LL * 64 * 16;
	__u64 rss = 0, swap = 0;

	ASSERT_TRUE(maps_read(&self->maps, self->target.pid));
	for (size_t i = 0; i < self->maps.nr; i++) {
		rss += self->maps.all[i].rss;
		swap += self->maps.all[i].swap;
	}
	EXPECT_EQ(rss, told[0] + told[1] + told[2]);
	EXPECT_EQ(swap, told[3]);
	EXPECT_GE(told[4], rss);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		long long says = STATUS(lines[i]);

		/* VmHWM is a sum of three */
		EXPECT_LE(says - (i == 4 ? 3 : 1) * lag, (long long)told[i]);
		EXPECT_GE(says + (i == 4 ? 3 : 1) * lag, (long long)told[i]);
	}
	maps_free(&self->maps);
}

static const struct mapping *heap_of(const struct maps *maps)
{
	for (size_t i = 0; i < maps->nr; i++)
		if (!strcmp(maps->all[i].name, "[heap]"))
			return &maps->all[i];
	return NULL;
}

TEST_F(process, bounds_are_those_of_stat)
{
	const struct pgwalk_mm *mm = &self->device.mm;
	const struct mapping *heap;
	__u64 nr = 0;

	EXPECT_EQ(STAT(26), mm->start_code);
	EXPECT_EQ(STAT(27), mm->end_code);
	EXPECT_EQ(STAT(28), mm->start_stack);
	EXPECT_EQ(STAT(45), mm->start_data);
	EXPECT_EQ(STAT(46), mm->end_data);
	EXPECT_EQ(STAT(47), mm->start_brk);
	EXPECT_EQ(STAT(48), mm->arg_start);
	EXPECT_EQ(STAT(49), mm->arg_end);
	EXPECT_EQ(STAT(50), mm->env_start);
	EXPECT_EQ(STAT(51), mm->env_end);
	EXPECT_NE(0, mm->env_end);

	ASSERT_TRUE(maps_read(&self->maps, self->target.pid));
	for (size_t i = 0; i < self->maps.nr; i++)
		nr += !self->maps.all[i].vsyscall;
	EXPECT_EQ(nr, mm->map_count);
	heap = heap_of(&self->maps);
	/* Not each process has a heap */
	EXPECT_TRUE(!heap || heap->end == ((mm->brk + PAGE - 1) & ~(PAGE - 1)));
	maps_free(&self->maps);
}

TEST_F(process, root_is_where_a_walk_begins)
{
	const struct pgwalk_mm *mm = &self->device.mm;
	struct translation walk;
	struct pgwalk_info info;
	char *text;
	int error;

	text = interface_translate(self->target.pid, mm->start_code, &error);
	ASSERT_NE(NULL, text);
	ASSERT_TRUE(translation_parse(&walk, text));
	ASSERT_LE(4, walk.nr);
	EXPECT_EQ(walk.steps[0].table, mm->pgd_pa >> PAGE_SHIFT);
	/* A kernel address of the map of all memory, at the same place in a page */
	EXPECT_EQ(0xff, mm->pgd >> 56);
	EXPECT_EQ(mm->pgd_pa % PAGE, mm->pgd % PAGE);
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(0, mm->pgd % (info.geometry[0].entries * sizeof(__u64)));
	free(text);
}

TEST_F(process, alone_it_has_one_user)
{
	EXPECT_EQ(1, self->device.mm.users);
	EXPECT_EQ(1, self->device.mm.nr_tasks);
	ASSERT_EQ(1, self->device.nr);
	EXPECT_EQ(self->target.pid, self->device.tasks[0].tgid);
	EXPECT_EQ(self->target.pid, self->device.tasks[0].tid);
	EXPECT_STREQ("workload", self->device.tasks[0].comm);
}

TEST_F(process, view_and_device_agree)
{
	struct pgwalk_mm *a = &self->view.mm, *b = &self->device.mm;

	/* The view lacks these fields; kernel threads may borrow an address space at any time */
	b->size = b->nr_records = b->filled = b->thp_disable = 0;
	b->tasks = 0;
	a->count = b->count;
	EXPECT_EQ(0, memcmp(a, b, sizeof(*a)));
	EXPECT_EQ(self->view.nr, self->device.nr);
	EXPECT_EQ(0, memcmp(self->view.tasks, self->device.tasks, sizeof(self->view.tasks)));
}

/* Each open memory file of /proc/PID holds mm_count and no mm_users */
TEST_F(process, count_has_each_that_holds_the_struct)
{
	struct space now;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/pagemap", self->target.pid);
	for (int i = 0; i < 97; i++)
		ASSERT_LE(0, open(path, O_RDONLY));
	ASSERT_EQ(0, space_from_device(&now, self->fd));
	/* Each CPU may have borrowed the mm, or returned it */
	EXPECT_LE(97 - sysconf(_SC_NPROCESSORS_ONLN), now.mm.count - self->device.mm.count);
	EXPECT_GE(97 + sysconf(_SC_NPROCESSORS_ONLN), now.mm.count - self->device.mm.count);
	EXPECT_LE(1 + 97, now.mm.count);
	EXPECT_EQ(1, now.mm.users);
}

/* This process and others in its memory: processes that share it, and threads of its own */
FIXTURE(shared) {
	struct space told, small;
	int fd;
};

FIXTURE_SETUP(shared)
{
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(shared)
{
	close(self->fd);
}

static int find(const struct space *told, pid_t tid)
{
	for (unsigned int i = 0; i < told->nr; i++)
		if (told->tasks[i].tid == tid)
			return (int)i;
	return -1;
}

static void *rest(void *tid)
{
	*(volatile pid_t *)tid = gettid();
	prctl(PR_SET_NAME, "odd\n na\\me");
	for (;;)
		pause();
	return NULL;
}

TEST_F(shared, all_processes_and_threads_are_reported)
{
	volatile pid_t tids[23] = {};
	pid_t sharing[23];
	pthread_t thread;

	for (int i = 0; i < 23; i++) {
		sharing[i] = process_sharing();
		ASSERT_LT(0, sharing[i]);
		ASSERT_EQ(0, pthread_create(&thread, NULL, rest, (void *)&tids[i]));
		while (!tids[i])
			usleep(1000);
	}
	usleep(100000);
	ASSERT_EQ(0, space_from_device(&self->told, self->fd));
	EXPECT_EQ(47, self->told.mm.nr_tasks);
	EXPECT_EQ(47, self->told.mm.users);
	ASSERT_EQ(47, self->told.nr);
	for (int i = 0; i < 23; i++) {
		int at = find(&self->told, sharing[i]);

		ASSERT_LE(0, at);
		EXPECT_EQ(sharing[i], self->told.tasks[at].tgid);
		at = find(&self->told, tids[i]);
		ASSERT_LE(0, at);
		EXPECT_EQ(getpid(), self->told.tasks[at].tgid);
		EXPECT_STREQ("odd\n na\\me", self->told.tasks[at].comm);
	}
	ASSERT_LE(0, find(&self->told, getpid()));

	/* The records fill the room given; the rest of the buffer stays unchanged */
	memset(&self->small, 0x5a, sizeof(self->small));
	self->small.mm = (struct pgwalk_mm){
		.size = sizeof(self->small.mm), .tasks = (unsigned long)self->small.tasks,
		.nr_records = 7,
	};
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_MM, &self->small.mm));
	EXPECT_EQ(7, self->small.mm.filled);
	EXPECT_EQ(47, self->small.mm.nr_tasks);
	EXPECT_EQ(0, memcmp(self->small.tasks, self->told.tasks, 7 * sizeof(self->small.tasks[0])));
	EXPECT_EQ(0x5a5a5a5a, self->small.tasks[7].tid);

	for (int i = 0; i < 23; i++)
		process_end(sharing[i]);
}

/* Small reads return the whole view, and a newline in a name starts no line */
TEST_F(shared, view_streams_and_a_line_stays_a_line)
{
	volatile pid_t tids[97] = {};
	pthread_t thread;
	char *text;
	size_t lines = 0;
	int fd;

	for (int i = 0; i < 97; i++) {
		ASSERT_EQ(0, pthread_create(&thread, NULL, rest, (void *)&tids[i]));
		while (!tids[i])
			usleep(1000);
	}
	usleep(100000);
	ASSERT_EQ(0, interface_attach(getpid()));
	ASSERT_TRUE(space_from_view(&self->told, getpid(), 37));
	EXPECT_EQ(98, self->told.nr);
	EXPECT_EQ(98, self->told.mm.nr_tasks);
	for (int i = 0; i < 97; i++)
		ASSERT_LE(0, find(&self->told, tids[i]));
	EXPECT_STREQ("odd\\012 na\\134me", self->told.last);

	fd = interface_open_view(getpid(), "mm");
	text = interface_read_all(fd, 4096, NULL);
	for (char *at = text; (at = strchr(at, '\n')); at++)
		lines++;
	EXPECT_EQ(2 + SPACE_VALUES + 98, lines);
	free(text);
	close(fd);
	interface_attach(-getpid());
}

/* The leader has exited, another thread lives */
TEST(memory_without_a_leader_is_found_by_its_thread)
{
	struct space told;
	pid_t tid, pid = process_headless(&tid);
	int fd;

	ASSERT_LT(0, pid);
	fd = interface_open_device(pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, space_from_device(&told, fd));
	EXPECT_EQ(1, told.mm.users);
	ASSERT_EQ(1, told.nr);
	EXPECT_EQ(tid, told.tasks[0].tid);
	EXPECT_EQ(pid, told.tasks[0].tgid);
	close(fd);
	process_end(pid);
}

TEST_F(shared, wrong_arguments_are_refused)
{
	struct {
		struct pgwalk_mm mm;
		__u64 more;
	} arg = { .mm = { .size = sizeof(arg.mm), .flags = 1 } };
	int fd = interface_open_device(0);

	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.mm.flags = 0;
	EXPECT_EQ(-ENOTCONN, interface_ioctl(fd, PGWALK_IOC_MM, &arg));
	EXPECT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	EXPECT_EQ(0, arg.mm.filled);
	EXPECT_LE(1, arg.mm.nr_tasks);
	arg.mm.nr_records = 1;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.mm.tasks = 0x10;
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.mm.nr_records = 0;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.mm.tasks = 0;
	arg.mm.size = sizeof(arg.mm) - 4;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.mm.size = sizeof(arg);
	EXPECT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	arg.more = 1;
	EXPECT_EQ(-E2BIG, interface_ioctl(self->fd, PGWALK_IOC_MM, &arg));
	close(fd);
}

/* The flags came with 6.18 */
TEST(thp_disable_is_that_of_prctl)
{
	const unsigned long flags[] = { 0, PR_THP_DISABLE_EXCEPT_ADVISED };
	int fd = interface_open_device(getpid()), value;
	struct pgwalk_mm mm;

	ASSERT_LE(0, fd);
	for (unsigned int i = 0; i < 3; i++) {
		if (prctl(PR_SET_THP_DISABLE, i > 0, i ? flags[i - 1] : 0, 0, 0))
			continue;
		value = prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0);
		mm = (struct pgwalk_mm){ .size = sizeof(mm) };
		ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_MM, &mm));
		EXPECT_EQ(value, (int)mm.thp_disable);
		EXPECT_EQ(i > 0, !!value);
	}
	EXPECT_EQ(0, prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
	close(fd);
}

TEST(view_of_an_exited_process_ends_with_a_note)
{
	size_t size;
	char *text = exited_read("mm", "anon-new", "23", 0, &size);

	ASSERT_NE(NULL, text);
	EXPECT_STREQ("# target gone\n", text);
	free(text);
}

TEST_HARNESS_MAIN

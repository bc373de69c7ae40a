// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The requests that translate takes: the response belongs to the open file, and
 * every wrong request has its error. translate.c checks that responses are
 * right.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/target.h"
#include "../lib/sizes.h"

FIXTURE(query) {
	struct target target;
	struct pgwalk_info info;
	int fd;
};

FIXTURE_SETUP(query)
{
	ASSERT_EQ(0, target_start(&self->target, "anon-new"));
	ASSERT_EQ(0, interface_info(&self->info));
	self->fd = interface_open("translate", O_RDWR);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(query)
{
	close(self->fd);
	target_stop(&self->target);
}

static int ask(int fd, const char *format, ...)
{
	char text[200];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return write(fd, text, (size_t)n) == n ? 0 : -errno;
}

static char *answer(int fd)
{
	lseek(fd, 0, SEEK_SET);
	return interface_read_all(fd, 4096, NULL);
}

TEST_F(query, result_belongs_to_the_open_file)
{
	int other = interface_open("translate", O_RDWR);
	char *a, *b;

	ASSERT_LE(0, other);
	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	ASSERT_EQ(0, ask(other, "%d 0x%llx\n", self->target.pid,
			 self->target.start + PAGE));
	a = answer(self->fd);
	b = answer(other);
	EXPECT_NE(0, strcmp(a, b));
	free(b);
	b = answer(self->fd);
	EXPECT_EQ(0, strcmp(a, b));
	close(other);
}

TEST_F(query, next_request_replaces_the_result)
{
	char *a, *b;

	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	a = answer(self->fd);
	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid,
			 self->target.start + PAGE));
	b = answer(self->fd);
	EXPECT_NE(0, strcmp(a, b));
}

TEST_F(query, failed_request_keeps_the_result)
{
	char *a, *b;

	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	a = answer(self->fd);
	EXPECT_EQ(-EINVAL, ask(self->fd, "nonsense"));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d %llx", self->target.pid,
			       self->info.user_end));
	b = answer(self->fd);
	EXPECT_EQ(0, strcmp(a, b));
}

TEST_F(query, write_leaves_the_file_position)
{
	char *a, *b;

	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	EXPECT_EQ(0, lseek(self->fd, 0, SEEK_CUR));
	a = interface_read_all(self->fd, 1, NULL);
	EXPECT_LT(100, strlen(a));
	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	EXPECT_EQ(strlen(a), lseek(self->fd, 0, SEEK_CUR));
	b = interface_read_all(self->fd, 64, NULL);
	EXPECT_EQ(0, strlen(b));
}

TEST_F(query, malformed_is_einval)
{
	pid_t pid = self->target.pid;

	EXPECT_EQ(-EINVAL, ask(self->fd, "\n"));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d ", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d xyz", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d -1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d 1000g", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d 1000 1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%d 1000\n1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%dx 1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "-%d 1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "0x%x 1000", pid));
	EXPECT_EQ(-EINVAL, ask(self->fd, "x 1000"));
	EXPECT_EQ(-EINVAL, ask(self->fd, "%150d 1000", pid));
	EXPECT_EQ(0, ask(self->fd, "%d 1000\n", pid));
}

TEST_F(query, address_outside_the_user_half_is_erange)
{
	pid_t pid = self->target.pid;

	EXPECT_EQ(0, ask(self->fd, "%d %llx", pid, self->info.user_end - 1));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d %llx", pid, self->info.user_end));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d 0200000000000000", pid));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d 8000000000000000", pid));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d ffffffff81000000", pid));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d ffffffffffffffff", pid));
	EXPECT_EQ(-ERANGE, ask(self->fd, "%d 1ffffffffffffffff", pid));
}

TEST_F(query, no_process_is_esrch_and_no_memory_enxio)
{
	pid_t zombie = fork();

	if (!zombie)
		_exit(0);
	siginfo_t si;

	ASSERT_EQ(0, waitid(P_PID, (id_t)zombie, &si, WEXITED | WNOWAIT));
	EXPECT_EQ(-ENXIO, ask(self->fd, "%d 1000", zombie));
	waitpid(zombie, NULL, 0);
	EXPECT_EQ(-ESRCH, ask(self->fd, "%d 1000", zombie));
	EXPECT_EQ(-ESRCH, ask(self->fd, "0 1000"));
	EXPECT_EQ(-ESRCH, ask(self->fd, "4194305 1000"));
	EXPECT_EQ(-ENXIO, ask(self->fd, "2 1000"));
}

TEST_F(query, hole_and_empty_entry_differ)
{
	char *text;

	ASSERT_EQ(0, ask(self->fd, "%d 1000", self->target.pid));
	text = answer(self->fd);
	EXPECT_NE(NULL, strstr(text, "\n= none: no mapping")) {
		TH_LOG("%s", text);
	}
	/* The guard around a workload is mapped and never touched */
	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.end));
	text = answer(self->fd);
	EXPECT_NE(NULL, strstr(text, "\n= none: the entry is empty (vma ---s")) {
		TH_LOG("%s", text);
	}
}

TEST_F(query, thread_id_stands_for_its_process)
{
	char *a, *b;
	char path[64];
	FILE *f;
	int tid;

	/* Of a process with two threads: the workload that resolves userfaults */
	target_stop(&self->target);
	ASSERT_EQ(0, target_start(&self->target, "userfault"));
	snprintf(path, sizeof(path), "ls /proc/%d/task | tail -1",
		 self->target.pid);
	f = popen(path, "r");
	ASSERT_EQ(1, fscanf(f, "%d", &tid));
	pclose(f);
	ASSERT_NE(tid, self->target.pid);
	ASSERT_EQ(0, ask(self->fd, "%d %llx", self->target.pid, self->target.start));
	a = answer(self->fd);
	ASSERT_EQ(0, ask(self->fd, "%d %llx", tid, self->target.start));
	b = answer(self->fd);
	EXPECT_EQ(0, strcmp(a, b)) {
		TH_LOG("%s%s", a, b);
	}
}

/* In a pid namespace of its own the caller is 1, and sees no other process */
TEST_F(query, pid_is_of_the_callers_namespace)
{
	pid_t pid;
	int status;

	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		int fd = interface_open("translate", O_RDWR);
		char *text;

		if (fd < 0 || ask(fd, "1 %lx", (unsigned long)&status))
			_exit(1);
		text = answer(fd);
		if (!text || !strstr(text, "pid 1 va") || !strstr(text, "= pa "))
			_exit(2);
		_exit(ask(fd, "%d 1000", self->target.pid) == -ESRCH ? 0 : 3);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

TEST_HARNESS_MAIN

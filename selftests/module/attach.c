// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * attach: which processes can be attached, under which number, and the state of the
 * directory and of open files after the target exits or executes a program.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/listing.h"
#include "../lib/process.h"

#define MAX_ATTACHED	1024

static bool has_directory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), PGWALK_DIR "/%d/pages", pid);
	return !access(path, F_OK);
}

static bool has_no_directory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), PGWALK_DIR "/%d", pid);
	return access(path, F_OK);
}

static bool is_listed(pid_t pid)
{
	int fd = interface_open("attach", O_RDONLY);
	char *text = interface_read_all(fd, 4096, NULL);
	char line[32];
	bool found;

	close(fd);
	snprintf(line, sizeof(line), "\n%d\n", pid);
	found = strstr(text, line) || !strncmp(text, line + 1, strlen(line) - 1);
	free(text);
	return found;
}

FIXTURE(target) {
	pid_t pid;
};

FIXTURE_SETUP(target)
{
	self->pid = process_sleeper();
	ASSERT_LT(0, self->pid);
}

FIXTURE_TEARDOWN(target)
{
	interface_attach(-self->pid);
	process_end(self->pid);
}

/* Nothing of its own: tests that may take longer than the default */
FIXTURE(slow) {
};

FIXTURE_SETUP(slow)
{
}

FIXTURE_TEARDOWN(slow)
{
}

TEST_F(target, gets_a_directory_and_loses_it)
{
	EXPECT_FALSE(is_listed(self->pid));
	ASSERT_EQ(0, interface_attach(self->pid));
	EXPECT_TRUE(has_directory(self->pid));
	EXPECT_TRUE(is_listed(self->pid));
	ASSERT_EQ(0, interface_attach(-self->pid));
	EXPECT_FALSE(is_listed(self->pid));
	EXPECT_TRUE(process_await(has_no_directory, self->pid, 30));
	EXPECT_EQ(-ESRCH, interface_attach(-self->pid));
}

TEST_F(target, twice_is_eexist)
{
	ASSERT_EQ(0, interface_attach(self->pid));
	EXPECT_EQ(-EEXIST, interface_attach(self->pid));
	EXPECT_TRUE(has_directory(self->pid));
}

TEST_F(target, can_be_dropped_and_attached_again_at_once)
{
	for (int i = 0; i < 23; i++) {
		ASSERT_EQ(0, interface_attach(self->pid));
		EXPECT_TRUE(has_directory(self->pid));
		ASSERT_EQ(0, interface_attach(-self->pid));
	}
}

TEST_F(target, malformed_is_einval)
{
	char text[200];

	EXPECT_EQ(-EINVAL, interface_write("attach", "\n"));
	EXPECT_EQ(-EINVAL, interface_write("attach", "-"));
	EXPECT_EQ(-EINVAL, interface_write("attach", "self"));
	EXPECT_EQ(-EINVAL, interface_write("attach", "0x10"));
	EXPECT_EQ(-EINVAL, interface_write("attach", "+1"));
	EXPECT_EQ(-EINVAL, interface_write("attach", "1.5"));
	snprintf(text, sizeof(text), "%d junk", self->pid);
	EXPECT_EQ(-EINVAL, interface_write("attach", text));
	snprintf(text, sizeof(text), "%dx", self->pid);
	EXPECT_EQ(-EINVAL, interface_write("attach", text));
	snprintf(text, sizeof(text), "%d\n%d\n", self->pid, self->pid);
	EXPECT_EQ(-EINVAL, interface_write("attach", text));
	snprintf(text, sizeof(text), "--%d", self->pid);
	EXPECT_EQ(-EINVAL, interface_write("attach", text));
	snprintf(text, sizeof(text), "%0150d", self->pid);
	EXPECT_EQ(-EINVAL, interface_write("attach", text));
	EXPECT_FALSE(has_directory(self->pid));
	snprintf(text, sizeof(text), "%d\n", self->pid);
	EXPECT_EQ(0, interface_write("attach", text));
}

TEST(no_such_process_is_esrch)
{
	pid_t pid = process_zombie();

	waitpid(pid, NULL, 0);
	EXPECT_EQ(-ESRCH, interface_attach(pid));
	EXPECT_EQ(-ESRCH, interface_attach(4194305));
	EXPECT_EQ(-ESRCH, interface_write("attach", "0"));
	EXPECT_EQ(-ESRCH, interface_write("attach", "99999999999"));
}

TEST(kernel_thread_and_zombie_are_enxio)
{
	pid_t pid = process_zombie();

	EXPECT_EQ(-ENXIO, interface_attach(2));
	EXPECT_EQ(-ENXIO, interface_attach(pid));
	EXPECT_EQ(-ENXIO, interface_open_device(2));
	EXPECT_EQ(-ENXIO, interface_open_device(pid));
	waitpid(pid, NULL, 0);
}

/* The leader has exited and has no address space; a live thread still has one */
TEST(zombie_leader_with_a_live_thread_is_a_process)
{
	pid_t tid, pid = process_headless(&tid);
	char *text;
	int fd;

	ASSERT_LT(0, pid);
	ASSERT_NE(pid, tid);
	ASSERT_EQ(0, interface_attach(pid));
	fd = interface_open_view(pid, "pages");
	ASSERT_LE(0, fd);
	text = interface_read_all(fd, 4096, NULL);
	EXPECT_NE(NULL, strstr(text, " present "));
	EXPECT_EQ(NULL, strstr(text, "# target gone"));
	close(fd);
	process_end(pid);
}

TEST(thread_id_stands_for_its_process)
{
	pid_t tid, pid = process_headless(&tid);

	ASSERT_LT(0, pid);
	ASSERT_EQ(0, interface_attach(tid));
	EXPECT_TRUE(has_directory(pid));
	EXPECT_FALSE(has_directory(tid));
	EXPECT_EQ(-EEXIST, interface_attach(pid));
	EXPECT_EQ(0, interface_attach(-tid));
	EXPECT_FALSE(is_listed(pid));
	process_end(pid);
}

/* The directory may be removed automatically before the write, but not five times in a row */
TEST(directory_can_be_dropped_after_exit)
{
	int dropped = 0;

	for (int i = 0; i < 5; i++) {
		pid_t pid = process_sleeper();
		int ret;

		ASSERT_EQ(0, interface_attach(pid));
		process_end(pid);
		ret = interface_attach(-pid);
		EXPECT_TRUE(!ret || ret == -ESRCH);
		dropped += !ret;
		EXPECT_TRUE(process_await(has_no_directory, pid, 30));
	}
	EXPECT_LT(0, dropped);
}

TEST_F(target, open_view_outlives_the_directory)
{
	char *text;
	int fd;

	ASSERT_EQ(0, interface_attach(self->pid));
	fd = interface_open_view(self->pid, "vmas");
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_attach(-self->pid));
	ASSERT_TRUE(process_await(has_no_directory, self->pid, 30));
	/* debugfs may refuse to read a removed file; the read must return */
	text = interface_read_all(fd, 4096, NULL);
	EXPECT_TRUE(text || errno == EIO);
	EXPECT_EQ(0, close(fd));
}

/* The file belongs to the address space, the directory to the process */
TEST(open_view_ends_at_exec_and_a_new_one_sees_the_new_image)
{
	int go, fd;
	pid_t pid = process_before_exec(&go);
	char *text;

	ASSERT_EQ(0, interface_attach(pid));
	fd = interface_open_view(pid, "pages");
	ASSERT_LE(0, fd);
	process_go(go, pid);
	text = interface_read_all(fd, 4096, NULL);
	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, strcmp(text, LISTING_HEADER "# target gone\n")) {
		TH_LOG("%.200s", text);
	}
	close(fd);
	fd = interface_open_view(pid, "vmas");
	ASSERT_LE(0, fd);
	text = interface_read_all(fd, 4096, NULL);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "sleep"));
	EXPECT_EQ(NULL, strstr(text, "# target gone"));
	close(fd);
	interface_attach(-pid);
	process_end(pid);
}

TEST(view_of_a_process_that_has_exited_is_not_opened)
{
	pid_t pid = process_sleeper();
	int fd;

	ASSERT_EQ(0, interface_attach(pid));
	process_end(pid);
	fd = interface_open_view(pid, "pages");
	/* The directory may be gone already, but that takes seconds */
	EXPECT_TRUE(fd == -ESRCH || fd == -ENOENT) {
		TH_LOG("open returned %d", fd);
	}
}

/*
 * The directory of an exited process stays long enough for the reader of an open view to see the
 * exit, and is then removed automatically. The limit of directories is reached, which is slow.
 */
TEST_F_TIMEOUT(slow, the_1025th_is_enospc_and_directories_go_by_themselves_after_exit, 120)
{
	pid_t pids[MAX_ATTACHED], last = process_sleeper();
	char *text;
	int i, fd;

	for (i = 0; i < MAX_ATTACHED; i++) {
		pids[i] = process_sharing();
		ASSERT_LT(0, pids[i]);
		ASSERT_EQ(0, interface_attach(pids[i])) {
			TH_LOG("after %d", i);
		}
	}
	EXPECT_EQ(-ENOSPC, interface_attach(last));
	EXPECT_EQ(-EEXIST, interface_attach(pids[0]));
	ASSERT_EQ(0, interface_attach(-pids[7]));
	EXPECT_EQ(0, interface_attach(last));
	fd = interface_open_view(last, "pages");
	ASSERT_LE(0, fd);
	for (i = 0; i < MAX_ATTACHED; i++)
		process_end(pids[i]);
	process_end(last);
	sleep(6);
	text = interface_read_all(fd, 4096, NULL);
	ASSERT_NE(NULL, text) {
		TH_LOG("errno %d", errno);
	}
	EXPECT_NE(NULL, strstr(text, "# target gone\n"));
	close(fd);
	EXPECT_TRUE(process_await(has_no_directory, last, 60));
	EXPECT_FALSE(is_listed(last));
	for (i = 0; i < MAX_ATTACHED; i++)
		EXPECT_TRUE(process_await(has_no_directory, pids[i], 60));
}

/* In a new pid namespace the caller is pid 1; the directory has its number in the initial one */
TEST(pid_is_of_the_callers_namespace)
{
	int result = -1, fds[2];
	pid_t pid;

	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		result = interface_attach(1);
		result = result ?: interface_attach(1) != -EEXIST;
		result = result ?: !is_listed(1);
		if (write(fds[1], &result, sizeof(result)) == sizeof(result))
			pause();
		_exit(1);
	}
	ASSERT_EQ(sizeof(result), read(fds[0], &result, sizeof(result)));
	EXPECT_EQ(0, result);
	EXPECT_TRUE(has_directory(pid));
	EXPECT_TRUE(is_listed(pid));
	EXPECT_EQ(0, interface_attach(-pid));
	process_end(pid);
}

/* A reader that is killed during a large read exits at once */
TEST_F_TIMEOUT(slow, killed_reader_dies, 60)
{
	pid_t pid = process_sleeper(), reader;
	int status;

	ASSERT_EQ(0, interface_attach(pid));
	reader = fork();
	if (!reader) {
		for (;;) {
			int fd = interface_open_view(pid, "vmas");

			free(interface_read_all(fd, 64, NULL));
			close(fd);
		}
	}
	usleep(300000);
	kill(reader, SIGKILL);
	EXPECT_EQ(reader, waitpid(reader, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	interface_attach(-pid);
	process_end(pid);
}

TEST_HARNESS_MAIN

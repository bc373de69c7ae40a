// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Files that stay open longer than their process: the process exits or executes, its directory
 * is removed, the reader or the opener is killed, another process gets the pid. Reads reach an
 * end, and never return data of another process.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/call.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/view.h"

#define GONE	"# target gone\n"

static struct call_buffer answer;

/* Each view of a process twice: one not read yet, one of which some was read */
struct opened {
	int fresh, begun;
};

#define for_each_process_view(view) \
	for (const struct view *view = views; view->name; view++) \
		if (view->flags & VIEW_OF_PROCESS)

static void open_all(struct __test_metadata *_metadata, struct opened *opened, pid_t pid)
{
	char c;

	for_each_process_view(view) {
		opened->fresh = view_open_only(view, pid);
		opened->begun = view_open_only(view, pid);
		ASSERT_LE(0, opened->fresh);
		ASSERT_LE(0, opened->begun);
		ASSERT_EQ(1, read(opened->begun, &c, 1));
		opened++;
	}
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = text ? strlen(text) : 0;

	return len >= strlen(end) && !strcmp(text + len - strlen(end), end);
}

/* No file reports the process that has the pid now. Text already in the buffer may be read */
static void expect_gone(struct __test_metadata *_metadata, struct opened *opened)
{
	for_each_process_view(view) {
		char *fresh = interface_read_all(opened->fresh, 100, NULL);
		char *begun = interface_read_all(opened->begun, 100, NULL);

		EXPECT_TRUE(ends_with(fresh, GONE)) {
			TH_LOG("%s: %s", view->name, fresh ?: strerror(errno));
		}
		EXPECT_TRUE(ends_with(begun, "\n")) {
			TH_LOG("%s: %s", view->name, begun ?: strerror(errno));
		}
		/* A read from the beginning returns nothing more */
		free(begun);
		begun = interface_pread_all(opened->begun, 4096, NULL);
		EXPECT_TRUE(ends_with(begun, GONE) && !strcmp(begun, fresh)) {
			TH_LOG("%s: %s", view->name, begun ?: strerror(errno));
		}
		free(fresh);
		free(begun);
		close(opened->fresh);
		close(opened->begun);
		opened++;
	}
}

TEST(views_end_when_the_process_exits)
{
	pid_t pid = process_program();
	struct opened opened[8];

	ASSERT_EQ(0, interface_attach(pid));
	open_all(_metadata, opened, pid);
	process_end(pid);
	expect_gone(_metadata, opened);
	interface_attach(-pid);
}

TEST(views_end_when_the_process_executes)
{
	struct opened opened[8];
	int go;
	pid_t pid = process_before_exec(&go);

	ASSERT_EQ(0, interface_attach(pid));
	open_all(_metadata, opened, pid);
	process_go(go, pid);
	expect_gone(_metadata, opened);
	interface_attach(-pid);
	process_end(pid);
}

static bool has_no_directory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), PGWALK_DIR "/%d", pid);
	return access(path, F_OK);
}

/* debugfs refuses reads of a removed file; reads must end, and the file must still close */
TEST(views_end_when_the_directory_goes)
{
	pid_t pid = process_program();
	struct opened opened[8], *at = opened;
	char c;

	ASSERT_EQ(0, interface_attach(pid));
	open_all(_metadata, opened, pid);
	ASSERT_EQ(0, interface_attach(-pid));
	ASSERT_TRUE(process_await(has_no_directory, pid, 30));
	for_each_process_view(view) {
		EXPECT_TRUE(pread(at->fresh, &c, 1, 0) == -1 && errno == EIO);
		EXPECT_TRUE(pread(at->begun, &c, 1, 1) == -1 && errno == EIO);
		EXPECT_EQ(0, close(at->fresh));
		EXPECT_EQ(0, close(at->begun));
		at++;
	}
	process_end(pid);
}

/* A response that was produced does not change */
TEST(results_outlive_the_process)
{
	static const char *const names[] = { "translate", "rmap" };

	for (int i = 0; i < 2; i++) {
		pid_t pid = process_program();
		int fd = view_open(view_find(names[i]), pid, process_stack(pid));
		char *before = interface_pread_all(fd, 4096, NULL), *after;

		ASSERT_NE(NULL, before);
		process_end(pid);
		after = interface_pread_all(fd, 4096, NULL);
		ASSERT_NE(NULL, after);
		EXPECT_EQ(0, strcmp(before, after));
		EXPECT_EQ(-ESRCH, view_send_request(view_find(names[i]), fd, pid, 0x1000));
		free(after);
		after = interface_pread_all(fd, 4096, NULL);
		EXPECT_EQ(0, strcmp(before, after)) {
			TH_LOG("a request that fails leaves the response");
		}
		free(before);
		free(after);
		close(fd);
	}
}

static void expect_no_answer(struct __test_metadata *_metadata, int fd, pid_t pid,
			     __u64 address)
{
	for (const struct call *call = calls; call->name; call++) {
		if (!call->attached)
			continue;
		EXPECT_EQ(-ESRCH, call_make(call, fd, pid, address, &answer)) {
			TH_LOG("%s", call->name);
		}
	}
}

TEST(every_call_about_a_process_that_is_gone_is_esrch)
{
	pid_t pid = process_program();
	__u64 address = process_stack(pid);
	int fd = interface_open_device(pid);

	ASSERT_LE(0, fd);
	for (const struct call *call = calls; call->name; call++) {
		EXPECT_EQ(0, call_make(call, fd, pid, address, &answer)) {
			TH_LOG("%s", call->name);
		}
	}
	process_end(pid);
	expect_no_answer(_metadata, fd, pid, address);
	close(fd);
}

/* In the middle of a byte by byte reading; another process shares the file and reads on */
TEST(readers_and_openers_are_killed)
{
	pid_t pid = process_program();
	__u64 address = process_stack(pid);

	ASSERT_EQ(0, interface_attach(pid));
	for (const struct view *view = views; view->name; view++) {
		int fd = view_open(view, pid, address), status;
		pid_t reader = fork();
		char c, *text;

		if (!reader)
			for (off_t at = 0; ; at++)
				if (pread(fd, &c, 1, at) != 1)
					at = -1;
		usleep(50000);
		kill(reader, SIGKILL);
		EXPECT_EQ(reader, waitpid(reader, &status, 0));
		EXPECT_TRUE(WIFSIGNALED(status));
		text = interface_pread_all(fd, 4096, NULL);
		EXPECT_TRUE(ends_with(text, "\n")) {
			TH_LOG("%s", view->name);
		}
		free(text);
		close(fd);
	}
	interface_attach(-pid);
	process_end(pid);
}

/* Another process, with the number that the first one had */
static pid_t start_with_number(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD,
		.set_tid = (unsigned long)&pid,
		.set_tid_size = 1,
	};
	pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return child;
}

/* Files of the first process report nothing of the second, which gets files of its own */
TEST(number_that_is_used_again_is_another_process)
{
	pid_t pid = process_program();
	__u64 address = process_stack(pid);
	int device = interface_open_device(pid), fd, other;
	struct opened opened[8];
	char *text;

	ASSERT_EQ(0, interface_attach(pid));
	open_all(_metadata, opened, pid);
	process_end(pid);
	ASSERT_EQ(pid, start_with_number(pid));

	EXPECT_EQ(-ESRCH, interface_open_view(pid, "vmas"));
	expect_gone(_metadata, opened);
	expect_no_answer(_metadata, device, pid, address);
	close(device);

	ASSERT_EQ(0, interface_attach(pid));
	EXPECT_EQ(-EEXIST, interface_attach(pid));
	fd = interface_open_view(pid, "vmas");
	ASSERT_LE(0, fd);
	text = interface_pread_all(fd, 4096, NULL);
	EXPECT_TRUE(text && strstr(text, "open_fd") && !strstr(text, GONE));
	free(text);
	close(fd);
	other = interface_open_device(pid);
	EXPECT_LE(0, other);
	close(other);
	EXPECT_EQ(0, interface_attach(-pid));
	EXPECT_EQ(-ESRCH, interface_attach(-pid));
	process_end(pid);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Fault injection: each allocation, and each copy from or to user memory, of every call into
 * the module fails once (/proc/PID/fail-nth). The call must return an error or a complete
 * result, a second call must work, and no reference may leak. References to the target's mm
 * are counted here; the runner checks for lost memory (kmemleak, after the module is unloaded).
 * The number of injected faults is printed. Skipped on kernels without FAULT_INJECTION.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/call.h"
#include "../lib/injection.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/view.h"

FIXTURE(fail) {
	pid_t pid;
	__u64 address;
	struct pgwalk_mm before;
};

static struct call_buffer answer, before, in;

/* An idle CPU holds the mm of its last task: run on each CPU, so that counts can be compared */
static void settle(void)
{
	for (unsigned int cpu = 0; process_run_on(cpu); cpu++)
		;
	process_run_on(0);
}

static void tell_mm(struct __test_metadata *_metadata, pid_t pid, struct pgwalk_mm *mm)
{
	int fd = interface_open_device(pid);

	*mm = (struct pgwalk_mm){ .size = sizeof(*mm) };
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_MM, mm));
	close(fd);
}

FIXTURE_SETUP(fail)
{
	if (!injection_begin())
		SKIP(return, "this kernel cannot make allocations fail");
	mlockall(MCL_CURRENT | MCL_FUTURE);
	self->pid = process_program();
	self->address = process_stack(self->pid);
	ASSERT_EQ(0, interface_attach(self->pid));
	settle();
	tell_mm(_metadata, self->pid, &self->before);
}

FIXTURE_TEARDOWN(fail)
{
	struct pgwalk_mm after;
	unsigned int nr;

	tell_mm(_metadata, self->pid, &after);
	EXPECT_EQ(self->before.users, after.users);
	EXPECT_EQ(self->before.count, after.count);
	interface_attach(-self->pid);
	process_end(self->pid);
	nr = injection_end();
	EXPECT_LT(0, nr);
	TH_LOG("%u faults injected", nr);
}

#define EXPECT_CLEAN(ret, what) \
	EXPECT_TRUE(injection_is_clean(ret)) { TH_LOG("%s: fault %u returned %d", what, n, ret); }

/* The text equals a second read; of a view that changes by itself, only parts are compared */
static bool is_right(const struct view *view, const char *text, pid_t pid, __u64 address)
{
	int fd = view_open(view, pid, address);
	char *other = interface_pread_all(fd, 1 << 16, NULL);
	bool right = other && text && !strcmp(text, other);

	if (view->flags & VIEW_CHANGES)
		right = other && text && !strncmp(text, other, 16) && strstr(text, "\npte ");
	close(fd);
	free(other);
	return right;
}

/* The file is closed before the comparison, because an open view counts in the users of mm */
static bool text_is_right(struct __test_metadata *_metadata, const struct view *view, int fd,
			  pid_t pid, __u64 address, const char *when, unsigned int n)
{
	char *text = interface_pread_all(fd, 1 << 16, NULL);
	bool right;

	close(fd);
	right = is_right(view, text, pid, address);
	if (!right)
		TH_LOG("%s, %s, fault %u: %s", view->name, when, n, text ?: "no text");
	free(text);
	return right;
}

/*
 * The kernel may change the flags and the references of a frame between two reads, for example
 * when it empties its per-CPU lists of pages: a step whose text differs is repeated.
 */
#define EXPECT_SOON(step) EXPECT_TRUE((step) || (step) || (step))

static bool open_with_fault(struct __test_metadata *_metadata, const struct view *view, pid_t pid,
			    __u64 address, unsigned int n)
{
	int fd;

	injection_set(n);
	fd = view_open_only(view, pid);
	injection_clear();
	if (fd < 0) {
		EXPECT_CLEAN(fd, view->name);
		fd = view_open_only(view, pid);
	}
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, view_send_request(view, fd, pid, address));
	return text_is_right(_metadata, view, fd, pid, address, "opened", n);
}

TEST_F_TIMEOUT(fail, open_of_each_view, 300)
{
	for (const struct view *view = views; view->name; view++)
		for_each_fault(n)
			EXPECT_SOON(open_with_fault(_metadata, view, self->pid, self->address, n));
}

static bool request_with_fault(struct __test_metadata *_metadata, const struct view *view,
			       pid_t pid, __u64 address, unsigned int n)
{
	int fd = view_open_only(view, pid), ret;
	char request[VIEW_REQUEST_MAX];
	int len = view_format_request(view, request, pid, address);

	ASSERT_LE(0, fd);
	injection_set(n);
	ret = write(fd, request, (size_t)len) == len ? 0 : -errno;
	injection_clear();
	if (ret) {
		EXPECT_CLEAN(ret, view->name);
		EXPECT_EQ(0, view_send_request(view, fd, pid, address));
	}
	return text_is_right(_metadata, view, fd, pid, address, "requested", n);
}

TEST_F_TIMEOUT(fail, request_to_each_view, 300)
{
	for (const struct view *view = views; view->name; view++)
		if (view->flags & VIEW_TAKES_REQUEST)
			for_each_fault(n)
				EXPECT_SOON(request_with_fault(_metadata, view, self->pid,
							       self->address, n));
}

/* Read to the end, and continue after a failed read: the text equals that of a single read */
static char *read_on(int fd, char *text, size_t room, size_t *used)
{
	ssize_t n;

	while ((n = read(fd, text + *used, room - *used - 1)) > 0)
		*used += (size_t)n;
	text[*used] = 0;
	return n < 0 ? NULL : text;
}

static bool read_with_fault(struct __test_metadata *_metadata, const struct view *view, pid_t pid,
			    __u64 address, unsigned int n)
{
	static char text[1 << 17];
	int fd = view_open(view, pid, address), err;
	size_t used = 0;
	bool right;
	char *all;

	ASSERT_LE(0, fd);
	injection_set(n);
	all = read_on(fd, text, sizeof(text), &used);
	err = errno;
	injection_clear();
	if (!all) {
		EXPECT_CLEAN(-err, view->name);
		all = read_on(fd, text, sizeof(text), &used);
	}
	close(fd);
	right = is_right(view, all, pid, address);
	if (!right)
		TH_LOG("%s, read, fault %u: %s", view->name, n, text);
	return right;
}

TEST_F_TIMEOUT(fail, read_of_each_view, 300)
{
	for (const struct view *view = views; view->name; view++)
		for_each_fault(n)
			EXPECT_SOON(read_with_fault(_metadata, view, self->pid, self->address, n));
}

/* Attach and drop are a write to one file. Return 0 or -errno */
static int write_failing(int file, pid_t pid, unsigned int n)
{
	char question[16];
	int len = snprintf(question, sizeof(question), "%d", pid), ret;

	injection_set(n);
	ret = write(file, question, (size_t)len) == len ? 0 : -errno;
	injection_clear();
	return ret;
}

static void expect_directory(struct __test_metadata *_metadata, pid_t pid, unsigned int n)
{
	for (const struct view *view = views; view->name; view++)
		if (view->flags & VIEW_OF_PROCESS) {
			int fd = view_open_only(view, pid);

			EXPECT_LE(0, fd) {
				TH_LOG("no %s, after fault %u", view->name, n);
			}
			close(fd);
		}
}

TEST_F_TIMEOUT(fail, attach, 300)
{
	pid_t pid = process_sleeper();
	int file = interface_open("attach", O_WRONLY), ret;

	for_each_fault(n) {
		ret = write_failing(file, pid, n);
		if (ret) {
			EXPECT_CLEAN(ret, "attach");
			EXPECT_EQ(0, interface_attach(pid)) {
				TH_LOG("attach again, after fault %u", n);
			}
		}
		expect_directory(_metadata, pid, n);
		EXPECT_EQ(0, interface_attach(-pid));
	}
	close(file);
	process_end(pid);
}

TEST_F_TIMEOUT(fail, drop, 300)
{
	pid_t pid = process_sleeper();
	int file = interface_open("attach", O_WRONLY), ret;

	for_each_fault(n) {
		EXPECT_EQ(0, interface_attach(pid));
		ret = write_failing(file, -pid, n);
		if (ret) {
			EXPECT_CLEAN(ret, "drop");
			EXPECT_EQ(0, interface_attach(-pid));
		}
		EXPECT_EQ(-ESRCH, interface_attach(-pid));
	}
	close(file);
	process_end(pid);
}

TEST_F_TIMEOUT(fail, open_and_attach_of_the_device, 120)
{
	for_each_fault(n) {
		int fd;

		injection_set(n);
		fd = interface_open_device(self->pid);
		injection_clear();
		if (fd < 0) {
			EXPECT_CLEAN(fd, "the device");
			fd = interface_open_device(self->pid);
		}
		EXPECT_LE(0, fd);
		close(fd);
	}
}

/*
 * Statistics are not compared. Records of frames next to the target's frame may change before
 * or after the call.
 */
static bool is_the_same(const struct call *call, const struct call_buffer *before,
			const struct call_buffer *in, const struct call_buffer *after)
{
	if (call->request == PGWALK_IOC_INFO)
		return in->arg.info.features == before->arg.info.features;
	return !memcmp(in, before, sizeof(*in)) || !memcmp(in, after, sizeof(*in));
}

/*
 * Make the call on a new file, which has not yet allocated the memory that it keeps from its
 * first call. The records are returned at one address each time.
 */
static int ask_anew(const struct call *call, pid_t pid, __u64 address, unsigned int n)
{
	int fd = interface_open_device(pid), ret;

	if (!n) {
		ret = call_make(call, fd, pid, address, &answer);
	} else {
		memset(&answer, 0, sizeof(answer));
		call->fill(&answer, pid, address);
		injection_set(n);
		ret = interface_ioctl(fd, call->request, &answer.arg);
		injection_clear();
		if (injection_is_clean(ret))
			ret = call_make(call, fd, pid, address, &answer);
	}
	close(fd);
	return ret;
}

TEST_F_TIMEOUT(fail, each_call_of_the_device, 300)
{
	for (const struct call *call = calls; call->name; call++)
		for_each_fault(n) {
			ASSERT_EQ(0, ask_anew(call, self->pid, self->address, 0));
			before = answer;
			EXPECT_EQ(0, ask_anew(call, self->pid, self->address, n)) {
				TH_LOG("%s, fault %u", call->name, n);
			}
			in = answer;
			ASSERT_EQ(0, ask_anew(call, self->pid, self->address, 0));
			EXPECT_TRUE(is_the_same(call, &before, &in, &answer)) {
				TH_LOG("%s: another result, fault %u", call->name, n);
			}
		}
}

TEST_HARNESS_MAIN

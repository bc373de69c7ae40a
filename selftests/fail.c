// SPDX-License-Identifier: GPL-2.0
/*
 * Fault injection: each allocation, and each copy from or to user memory, of every call into
 * the module fails once (/proc/PID/fail-nth). Then the call gives an error or a whole answer,
 * the same call made again works, and nothing is left behind: what was held of the target is
 * counted here, lost memory is the runner's to find (kmemleak, after the module has gone).
 * Says how many faults were injected. For kernels with FAULT_INJECTION, else skipped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness.h"
#include "oracle/call.h"
#include "oracle/injection.h"
#include "oracle/interface.h"
#include "oracle/process.h"
#include "oracle/view.h"

FIXTURE(fail) {
	pid_t pid;
	__u64 address;
	struct pgwalk_mm before;
};

static struct call_answer answer, before, in;

/* An idle CPU keeps the mm that was there last: give each another, for counts to compare */
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
	EXPECT_TRUE(injection_is_clean(ret)) { TH_LOG("%s: fault %u gave %d", what, n, ret); }

/* A text that another reading gives too; of what changes by itself, the beginning and some */
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

/* Closed before it is compared: an open view counts in what mm tells */
static void expect_text(struct __test_metadata *_metadata, const struct view *view, int fd,
			pid_t pid, __u64 address, const char *when, unsigned int n)
{
	char *text = interface_pread_all(fd, 1 << 16, NULL);

	close(fd);
	EXPECT_TRUE(is_right(view, text, pid, address)) {
		TH_LOG("%s, %s, fault %u: %s", view->name, when, n, text ?: strerror(errno));
	}
	free(text);
}

TEST_F_TIMEOUT(fail, open_of_each_view, 300)
{
	for (const struct view *view = views; view->name; view++)
		for_each_fault(n) {
			int fd;

			injection_set(n);
			fd = view_open_only(view, self->pid);
			injection_clear();
			if (fd < 0) {
				EXPECT_CLEAN(fd, view->name);
				fd = view_open_only(view, self->pid);
			}
			ASSERT_LE(0, fd);
			ASSERT_EQ(0, view_ask(view, fd, self->pid, self->address));
			expect_text(_metadata, view, fd, self->pid, self->address, "opened", n);
		}
}

TEST_F_TIMEOUT(fail, question_to_each_view, 300)
{
	for (const struct view *view = views; view->name; view++)
		if (view->flags & VIEW_IS_ASKED)
			for_each_fault(n) {
				int fd = view_open_only(view, self->pid), ret;
				char question[VIEW_QUESTION];
				int len = view_question(view, question, self->pid, self->address);

				ASSERT_LE(0, fd);
				injection_set(n);
				ret = write(fd, question, (size_t)len) == len ? 0 : -errno;
				injection_clear();
				if (ret) {
					EXPECT_CLEAN(ret, view->name);
					EXPECT_EQ(0, view_ask(view, fd, self->pid, self->address));
				}
				expect_text(_metadata, view, fd, self->pid, self->address, "asked", n);
			}
}

/* To the end, and where it fails, on from there: the text is the same as in one go */
static char *read_on(int fd, char *text, size_t room, size_t *used)
{
	ssize_t n;

	while ((n = read(fd, text + *used, room - *used - 1)) > 0)
		*used += (size_t)n;
	text[*used] = 0;
	return n < 0 ? NULL : text;
}

TEST_F_TIMEOUT(fail, read_of_each_view, 300)
{
	static char text[1 << 17];

	for (const struct view *view = views; view->name; view++)
		for_each_fault(n) {
			int fd = view_open(view, self->pid, self->address), err;
			size_t used = 0;
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
			EXPECT_TRUE(is_right(view, all, self->pid, self->address)) {
				TH_LOG("%s, fault %u: %s", view->name, n, text);
			}
		}
}

/* Both are a write to one file: 0 or -errno */
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
 * Costs are not compared. What is told of frames beside that of the target may change before
 * or after.
 */
static bool is_the_same(const struct call *call, const struct call_answer *before,
			const struct call_answer *in, const struct call_answer *after)
{
	if (call->request == PGWALK_IOC_INFO)
		return in->arg.info.features == before->arg.info.features;
	return !memcmp(in, before, sizeof(*in)) || !memcmp(in, after, sizeof(*in));
}

/*
 * On a new file, which has not got the memory yet that it keeps from its first call; the
 * records are told at the same address each time.
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
				TH_LOG("%s: another answer, fault %u", call->name, n);
			}
		}
}

TEST_HARNESS_MAIN

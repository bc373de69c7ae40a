// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Kernel addresses: only the outputs listed here and in Documentation/security.rst contain
 * them, and these outputs obey kernel.kptr_restrict. Every view and every call
 * is searched for numbers of the ranges that the kernel has for itself.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/call.h"
#include "../lib/interface.h"
#include "../lib/creds.h"
#include "../lib/process.h"
#include "../lib/segmented.h"
#include "../lib/view.h"

#define RESTRICT	"/proc/sys/kernel/kptr_restrict"

FIXTURE(pointers) {
	pid_t pid;
	__u64 address;
	char restricted[4];
};

static struct call_buffer answer;

static void set_restrict(const char *value)
{
	int fd = open(RESTRICT, O_WRONLY | O_CLOEXEC);

	if (write(fd, value, 1) != 1)
		abort();
	close(fd);
}

FIXTURE_SETUP(pointers)
{
	int fd = open(RESTRICT, O_RDONLY | O_CLOEXEC);

	ASSERT_LT(0, read(fd, self->restricted, sizeof(self->restricted)));
	close(fd);
	self->pid = process_program();
	self->address = process_stack(self->pid);
	ASSERT_EQ(0, interface_attach(self->pid));
}

FIXTURE_TEARDOWN(pointers)
{
	set_restrict(self->restricted);
	interface_attach(-self->pid);
	process_end(self->pid);
}

/*
 * x86-64, four levels or five (the kernel's Documentation/arch/x86/x86_64/mm.rst): all of the
 * upper half, except small negative numbers, of 64 bits or of 32 beside another.
 */
static bool is_kernel_address(__u64 value)
{
	return value >= 0xff00000000000000ULL && value < 0xffffffffffe00000ULL &&
	       !(value >= 0xffffffff00000000ULL && value < 0xffffffff80000000ULL);
}

/* Hexadecimal words of 16 digits */
static int count_in_text(const char *text)
{
	int nr = 0;

	while (*text) {
		size_t len = strspn(text, "0123456789abcdef");

		nr += len == 16 && is_kernel_address(strtoull(text, NULL, 16));
		text += len ? len : 1;
	}
	return nr;
}

/* Fields of 64 bits are where they belong, at multiples of 8 */
static int count_in_answer(const struct call_buffer *in)
{
	const char *bytes = (const char *)in;
	int nr = 0;

	for (size_t at = 0; at + 8 <= sizeof(*in); at += 8) {
		__u64 value;

		memcpy(&value, bytes + at, sizeof(value));
		nr += is_kernel_address(value);
	}
	return nr;
}

/* THE LIST. Root tables; descriptor tables, with the TSS that they point to */
static bool is_about_it(const char *name)
{
	return !strcmp(name, "mm") || !strcmp(name, "MM") || !strcmp(name, "gdt") ||
	       !strcmp(name, "GDT");
}

/* How many of the exceptions do have one; -1: another one has */
static int search(struct __test_metadata *_metadata, pid_t pid, __u64 address)
{
	int device = interface_open_device(pid), exceptions = 0, nr;

	for (const struct view *view = views; view->name; view++) {
		int fd = view_open(view, pid, address);
		char *text = interface_pread_all(fd, 1 << 16, NULL);

		nr = text && *text ? count_in_text(text) : 1000;
		close(fd);
		if (nr && !is_about_it(view->name)) {
			TH_LOG("%s has %d: %s", view->name, nr, text);
			return -1;
		}
		exceptions += !!nr;
		free(text);
	}
	for (const struct call *call = calls; call->name; call++) {
		nr = call_make(call, device, pid, address, &answer) ? 1000 :
		     count_in_answer(&answer);
		if (nr && !is_about_it(call->name)) {
			TH_LOG("%s has %d", call->name, nr);
			return -1;
		}
		exceptions += !!nr;
	}
	close(device);
	return exceptions;
}

struct searched {
	struct __test_metadata *metadata;
	pid_t pid;
	__u64 address;
};

static int search_as_other(void *arg)
{
	struct searched *in = arg;

	return search(in->metadata, in->pid, in->address) + 1;
}

static bool drop_syslog(void)
{
	return creds_drop_capability(CAP_SYSLOG);
}

TEST_F_TIMEOUT(pointers, are_in_the_requested_places_only, 60)
{
	set_restrict("0");
	EXPECT_EQ(4, search(_metadata, self->pid, self->address));
	set_restrict("1");
	EXPECT_EQ(4, search(_metadata, self->pid, self->address));
}

TEST_F(pointers, are_nowhere_if_kptr_restrict_is_two)
{
	set_restrict("2");
	EXPECT_EQ(0, search(_metadata, self->pid, self->address));
}

TEST_F(pointers, are_nowhere_without_cap_syslog)
{
	const struct creds creds = { "root without CAP_SYSLOG", drop_syslog, true };
	struct searched in = { _metadata, self->pid, self->address };

	set_restrict("1");
	EXPECT_EQ(1, creds_run(&creds, search_as_other, &in));
}

/* Takes CAP_SYSLOG out of effect, or puts it back; it stays permitted */
static bool set_syslog(bool effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return false;
	data[CAP_SYSLOG / 32].effective &= ~(1U << CAP_SYSLOG % 32);
	if (effective)
		data[CAP_SYSLOG / 32].effective |= 1U << CAP_SYSLOG % 32;
	return !syscall(SYS_capset, &header, data);
}

/* The exceptions that show an address to a caller that may see them, or may not */
static int count_opened(pid_t pid, bool opener, bool caller)
{
	int files[2], device, nr = 0;
	size_t used = 0;

	if (!set_syslog(opener))
		return -1;
	device = interface_open_device(pid);
	for (const struct view *view = views; view->name; view++)
		if (is_about_it(view->name) && used < 2)
			files[used++] = view_open(view, pid, 0);
	if (used != 2 || !set_syslog(caller))
		return -1;
	for (size_t i = 0; i < used; i++) {
		char *text = interface_pread_all(files[i], 1 << 16, NULL);

		nr += text && count_in_text(text);
		free(text);
		close(files[i]);
	}
	for (const struct call *call = calls; call->name; call++)
		if (is_about_it(call->name))
			nr += call_make(call, device, pid, 0, &answer) ||
			      count_in_answer(&answer);
	close(device);
	return set_syslog(true) ? nr : -1;
}

TEST_F(pointers, are_nowhere_unless_both_opener_and_caller_may_see_them)
{
	set_restrict("1");
	EXPECT_EQ(4, count_opened(self->pid, true, true));
	EXPECT_EQ(0, count_opened(self->pid, false, true));
	EXPECT_EQ(0, count_opened(self->pid, true, false));
	EXPECT_EQ(0, count_opened(self->pid, false, false));
	set_restrict("0");
	EXPECT_EQ(4, count_opened(self->pid, false, false));
	set_restrict("2");
	EXPECT_EQ(0, count_opened(self->pid, true, true));
}

/* As a set-uid program that reads a file which its caller opened */
TEST_F(pointers, are_nowhere_for_a_caller_with_an_effective_uid_that_is_not_its_own)
{
	set_restrict("1");
	ASSERT_EQ(0, setresuid(23, 0, 0));
	EXPECT_EQ(0, count_opened(self->pid, true, true));
	ASSERT_EQ(0, setresuid(0, 0, 0));
	EXPECT_EQ(4, count_opened(self->pid, true, true));
}

/* A TSS or an LDT: its base goes on in the next slot */
static bool is_of_two_slots(__u64 value)
{
	return !(value >> 44 & 1) && (value >> 40 & 0xf);
}

/*
 * The other contents of these outputs are still reported. Without an LDT in use, the slot of
 * the LDT keeps the last one used on the CPU: so this process has one, and stays on the CPU.
 */
TEST_F(pointers, hide_nothing_else)
{
	static struct pgwalk_gdt shown, hidden;
	int device = interface_open_device(self->pid), nr = 0;
	bool has_ldt = segmented_have_ldt();
	const struct call *call = calls;

	while (call->request != PGWALK_IOC_GDT)
		call++;
	ASSERT_TRUE(process_run_on(0));
	set_restrict("0");
	ASSERT_EQ(0, call_make(call, device, self->pid, 0, &answer));
	shown = answer.arg.gdt;
	set_restrict("2");
	ASSERT_EQ(0, call_make(call, device, self->pid, 0, &answer));
	hidden = answer.arg.gdt;
	EXPECT_EQ(0, hidden.base);
	EXPECT_EQ(shown.limit, hidden.limit);
	EXPECT_EQ(shown.nr, hidden.nr);
	EXPECT_EQ(shown.tr, hidden.tr);
	EXPECT_EQ(shown.ldtr, hidden.ldtr);
	for (unsigned int i = 0; i < shown.nr; i++)
		if (is_of_two_slots(shown.descriptor[i])) {
			nr++;
			EXPECT_EQ(shown.descriptor[i] & 0x00ffff000000ffffULL,
				  hidden.descriptor[i]);
			EXPECT_EQ(0, hidden.descriptor[++i]);
		} else {
			EXPECT_EQ(shown.descriptor[i], hidden.descriptor[i]);
		}
	/* The TSS and the LDT */
	EXPECT_EQ(1 + has_ldt, nr);
	close(device);
}

TEST_HARNESS_MAIN

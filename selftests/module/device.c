// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * /dev/pgwalk: the permission checks of open and ioctl, arguments of other sizes, and every
 * error that the ABI promises.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/sizes.h"

#define NOBODY		65534
#define NOWHERE		((void *)0x10)

FIXTURE(device) {
	int fd;
	struct pgwalk_info info;
	struct pgwalk_run runs[64];
	struct pgwalk_scan scan;
	char *buffer;
	struct pgwalk_vmas vmas;
};

FIXTURE_SETUP(device)
{
	self->fd = interface_open_device(0);
	ASSERT_LE(0, self->fd);
	ASSERT_EQ(0, interface_info(&self->info));
	self->scan = (struct pgwalk_scan){
		.size = sizeof(self->scan), .end = self->info.user_end,
		.records = (unsigned long)self->runs, .nr_records = 64,
	};
	self->buffer = malloc(8192);
	self->vmas = (struct pgwalk_vmas){
		.size = sizeof(self->vmas), .end = self->info.user_end,
		.records = (unsigned long)self->buffer, .bytes = 8192,
	};
}

FIXTURE_TEARDOWN(device)
{
	close(self->fd);
}

static int attach(int fd, pid_t pid)
{
	struct pgwalk_attach arg = { .size = sizeof(arg), .pid = pid };

	return interface_ioctl(fd, PGWALK_IOC_ATTACH, &arg);
}

#define scan(self)	interface_ioctl((self)->fd, PGWALK_IOC_SCAN, &(self)->scan)
#define vmas(self)	interface_ioctl((self)->fd, PGWALK_IOC_VMAS, &(self)->vmas)

TEST(mode_is_0600)
{
	struct stat st;

	ASSERT_EQ(0, stat(PGWALK_DEVICE, &st));
	EXPECT_EQ(S_IFCHR | 0600, st.st_mode);
	EXPECT_EQ(0, st.st_uid);
}

/* Root by number alone is not enough */
static int in_child_without_capabilities(int (*what)(int fd), int fd)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (setresgid(NOBODY, NOBODY, NOBODY) ||
		    setresuid(NOBODY, NOBODY, NOBODY))
			_exit(255);
		_exit(-what(fd));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : 1;
}

static int open_by_other_way(int fd)
{
	char path[32];
	int other;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_RDWR);
	return other < 0 ? -errno : 0;
}

/* The file's mode permits every user here; the capability is checked */
TEST_F(device, open_wants_cap_sys_admin)
{
	int ret;

	ASSERT_EQ(0, chmod(PGWALK_DEVICE, 0666));
	ret = in_child_without_capabilities(open_by_other_way, self->fd);
	chmod(PGWALK_DEVICE, 0600);
	EXPECT_EQ(-EPERM, ret);
}

static int ask_info(int fd)
{
	struct pgwalk_info info = { .size = sizeof(info) };

	return interface_ioctl(fd, PGWALK_IOC_INFO, &info);
}

/* The opener's capability is checked: a file opened by root stays usable without it */
TEST_F(device, passed_descriptor_keeps_the_rights_of_its_opener)
{
	EXPECT_EQ(0, in_child_without_capabilities(ask_info, self->fd));
}

/* Capabilities in a new user namespace do not count in the initial one */
TEST_F(device, root_of_a_user_namespace_may_not)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, chmod(PGWALK_DEVICE, 0666));
	pid = fork();
	if (!pid)
		_exit(unshare(CLONE_NEWUSER) ? 255 : -open_by_other_way(self->fd));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	chmod(PGWALK_DEVICE, 0600);
	EXPECT_EQ(EPERM << 8, status);
}

TEST_F(device, debugfs_files_want_cap_sys_admin_too)
{
	static const char *const files[] = { "info", "attach", "translate" };

	for (int i = 0; i < 3; i++) {
		char path[64];
		struct stat st;

		snprintf(path, sizeof(path), PGWALK_DIR "/%s", files[i]);
		ASSERT_EQ(0, stat(path, &st));
		EXPECT_EQ(i ? 0600 : 0400, st.st_mode & 07777) {
			TH_LOG("%s", path);
		}
		int fd = interface_open(files[i], O_RDONLY);

		ASSERT_LE(0, fd);
		ASSERT_EQ(0, fchmod(fd, 0666));
		EXPECT_EQ(-EPERM, in_child_without_capabilities(open_by_other_way,
								fd));
		fchmod(fd, st.st_mode & 07777);
		close(fd);
	}
}

TEST_F(device, unknown_call_is_enotty)
{
	EXPECT_EQ(-ENOTTY, interface_ioctl(self->fd, _IO(PGWALK_IOC_MAGIC, 0), NULL));
	EXPECT_EQ(-ENOTTY, interface_ioctl(self->fd, _IO(PGWALK_IOC_MAGIC, 99), NULL));
	EXPECT_EQ(-ENOTTY, interface_ioctl(self->fd, 0x5401, NULL));
}

TEST_F(device, size_limits_how_much_is_read)
{
	struct {
		struct pgwalk_attach arg;
		char more[64];
	} big = { .arg = { .pid = getpid() } };

	big.arg.size = sizeof(big.arg) - 4;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &big));
	big.arg.size = 0;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &big));
	big.arg.size = 1 << 20;
	EXPECT_EQ(-E2BIG, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &big));
	big.arg.size = sizeof(big);
	big.more[63] = 1;
	EXPECT_EQ(-E2BIG, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &big));
	big.more[63] = 0;
	EXPECT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &big));
	EXPECT_EQ(getpid(), big.arg.tgid);
}

TEST_F(device, every_argument_has_a_least_size)
{
	ASSERT_EQ(0, attach(self->fd, getpid()));
	self->scan.size = PGWALK_SCAN_SIZE_1 - 8;
	EXPECT_EQ(-EINVAL, scan(self));
	self->vmas.size -= 8;
	EXPECT_EQ(-EINVAL, vmas(self));
	self->info.size = 4;
	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_INFO, &self->info));
}

TEST_F(device, bad_pointer_is_efault)
{
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_INFO, NOWHERE));
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, NOWHERE));
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_SCAN, NOWHERE));
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_VMAS, NOWHERE));
	ASSERT_EQ(0, attach(self->fd, getpid()));
	self->scan.records = (unsigned long)NOWHERE;
	EXPECT_EQ(-EFAULT, scan(self));
	self->vmas.records = (unsigned long)NOWHERE;
	EXPECT_EQ(-EFAULT, vmas(self));
}

#define EXPECT_SCAN(error, field, value) do { \
	self->scan = good; \
	self->scan.field = value; \
	EXPECT_EQ(error, scan(self)) { TH_LOG("%s", #field " " #value); } \
} while (0)

TEST_F(device, raw_scan_has_no_filter)
{
	struct pgwalk_scan good = self->scan;

	/* A page that is present: empty entries before the first other one are not written */
	good.flags = PGWALK_SCAN_RAW;
	good.start = (unsigned long)&good & -PAGE;
	self->scan = good;
	ASSERT_EQ(0, attach(self->fd, getpid()));
	EXPECT_EQ(0, scan(self));
	EXPECT_SCAN(-EINVAL, flags, PGWALK_SCAN_RAW | PGWALK_SCAN_PAGES);
	EXPECT_SCAN(-EINVAL, flags, PGWALK_SCAN_RAW | PGWALK_SCAN_FRAMES);
	EXPECT_SCAN(-EINVAL, kinds, 1ULL << PGWALK_KIND_PRESENT);
	EXPECT_SCAN(-EINVAL, require, PGWALK_F_WRITE);
	EXPECT_SCAN(-EINVAL, exclude, PGWALK_F_WRITE);
	EXPECT_SCAN(-EINVAL, frame_require, 1);
	EXPECT_SCAN(-EINVAL, size, offsetof(struct pgwalk_scan, level));
	EXPECT_SCAN(-EFAULT, records, (unsigned long)NOWHERE);
}

TEST_F(device, attach_errors)
{
	struct pgwalk_attach arg = { .size = sizeof(arg), .pid = getpid(), .flags = 1 };
	pid_t pid = process_zombie();

	EXPECT_EQ(-EINVAL, interface_ioctl(self->fd, PGWALK_IOC_ATTACH, &arg));
	EXPECT_EQ(-EINVAL, attach(self->fd, -1));
	EXPECT_EQ(-ENXIO, attach(self->fd, 2));
	EXPECT_EQ(-ENXIO, attach(self->fd, pid));
	waitpid(pid, NULL, 0);
	EXPECT_EQ(-ESRCH, attach(self->fd, pid));
	EXPECT_EQ(-ESRCH, attach(self->fd, 4194305));
	/* No failed attach has set the process of this file */
	EXPECT_EQ(-ENOTCONN, scan(self));
	EXPECT_EQ(-ENOTCONN, vmas(self));
	EXPECT_EQ(0, attach(self->fd, getpid()));
	EXPECT_EQ(-EBUSY, attach(self->fd, getpid()));
	EXPECT_EQ(-EBUSY, attach(self->fd, 1));
}

TEST_F(device, scan_arguments_are_checked)
{
	struct pgwalk_scan good = self->scan;

	ASSERT_EQ(0, attach(self->fd, getpid()));
	EXPECT_EQ(0, scan(self));
	EXPECT_SCAN(-EINVAL, flags, 8);
	EXPECT_SCAN(-EINVAL, reserved, 1);
	EXPECT_SCAN(-EINVAL, frame_require, 1);	/* without FRAMES */
	EXPECT_SCAN(-EINVAL, frame_exclude, 1);
	EXPECT_SCAN(-EINVAL, flags, 1U << 31);
	EXPECT_SCAN(-EINVAL, require, PGWALK_F_ALL + 1);
	EXPECT_SCAN(-EINVAL, exclude, 1ULL << 63);
	EXPECT_SCAN(-EINVAL, kinds, 1ULL << PGWALK_KIND_NR);
	EXPECT_SCAN(-EINVAL, kinds, 1ULL << PGWALK_KIND_TABLE);
	EXPECT_SCAN(-EINVAL, nr_records, 0);
	EXPECT_SCAN(-EINVAL, start, 1);
	EXPECT_SCAN(-EINVAL, end, good.end - 1);
	EXPECT_SCAN(-EINVAL, start, good.end);
	EXPECT_SCAN(-ERANGE, end, good.end + PAGE);
	EXPECT_SCAN(-ERANGE, end, -PAGE);
	self->scan = good;
	self->scan.start = 2 * PAGE;
	self->scan.end = PAGE;
	EXPECT_EQ(-EINVAL, scan(self));
}

TEST_F(device, vmas_arguments_are_checked)
{
	struct pgwalk_vmas good = self->vmas;

	ASSERT_EQ(0, attach(self->fd, getpid()));
	EXPECT_EQ(0, vmas(self));
#define EXPECT_VMAS(error, field, value) do { \
	self->vmas = good; \
	self->vmas.field = value; \
	EXPECT_EQ(error, vmas(self)) { TH_LOG("%s", #field " " #value); } \
} while (0)
	EXPECT_VMAS(-EINVAL, flags, 2);
	EXPECT_VMAS(-EINVAL, bytes, 8191);
	EXPECT_VMAS(-EINVAL, bytes, 0);
	EXPECT_VMAS(-EINVAL, records, good.records + 4);
	EXPECT_VMAS(-EINVAL, start, good.end);
	EXPECT_VMAS(-ERANGE, end, good.end + PAGE);
}

TEST_F(device, target_that_has_gone_is_esrch)
{
	pid_t pid = process_sleeper();
	struct pgwalk_scan before = self->scan;

	ASSERT_EQ(0, attach(self->fd, pid));
	EXPECT_EQ(0, scan(self));
	self->scan = before;
	process_end(pid);
	EXPECT_EQ(-ESRCH, scan(self));
	EXPECT_EQ(-ESRCH, vmas(self));
	/* On an error the argument is not written */
	EXPECT_EQ(0, memcmp(&before, &self->scan, sizeof(before)));
	EXPECT_EQ(-EBUSY, attach(self->fd, getpid()));
}

TEST_F(device, target_that_executes_is_gone)
{
	int go;
	pid_t pid = process_before_exec(&go);

	ASSERT_EQ(0, attach(self->fd, pid));
	process_go(go, pid);
	EXPECT_EQ(-ESRCH, scan(self));
	process_end(pid);
}

/* The address space lives on in the process that shares it; the target is still gone */
TEST_F(device, sharer_that_exits_or_executes_is_gone)
{
	int go, other = interface_open_device(0);
	pid_t exits = process_sharing(), executes = process_sharing_before_exec(&go);

	ASSERT_EQ(0, attach(self->fd, exits));
	ASSERT_EQ(0, attach(other, executes));
	EXPECT_EQ(0, scan(self));
	process_end(exits);
	process_go(go, executes);
	EXPECT_EQ(-ESRCH, scan(self));
	EXPECT_EQ(-ESRCH, interface_ioctl(other, PGWALK_IOC_SCAN, &self->scan));
	process_end(executes);
}

TEST_HARNESS_MAIN

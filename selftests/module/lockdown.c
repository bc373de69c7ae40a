// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Kernel lockdown: "integrity" refuses writable debugfs files, as the kernel
 * does for any file there; "confidentiality" refuses every file that shows
 * memory. Lockdown stays until the next boot: run this last.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"

static int lock_down(const char *level)
{
	int fd, ret;

	if (access(LOCKDOWN, F_OK))
		mount("securityfs", "/sys/kernel/security", "securityfs", 0, NULL);
	fd = open(LOCKDOWN, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ret = write(fd, level, strlen(level)) < 0 ? -errno : 0;
	close(fd);
	return ret;
}

static int try_view(const char *file, int flags)
{
	int fd = interface_open(file, flags);

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* One test, because each stage needs the previous one; attach before lockdown refuses it */
TEST(each_level_refuses_its_operations_and_no_more)
{
	char view[64];
	struct pgwalk_info info = { .size = sizeof(info) };
	int fd, asked, device, ret;

	ASSERT_EQ(0, interface_attach(getpid()));
	snprintf(view, sizeof(view), "%d/pages", getpid());
	EXPECT_EQ(0, try_view(view, O_RDONLY));

	ret = lock_down("integrity");
	if (ret == -ENOENT)
		SKIP(return, "this kernel has no lockdown");
	ASSERT_EQ(0, ret);
	EXPECT_EQ(-EPERM, try_view("attach", O_RDONLY));
	EXPECT_EQ(-EPERM, try_view("attach", O_WRONLY));
	EXPECT_EQ(-EPERM, try_view("translate", O_RDWR));
	EXPECT_EQ(0, try_view("info", O_RDONLY));
	EXPECT_EQ(0, try_view(view, O_RDONLY));
	fd = interface_open_device(getpid());
	EXPECT_LE(0, fd);
	close(fd);

	/* Open files are refused from now on: lockdown is checked on each call */
	fd = interface_open(view, O_RDONLY);
	asked = interface_open("info", O_RDONLY);
	device = interface_open_device(getpid());
	ASSERT_LE(0, fd);
	ASSERT_LE(0, asked);
	ASSERT_LE(0, device);
	ASSERT_EQ(1, read(asked, view, 1));
	EXPECT_EQ(0, interface_ioctl(device, PGWALK_IOC_INFO, &info));
	ASSERT_EQ(0, lock_down("confidentiality"));
	EXPECT_EQ(-EPERM, try_view("attach", O_RDONLY));
	EXPECT_EQ(-EPERM, try_view("translate", O_RDWR));
	EXPECT_EQ(-EPERM, try_view("info", O_RDONLY));
	snprintf(view, sizeof(view), "%d/pages", getpid());
	EXPECT_EQ(-EPERM, try_view(view, O_RDONLY));
	EXPECT_EQ(-EPERM, interface_open_device(0));
	EXPECT_TRUE(read(fd, view, 1) == -1 && errno == EPERM);
	EXPECT_TRUE(read(asked, view, 1) == -1 && errno == EPERM);
	EXPECT_EQ(-EPERM, interface_ioctl(device, PGWALK_IOC_INFO, &info));
	close(fd);
	close(asked);
	close(device);
}

TEST_HARNESS_MAIN

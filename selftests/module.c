// SPDX-License-Identifier: GPL-2.0
/*
 * Unloading: refused at once while a file is open, whichever it is; done when
 * none is, whatever is attached. Loads the module again from $PGWALK_KO.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <kselftest_harness.h>
#include "oracle/interface.h"
#include "oracle/process.h"

static int unload(void)
{
	return syscall(SYS_delete_module, "pgwalk", O_NONBLOCK) ? -errno : 0;
}

static int load(void)
{
	int fd = open(getenv("PGWALK_KO"), O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

FIXTURE(module) {
	pid_t pid;
};

FIXTURE_SETUP(module)
{
	if (!getenv("PGWALK_KO"))
		SKIP(return, "PGWALK_KO does not say where the module is");
	self->pid = process_sleeper();
	ASSERT_EQ(0, interface_attach(self->pid));
}

FIXTURE_TEARDOWN(module)
{
	interface_attach(-self->pid);
	process_end(self->pid);
}

/* What the kernel answers for a module in use; rmmod calls it busy */
static void expect_busy_until_closed(struct __test_metadata *_metadata, int fd)
{
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, unload());
	close(fd);
	ASSERT_EQ(0, unload());
	EXPECT_NE(0, access(PGWALK_DIR, F_OK));
	EXPECT_NE(0, access(PGWALK_DEVICE, F_OK));
	ASSERT_EQ(0, load());
	EXPECT_EQ(0, access(PGWALK_DIR "/info", F_OK));
	EXPECT_EQ(0, access(PGWALK_DEVICE, F_OK));
}

TEST_F(module, stays_while_pages_is_open)
{
	int fd = interface_open_view(self->pid, "pages");
	char c;

	ASSERT_EQ(1, read(fd, &c, 1));
	expect_busy_until_closed(_metadata, fd);
}

TEST_F(module, stays_while_vmas_is_open)
{
	expect_busy_until_closed(_metadata, interface_open_view(self->pid, "vmas"));
}

TEST_F(module, stays_while_translate_is_open)
{
	expect_busy_until_closed(_metadata, interface_open("translate", O_RDWR));
}

TEST_F(module, stays_while_info_is_open)
{
	expect_busy_until_closed(_metadata, interface_open("info", O_RDONLY));
}

TEST_F(module, stays_while_the_device_is_open)
{
	expect_busy_until_closed(_metadata, interface_open_device(self->pid));
}

/* Directories keep nobody: they go with the module */
TEST_F(module, goes_with_processes_attached)
{
	ASSERT_EQ(0, unload());
	ASSERT_EQ(0, load());
	EXPECT_EQ(0, interface_attach(self->pid));
}

TEST_HARNESS_MAIN

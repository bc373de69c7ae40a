// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Unloading: refused at once while any process has any file open; succeeds when no file is
 * open, even with processes attached. Loads the module again from $PGWALK_KO. kfunc.c tests
 * that a BPF program pins the module.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/loader.h"
#include "../lib/scm_rights.h"
#include "../lib/process.h"
#include "../lib/view.h"
#include "../lib/sizes.h"

FIXTURE(module) {
	pid_t pid;
	__u64 address;
};

FIXTURE_SETUP(module)
{
	if (!getenv("PGWALK_KO"))
		SKIP(return, "PGWALK_KO does not say where the module is");
	self->pid = process_program();
	self->address = process_stack(self->pid);
	ASSERT_EQ(0, interface_attach(self->pid));
}

FIXTURE_TEARDOWN(module)
{
	interface_attach(-self->pid);
	process_end(self->pid);
}

/* The kernel returns EWOULDBLOCK for a module in use; rmmod reports it as busy */
static void expect_busy_until_closed(struct __test_metadata *_metadata, int fd)
{
	ASSERT_LE(0, fd);
	EXPECT_EQ(-EWOULDBLOCK, loader_unload());
	close(fd);
	ASSERT_EQ(0, loader_unload());
	EXPECT_NE(0, access(PGWALK_DIR, F_OK));
	EXPECT_NE(0, access(PGWALK_DEVICE, F_OK));
	ASSERT_EQ(0, loader_load());
	EXPECT_EQ(0, access(PGWALK_DIR "/info", F_OK));
	EXPECT_EQ(0, access(PGWALK_DEVICE, F_OK));
}

TEST_F(module, stays_while_a_view_is_open)
{
	for (const struct view *view = views; view->name; view++) {
		int fd = view_open(view, self->pid, self->address);
		char c;

		ASSERT_LE(0, fd);
		EXPECT_EQ(-EWOULDBLOCK, loader_unload()) {
			TH_LOG("%s, not read", view->name);
		}
		EXPECT_EQ(1, read(fd, &c, 1));
		EXPECT_EQ(-EWOULDBLOCK, loader_unload()) {
			TH_LOG("%s, read", view->name);
		}
		close(fd);
	}
	ASSERT_EQ(0, loader_unload());
	ASSERT_EQ(0, loader_load());
}

TEST_F(module, stays_while_the_device_is_open)
{
	expect_busy_until_closed(_metadata, interface_open_device(0));
}

TEST_F(module, stays_while_the_device_is_attached)
{
	int fd = interface_open_device(self->pid);

	process_end(self->pid);
	expect_busy_until_closed(_metadata, fd);
}

/* The device cannot be mapped, and a failed mmap() leaks no reference */
TEST_F(module, is_mapped_by_no_process)
{
	int fd = interface_open_device(0);

	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0));
	EXPECT_EQ(ENODEV, errno);
	expect_busy_until_closed(_metadata, fd);
}

static bool has_no_directory(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), PGWALK_DIR "/%d", pid);
	return access(path, F_OK);
}

TEST_F(module, stays_while_a_view_of_a_dropped_directory_is_open)
{
	int fd = interface_open_view(self->pid, "pages");

	ASSERT_EQ(0, interface_attach(-self->pid));
	ASSERT_TRUE(process_await(has_no_directory, self->pid, 30));
	expect_busy_until_closed(_metadata, fd);
}

/* The only reference is in a message that has not been read from its socket */
TEST_F(module, stays_while_a_file_is_on_its_way)
{
	int fd = interface_open("info", O_RDONLY), ends[2];

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
	ASSERT_TRUE(scm_rights_send(ends[0], fd));
	close(fd);
	EXPECT_EQ(-EWOULDBLOCK, loader_unload());
	close(ends[0]);
	close(ends[1]);
	ASSERT_TRUE(loader_unload_soon(10));
	ASSERT_EQ(0, loader_load());
}

/* The opener has closed the file, a child still has it open */
TEST_F(module, stays_while_a_child_has_the_file)
{
	int fd = interface_open_device(self->pid);
	pid_t child = process_sleeper();

	close(fd);
	EXPECT_EQ(-EWOULDBLOCK, loader_unload());
	process_end(child);
	ASSERT_EQ(0, loader_unload());
	ASSERT_EQ(0, loader_load());
}

/* Directories do not pin the module and are removed with it */
TEST_F(module, goes_with_processes_attached)
{
	ASSERT_EQ(0, loader_unload());
	ASSERT_EQ(0, loader_load());
	EXPECT_EQ(0, interface_attach(self->pid));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Fault injection into the loading of the module: each allocation on the way through its own
 * code fails once. The module must then either not be loaded and leave no files, or work and
 * have logged each missing part. Skipped on kernels without FAULT_INJECTION.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/injection.h"
#include "../lib/interface.h"
#include "../lib/loader.h"
#include "../lib/view.h"

static bool has_control_files(void)
{
	for (const struct view *view = views; view->name; view++) {
		char path[64];

		snprintf(path, sizeof(path), PGWALK_DIR "/%s", view->name);
		if (!(view->flags & VIEW_OF_PROCESS) && access(path, F_OK))
			return false;
	}
	return true;
}

/* Search the records logged since the file was opened or last read */
static bool log_has(int log, const char *what)
{
	char line[1024];
	ssize_t n;
	bool has = false;

	/* One record per read; EPIPE: records were overwritten */
	while ((n = read(log, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		line[n > 0 ? n : 0] = 0;
		has |= !!strstr(line, what);
	}
	return has;
}

/* Copy the file to memory, because it is read often */
static int open_copy(const char *path)
{
	int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	int copy = memfd_create("pgwalk.ko", MFD_CLOEXEC);
	ssize_t n;

	while ((n = sendfile(copy, file, NULL, 1 << 20)) > 0)
		;
	close(file);
	if (!n)
		return copy;
	close(copy);
	return -1;
}

static void expect_nothing(struct __test_metadata *_metadata, unsigned int n)
{
	EXPECT_FALSE(loader_is_loaded()) {
		TH_LOG("loaded, after fault %u", n);
	}
	EXPECT_NE(0, access(PGWALK_DEVICE, F_OK));
	EXPECT_NE(0, access(PGWALK_DIR, F_OK));
}

/* Without a debugfs file, or without kfuncs, the module works and has logged the loss */
static void expect_works(struct __test_metadata *_metadata, int log, unsigned int n)
{
	struct pgwalk_info info = { .size = sizeof(info) };
	int fd = interface_open_device(0);

	EXPECT_EQ(0, interface_ioctl(fd, PGWALK_IOC_INFO, &info)) {
		TH_LOG("no device, after fault %u", n);
	}
	close(fd);
	EXPECT_EQ(has_control_files() && info.features & PGWALK_FEATURE_KFUNC,
		  !log_has(log, ";pgwalk: no ")) {
		TH_LOG("the log does not match the missing parts, after fault %u", n);
	}
}

FIXTURE(fail) {
	int file;
	int log;
};

FIXTURE_SETUP(fail)
{
	if (!injection_begin())
		SKIP(return, "this kernel cannot make allocations fail");
	self->file = open_copy(getenv("PGWALK_KO"));
	self->log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, self->file);
	ASSERT_LE(0, lseek(self->log, 0, SEEK_END));
	ASSERT_TRUE(loader_unload_soon(10));
}

FIXTURE_TEARDOWN(fail)
{
	injection_in_modules(false);
	EXPECT_EQ(0, loader_load());
	close(self->log);
	close(self->file);
}

/* Only allocations with a stack frame in the memory of modules fail */
TEST_F_TIMEOUT(fail, each_allocation_of_module_init, 600)
{
	int ret;

	ASSERT_TRUE(injection_in_modules(true));
	for_each_fault(n) {
		injection_set(n);
		ret = loader_load_file(self->file);
		injection_clear();
		if (ret) {
			EXPECT_TRUE(injection_is_clean(ret)) {
				TH_LOG("fault %u returned %d", n, ret);
			}
		} else {
			expect_works(_metadata, self->log, n);
			ASSERT_TRUE(loader_unload_soon(10));
		}
		expect_nothing(_metadata, n);
	}
	ret = (int)injection_end();
	EXPECT_LT(0, ret);
	TH_LOG("%d faults injected", ret);
}

TEST_HARNESS_MAIN

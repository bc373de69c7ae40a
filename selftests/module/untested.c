// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A module that was tested on older kernels only: reverse maps are refused at each
 * interface, with an error and in words. selftests/module/untested.sh builds and loads such a module.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/pagemap.h"

FIXTURE(untested) {
	struct pgwalk_info info;
	struct utsname kernel;
	char newest[16];
	char *page;
	__u64 pfn;
};

FIXTURE_SETUP(untested)
{
	ASSERT_EQ(0, interface_info(&self->info));
	ASSERT_EQ(0, uname(&self->kernel));
	snprintf(self->newest, sizeof(self->newest), "%u.%u", self->info.newest_tested >> 16,
		 self->info.newest_tested >> 8 & 0xff);
	self->page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->page);
	self->page[0] = 1;
	self->pfn = PM_PFN(pagemap_one(getpid(), (unsigned long)self->page));
	ASSERT_NE(0, self->pfn);
}

FIXTURE_TEARDOWN(untested)
{
}

TEST_F(untested, info_has_no_rmap_and_names_the_newest_tested)
{
	int fd = interface_open("info", O_RDONLY);
	char *text = interface_read_all(fd, 4096, NULL), *features, line[32];

	ASSERT_NE(NULL, text);
	EXPECT_EQ(0, self->info.features & PGWALK_FEATURE_RMAP);
	EXPECT_TRUE(self->info.features & PGWALK_FEATURE_SCAN);
	EXPECT_TRUE(self->info.features & PGWALK_FEATURE_FRAMES);
	EXPECT_TRUE(self->info.features & PGWALK_FEATURE_TRANSLATE);
	snprintf(line, sizeof(line), "\nnewest_tested %s\n", self->newest);
	EXPECT_NE(NULL, strstr(text, line));
	features = strstr(text, "\nfeatures ");
	ASSERT_NE(NULL, features);
	features[1 + strcspn(features + 1, "\n")] = 0;
	EXPECT_EQ(NULL, strstr(features, "rmap"));
	EXPECT_NE(NULL, strstr(features, "frames"));
	free(text);
	close(fd);
}

TEST_F(untested, ioctl_refuses_and_fills_nothing)
{
	struct pgwalk_rmap_hit hit = { .tgid = 4211 };
	struct pgwalk_rmap rmap = {
		.size = sizeof(rmap), .pfn = self->pfn,
		.records = (unsigned long)&hit, .nr_records = 1,
	};
	struct pgwalk_rmap before = rmap;
	int fd = interface_open_device(getpid());

	ASSERT_LE(0, fd);
	EXPECT_EQ(-EOPNOTSUPP, interface_ioctl(fd, PGWALK_IOC_RMAP, &rmap));
	EXPECT_EQ(0, memcmp(&before, &rmap, sizeof(rmap)));
	EXPECT_EQ(4211, hit.tgid);
	rmap = before;
	rmap.pfn = 0;
	rmap.flags = PGWALK_RMAP_ADDRESS;
	rmap.addr = (unsigned long)self->page;
	EXPECT_EQ(-EOPNOTSUPP, interface_ioctl(fd, PGWALK_IOC_RMAP, &rmap));
	close(fd);
}

TEST_F(untested, text_file_refuses_in_words)
{
	char question[64], *text;
	int fd = interface_open("rmap", O_RDWR);

	ASSERT_LE(0, fd);
	snprintf(question, sizeof(question), "pfn %llx", self->pfn);
	EXPECT_EQ(-1, write(fd, question, strlen(question)));
	EXPECT_EQ(EOPNOTSUPP, errno);
	text = interface_read_all(fd, 4096, NULL);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "# no reverse maps: this kernel (")) {
		TH_LOG("%s", text);
	}
	EXPECT_NE(NULL, strstr(text, self->kernel.release));
	EXPECT_NE(NULL, strstr(text, self->newest));
	free(text);
	close(fd);
}

/* Gives the exit status */
static int run_tool(const char *arguments, char *output, size_t size)
{
	const char *build = getenv("PGWALK_BUILD");
	char command[512];
	size_t n;
	FILE *f;
	int status;

	snprintf(command, sizeof(command), "%s/bin/pgwalk %s 2>&1", build ? build : "build",
		 arguments);
	f = popen(command, "r");
	if (!f)
		return -1;
	n = fread(output, 1, size - 1, f);
	output[n] = 0;
	status = pclose(f);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(untested, tool_refuses_in_words)
{
	char arguments[64], output[4096], newest[48];

	snprintf(arguments, sizeof(arguments), "rmap %llx", self->pfn);
	EXPECT_EQ(1, run_tool(arguments, output, sizeof(output)));
	EXPECT_NE(NULL, strstr(output, "pgwalk: rmap: this kernel (")) {
		TH_LOG("%s", output);
	}
	EXPECT_NE(NULL, strstr(output, self->kernel.release));
	EXPECT_NE(NULL, strstr(output, self->newest));
	EXPECT_NE(NULL, strstr(output, "load a newer pgwalk.ko"));
	EXPECT_EQ(0, run_tool("info -j", output, sizeof(output)));
	snprintf(newest, sizeof(newest), "\"newest_tested\":\"%s\"", self->newest);
	EXPECT_NE(NULL, strstr(output, newest));
	EXPECT_NE(NULL, strstr(output, "\"frames\""));
	EXPECT_EQ(NULL, strstr(output, "\"rmap\""));
}

/* One line when it was loaded, and one only */
TEST_F(untested, kernel_log_has_one_line)
{
	FILE *f = popen("dmesg", "r");
	char line[1024];
	int lines = 0;

	ASSERT_NE(NULL, f);
	while (fgets(line, sizeof(line), f))
		lines += !!strstr(line, "pgwalk: no reverse maps: this kernel is newer than");
	pclose(f);
	EXPECT_EQ(1, lines);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Makes allocations and copies of the calling thread fail. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "injection.h"

/* The address range of modules on x86-64 (Documentation/arch/x86/x86_64/mm.rst) */
#define MODULES_START	"0xffffffffa0000000"
#define MODULES_END	"0xffffffffff000000"

static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };

static int file = -1;
static unsigned int nr_done;
static bool was_done;

static bool set_all(const char *name, const char *value)
{
	bool set = false;

	for (int i = 0; i < 3; i++) {
		char path[96];
		FILE *f;

		snprintf(path, sizeof(path), "/sys/kernel/debug/%s/%s", kinds[i], name);
		f = fopen(path, "we");
		if (!f)
			continue;
		set |= fputs(value, f) >= 0;
		fclose(f);
	}
	return set;
}

bool injection_begin(void)
{
	file = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	if (file < 0)
		return false;
	nr_done = 0;
		/* Fail allocations of any size, also those that may sleep; log nothing */
	set_all("ignore-gfp-wait", "N");
	set_all("ignore-gfp-highmem", "N");
	set_all("min-order", "0");
	set_all("verbose", "0");
	return true;
}

unsigned int injection_end(void)
{
	close(file);
	file = -1;
	return nr_done;
}

void injection_set(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	was_done = false;
	if (pwrite(file, text, (size_t)len, 0) != len)
		abort();
}

/* Writing the 0 may itself be the operation that fails; that fault is not counted */
void injection_clear(void)
{
	char text[16] = "";

	was_done = pread(file, text, sizeof(text) - 1, 0) > 0 && atoi(text) == 0;
	nr_done += was_done;
	while (pwrite(file, "0", 1, 0) != 1)
		;
}

bool injection_was_done(void)
{
	return was_done;
}

bool injection_is_clean(int ret)
{
	return ret == -ENOMEM || ret == -EFAULT;
}

bool injection_in_modules(bool only)
{
	set_all("stacktrace-depth", "32");
	set_all("require-end", only ? MODULES_END : "0xffffffffffffffff");
	return set_all("require-start", only ? MODULES_START : "0");
}

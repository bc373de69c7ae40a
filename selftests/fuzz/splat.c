// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Searches the kernel's log for complaints; the patterns are those of vm/run.sh. */
#include <fcntl.h>
#include <regex.h>
#include <stddef.h>
#include <stdbool.h>
#include <unistd.h>

#include "splat.h"

#define BAD	"BUG:|WARNING:|Oops|KASAN|UBSAN|possible .* detected|" \
		"blocked for more than|unreferenced object"

static int log_fd = -1;
static regex_t bad;

int splat_create(void)
{
	log_fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (log_fd < 0)
		return -1;
	lseek(log_fd, 0, SEEK_END);
	return regcomp(&bad, BAD, REG_EXTENDED | REG_NOSUB);
}

const char *splat_new(void)
{
	static char found[1024];
	char line[1024];
	bool any = false;
	ssize_t n;

	while ((n = read(log_fd, any ? line : found, sizeof(line) - 1)) > 0) {
		if (any)
			continue;
		found[n] = 0;
		any = !regexec(&bad, found, 0, NULL, 0);
	}
	return any ? found : NULL;
}

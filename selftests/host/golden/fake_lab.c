// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The process of "pgwalk lab" in golden tests: executes nothing, and returns fixed results. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/collect/lab/lab.h"

struct lab {
	unsigned int calls;
};

static unsigned int lines;

int lab__start(struct lab **out)
{
	lines = 0;
	*out = calloc(1, sizeof(**out));
	return *out ? 0 : -ENOMEM;
}

pid_t lab__pid(const struct lab *lab)
{
	(void)lab;
	return 4211;
}

static bool is_faked(const char *what)
{
	const char *fake = getenv("PGWALK_FAKE");

	return fake && !strcmp(fake, what);
}

static int result(const struct lab_request *request)
{
	if (request->op == LAB_MMAP_LAB && is_faked("unloaded"))
		return -ENOENT;
	if (request->op == LAB_MAP && request->addr & 0x1000)
		return -ENOMEM;
	return request->op == LAB_MAP && request->addr & 0x2000 ? -EBUSY : 0;
}

int lab__call(struct lab *lab, const struct lab_request *request, struct lab_reply *reply, struct lab_flush *flush)
{
	*reply = (struct lab_reply){
		.error = result(request), .minor = request->op == LAB_WRITE, .ns = 1000ULL * ++lab->calls,
		.page = { .prot = request->arg, .addr = request->addr, .cpu = 1, .nr_cpus = 2 },
	};
	if (request->op == LAB_READ) {
		reply->signal = request->addr & 0x2000 ? SIGSEGV : 0;
		reply->code = SEGV_MAPERR;
		reply->byte = 'a';
	}
	if (flush)
		*flush = (struct lab_flush){ .known = !is_faked("none"), .local = 1, .pages = 1, .sent = 1, .remote = 1 };
	return is_faked("gone") && lab->calls > 2 ? -ESRCH : 0;
}

void lab__end(struct lab *lab)
{
	free(lab);
}

bool lab__is_interactive(void)
{
	return false;
}

bool lab__wait(void)
{
	return true;
}

char *lab__read_line(char *line, int size)
{
	static const char *const text[] = { "map 0 rw\n", "\n", "map 1\n", "undo\n", "undo\n", "q\n" };

	if (lines == sizeof(text) / sizeof(text[0]))
		return NULL;
	snprintf(line, (size_t)size, "%s", text[lines++]);
	return line;
}

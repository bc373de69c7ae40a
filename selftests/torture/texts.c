// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the views of processes that change, with reads of any size and partly to the end;
 * sends requests, and attaches and detaches. It checks the form of the text; the values
 * cannot be compared, because such processes change.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "module_gate.h"
#include "lib/interface.h"
#include "counts.h"
#include "targets.h"
#include "walkers.h"

#define LINE	8192

static const struct view {
	const char *name;
	enum counts_kind kind;
	bool ranges;		/* each line begins with a range, in ascending order */
	bool global;		/* not in the directory of a process */
} views[] = {
	{ "pages", COUNTS_VIEW_PAGES, true, false },
	{ "vmas", COUNTS_VIEW_VMAS, true, false },
	{ "mm", COUNTS_VIEW_MM, false, false },
	{ "tables", COUNTS_VIEW_TABLES, false, false },
	{ "segments", COUNTS_VIEW_SEGMENTS, false, false },
	{ "info", COUNTS_VIEW_INFO, false, true },
	{ "gdt", COUNTS_VIEW_GDT, false, true },
	{ "attach", COUNTS_VIEW_ATTACH, false, true },
};

enum { NR_VIEWS = sizeof(views) / sizeof(views[0]) };

static void check_line(const struct view *view, const char *line, unsigned long *last)
{
	unsigned long start, end;

	if (!strchr(line, '\n'))
		counts_fail("%s: a line without an end: %.60s", view->name, line);
	if (!view->ranges || *line == '#' || !strncmp(line, "total", 5))
		return;
	if (sscanf(line, "%lx-%lx ", &start, &end) != 2 || start >= end || start < *last)
		counts_fail("%s: after %lx comes %.60s", view->name, *last, line);
	*last = end;
}

/* A view of a process that exits during the read ends with an error that is allowed */
static bool read_lines(const struct view *view, FILE *f)
{
	unsigned long last = 0, lines = 0;
	unsigned int stop = prng_below(8) ? ~0U : prng_below(100);
	char line[LINE];

	errno = 0;
	while (lines < stop && fgets(line, sizeof(line), f)) {
		check_line(view, line, &last);
		lines++;
	}
	if (ferror(f) && !walkers_is_exit_error(-errno))
		counts_fail("%s: read: %s", view->name, strerror(errno));
	return lines;
}

static bool read_view(const struct view *view, int fd)
{
	char buffer[LINE];
	FILE *f = fdopen(fd, "r");
	bool lines;

	setvbuf(f, buffer, _IOFBF, prng_below(16) ? 64 + prng_below(LINE - 64) : 2 + prng_below(30));
	lines = read_lines(view, f);
	fclose(f);
	return lines;
}

/* The open of a global file may fail only if the module may have been unloaded */
static void check_open_error(const char *what, int err, unsigned int entry, bool global)
{
	if (walkers_is_exit_error(err) && (!global || module_gate_unloaded_since(entry)))
		return;
	counts_fail("%s: open: %s", what, strerror(-err));
}

void texts_read(void)
{
	const struct view *view = &views[prng_below(4) ? prng_below(5) : prng_below(NR_VIEWS)];
	pid_t pid = targets_some();
	unsigned int entry = module_gate_enter();
	int fd;

	if (!view->global && prng_below(2))
		interface_attach(pid);
	fd = view->global ? interface_open(view->name, O_RDONLY) :
			    interface_open_view(pid, view->name);
	if (fd < 0)
		check_open_error(view->name, fd, entry, view->global);
	else if (read_view(view, fd))
		counts_increment(view->kind);
	module_gate_leave();
	if (fd < 0)
		usleep(100);
}

static unsigned long some_address(void)
{
	return 0x7f0000000000UL + ((unsigned long)prng_below(1 << 28) << 12);
}

static void send_request(const char *file, const char *request, const char *wanted, enum counts_kind kind)
{
	unsigned int entry = module_gate_enter();
	int fd = interface_open(file, O_RDWR);
	size_t len = strlen(request);
	char response[16384];
	ssize_t n;

	if (fd < 0) {
		check_open_error(file, fd, entry, true);
		module_gate_leave();
		return;
	}
	n = write(fd, request, len) == (ssize_t)len ? read(fd, response, sizeof(response) - 1) : -1;
	if (n >= 0) {
		response[n] = 0;
		if (!strstr(response, wanted))
			counts_fail("%s: the response to %s lacks '%s'", file, request, wanted);
		counts_increment(kind);
	} else if (!walkers_is_exit_error(-errno)) {
		counts_fail("%s: %s: %s", file, request, strerror(errno));
	}
	close(fd);
	module_gate_leave();
}

void queries_send(void)
{
	char request[64];

	switch (walkers_hold_nothing ? 0 : prng_below(4)) {
	case 0:
		snprintf(request, sizeof(request), "%d %lx", targets_some(), some_address());
		send_request("translate", request, "\n= ", COUNTS_QUERY_TRANSLATE);
		break;
	case 1:
		snprintf(request, sizeof(request), "pfn %x", prng_below(1 << 19));
		send_request("rmap", request, "# ", COUNTS_QUERY_RMAP);
		break;
	case 2:
		snprintf(request, sizeof(request), "%d %lx", targets_some(), some_address());
		send_request("rmap", request, "# ", COUNTS_QUERY_RMAP);
		break;
	default:
		snprintf(request, sizeof(request), "pfn %x+%x", prng_below(1 << 19), 1 + prng_below(64));
		send_request("frame", request, "# ", COUNTS_QUERY_FRAME);
	}
}

void attach_churn(void)
{
	pid_t pid = targets_some();
	bool in = prng_below(4);
	unsigned int entry = module_gate_enter();
	int err = interface_attach(in ? pid : -pid);

	if (!err)
		counts_increment(in ? COUNTS_ATTACH : COUNTS_DETACH);
	else if (err != -EEXIST && err != -ESRCH && err != -ENXIO && err != -ENOENT &&
		 !module_gate_unloaded_since(entry))
		counts_fail("attach: %s", strerror(-err));
	module_gate_leave();
	usleep(prng_below(5000));
}

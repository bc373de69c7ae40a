// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the views of processes that change, by pieces of any size, some not to the end;
 * asks the query files, and has directories come and go. What it reads must be well
 * formed; whether it is true nobody can say of such a process.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "gate.h"
#include "oracle/interface.h"
#include "tally.h"
#include "targets.h"
#include "walkers.h"

#define LINE	8192

static const struct view {
	const char *name;
	enum tally_kind kind;
	bool ranges;		/* each line begins with a range, in order */
	bool global;		/* not of one process */
} views[] = {
	{ "pages", TALLY_VIEW_PAGES, true, false },
	{ "vmas", TALLY_VIEW_VMAS, true, false },
	{ "mm", TALLY_VIEW_MM, false, false },
	{ "tables", TALLY_VIEW_TABLES, false, false },
	{ "segments", TALLY_VIEW_SEGMENTS, false, false },
	{ "info", TALLY_VIEW_INFO, false, true },
	{ "gdt", TALLY_VIEW_GDT, false, true },
	{ "attach", TALLY_VIEW_ATTACH, false, true },
};

enum { NR_VIEWS = sizeof(views) / sizeof(views[0]) };

static void check_line(const struct view *view, const char *line, unsigned long *last)
{
	unsigned long start, end;

	if (!strchr(line, '\n'))
		tally_fail("%s: a line without an end: %.60s", view->name, line);
	if (!view->ranges || *line == '#' || !strncmp(line, "total", 5))
		return;
	if (sscanf(line, "%lx-%lx ", &start, &end) != 2 || start >= end || start < *last)
		tally_fail("%s: behind %lx comes %.60s", view->name, *last, line);
	*last = end;
}

/* The end of a view that has gone under the reader is an error of its own */
static bool read_lines(const struct view *view, FILE *f)
{
	unsigned long last = 0, lines = 0;
	unsigned int stop = chance(8) ? ~0U : chance(100);
	char line[LINE];

	errno = 0;
	while (lines < stop && fgets(line, sizeof(line), f)) {
		check_line(view, line, &last);
		lines++;
	}
	if (ferror(f) && !walkers_may_be_gone(-errno))
		tally_fail("%s: read: %s", view->name, strerror(errno));
	return lines;
}

static bool read_view(const struct view *view, int fd)
{
	char buffer[LINE];
	FILE *f = fdopen(fd, "r");
	bool told;

	setvbuf(f, buffer, _IOFBF, chance(16) ? 64 + chance(LINE - 64) : 2 + chance(30));
	told = read_lines(view, f);
	fclose(f);
	return told;
}

/* Who asks for something global finds it, unless the module is on its way */
static void judge_open(const char *what, int err, unsigned int entry, bool global)
{
	if (walkers_may_be_gone(err) && (!global || gate_away_since(entry)))
		return;
	tally_fail("%s: open: %s", what, strerror(-err));
}

void texts_read(void)
{
	const struct view *view = &views[chance(4) ? chance(5) : chance(NR_VIEWS)];
	pid_t pid = targets_some();
	unsigned int entry = gate_enter();
	int fd;

	if (!view->global && chance(2))
		interface_attach(pid);
	fd = view->global ? interface_open(view->name, O_RDONLY) :
			    interface_open_view(pid, view->name);
	if (fd < 0)
		judge_open(view->name, fd, entry, view->global);
	else if (read_view(view, fd))
		tally_did(view->kind);
	gate_leave();
	if (fd < 0)
		usleep(100);
}

static unsigned long some_address(void)
{
	return 0x7f0000000000UL + ((unsigned long)chance(1 << 28) << 12);
}

static void ask(const char *file, const char *question, const char *wanted, enum tally_kind kind)
{
	unsigned int entry = gate_enter();
	int fd = interface_open(file, O_RDWR);
	size_t len = strlen(question);
	char answer[16384];
	ssize_t n;

	if (fd < 0) {
		judge_open(file, fd, entry, true);
		gate_leave();
		return;
	}
	n = write(fd, question, len) == (ssize_t)len ? read(fd, answer, sizeof(answer) - 1) : -1;
	if (n >= 0) {
		answer[n] = 0;
		if (!strstr(answer, wanted))
			tally_fail("%s: to %s there is no '%s'", file, question, wanted);
		tally_did(kind);
	} else if (!walkers_may_be_gone(-errno)) {
		tally_fail("%s: %s: %s", file, question, strerror(errno));
	}
	close(fd);
	gate_leave();
}

void queries_ask(void)
{
	char question[64];

	switch (walkers_hold_nothing ? 0 : chance(4)) {
	case 0:
		snprintf(question, sizeof(question), "%d %lx", targets_some(), some_address());
		ask("translate", question, "\n= ", TALLY_ASK_TRANSLATE);
		break;
	case 1:
		snprintf(question, sizeof(question), "pfn %x", chance(1 << 19));
		ask("rmap", question, "# ", TALLY_ASK_RMAP);
		break;
	case 2:
		snprintf(question, sizeof(question), "%d %lx", targets_some(), some_address());
		ask("rmap", question, "# ", TALLY_ASK_RMAP);
		break;
	default:
		snprintf(question, sizeof(question), "pfn %x+%x", chance(1 << 19), 1 + chance(64));
		ask("frame", question, "# ", TALLY_ASK_FRAME);
	}
}

void attach_churn(void)
{
	pid_t pid = targets_some();
	bool in = chance(4);
	unsigned int entry = gate_enter();
	int err = interface_attach(in ? pid : -pid);

	if (!err)
		tally_did(in ? TALLY_ATTACH : TALLY_DETACH);
	else if (err != -EEXIST && err != -ESRCH && err != -ENXIO && err != -ENOENT &&
		 !gate_away_since(entry))
		tally_fail("attach: %s", strerror(-err));
	gate_leave();
	usleep(chance(5000));
}

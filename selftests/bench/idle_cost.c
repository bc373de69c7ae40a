// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Measures the CPU time of pgtop in an interval of a second while nothing happens, and of top(1)
 * for comparison. The start of the programs, which is thousands of intervals, is not part of it.
 */
#include <math.h>
#include <stdio.h>

#include "command.h"
#include "idle_cost.h"
#include "row.h"

#define TARGET	0.5

/* @theirs is the figure of a peer; the result is the figure of pgtop */
static double print_row(const char *key, const char *what, const char *const argv[],
			const char *peer, double theirs, double target)
{
	struct row row = {
		.key = key, .what = what, .unit = "instructions an interval", .peer = peer,
		.theirs = theirs, .target = target, .limit = -1,
	};

	row.ours = command_rate(argv, "# pgtop");
	row_print(&row);
	return row.ours;
}

void idle_cost(const char *pgtop, pid_t pid, pid_t small)
{
	char number[16], small_number[16];
	const char *one[] = { pgtop, "-b", "-i", "1", number, NULL };
	const char *other[] = { pgtop, "-b", "-i", "1", small_number, NULL };
	const char *stacks[] = { pgtop, "-b", "-U", "-t", "-i", "1", number, NULL };
	const char *all[] = { pgtop, "-b", "-i", "1", NULL };
	const char *top[] = { "top", "-b", "-d", "1", "-p", number, NULL };
	const char *top_all[] = { "top", "-b", "-d", "1", NULL };
	double theirs, base;

	snprintf(number, sizeof(number), "%d", pid);
	snprintf(small_number, sizeof(small_number), "%d", small);
	theirs = command_rate(top, "top ");
	base = print_row("idle-small", "pgtop itself, of a small process that does nothing", other,
			 "top -b -p", theirs, TARGET);
	print_row("idle", "pgtop itself, of a process that does nothing", one, "top -b -p", theirs,
		  TARGET);
	print_row("idle-growth", "the same", one, "of a small process", base, 1.1);
	print_row("idle-stacks", "pgtop itself, call stacks and threads", stacks, "top -b -p", theirs,
		  0);
	print_row("idle-all", "pgtop itself, of all processes", all, "top -b", command_rate(top_all, "top "),
		  0);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Measures the programs themselves: the CPU time of pgwalk for a line of text and a line of JSON, and
 * of pgtop for an interval with 1000 rows and for its start; and the memory of pgtop.
 */
#define _GNU_SOURCE
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "program_cost.h"
#include "query.h"
#include "row.h"
#include "subject.h"

#define ROWS	1000UL

/* Figures of commit 35e14fa on 6.12, by this program: limits are shares of these */
#define LINE_BEFORE	21868.0
#define JSON_BEFORE	65247.0
#define ROWS_BEFORE	60.6e6
#define ROWS_JSON_BEFORE 187.3e6

/* The figure of commit 6fa263a on 6.12 */
#define START_BEFORE	522e6

/* The cost of a page: of a range, minus that of one page, which is the cost of start and exit */
static double a_line(const char *pgwalk, struct subject *s, const char *json)
{
	char pid[16], range[48];
	const char *argv[] = { pgwalk, "pages", "-p", pid, range, json, NULL };
	double cost;

	snprintf(pid, sizeof(pid), "%d", s->pid);
	snprintf(range, sizeof(range), "%lx-%lx", s->start, s->start + s->pages * SUBJECT_PAGE);
	command_cost(argv);
	cost = command_cost(argv);
	snprintf(range, sizeof(range), "%lx", s->start);
	return (cost - command_cost(argv)) / (s->pages - 1);
}

void program_cost_pgwalk(const char *pgwalk, const char *page_types, struct subject *s)
{
	struct row row = {
		.key = "text-pages", .what = "pgwalk pages, a line of text",
		.unit = "instructions a line", .limit = 0.25 * LINE_BEFORE,
		.ours = a_line(pgwalk, s, NULL), .theirs = NAN,
	};

	if (page_types) {
		row.peer = "page-types -p -L";
		row.theirs = query_page_types_list(page_types, s);
	}
	row_print(&row);
	row = (struct row){
		.key = "text-pages-json", .what = "pgwalk pages -j, a line of JSON",
		.unit = "instructions a line", .limit = 0.25 * JSON_BEFORE,
		.ours = a_line(pgwalk, s, "-j"), .theirs = NAN,
	};
	row_print(&row);
}

/* A process with a fault in each of ROWS mappings every 200 ms */
static pid_t start_rows(void)
{
	const unsigned long page = SUBJECT_PAGE;
	pid_t pid = fork();
	char *p;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* every second page is another mapping without access, so that none are merged */
	p = mmap(NULL, 2 * ROWS * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (unsigned long i = 0; i < ROWS; i++)
		mprotect(p + 2 * i * page, page, PROT_READ | PROT_WRITE);
	for (;;) {
		for (unsigned long i = 0; i < ROWS; i++)
			p[2 * i * page] = 1;
		madvise(p, 2 * ROWS * page, MADV_DONTNEED);
		usleep(200000);
	}
}

static double an_interval(const char *pgtop, const char *form, const char *marker, const char *pid)
{
	const char *argv[] = { pgtop, form, "-i", "1", pid, NULL };

	return command_rate(argv, marker);
}

static void print_bytes(const char *key, const char *what, double bytes, double limit)
{
	const struct row row = {
		.key = key, .what = what, .unit = "bytes", .limit = limit, .ours = bytes,
		.theirs = NAN,
	};

	row_print(&row);
}

static void print_start(const char *pgtop, const char *bpftrace, const char *pid)
{
	const char *ours[] = { pgtop, "-b", "-i", "0.1", "-n", "1", pid, NULL };
	const char *theirs[] = {
		bpftrace, "-e",
		"kprobe:handle_mm_fault { @[comm] = count(); } interval:ms:100 { exit(); }", NULL,
	};
	struct row row = {
		.key = "pgtop-start", .what = "pgtop, start, an interval of 0.1 s and exit",
		.unit = "instructions", .limit = 0.4 * START_BEFORE, .theirs = NAN,
	};

	row.ours = command_cost(ours);
	if (bpftrace) {
		row.peer = "bpftrace, counting by comm";
		row.theirs = command_cost(theirs);
	}
	row_print(&row);
}

static void print_memory(const char *pgtop, const char *pid)
{
	const char *one[] = { pgtop, "-b", "-i", "1", pid, NULL };
	const char *all[] = { pgtop, "-b", "-U", "-t", "-i", "1", pid, NULL };
	struct command_memory memory = command_memory(one, "# pgtop");

	print_bytes("pgtop-resident", "pgtop, resident memory", memory.resident, 16 << 20);
	print_bytes("pgtop-maps", "pgtop, BPF maps", memory.maps, 4 << 20);
	memory = command_memory(all, "# pgtop");
	print_bytes("pgtop-maps-stacks", "pgtop with call stacks and threads, BPF maps", memory.maps,
		    -1);
}

void program_cost_pgtop(const char *pgtop, const char *bpftrace, pid_t idle)
{
	pid_t pid = start_rows();
	char number[16];
	struct row row = {
		.key = "pgtop-rows", .what = "pgtop -b, an interval with 1000 rows",
		.unit = "instructions", .limit = 0.3 * ROWS_BEFORE, .theirs = NAN,
	};

	snprintf(number, sizeof(number), "%d", pid);
	row.ours = an_interval(pgtop, "-b", "# pgtop", number);
	row_print(&row);
	row.key = "pgtop-rows-json";
	row.what = "pgtop -j, an interval with 1000 rows";
	row.limit = 0.3 * ROWS_JSON_BEFORE;
	row.ours = an_interval(pgtop, "-j", "{\"schema\"", number);
	row_print(&row);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	snprintf(number, sizeof(number), "%d", idle);
	print_memory(pgtop, number);
	print_start(pgtop, bpftrace, number);
}

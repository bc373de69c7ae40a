// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Lets the user at the terminal choose between several processes of one name. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../collect/procfs/process.h"
#include "../lib/i18n.h"
#include "choose.h"

/* Processes that are offered; more than that do not fit on a screen */
#define OFFERED_MAX	20

/**
 * struct offer - the processes of a name
 * @pid: those that are offered
 * @count: all of them
 */
struct offer {
	pid_t pid[OFFERED_MAX];
	size_t count;
};

static void add(void *ctx, pid_t pid, const char *comm)
{
	struct offer *o = ctx;

	(void)comm;
	if (pid == getpid())
		return;
	if (o->count < OFFERED_MAX)
		o->pid[o->count] = pid;
	o->count++;
}

static size_t offered(const struct offer *o)
{
	return o->count < OFFERED_MAX ? o->count : OFFERED_MAX;
}

static void print(const struct offer *o)
{
	char command[PROCESS_COMMAND_MAX];
	size_t i;

	fprintf(stderr, _("pgtop: %zu processes have that name:\n"), o->count);
	for (i = 0; i < offered(o); i++) {
		process__command("/proc", o->pid[i], command, sizeof(command));
		fprintf(stderr, "%8d  %s\n", o->pid[i], command);
	}
	if (o->count > OFFERED_MAX)
		fprintf(stderr, _("%8s  and %zu more\n"), "...", o->count - OFFERED_MAX);
	fputs("PID: ", stderr);
}

/* Read a PID that was offered. Return 0: none */
static pid_t read_pid(const struct offer *o)
{
	char line[64], *end;
	size_t i;
	long n;

	if (!fgets(line, sizeof(line), stdin))
		return 0;
	n = strtol(line, &end, 10);
	if (*end != '\n' && *end)
		return 0;
	for (i = 0; i < offered(o); i++)
		if (o->pid[i] == n)
			return o->pid[i];
	return 0;
}

/**
 * choose__process - offer the processes of a name, if there are several, at a terminal
 * @name: a name, or a PID
 * @pid: set to the text of the chosen PID; "" if there is nothing to choose
 * @size: bytes of @pid, CHOOSE_MAX is enough
 * @error: filled if the user chose none
 *
 * Return: 0 or -1.
 */
int choose__process(const char *name, char *pid, size_t size, struct error *error)
{
	struct offer offer = { .count = 0 };
	pid_t zombie, chosen;

	*pid = '\0';
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || !isatty(STDERR_FILENO) ||
	    strspn(name, "0123456789") == strlen(name))
		return 0;
	if (process__find("/proc", name, add, &offer, &zombie) < 0 || offer.count < 2)
		return 0;
	print(&offer);
	chosen = read_pid(&offer);
	if (!chosen)
		return error__set(error, ERROR_FAILURE, "no process chosen (enter one of the PIDs)");
	snprintf(pid, size, "%d", chosen);
	return 0;
}

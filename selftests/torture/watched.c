// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Runs pgtop again and again; does not check its values. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "module_gate.h"
#include "counts.h"
#include "walkers.h"

#define NICE	-10	/* with checkers pgtop takes minutes to start without it */

/* Run pgtop for two intervals of all processes; each line is a JSON object */
void pgtop_watch(void)
{
	unsigned int intervals = 0;
	char *line = NULL;
	size_t room = 0;
	FILE *f;
	int status;

	if (!module_gate_try_hold()) {
		usleep(100000);
		return;
	}
	setpriority(PRIO_PROCESS, 0, NICE);	/* of this thread; pgtop inherits it */
	f = popen("exec pgtop -j -n 2 -i 0.5", "r");
	while (f && getline(&line, &room, f) > 0) {
		if (*line == '{')
			intervals++;
		else
			counts_fail("pgtop: %.60s", line);
	}
	free(line);
	status = f ? pclose(f) : -1;
	if (status || !intervals)
		counts_fail("pgtop: status %d, %u lines", status, intervals);
	counts_add(COUNTS_PGTOP, intervals);
	module_gate_release();
}

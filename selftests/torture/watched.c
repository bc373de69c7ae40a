// SPDX-License-Identifier: GPL-2.0
/* pgtop beside all else, started anew again and again. What it tells is for others to judge. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "gate.h"
#include "tally.h"
#include "walkers.h"

#define NICE	-10	/* it comes up in minutes else, where checkers make all slow */

/* Two intervals of all processes; each is a line, an object */
void pgtop_watch(void)
{
	unsigned int told = 0;
	char *line = NULL;
	size_t room = 0;
	FILE *f;
	int status;

	if (!gate_stay()) {
		usleep(100000);
		return;
	}
	setpriority(PRIO_PROCESS, 0, NICE);	/* of this thread; pgtop inherits it */
	f = popen("exec pgtop -j -n 2 -i 0.5", "r");
	while (f && getline(&line, &room, f) > 0) {
		if (*line == '{')
			told++;
		else
			tally_fail("pgtop: %.60s", line);
	}
	free(line);
	status = f ? pclose(f) : -1;
	if (status || !told)
		tally_fail("pgtop: status %d, %u lines", status, told);
	tally_add(TALLY_PGTOP, told);
	gate_go();
}

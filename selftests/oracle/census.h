/* SPDX-License-Identifier: GPL-2.0 */
/* The page tables of a process as pgwalk counts them, from the view or the device. */
#ifndef PGWALK_ORACLE_CENSUS_H
#define PGWALK_ORACLE_CENSUS_H

#include <stdbool.h>
#include <pgwalk.h>

#define CENSUS_ROWS	64

/**
 * struct census - all rows, and what the totals say
 * @error:	what was wrong with the form, "" if nothing was
 */
struct census {
	struct pgwalk_census rows[CENSUS_ROWS];
	unsigned int nr;
	__u64 all_bytes, charged_bytes, pgtables_bytes, raced, flat_bytes;
	char error[160];
};

/* From the text of <PID>/tables */
bool census_from_text(struct census *census, char *text);
/* By PGWALK_IOC_TABLES; 0 or -errno */
int census_from_device(struct census *census, int fd);
/* Of all nodes, or of one if node is not CENSUS_ANY */
#define CENSUS_ANY	-2
struct pgwalk_census census_of(const struct census *census, int level, int node);
/* Bytes of the tables that VmPTE is made of */
__u64 census_charged(const struct census *census);

#endif

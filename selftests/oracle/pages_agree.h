/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The comparison of a listing with the kernel's own account of the same
 * process: pagemap before and after, smaps, and what the workload said.
 */
#ifndef PGWALK_ORACLE_PAGES_AGREE_H
#define PGWALK_ORACLE_PAGES_AGREE_H

#include "listing.h"
#include "maps.h"
#include "target.h"

/**
 * struct account - pagemap of every mapping of a process, at one time
 * @entries:	per mapping an array, NULL where it is too large or untold
 */
struct account {
	struct maps maps;
	__u64 **entries;
	pid_t pid;
};

/**
 * struct verdict - how a comparison came out
 * @compared:	pages that both sides know of and that stayed as they were
 * @moving:	pages that changed meanwhile: not compared
 * @wrong:	pages that do not agree; @first tells of the first
 */
struct verdict {
	size_t compared, moving, wrong;
	char first[240];
};

bool account_take(struct account *account, pid_t pid);
void account_free(struct account *account);

/* Every page of the process: pagemap A, then the listing, then pagemap B */
void pages_agree(struct verdict *verdict, const struct account *a,
		 const struct account *b, const struct listing *listing);
/* Leaf sizes, summed up by mapping, against smaps */
void sizes_agree(struct verdict *verdict, const struct account *account,
		 const struct listing *listing);
/* What the workload said it made */
void truth_agrees(struct verdict *verdict, const struct target *target,
		  const struct listing *listing);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Compares a listing with the kernel's files of the same process (pagemap before and
 * after, smaps) and with the pages that the workload declared.
 */
#ifndef PGWALK_ORACLE_PAGES_AGREE_H
#define PGWALK_ORACLE_PAGES_AGREE_H

#include "listing.h"
#include "maps.h"
#include "target.h"

/**
 * struct account - pagemap of every mapping of a process, at one time
 * @entries:	an array for each mapping; NULL: the mapping is too large or has no pagemap
 */
struct account {
	struct maps maps;
	__u64 **entries;
	pid_t pid;
};

/**
 * struct comparison - result of a comparison
 * @compared:	pages that did not change between the two reads of pagemap
 * @moving:	pages that changed: not compared
 * @wrong:	pages that differ; @first describes the first
 */
struct comparison {
	size_t compared, moving, wrong;
	char first[240];
};

bool account_read(struct account *account, pid_t pid);
void account_free(struct account *account);

/* Compare every page: pagemap a was read before the listing, b after it */
void pages_agree(struct comparison *verdict, const struct account *a,
		 const struct account *b, const struct listing *listing);
/* Compare the leaf sizes, summed up by mapping, with smaps */
void sizes_agree(struct comparison *verdict, const struct account *account,
		 const struct listing *listing);
/* Compare with the pages that the workload declared */
void truth_agrees(struct comparison *verdict, const struct target *target,
		  const struct listing *listing);

#endif

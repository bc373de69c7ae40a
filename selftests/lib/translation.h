/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The text of translate, parsed: the steps from the root down and the result. */
#ifndef PGWALK_ORACLE_TRANSLATION_H
#define PGWALK_ORACLE_TRANSLATION_H

#include "names.h"

struct step {
	char level[8], next[32];
	unsigned int index;
	__u64 table, value, pfn;
	struct names_flags flags;
};

struct translation {
	struct step steps[PGWALK_MAX_LEVELS];
	unsigned int nr;
	char result[200];
};

bool translation_parse(struct translation *translation, char *text);

#endif

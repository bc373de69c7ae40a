/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Explains a translation in sentences. */
#ifndef PGWALK_PRESENT_EXPLAIN_H
#define PGWALK_PRESENT_EXPLAIN_H

#include <stdio.h>

#include "pgwalk.h"

void explain__result(FILE *out, const struct pgwalk_translate *t);
void explain__walk(FILE *out, const struct pgwalk_translate *t,
		   const struct pgwalk_info *info);
const char *explain__absence(const struct pgwalk_translate *t);
void explain__accesses(FILE *out, const struct pgwalk_translate *t,
		       const char *before);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A reading of all mappings and pages of a process, into a recorded stream. */
#ifndef PGWALK_VERB_PAGE_READING_H
#define PGWALK_VERB_PAGE_READING_H

#include "../inspect.h"
#include "run.h"

int page_reading__take(struct run *run, const char *path, bool kept, struct inspect_reading *sum);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The page of pgwalk diff --html: first both readings, then the changed mappings, then the changed pages. */
#ifndef PGWALK_VERB_DIFF_PAGE_H
#define PGWALK_VERB_DIFF_PAGE_H

#include "../inspect.h"

struct run;
struct diff_page;

int diff_page__create(struct diff_page **out, struct run *run);
int diff_page__end(struct diff_page *p, const struct inspect_diff *diff);
int diff_page__destroy(struct diff_page *p, int err);

/* The readings; a file of pgwalk snapshot */
int diff_page__read(struct diff_page *p, unsigned int reading, const char *path, const struct inspect_diff *diff);

/* Takers of a comparison with a struct diff_page as context */
void diff_page__begin_mappings(struct diff_page *p, const struct inspect_diff *diff);
int diff_page__mapping(void *page, const struct inspect_mapping_change *row);
void diff_page__begin_pages(struct diff_page *p);
int diff_page__row(void *page, const struct inspect_page_change *row);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The pages of the traced mapping with the most faults. */
#ifndef PGWALK_MODEL_PAGE_H
#define PGWALK_MODEL_PAGE_H

#include "../snapshot.h"

/** PAGES_MAX - limit of pages; struct snapshot_pages has the rule of eviction */
#define PAGES_MAX	4096

struct pages;

struct pages *pages__create(void);
void pages__destroy(struct pages *p);

void pages__set_range(struct pages *p, uint64_t start, uint64_t end);
void pages__event(struct pages *p, const struct pgwalk_fault_event *event);
void pages__now(struct pages *p, const struct pgwalk_frame_run *run);
void pages__reset(struct pages *p);

void pages__take(struct pages *p, struct snapshot_pages *s);

#endif

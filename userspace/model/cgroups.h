/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The cgroups with processes that faulted in an interval. */
#ifndef PGWALK_MODEL_CGROUPS_H
#define PGWALK_MODEL_CGROUPS_H

#include "../snapshot.h"

/** CGROUPS_MAX - limit of cgroups in an interval, besides the row of all others */
#define CGROUPS_MAX	1024

struct cgroups;

struct cgroups *cgroups__create(void);
void cgroups__destroy(struct cgroups *c);

void cgroups__path(struct cgroups *c, uint64_t id, const char *path);
void cgroups__ingest(struct cgroups *c, const struct pgwalk_fault_key *key, const struct pgwalk_fault_row *row);
void cgroups__next_interval(struct cgroups *c);
void cgroups__take(struct cgroups *c, struct snapshot *s);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Counters since insmod: tables read, lock holds, attached processes. */
#ifndef PGWALK_STATS_H
#define PGWALK_STATS_H

#include <linux/types.h>

struct pgwalk_info;

void pgwalk_stats_add_tables(unsigned int tables, unsigned int raced);
void pgwalk_stats_add_hold(u64 ns);
void pgwalk_stats_add_rmap_hold(u64 ns, unsigned int vmas);
void pgwalk_stats_add_owner_pass(void);
void pgwalk_stats_set_attached(unsigned int nr);
void pgwalk_stats_fill(struct pgwalk_info *info);

#endif /* PGWALK_STATS_H */

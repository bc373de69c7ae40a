/* SPDX-License-Identifier: GPL-2.0 */
/* What reading has cost since insmod. */
#ifndef PGWALK_COST_H
#define PGWALK_COST_H

#include <linux/types.h>

struct pgwalk_info;

void pgwalk_cost_add_tables(unsigned int tables, unsigned int raced);
void pgwalk_cost_add_hold(u64 ns);
void pgwalk_cost_add_rmap_hold(u64 ns, unsigned int vmas);
void pgwalk_cost_add_owner_pass(void);
void pgwalk_cost_fill(struct pgwalk_info *info);

#endif /* PGWALK_COST_H */

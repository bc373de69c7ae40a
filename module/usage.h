/* SPDX-License-Identifier: GPL-2.0 */
/* What of a mapping is in memory. */
#ifndef PGWALK_USAGE_H
#define PGWALK_USAGE_H

#include <linux/types.h>

struct mm_struct;
struct pgwalk_batch;
struct pgwalk_vma;

int pgwalk_usage_count(struct mm_struct *mm, struct pgwalk_vma *vma,
		       struct pgwalk_batch *batch, bool frames);

#endif /* PGWALK_USAGE_H */

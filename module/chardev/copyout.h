/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Writing of the leaves of a run into user memory. */
#ifndef PGWALK_COPYOUT_H
#define PGWALK_COPYOUT_H

#include <linux/types.h>

struct pgwalk_run;

int pgwalk_copyout_leaves(void __user *to, const struct pgwalk_run *run, size_t size,
			  const u64 *pfn, u32 nr, bool redacted);

int pgwalk_copyout_repeated(u64 __user *to, u64 word, size_t nr);

#endif /* PGWALK_COPYOUT_H */

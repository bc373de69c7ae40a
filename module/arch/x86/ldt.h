/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The local descriptor table of an address space. */
#ifndef PGWALK_LDT_H
#define PGWALK_LDT_H

#include <linux/types.h>

struct mm_struct;

int pgwalk_ldt_read(struct mm_struct *mm, unsigned int first, u64 *to, unsigned int nr,
		    unsigned int *total);

#endif /* PGWALK_LDT_H */

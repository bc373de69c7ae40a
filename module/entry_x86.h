/* SPDX-License-Identifier: GPL-2.0 */
/* The bits of an x86 page-table entry, by meaning. */
#ifndef PGWALK_ENTRY_X86_H
#define PGWALK_ENTRY_X86_H

#include <linux/types.h>

u64 pgwalk_entry_x86_table_flags(u64 value);
u64 pgwalk_entry_x86_leaf_flags(unsigned int level, u64 value);
unsigned int pgwalk_entry_x86_pkey(u64 value);

#endif /* PGWALK_ENTRY_X86_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* One page-table entry, decoded into a record. */
#ifndef PGWALK_ENTRY_H
#define PGWALK_ENTRY_H

#include <linux/pgtable.h>
#include <linux/types.h>

#include "uapi/pgwalk.h"

/*
 * The value without what Xen makes of it for its PV guests: to compare with others.
 */
static inline u64 pgwalk_entry_raw(pte_t pte)
{
	return native_pte_val(pte);
}

unsigned int pgwalk_entry_shift(unsigned int level);
void pgwalk_entry_decode(struct pgwalk_entry *entry, unsigned int level, u64 value);
void pgwalk_entry_decode_shmem(struct pgwalk_entry *entry, unsigned long swap);
bool pgwalk_entry_is_plain(const struct pgwalk_entry *entry);

#endif /* PGWALK_ENTRY_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* One page-table entry, decoded into a record. */
#ifndef PGWALK_ENTRY_H
#define PGWALK_ENTRY_H

#include <linux/types.h>
#include "uapi/pgwalk.h"

unsigned int pgwalk_entry_shift(unsigned int level);
void pgwalk_entry_decode(struct pgwalk_entry *entry, unsigned int level, u64 value);

#endif /* PGWALK_ENTRY_H */

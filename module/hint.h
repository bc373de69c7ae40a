/* SPDX-License-Identifier: GPL-2.0 */
/* What an entry means that only its VMA can tell. */
#ifndef PGWALK_HINT_H
#define PGWALK_HINT_H

#include <linux/types.h>

struct pgwalk_entry;
struct pgwalk_hold;

unsigned int pgwalk_hint_of_protnone(bool accessible, bool rwp, u64 flags);
void pgwalk_hint_refine(struct pgwalk_hold *hold, unsigned long addr,
			struct pgwalk_entry *entry);

#endif /* PGWALK_HINT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel would decide a page fault by, read without causing one. */
#ifndef PGWALK_FACTS_H
#define PGWALK_FACTS_H

struct mm_struct;
struct pgwalk_translate;

void pgwalk_facts_fill(struct pgwalk_translate *t, struct mm_struct *mm);

#endif /* PGWALK_FACTS_H */

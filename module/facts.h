/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The state that decides a page fault, read without causing one. */
#ifndef PGWALK_FACTS_H
#define PGWALK_FACTS_H

struct pgwalk_translate;
struct vm_area_struct;

void pgwalk_facts_fill(struct pgwalk_translate *t, struct vm_area_struct *vma);

#endif /* PGWALK_FACTS_H */

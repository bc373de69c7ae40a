/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Translation of one address of a process, level by level. */
#ifndef PGWALK_TRANSLATE_H
#define PGWALK_TRANSLATE_H

struct pgwalk_target;
struct pgwalk_translate;
struct pgwalk_vma_hint;

int pgwalk_translate_fill(struct pgwalk_translate *t, const struct pgwalk_target *target,
			  struct pgwalk_vma_hint *hint);
int pgwalk_translate_fill_redacted(struct pgwalk_translate *t, const struct pgwalk_target *target,
				   struct pgwalk_vma_hint *hint);

#endif /* PGWALK_TRANSLATE_H */

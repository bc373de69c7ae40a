/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Translation of one address of a process, level by level. */
#ifndef PGWALK_TRANSLATE_H
#define PGWALK_TRANSLATE_H

struct pgwalk_target;
struct pgwalk_translate;

int pgwalk_translate_fill(struct pgwalk_translate *t, const struct pgwalk_target *target);
int pgwalk_translate_fill_redacted(struct pgwalk_translate *t, const struct pgwalk_target *target);

#endif /* PGWALK_TRANSLATE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Formatting of the attributes of a page frame. */
#ifndef PGWALK_FMT_FRAME_H
#define PGWALK_FMT_FRAME_H

#include <linux/types.h>

/* Room for a letter for each flag, and for all names with a comma each. */
#define PGWALK_FMT_LETTERS	64
#define PGWALK_FMT_NAMES	400

const char *pgwalk_fmt_frame_kind(unsigned int kind);
const char *pgwalk_fmt_zone(unsigned int zone);
const char *pgwalk_fmt_lru(unsigned int lru);
char *pgwalk_fmt_letters(char buf[PGWALK_FMT_LETTERS], u64 flags);
char *pgwalk_fmt_names(char buf[PGWALK_FMT_NAMES], u64 flags);

#endif /* PGWALK_FMT_FRAME_H */

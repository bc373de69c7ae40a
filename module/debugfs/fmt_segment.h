/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Formatting of segment registers and descriptors. */
#ifndef PGWALK_FMT_SEGMENT_H
#define PGWALK_FMT_SEGMENT_H

#include <linux/types.h>

struct pgwalk_segment;

/* Room for all columns with their longest words. */
#define PGWALK_FMT_FIELDS	112

extern const char pgwalk_fmt_segment_title[];

const char *pgwalk_fmt_register(unsigned int reg);
unsigned int pgwalk_fmt_register_parse(const char *name, size_t len);
const char *pgwalk_fmt_segment_status(unsigned int status);
const char *pgwalk_fmt_descriptor_kind(u64 value);
char *pgwalk_fmt_segment(char buf[PGWALK_FMT_FIELDS], const struct pgwalk_segment *segment);

#endif /* PGWALK_FMT_SEGMENT_H */

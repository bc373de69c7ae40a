/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Parses a page filter such as "anon,~huge" into masks. */
#ifndef PGWALK_MODEL_FILTER_H
#define PGWALK_MODEL_FILTER_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct filter - masks, as the fields of struct pgwalk_scan of these names
 */
struct filter {
	uint64_t require;
	uint64_t exclude;
	uint64_t kinds;
	uint64_t frame_require;
	uint64_t frame_exclude;
};

int filter__parse(struct filter *filter, const char *text, const char **bad,
		  size_t *bad_len);

#endif

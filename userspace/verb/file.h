/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A file, to read its cached pages. */
#ifndef PGWALK_VERB_FILE_H
#define PGWALK_VERB_FILE_H

#include "../collect/page_cache.h"
#include "run.h"

int file__open(struct run *run, const char *path, struct page_cache **out);
int file__map(struct run *run, struct page_cache *file, uint64_t offset, uint64_t end, struct page_cache_window *w);
int file__parse_offset(struct run *run, const char *text, uint64_t size, uint64_t *offset);

#endif

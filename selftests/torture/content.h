/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the content of a page frame from /proc/kcore, independent of the page tables that map it. */
#ifndef PGWALK_TORTURE_CONTENT_H
#define PGWALK_TORTURE_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

/* False: this kernel has no /proc/kcore */
bool content_open(void);
/* Read the first word of the frame */
bool content_word(uint64_t pfn, uint64_t *word);

#endif

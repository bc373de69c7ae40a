/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The page size of the machine that the records are of: this machine's, or the size of the machine that wrote a
 * recorded stream. One run of a program has one page size.
 */
#ifndef PGWALK_LIB_PAGE_SIZE_H
#define PGWALK_LIB_PAGE_SIZE_H

#include <stdbool.h>
#include <stdint.h>

/* Limits of the architectures: 4K to 64K */
#define PAGE_SHIFT_MIN	12
#define PAGE_SHIFT_MAX	16

extern unsigned int page_size__current;

unsigned int page_size__own(void);
bool page_size__is_valid(unsigned int shift);
bool page_size__set(unsigned int shift);

/** page_shift - return log2 of the page size in bytes */
static inline unsigned int page_shift(void)
{
	return page_size__current ? page_size__current : page_size__own();
}

/** page_bytes - return the page size in bytes */
static inline uint64_t page_bytes(void)
{
	return 1ULL << page_shift();
}

#endif

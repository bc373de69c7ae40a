// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Keeps the page size of the machine that the records are of. */
#include <unistd.h>

#include "page_size.h"

/* log2 of the page size in bytes; 0: page_size__set() was not called */
unsigned int page_size__current;

/** page_size__own - return log2 of the page size of this machine, in bytes */
unsigned int page_size__own(void)
{
	static unsigned int own;

	if (!own)
		own = (unsigned int)__builtin_ctzl((unsigned long)sysconf(_SC_PAGESIZE));
	return own;
}

/** page_size__is_valid - has an architecture such pages? */
bool page_size__is_valid(unsigned int shift)
{
	return shift >= PAGE_SHIFT_MIN && shift <= PAGE_SHIFT_MAX;
}

/**
 * page_size__set - set the page size of the records that are read from here on
 * @shift: log2 of the page size in bytes, valid
 *
 * Return: true; false: records of another page size were opened before.
 */
bool page_size__set(unsigned int shift)
{
	if (page_size__current && page_size__current != shift)
		return false;
	page_size__current = shift;
	return true;
}

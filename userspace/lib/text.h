/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes of unknown origin to text that is safe to show. Knows no memory management. */
#ifndef PGWALK_LIB_TEXT_H
#define PGWALK_LIB_TEXT_H

#include <stddef.h>

/* An invalid byte becomes U+FFFD, three bytes: room for a name of LEN bytes */
#define TEXT_UTF8_SIZE(len)	(3 * (len) + 1)

size_t text__utf8(char *dst, size_t size, const char *src);
size_t text__fit(char *dst, size_t size, const char *src, size_t columns);

#endif

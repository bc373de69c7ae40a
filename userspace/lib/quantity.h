/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers to short text: rates, bytes, times, shares. Knows no memory management. */
#ifndef PGWALK_LIB_QUANTITY_H
#define PGWALK_LIB_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

/** QUANTITY_MAX - room for any of the texts below, with its NUL */
#define QUANTITY_MAX	24

char *quantity__rate(char *buf, size_t size, double per_second);
char *quantity__bytes(char *buf, size_t size, uint64_t bytes);
char *quantity__time(char *buf, size_t size, uint64_t ns);
char *quantity__share(char *buf, size_t size, uint64_t part, uint64_t whole);
char *quantity__coverage(char *buf, size_t size, uint64_t part, uint64_t whole);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* A thread that changes some bytes and changes them back while a call reads them. */
#ifndef PGWALK_FUZZ_CHANGE_H
#define PGWALK_FUZZ_CHANGE_H

#include <stddef.h>
#include <linux/types.h>

int change_create(void);
/* From here on bytes at that address go to and fro */
void change_begin(void *at, size_t width, __u64 to);
/* They are as they were */
void change_end(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A thread that changes some bytes back and forth while a call reads them. */
#ifndef PGWALK_FUZZ_CHANGE_H
#define PGWALK_FUZZ_CHANGE_H

#include <stddef.h>
#include <linux/types.h>

int change_create(void);
/* Start to change the bytes at an address */
void change_begin(void *at, size_t width, __u64 to);
/* Stop, and restore the bytes */
void change_end(void);

#endif

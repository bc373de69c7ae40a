/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Buffers for the module to write to, between unmapped pages, and a comparison of their content
 * afterwards. Their addresses are far from all others: a pointer with a byte changed during a call
 * points to no memory that the fuzzer needs.
 */
#ifndef PGWALK_FUZZ_GUARDED_BUF_H
#define PGWALK_FUZZ_GUARDED_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "input.h"

#define GUARDED_BUF_BYTES	12288
#define GUARDED_BUF_FILL	0xC5

/**
 * struct guarded_buf - pages between unmapped ones
 * @base: GUARDED_BUF_BYTES, writable
 * @readonly: the same pages, read-only
 * @before: copy of the content before the call
 */
struct guarded_buf {
	unsigned char *base;
	const unsigned char *readonly;
	unsigned char *before;
};

/* Bytes accessible at an address */
struct guarded_buf_reach {
	size_t readable, writable;
};

int guarded_buf_create(struct guarded_buf *buf);
/* Return an address for @size bytes; some places are outside the buffer */
void *guarded_buf_place(const struct guarded_buf *buf, enum input_place place, size_t size);
struct guarded_buf_reach guarded_buf_reach(const struct guarded_buf *buf, const void *at);
/* Fill with a byte: 0 or GUARDED_BUF_FILL */
void guarded_buf_fill(struct guarded_buf *buf, unsigned char with);
void guarded_buf_remember(struct guarded_buf *buf);
/* Return whether the content equals the copy, except for @size bytes at @but */
bool guarded_buf_is_same(const struct guarded_buf *buf, const void *but, size_t size);

#endif

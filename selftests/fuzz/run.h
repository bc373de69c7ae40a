/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* One execution: an input with its addresses, and its result. */
#ifndef PGWALK_FUZZ_RUN_H
#define PGWALK_FUZZ_RUN_H

#include <stdbool.h>

#include "guarded_buf.h"
#include "entrypoints.h"
#include "input.h"
#include "subject.h"

#define RUN_BUFFERS	2

/**
 * struct run - one execution
 * @subject:	the target and the open files
 * @argument:	buffer of the struct or the text
 * @buffer:	buffers of records
 * @input:	that is executed
 * @entry:	entry point of the input
 * @data:	of the input, with all patches
 * @at:		address of the argument
 * @size:	bytes at @at, as given by the input
 * @attached:	for ENTRY_WRITE_ATTACH: content of the file before
 * @result:	0 or a number of bytes, or -errno
 */
struct run {
	const struct subject *subject;
	struct guarded_buf argument, buffer[RUN_BUFFERS];
	const struct input *input;
	const struct entrypoint *entry;
	unsigned char data[INPUT_DATA];
	void *at;
	size_t size;
	char attached[512];
	long result;
};

int run_create(struct run *run, const struct subject *subject);
/* Execute an input */
void run_input(struct run *run, const struct input *input);

/* Return a field of the argument as the call has read it; bytes beyond its end are 0 */
__u64 run_field(const struct run *run, size_t at, size_t width);
/* Return the address of array @i, and its size in bytes as given in the argument */
void *run_array(const struct run *run, int i, size_t *size);
/* Return the size of a record of array @i */
size_t run_record_size(const struct run *run, int i);

#endif

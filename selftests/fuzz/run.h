/* SPDX-License-Identifier: GPL-2.0 */
/* One execution under way: an input with its addresses, and what came of it. */
#ifndef PGWALK_FUZZ_RUN_H
#define PGWALK_FUZZ_RUN_H

#include <stdbool.h>

#include "arena.h"
#include "door.h"
#include "input.h"
#include "subject.h"

#define RUN_BUFFERS	2

/**
 * struct run - one execution
 * @subject:	who is looked at
 * @argument:	where the struct or the text lies
 * @buffer:	where records go
 * @input:	what is run
 * @door:	of it
 * @data:	of the input, with all patches
 * @at:		address of the argument
 * @size:	bytes there, as the input has them
 * @attached:	DOOR_WRITE_ATTACH: what the file listed before
 * @result:	0 or bytes, or -errno
 */
struct run {
	const struct subject *subject;
	struct arena argument, buffer[RUN_BUFFERS];
	const struct input *input;
	const struct door *door;
	unsigned char data[INPUT_DATA];
	void *at;
	size_t size;
	char attached[512];
	long result;
};

int run_create(struct run *run, const struct subject *subject);
/* Does it */
void run_input(struct run *run, const struct input *input);

/* A field of the argument as it was handed over; what is behind its end is 0 */
__u64 run_field(const struct run *run, size_t at, size_t width);
/* Of array i: where it is, and the bytes that the argument says are there */
void *run_array(const struct run *run, int i, size_t *told);
/* Bytes of a record of array i */
size_t run_record_size(const struct run *run, int i);

#endif

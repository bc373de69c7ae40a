/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * One execution as data: the call, its bytes, and changes made during the call. It can be written
 * to a file and read back.
 */
#ifndef PGWALK_FUZZ_INPUT_H
#define PGWALK_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/types.h>

#define INPUT_DATA	512
#define INPUT_PATCHES	4
/* Characters of a formatted input, including the NUL */
#define INPUT_TITLE	32
#define INPUT_TEXT	(INPUT_TITLE + 2 * (INPUT_DATA + 64) + 1)

/* Where the argument of a call is placed */
enum input_place {
	PLACE_ZEROES,		/* followed by zeroes */
	PLACE_DIRTY,		/* followed by other bytes */
	PLACE_END,		/* at the end of the buffer, followed by unmapped memory */
	PLACE_STRADDLE,		/* its second half is unmapped */
	PLACE_ODD,		/* at an odd address */
	PLACE_READONLY,
	PLACE_NULL,
	PLACE_UNMAPPED,
	PLACE_KERNEL,
	PLACE_NONCANONICAL,
	PLACE_NR
};

/* The open file that is used */
enum input_opened {
	OPENED_ATTACHED,
	OPENED_BARE,		/* not attached */
	OPENED_GONE,		/* its target has exited */
	OPENED_FRESH,		/* opened for this call only */
	OPENED_NR
};

/*
 * Values that are known at run time only: a patch writes one into the data, and in a text a
 * character below 32 that is not white space stands for one.
 */
enum input_symbol {
	SYMBOL_NONE,
	SYMBOL_TARGET,		/* ids of processes */
	SYMBOL_THREAD,
	SYMBOL_GONE,
	SYMBOL_SELF,
	SYMBOL_KTHREAD,
	SYMBOL_START,		/* addresses of the target */
	SYMBOL_PAGE,
	SYMBOL_END = 14,	/* the end; 8 to 13 are white space */
	SYMBOL_USER_END,
	SYMBOL_PFN,
	SYMBOL_SHARED_PFN,
	SYMBOL_TEXT_NR,
	/* Addresses of buffers for records, one for each enum input_place; not in a text */
	SYMBOL_BUFFER = 32,
	SYMBOL_BUFFER_LAST = SYMBOL_BUFFER + PLACE_NR - 1,
	SYMBOL_ARGUMENT,	/* address of the argument itself */
	SYMBOL_NR
};

struct input_patch {
	__u16 at;
	__u8 width;
	__u8 symbol;
};

/**
 * struct input - one execution
 * @entry:	index into entrypoints
 * @place:	enum input_place
 * @opened:	enum input_opened
 * @change_width: bytes changed during the call: 0 (none), 1, 4 or 8
 * @change_at:	offset of the changed bytes
 * @size:	bytes used of @data
 * @request:	of ioctl(), for ENTRY_ANY
 * @change_to:	value that alternates with the original one
 * @patch:	applied to the data, in this order
 * @data:	the struct, or the text
 */
struct input {
	__u8 entry;
	__u8 place;
	__u8 opened;
	__u8 change_width;
	__u16 change_at;
	__u16 size;
	__u32 request;
	__u32 reserved;
	__u64 change_to;
	struct input_patch patch[INPUT_PATCHES];
	__u8 data[INPUT_DATA];
};

#define INPUT_HEAD	offsetof(struct input, data)

/* Turn arbitrary bytes into an input that can be run */
void input_tame(struct input *input);
void input_write(const struct input *input, char text[INPUT_TEXT]);
/* Read the next line that is not a comment; return 1, 0 at the end, or -1 if it is not an input */
int input_read(struct input *input, FILE *from);

#endif

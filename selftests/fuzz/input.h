/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One execution as data: what is called with which bytes, and what happens to
 * them meanwhile. It can be written down and read back; nothing is run here.
 */
#ifndef PGWALK_FUZZ_INPUT_H
#define PGWALK_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <linux/types.h>

#define INPUT_DATA	512
#define INPUT_PATCHES	4
/* Characters of one that is written down, with the NUL */
#define INPUT_TITLE	32
#define INPUT_TEXT	(INPUT_TITLE + 2 * (INPUT_DATA + 64) + 1)

/* Where the argument of a call lies */
enum input_place {
	PLACE_ZEROES,		/* zeroes behind it */
	PLACE_DIRTY,		/* other bytes behind it */
	PLACE_END,		/* ends where the page does; nothing behind */
	PLACE_STRADDLE,		/* its second half is not there */
	PLACE_ODD,		/* at an odd address */
	PLACE_READONLY,
	PLACE_NULL,
	PLACE_UNMAPPED,
	PLACE_KERNEL,
	PLACE_NONCANONICAL,
	PLACE_NR
};

/* Which open file is called */
enum input_opened {
	OPENED_ATTACHED,
	OPENED_BARE,		/* not attached */
	OPENED_GONE,		/* its target has ended */
	OPENED_FRESH,		/* opened for this call alone */
	OPENED_NR
};

/*
 * What is not known before the run: a patch puts it into the data, and a
 * character below 32 that is no white space stands for it in a text.
 */
enum input_symbol {
	SYMBOL_NONE,
	SYMBOL_TARGET,		/* numbers of processes */
	SYMBOL_THREAD,
	SYMBOL_GONE,
	SYMBOL_SELF,
	SYMBOL_KTHREAD,
	SYMBOL_START,		/* addresses of the target */
	SYMBOL_PAGE,
	SYMBOL_BEHIND = 14,	/* no white space */
	SYMBOL_USER_END,
	SYMBOL_PFN,
	SYMBOL_SHARED_PFN,
	SYMBOL_TEXT_NR,
	/* Places for records, as enum input_place; not in a text */
	SYMBOL_BUFFER = 32,
	SYMBOL_BUFFER_LAST = SYMBOL_BUFFER + PLACE_NR - 1,
	SYMBOL_ARGUMENT,	/* the argument itself */
	SYMBOL_NR
};

struct input_patch {
	__u16 at;
	__u8 width;
	__u8 symbol;
};

/**
 * struct input - one execution
 * @door:	index of the door, see door.h
 * @place:	enum input_place
 * @opened:	enum input_opened
 * @change_width: 0: nobody changes the argument while the call runs; else 1, 4 or 8
 * @change_at:	where
 * @size:	bytes of @data that count
 * @request:	of ioctl(), for the door of any number
 * @change_to:	what it becomes, and back, again and again
 * @patch:	applied to the data, in this order
 * @data:	the struct, or the text
 */
struct input {
	__u8 door;
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

/* Makes any bytes an input that can be run */
void input_tame(struct input *input);
void input_write(const struct input *input, char text[INPUT_TEXT]);
/* The next line that is no remark; 1, 0 at the end, -1: it is no input */
int input_read(struct input *input, FILE *from);

#endif

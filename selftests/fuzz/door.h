/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ways into the module: every call of the device, every file that is
 * written to, and reads of every view. It must not know what is right.
 */
#ifndef PGWALK_FUZZ_DOOR_H
#define PGWALK_FUZZ_DOOR_H

#include <stdbool.h>
#include <linux/types.h>

enum door_number {
	DOOR_INFO, DOOR_ATTACH, DOOR_SCAN, DOOR_VMAS, DOOR_TRANSLATE,
	DOOR_FRAMES, DOOR_RMAP, DOOR_MM, DOOR_TABLES, DOOR_SEGMENTS, DOOR_GDT,
	DOOR_ANY,		/* ioctl() with any number */
	DOOR_WRITE_ATTACH, DOOR_WRITE_TRANSLATE, DOOR_WRITE_RMAP,
	DOOR_WRITE_FRAME,
	DOOR_READ,		/* pread() of a view */
	DOOR_NR
};

/**
 * struct door_array - an array of records that a call fills
 * @at:		where the struct has its address; 0: there is none
 * @count_at:	where it has the room there is, 32 bits
 * @filled_at:	where it tells what was filled, likewise; 0: it does not
 * @record_size: bytes of one; of SCAN, that without frames
 */
struct door_array {
	__u16 at, count_at, filled_at, record_size;
};

/**
 * struct door - one way in
 * @name:	to show
 * @request:	of ioctl(), or 0
 * @file:	that is written to, or NULL
 * @size:	of the struct
 * @first_size:	of the shortest that is taken
 * @head:	bytes that are read whatever the size told
 * @array:	what else is written
 */
struct door {
	const char *name;
	unsigned long request;
	const char *file;
	__u16 size, first_size, head;
	struct door_array array[2];
};

extern const struct door doors[DOOR_NR];

/* The views that DOOR_READ reads, NULL behind the last; those with a slash are of a process */
extern const char *const door_views[];

/**
 * struct door_read - the data of DOOR_READ
 * @view: index into door_views, modulo
 * @size: bytes to read, at most what the buffer has
 * @position: where
 */
struct door_read {
	__u32 view;
	__u32 size;
	__s64 position;
};

static inline bool door_is_ioctl(__u8 door)
{
	return door <= DOOR_ANY;
}

static inline bool door_is_write(__u8 door)
{
	return door >= DOOR_WRITE_ATTACH && door <= DOOR_WRITE_FRAME;
}

#endif

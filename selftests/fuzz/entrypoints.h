/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The entry points of the module: every call of the device, every writable file, and reads of
 * every view.
 */
#ifndef PGWALK_FUZZ_ENTRYPOINTS_H
#define PGWALK_FUZZ_ENTRYPOINTS_H

#include <stdbool.h>
#include <linux/types.h>

enum door_number {
	ENTRY_INFO, ENTRY_ATTACH, ENTRY_SCAN, ENTRY_VMAS, ENTRY_TRANSLATE,
	ENTRY_FRAMES, ENTRY_RMAP, ENTRY_MM, ENTRY_TABLES, ENTRY_SEGMENTS, ENTRY_GDT,
	ENTRY_ANY,		/* ioctl() with any number */
	ENTRY_WRITE_ATTACH, ENTRY_WRITE_TRANSLATE, ENTRY_WRITE_RMAP,
	ENTRY_WRITE_FRAME,
	ENTRY_READ,		/* pread() of a view */
	ENTRY_NR
};

/**
 * struct entrypoint_array - an array of records that a call fills
 * @at:		offset of its address in the struct; 0: no array
 * @count_at:	offset of its capacity, 32 bits
 * @filled_at:	offset of the number of records written, 32 bits; 0: none
 * @record_size: bytes of a record; for SCAN, without frames
 */
struct entrypoint_array {
	__u16 at, count_at, filled_at, record_size;
};

/**
 * struct entrypoint - one entry point
 * @name:	for messages
 * @request:	of ioctl(), or 0
 * @file:	that is written to, or NULL
 * @size:	of the struct
 * @first_size:	smallest size that is accepted
 * @head:	bytes that are read for any size
 * @array:	arrays that are written
 */
struct entrypoint {
	const char *name;
	unsigned long request;
	const char *file;
	__u16 size, first_size, head;
	struct entrypoint_array array[2];
};

extern const struct entrypoint entrypoints[ENTRY_NR];

/* The views that ENTRY_READ reads, NULL-terminated; names with a slash are those of a process */
extern const char *const entrypoint_views[];

/**
 * struct entrypoint_read - the data of ENTRY_READ
 * @view: index into entrypoint_views, modulo their number
 * @size: bytes to read, modulo the size of the buffer
 * @position: offset in the file
 */
struct entrypoint_read {
	__u32 view;
	__u32 size;
	__s64 position;
};

static inline bool entrypoint_is_ioctl(__u8 entry)
{
	return entry <= ENTRY_ANY;
}

static inline bool entrypoint_is_write(__u8 entry)
{
	return entry >= ENTRY_WRITE_ATTACH && entry <= ENTRY_WRITE_FRAME;
}

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Issues every ioctl() of /dev/pgwalk with valid arguments and a buffer for the records. */
#ifndef PGWALK_ORACLE_CALL_H
#define PGWALK_ORACLE_CALL_H

#include <stdbool.h>
#include <sys/types.h>
#include <pgwalk.h>

#define CALL_ROOM	32768

/**
 * struct call_buffer - the argument of a call and the records that it points to
 * @arg:	input; the module writes its output fields
 * @records:	filled by the call
 */
struct call_buffer {
	union {
		__u32 size;
		struct pgwalk_info info;
		struct pgwalk_attach attach;
		struct pgwalk_translate translate;
		struct pgwalk_segments segments;
		struct pgwalk_gdt gdt;
		struct pgwalk_scan scan;
		struct pgwalk_frames frames;
		struct pgwalk_rmap rmap;
		struct pgwalk_vmas vmas;
		struct pgwalk_mm mm;
		struct pgwalk_tables tables;
		__u64 words[48];
	} arg;
	__u64 records[CALL_ROOM / 8];
};

/**
 * struct call - a call
 * @name:	for messages
 * @request:	of ioctl()
 * @attached:	the call reads the process that the file is attached to
 * @fill:	sets the argument. For ATTACH, @pid is the process to attach to
 */
struct call {
	const char *name;
	unsigned long request;
	bool attached;
	void (*fill)(struct call_buffer *buffer, pid_t pid, __u64 address);
};

/* Ends with an entry without a name; does not include ATTACH */
extern const struct call calls[];
extern const struct call call_attach;

/* The process must have a page at address. Return 0 or -errno */
int call_make(const struct call *call, int fd, pid_t pid, __u64 address,
	      struct call_buffer *buffer);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Every call of /dev/pgwalk, with an argument that it accepts, and room for the answer. */
#ifndef PGWALK_ORACLE_CALL_H
#define PGWALK_ORACLE_CALL_H

#include <stdbool.h>
#include <sys/types.h>
#include <pgwalk.h>

#define CALL_ROOM	32768

/**
 * struct call_answer - the argument of a call, and what it points to
 * @arg:	as it was given, then as it came back
 * @records:	what the call filled
 */
struct call_answer {
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
 * @attached:	it is about the process that the file is attached to
 * @fill:	sets the argument. For ATTACH, pid is whom to attach
 */
struct call {
	const char *name;
	unsigned long request;
	bool attached;
	void (*fill)(struct call_answer *answer, pid_t pid, __u64 address);
};

/* Ends with one without a name; ATTACH is not among them */
extern const struct call calls[];
extern const struct call call_attach;

/* A page of the process is at address. 0 or -errno */
int call_make(const struct call *call, int fd, pid_t pid, __u64 address,
	      struct call_answer *answer);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of a page as pgwalk reports them, from the device or the text. */
#ifndef PGWALK_ORACLE_RMAP_RESULT_H
#define PGWALK_ORACLE_RMAP_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

#define RMAP_RESULT_MAX	4096

/**
 * struct rmap_result - all mappings of a page
 * @error:	0 or -errno
 * @status, @method, @mapcount: as in struct pgwalk_rmap
 * @found:	sum over all calls
 * @calls:	number of ioctl() calls
 */
struct rmap_result {
	int error;
	__u32 status, method;
	int mapcount;
	__u64 found, pfn;
	unsigned int calls;
	size_t nr;
	struct pgwalk_rmap_hit hit[RMAP_RESULT_MAX];
};

/* Call the device with this number of records a call until all mappings are read */
void rmap_result_from_device(struct rmap_result *result, int fd, __u64 pfn, unsigned int records);
/* Parse the text of a response to "pfn N"; false: it does not have the documented form */
bool rmap_result_parse(struct rmap_result *result, const char *text);
/* Send a request to the debugfs file and read the text; NULL: see *error */
char *rmap_result_text(const char *request, int *error);

#endif

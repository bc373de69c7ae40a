/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the target's mappings, again and again, within a share of one CPU. */
#ifndef PGWALK_COLLECT_LOOK_H
#define PGWALK_COLLECT_LOOK_H

#include <stdint.h>
#include <sys/types.h>

#include "device.h"

/**
 * struct look_sink - who takes what was seen; each returns 0 or ends the look
 * @begin: from here on, at this time
 * @vma: one mapping; by address
 * @end: that was all up to here
 * @ctx: for each
 */
struct look_sink {
	int (*begin)(void *ctx, uint64_t start, uint64_t now_ns);
	int (*vma)(void *ctx, const struct pgwalk_vma *vma);
	int (*end)(void *ctx, uint64_t end);
	void *ctx;
};

struct look;

int look__create(struct look **out, pid_t pid, struct device *device,
		 const struct look_sink *sink, uint64_t now_ns);
void look__destroy(struct look *l);
uint64_t look__spent_ns(const struct look *l);

int look__around(struct look *l, uint64_t now_ns);
int look__at(struct look *l, uint64_t start, uint64_t end, uint64_t now_ns);

#endif

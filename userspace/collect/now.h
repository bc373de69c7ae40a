/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What pages are now: asked of the module by address, when somebody looks at them.
 * It keeps nothing between two questions.
 */
#ifndef PGWALK_COLLECT_NOW_H
#define PGWALK_COLLECT_NOW_H

#include <stddef.h>
#include <stdint.h>

#include "../snapshot.h"
#include "device.h"

/* Takes what one page is now: @run has one page; kind none: nothing is there */
typedef int (*now_page_fn)(void *ctx, const struct pgwalk_frame_run *run);

/**
 * struct now_pages - pages to be asked about
 * @addr: their addresses, in any order; those of a page are rounded down
 * @count: how many there are; at most NOW_PAGES_MAX of them are asked about
 * @limit_ns: end after so much time, with what there is by then
 */
struct now_pages {
	const uint64_t *addr;
	size_t count;
	uint64_t limit_ns;
};

#define NOW_PAGES_MAX	4096

/*
 * Calls @fn for each, in the order of @addr, until the time is over. Return: how many were
 * told; -ESRCH: the target's memory is gone (device__attach() again after an
 * execve); what @fn returned other than 0; or -errno.
 */
long now__pages(struct device *d, const struct now_pages *pages,
		now_page_fn fn, void *ctx);

/*
 * The walk to an address, the frame it ends at, and who else maps it. What can
 * not be told is said in @answer->error; @d may be NULL: there is no module.
 */
void now__ask(struct device *d, uint64_t addr, struct snapshot_answer *answer);

#endif

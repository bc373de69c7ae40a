/* SPDX-License-Identifier: GPL-2.0 */
/* What pages are now: asked of the module by address, when somebody looks at them. */
#ifndef PGWALK_COLLECT_NOW_H
#define PGWALK_COLLECT_NOW_H

#include <stddef.h>
#include <stdint.h>

#include "../snapshot.h"
#include "device.h"

/** NOW_PAGES_MAX - so many pages are asked about at a time */
#define NOW_PAGES_MAX	4096

/* Takes what one page is now: @run has one page; kind none: nothing is there */
typedef int (*now_page_fn)(void *ctx, const struct pgwalk_frame_run *run);

/**
 * struct now_pages - pages to be asked about
 * @addr: an address in each, in any order
 * @count: how many; those beyond NOW_PAGES_MAX are left out
 * @limit_ns: end after so much time, with what there is by then
 */
struct now_pages {
	const uint64_t *addr;
	size_t count;
	uint64_t limit_ns;
};

long now__pages(struct device *d, const struct now_pages *pages,
		now_page_fn fn, void *ctx);
void now__ask(struct device *d, uint64_t addr, struct snapshot_answer *answer);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Records into the memory of a caller. */
#ifndef PGWALK_DELIVER_H
#define PGWALK_DELIVER_H

#include <linux/types.h>

struct pgwalk_frame_run;
struct pgwalk_run;

int pgwalk_deliver_pages(struct pgwalk_run __user *to, const struct pgwalk_run *run, u32 nr);
int pgwalk_deliver_frame_runs(struct pgwalk_frame_run __user *to,
			      const struct pgwalk_frame_run *run, u32 nr);
int pgwalk_deliver_frame_pages(struct pgwalk_frame_run __user *to,
			       const struct pgwalk_frame_run *run, u32 nr);
int pgwalk_deliver_list(struct pgwalk_run __user *to, const struct pgwalk_run *run,
			const u64 *pfn, u32 nr);

#endif /* PGWALK_DELIVER_H */

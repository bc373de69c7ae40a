/* SPDX-License-Identifier: GPL-2.0 */
/* What this module can do here, and what it has cost. */
#ifndef PGWALK_INFO_H
#define PGWALK_INFO_H

struct pgwalk_info;

void pgwalk_info_fill(struct pgwalk_info *info);

#endif /* PGWALK_INFO_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Sums over mappings and over pages. */
#ifndef PGWALK_MODEL_SUM_H
#define PGWALK_MODEL_SUM_H

#include "pgwalk.h"
#include "../inspect.h"

void sum__vma(struct pgwalk_vma *total, const struct pgwalk_vma *vma);
bool sum__is_empty(const struct pgwalk_vma *vma);
void sum__run(struct inspect_pages *total, const struct pgwalk_frame_run *run,
	      uint64_t start, uint64_t end);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* What is told of faults that were added up. */
#ifndef PGWALK_MODEL_FIGURES_H
#define PGWALK_MODEL_FIGURES_H

#include "../snapshot.h"
#include "faults.h"

void figures__show(struct snapshot_faults *to, const struct fault_sum *sum);

#endif

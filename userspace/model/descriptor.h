/* SPDX-License-Identifier: GPL-2.0 */
/* Segment descriptors of x86, taken apart. */
#ifndef PGWALK_MODEL_DESCRIPTOR_H
#define PGWALK_MODEL_DESCRIPTOR_H

#include "../inspect.h"

void descriptor__decode(struct inspect_descriptor *d, uint64_t raw,
			uint64_t high);

#endif

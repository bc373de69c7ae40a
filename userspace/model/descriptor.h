/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Decodes segment descriptors of x86. */
#ifndef PGWALK_MODEL_DESCRIPTOR_H
#define PGWALK_MODEL_DESCRIPTOR_H

#include "../inspect.h"

void descriptor__decode(struct inspect_descriptor *d, uint64_t raw,
			uint64_t high);

#endif

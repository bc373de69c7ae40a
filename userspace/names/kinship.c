// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of relations between processes. */
#include "../inspect.h"
#include "names.h"

/**
 * names__kinship - return the name of a relation between processes
 * @kinship: enum inspect_kinship
 */
const char *names__kinship(uint32_t kinship)
{
	static const char *const words[INSPECT_KINSHIP_NR] = {
#define X(name, text) text,
		INSPECT_KINSHIPS(X)
#undef X
	};

	return kinship < INSPECT_KINSHIP_NR ? words[kinship] : NULL;
}

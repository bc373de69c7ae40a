/* SPDX-License-Identifier: GPL-2.0 */
/* Snapshots as JSON Lines, one object an interval. */
#ifndef PGWALK_PRESENT_JSON_H
#define PGWALK_PRESENT_JSON_H

#include <stdbool.h>
#include <stdio.h>

#include "../snapshot.h"

int json__format(FILE *out, const struct snapshot *s, bool regions);

#endif

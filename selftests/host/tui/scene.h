/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Fake snapshots for the tests of the screen: equal in each run. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "../../../userspace/snapshot.h"

/* Fill a snapshot by the name of the scene; return NULL for an unknown scene */
const struct snapshot *scene__make(const char *name, uint64_t number);
/* Fill the result of a page query */
void scene__page(const char *name, uint64_t addr, struct snapshot_page_details *answer);

#endif

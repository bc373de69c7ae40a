/* SPDX-License-Identifier: GPL-2.0 */
/* Made-up snapshots for the tests of the screen: the same on every run. */
#ifndef TUI_SCENE_H
#define TUI_SCENE_H

#include "../../userspace/snapshot.h"

/* Fills a snapshot by the name of the scene; NULL: there is no such scene */
const struct snapshot *scene__make(const char *name, uint64_t number);
/* As if somebody had been asked about a page */
void scene__answer(const char *name, uint64_t addr, struct snapshot_answer *answer);

#endif

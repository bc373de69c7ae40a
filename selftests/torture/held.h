/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked of the sentinel all the time, each answer held against what is known. */
#ifndef PGWALK_TORTURE_HELD_H
#define PGWALK_TORTURE_HELD_H

#include "sentinel.h"

/* Note what stays the same; the module must be there, nothing else going on yet */
bool held_note(const struct sentinel *sentinel);
/* Ask everything once */
void held_check(const struct sentinel *sentinel);

#endif

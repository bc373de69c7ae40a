/* SPDX-License-Identifier: GPL-2.0 */
/* The sentinel as a whole: what is told of it is told again and again. */
#ifndef PGWALK_TORTURE_HELD_TOTALS_H
#define PGWALK_TORTURE_HELD_TOTALS_H

#include <stdbool.h>

/* fd: of the device, attached to it */
bool held_totals_note(int fd);
void held_totals_check(int fd);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Who may look. */
#ifndef PGWALK_ACCESS_H
#define PGWALK_ACCESS_H

#include <linux/types.h>

int pgwalk_access_check(void);
bool pgwalk_access_is_locked_down(void);

#endif /* PGWALK_ACCESS_H */

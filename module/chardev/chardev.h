/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* /dev/pgwalk. */
#ifndef PGWALK_CHARDEV_H
#define PGWALK_CHARDEV_H

int pgwalk_chardev_init(void);
void pgwalk_chardev_exit(void);

#endif /* PGWALK_CHARDEV_H */

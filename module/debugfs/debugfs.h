/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The debugfs files of the module. */
#ifndef PGWALK_DEBUGFS_H
#define PGWALK_DEBUGFS_H

void pgwalk_debugfs_init(void);
void pgwalk_debugfs_exit(void);

#endif /* PGWALK_DEBUGFS_H */

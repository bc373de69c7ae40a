/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Access to the module: open, ioctl, close. Tests link another implementation. */
#ifndef PGWALK_COLLECT_DEVIO_H
#define PGWALK_COLLECT_DEVIO_H

int devio__open(void);
void devio__close(int fd);
int devio__call(int fd, unsigned long request, void *arg);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The setting of huge pages of a mounted tmpfs. */
#ifndef PGWALK_COLLECT_TMPFS_H
#define PGWALK_COLLECT_TMPFS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

bool tmpfs__parse_mount(const char *line, uint32_t dev_major, uint32_t dev_minor, uint8_t *huge);
uint8_t tmpfs__huge(const char *proc, pid_t pid, uint32_t dev_major, uint32_t dev_minor);
bool tmpfs__is_internal(uint32_t dev_major, uint32_t dev_minor);

#endif

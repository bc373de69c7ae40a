/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The parts of the kernel that clear accessed bits on this machine. */
#ifndef PGWALK_COLLECT_AGING_H
#define PGWALK_COLLECT_AGING_H

unsigned int aging__read(const char *proc);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Features of the module on this kernel and CPU, and its cost counters. */
#ifndef PGWALK_INFO_H
#define PGWALK_INFO_H

struct pgwalk_info;

void pgwalk_info_fill(struct pgwalk_info *info);
void pgwalk_info_redact(struct pgwalk_info *info);

#endif /* PGWALK_INFO_H */

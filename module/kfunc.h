/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Kfuncs for BPF programs. */
#ifndef PGWALK_KFUNC_H
#define PGWALK_KFUNC_H

#include <linux/types.h>

int bpf_pgwalk_probe(u64 addr, u64 flags, void *entry, u32 entry__sz);
int bpf_pgwalk_present(u64 start, u64 end, u64 flags);

void pgwalk_kfunc_init(void);
bool pgwalk_kfunc_is_registered(void);

#endif /* PGWALK_KFUNC_H */

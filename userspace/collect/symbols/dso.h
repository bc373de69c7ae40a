/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The files that a process maps executable, and the symbols in them. */
#ifndef PGWALK_COLLECT_DSO_H
#define PGWALK_COLLECT_DSO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proc_maps.h"

struct dsos;

int dsos__create(struct dsos **out, pid_t pid, int proc);
void dsos__destroy(struct dsos *f);

const char *dsos__find(struct dsos *f,
		       const struct proc_maps *maps,
		       struct symbol_mapping *m, uint64_t addr,
		       uint64_t *in_function);
int dsos__open_map(const struct dsos *f);

#endif

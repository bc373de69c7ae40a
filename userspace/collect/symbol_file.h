/* SPDX-License-Identifier: GPL-2.0 */
/* The files that a process runs, each read once, some of them at a time. */
#ifndef PGWALK_COLLECT_SYMBOL_FILE_H
#define PGWALK_COLLECT_SYMBOL_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "symbol_maps.h"

struct symbol_files;

int symbol_files__create(struct symbol_files **out, pid_t pid, int proc);
void symbol_files__destroy(struct symbol_files *f);

const char *symbol_files__find(struct symbol_files *f,
			       const struct symbol_maps *maps,
			       struct symbol_mapping *m, uint64_t addr,
			       uint64_t *in_function);
int symbol_files__open_map(const struct symbol_files *f);

#endif

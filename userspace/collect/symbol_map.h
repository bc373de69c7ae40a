/* SPDX-License-Identifier: GPL-2.0 */
/* The functions that a process makes while it runs, as it tells perf of them. */
#ifndef PGWALK_COLLECT_SYMBOL_MAP_H
#define PGWALK_COLLECT_SYMBOL_MAP_H

#include <stdint.h>

struct symbol_map;

int symbol_map__create(struct symbol_map **out);
void symbol_map__destroy(struct symbol_map *m);

int symbol_map__read(struct symbol_map *m, int fd);
const char *symbol_map__find(const struct symbol_map *m, uint64_t addr,
			     uint64_t *start);

#endif

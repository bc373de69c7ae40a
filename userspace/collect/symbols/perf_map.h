/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Functions compiled at run time, read from /tmp/perf-PID.map. */
#ifndef PGWALK_COLLECT_PERF_MAP_H
#define PGWALK_COLLECT_PERF_MAP_H

#include <stdint.h>

struct perf_map;

int perf_map__create(struct perf_map **out);
void perf_map__destroy(struct perf_map *m);

int perf_map__read(struct perf_map *m, int fd);
const char *perf_map__find(const struct perf_map *m, uint64_t addr,
			   uint64_t *start);

#endif

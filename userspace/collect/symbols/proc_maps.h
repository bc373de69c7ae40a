/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The executable mappings of a process, as last read. */
#ifndef PGWALK_COLLECT_PROC_MAPS_H
#define PGWALK_COLLECT_PROC_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pgwalk.h"

struct dso;

/**
 * struct symbol_mapping - an executable mapping
 * @start: first address
 * @end: first address after the mapping
 * @offset: file offset of @start
 * @dev: device of the file, as in /proc/PID/maps
 * @ino: inode of the file; 0: none
 * @path: path or name as in /proc/PID/maps, e.g. "[vdso]"; may be empty
 * @module: last component of @path, without "(deleted)"; "[anon]" if @path is empty
 * @file: symbols, set by dsos__find(); kept when the list is read again and the mapping is
 *	unchanged
 * @tried: @file was looked up
 */
struct symbol_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t dev;
	uint64_t ino;
	char *path;
	char *module;
	struct dso *file;
	bool tried;
};

/**
 * struct proc_maps - executable mappings, by address
 * @at: the mappings
 * @nr: number of @at
 */
struct proc_maps {
	struct symbol_mapping *at;
	size_t nr;
};

int proc_maps__read(struct proc_maps *m, int proc);
int proc_maps__put(struct proc_maps *m, const struct pgwalk_vma *vma);
int proc_maps__copy(struct proc_maps *m, const struct proc_maps *from);
void proc_maps__clear(struct proc_maps *m);
struct symbol_mapping *proc_maps__find(const struct proc_maps *m,
				       uint64_t addr);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Where the code of a process is mapped, as it was at the last look. */
#ifndef PGWALK_COLLECT_SYMBOL_MAPS_H
#define PGWALK_COLLECT_SYMBOL_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pgwalk.h"

struct symbol_file;

/**
 * struct symbol_mapping - a mapping that may be executed
 * @start: first address
 * @end: the first address behind it
 * @offset: of @start in the file
 * @dev: of the file, as /proc/PID/maps tells it
 * @ino: of the file; 0: none
 * @path: as there; "[vdso]" and the like too; may be empty
 * @module: the end of it, without "(deleted)"; "[anon]" if it is empty
 * @file: the owner's, NULL at first; the same again after a look that found the same
 * @tried: likewise
 */
struct symbol_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t dev;
	uint64_t ino;
	char *path;
	char *module;
	struct symbol_file *file;
	bool tried;
};

/**
 * struct symbol_maps - mappings by address
 * @at: them
 * @nr: how many
 */
struct symbol_maps {
	struct symbol_mapping *at;
	size_t nr;
};

int symbol_maps__look(struct symbol_maps *m, int proc);
int symbol_maps__put(struct symbol_maps *m, const struct pgwalk_vma *vma);
int symbol_maps__take(struct symbol_maps *m, const struct symbol_maps *from);
void symbol_maps__clear(struct symbol_maps *m);
struct symbol_mapping *symbol_maps__find(const struct symbol_maps *m,
					 uint64_t addr);

#endif

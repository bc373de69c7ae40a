/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The loaded probes, for the files of this directory that load, attach and drain
 * them: no others include it. Besides them nobody knows libbpf.
 */
#ifndef PGWALK_COLLECT_PROBES_H
#define PGWALK_COLLECT_PROBES_H

#include <bpf/libbpf.h>

#include "bpf.h"
#include "../../bpf/row_slot.h"
#include "fault.skel.h"

/**
 * struct generation - one of the two arrays of rows, mapped
 * @fd:		the map
 * @slots:	its memory
 * @head:	in the place of a slot
 */
struct generation {
	int fd;
	struct row_slot *slots;
	struct generation_head *head;
};

/**
 * struct probes - the loaded programs and the two generations of rows
 * @bytes:	of each generation
 * @active:	the generation that programs write to
 * @last_number: of the generation last published
 * @folded:	faults drained from the rows "(other mappings)"
 * @settle:	the iterator over the target's tasks, NULL before probes__watch()
 */
struct probes {
	struct fault_bpf *skel;
	struct generation generations[2];
	size_t bytes;
	int active;
	__u64 last_number;
	__u64 folded;
	bool has_module;
	struct bpf_link *settle;
};

/* rows.c */
int probes__size_rows(struct probes *p, __u32 rows);
int probes__map_rows(struct probes *p);
void probes__unmap_rows(struct probes *p);

#endif /* PGWALK_COLLECT_PROBES_H */

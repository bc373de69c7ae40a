/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The mappings of a process that pgwalk reports, from the view or the device. */
#ifndef PGWALK_ORACLE_VMA_TABLE_H
#define PGWALK_ORACLE_VMA_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

/**
 * struct vma_row - one mapping; sizes in KiB
 * @header: formatted as the line of /proc/PID/maps
 */
struct vma_row {
	char header[4352];
	__u64 start, end, vm_flags;
	int kind;
	__u64 rss, dirty, swap, huge_2m, huge_1g;
	__u64 young, soft_dirty, exclusive, shared, large, ksm, pss, lazyfree;
	__u64 node[PGWALK_VMA_NODES];
};

/**
 * struct vma_table - all mappings
 * @total:	the last line; zero if there is none
 */
struct vma_table {
	struct vma_row *rows;
	size_t nr;
	struct vma_row total;
	bool has_total;
	char error[200];
};

bool vma_table_from_text(struct vma_table *table, char *text);
/* Read by PGWALK_IOC_VMAS with a buffer of this size; 0 or -errno */
int vma_table_from_device(struct vma_table *table, int fd, __u64 end,
			  __u32 flags, __u32 bytes);
const struct vma_row *vma_table_find(const struct vma_table *table, __u64 address);
void vma_table_free(struct vma_table *table);

#endif

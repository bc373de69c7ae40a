// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The result of a page query for the busy server. */
#include <string.h>

#include "scene.h"
#include "server.h"

void scene__page(const char *name, uint64_t addr, struct snapshot_page_details *a)
{
	unsigned int i;

	*a = (struct snapshot_page_details){ .addr = addr };
	if (!strcmp(name, "cannot")) {
		a->error = "the process has exited";
		return;
	}
	a->translate = (struct pgwalk_translate){ .addr = addr, .linear = addr, .status = PGWALK_TRANSLATE_DONE,
						  .nr_steps = 4, .vma_start = SERVER_HEAP, .vma_end = SERVER_HEAP_END,
						  .vma_kind = PGWALK_VMA_HEAP, .vma_prot = 3, .prot = 3 };
	for (i = 0; i < 4; i++) {
		struct pgwalk_step *step = &a->translate.step[i];
		struct pgwalk_entry *e = &step->entry;

		step->table_pfn = 0x1a2b0 + i;
		step->index = (unsigned int)(addr >> (39 - 9 * i) & 511);
		*e = (struct pgwalk_entry){ .flags = i == 3 ? 0x467 : 0x27, .pfn = i == 3 ? 0x10bc4 : 0x1a2b1 + i,
					    .kind = i == 3 ? PGWALK_KIND_PRESENT : PGWALK_KIND_TABLE,
					    .level = (uint8_t)(4 - i), .shift = (uint8_t)(39 - 9 * i) };
		e->value = e->pfn << 12 | 0x67 | (i == 3 ? 1ULL << 63 : 0);
	}
	a->has_frame = true;
	a->frame = (struct pgwalk_frame){ .pfn = 0x10bc4, .flags = 1ULL << 12 | 1ULL << 5 | 1ULL << 11,
					  .head_pfn = 0x10bc4, .refcount = 2, .mapcount = 2, .folio_mapcount = 2,
					  .kind = PGWALK_FRAME_ANON, .zone = PGWALK_ZONE_NORMAL,
					  .lru = PGWALK_LRU_ACTIVE_ANON, .gen = -1 };
	a->has_rmap = true;
	a->rmap = (struct pgwalk_rmap){ .pfn = 0x10bc4, .status = PGWALK_RMAP_DONE,
					.method = PGWALK_RMAP_METHOD_ANON, .mapcount = 2, .found = 2 };
	a->nr_hits = 2;
	for (i = 0; i < 2; i++) {
		a->hit[i] = (struct pgwalk_rmap_hit){ .addr = addr, .vma_start = SERVER_HEAP, .vma_end = SERVER_HEAP_END,
						      .flags = 0x425, .tgid = 4211 + 77 * (int)i, .counted = 1,
						      .kind = PGWALK_KIND_PRESENT, .shift = 12, .prot = 3,
						      .vma_kind = PGWALK_VMA_HEAP };
		strcpy(a->hit[i].comm, i ? "redis-rdb-bgsav" : "redis-server");
	}
}

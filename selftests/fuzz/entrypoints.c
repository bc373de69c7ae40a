// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The table of entry points of the module, made from its ABI. */
#include <stddef.h>
#include <pgwalk.h>

#include "entrypoints.h"

#define CALL(word, type)						\
	.name = #word, .request = PGWALK_IOC_##word,			\
	.size = sizeof(type), .first_size = sizeof(type), .head = 4
#define ARRAY(type, where, count, fill, bytes)				\
	{ offsetof(type, where), offsetof(type, count),			\
	  offsetof(type, fill), bytes }

const struct entrypoint entrypoints[ENTRY_NR] = {
	[ENTRY_INFO] = {
		.name = "INFO", .request = PGWALK_IOC_INFO, .head = 4,
		.size = sizeof(struct pgwalk_info), .first_size = 8,
	},
	[ENTRY_ATTACH] = { CALL(ATTACH, struct pgwalk_attach) },
	[ENTRY_SCAN] = {
		.name = "SCAN", .request = PGWALK_IOC_SCAN, .head = 4,
		.size = sizeof(struct pgwalk_scan),
		.first_size = PGWALK_SCAN_SIZE_1,
		.array[0] = ARRAY(struct pgwalk_scan, records, nr_records,
				  filled, sizeof(struct pgwalk_run)),
	},
	[ENTRY_VMAS] = {
		CALL(VMAS, struct pgwalk_vmas),
		.array[0] = ARRAY(struct pgwalk_vmas, records, bytes, filled, 1),
	},
	[ENTRY_TRANSLATE] = {
		.name = "TRANSLATE", .request = PGWALK_IOC_TRANSLATE,
		.size = sizeof(struct pgwalk_translate),
		.first_size = PGWALK_TRANSLATE_SIZE_1,
		.head = offsetof(struct pgwalk_translate, linear),
	},
	[ENTRY_FRAMES] = {
		CALL(FRAMES, struct pgwalk_frames),
		.array[0] = ARRAY(struct pgwalk_frames, records, nr_records,
				  filled, sizeof(struct pgwalk_frame)),
	},
	[ENTRY_RMAP] = {
		.name = "RMAP", .request = PGWALK_IOC_RMAP,
		.size = sizeof(struct pgwalk_rmap),
		.first_size = sizeof(struct pgwalk_rmap),
		.head = sizeof(struct pgwalk_rmap),
		.array[0] = ARRAY(struct pgwalk_rmap, records, nr_records,
				  filled, sizeof(struct pgwalk_rmap_hit)),
	},
	[ENTRY_MM] = {
		CALL(MM, struct pgwalk_mm),
		.array[0] = ARRAY(struct pgwalk_mm, tasks, nr_records,
				  filled, sizeof(struct pgwalk_task)),
	},
	[ENTRY_TABLES] = {
		CALL(TABLES, struct pgwalk_tables),
		.array[0] = ARRAY(struct pgwalk_tables, records, nr_records,
				  filled, sizeof(struct pgwalk_pgtable_stats)),
	},
	[ENTRY_SEGMENTS] = {
		CALL(SEGMENTS, struct pgwalk_segments),
		.array = {
			ARRAY(struct pgwalk_segments, threads, nr_records,
			      filled, sizeof(struct pgwalk_thread)),
			{ offsetof(struct pgwalk_segments, ldt),
			  offsetof(struct pgwalk_segments, nr_ldt), 0, 8 },
		},
	},
	[ENTRY_GDT] = {
		.name = "GDT", .request = PGWALK_IOC_GDT,
		.size = sizeof(struct pgwalk_gdt),
		.first_size = sizeof(struct pgwalk_gdt),
		.head = offsetof(struct pgwalk_gdt, base),
	},
	[ENTRY_ANY] = { .name = "ioctl" },
	[ENTRY_WRITE_ATTACH] = { .name = "write", .file = "attach" },
	[ENTRY_WRITE_TRANSLATE] = { .name = "write", .file = "translate" },
	[ENTRY_WRITE_RMAP] = { .name = "write", .file = "rmap" },
	[ENTRY_WRITE_FRAME] = { .name = "write", .file = "frame" },
	[ENTRY_READ] = { .name = "read" },
};

const char *const entrypoint_views[] = {
	"info", "gdt", "attach", "/mm", "/vmas", "/pages", "/tables", "/segments",
	NULL
};

// SPDX-License-Identifier: GPL-2.0
/* The ways into the module, as a table made from its ABI. */
#include <stddef.h>
#include <pgwalk.h>

#include "door.h"

#define CALL(word, type)						\
	.name = #word, .request = PGWALK_IOC_##word,			\
	.size = sizeof(type), .first_size = sizeof(type), .head = 4
#define ARRAY(type, where, count, fill, bytes)				\
	{ offsetof(type, where), offsetof(type, count),			\
	  offsetof(type, fill), bytes }

const struct door doors[DOOR_NR] = {
	[DOOR_INFO] = {
		.name = "INFO", .request = PGWALK_IOC_INFO, .head = 4,
		.size = sizeof(struct pgwalk_info), .first_size = 8,
	},
	[DOOR_ATTACH] = { CALL(ATTACH, struct pgwalk_attach) },
	[DOOR_SCAN] = {
		.name = "SCAN", .request = PGWALK_IOC_SCAN, .head = 4,
		.size = sizeof(struct pgwalk_scan),
		.first_size = PGWALK_SCAN_SIZE_1,
		.array[0] = ARRAY(struct pgwalk_scan, records, nr_records,
				  filled, sizeof(struct pgwalk_run)),
	},
	[DOOR_VMAS] = {
		CALL(VMAS, struct pgwalk_vmas),
		.array[0] = ARRAY(struct pgwalk_vmas, records, bytes, filled, 1),
	},
	[DOOR_TRANSLATE] = {
		.name = "TRANSLATE", .request = PGWALK_IOC_TRANSLATE,
		.size = sizeof(struct pgwalk_translate),
		.first_size = PGWALK_TRANSLATE_SIZE_1,
		.head = offsetof(struct pgwalk_translate, linear),
	},
	[DOOR_FRAMES] = {
		CALL(FRAMES, struct pgwalk_frames),
		.array[0] = ARRAY(struct pgwalk_frames, records, nr_records,
				  filled, sizeof(struct pgwalk_frame)),
	},
	[DOOR_RMAP] = {
		CALL(RMAP, struct pgwalk_rmap),
		.array[0] = ARRAY(struct pgwalk_rmap, records, nr_records,
				  filled, sizeof(struct pgwalk_rmap_hit)),
	},
	[DOOR_MM] = {
		CALL(MM, struct pgwalk_mm),
		.array[0] = ARRAY(struct pgwalk_mm, tasks, nr_records,
				  filled, sizeof(struct pgwalk_task)),
	},
	[DOOR_TABLES] = {
		CALL(TABLES, struct pgwalk_tables),
		.array[0] = ARRAY(struct pgwalk_tables, records, nr_records,
				  filled, sizeof(struct pgwalk_census)),
	},
	[DOOR_SEGMENTS] = {
		CALL(SEGMENTS, struct pgwalk_segments),
		.array = {
			ARRAY(struct pgwalk_segments, threads, nr_records,
			      filled, sizeof(struct pgwalk_thread)),
			{ offsetof(struct pgwalk_segments, ldt),
			  offsetof(struct pgwalk_segments, nr_ldt), 0, 8 },
		},
	},
	[DOOR_GDT] = {
		.name = "GDT", .request = PGWALK_IOC_GDT,
		.size = sizeof(struct pgwalk_gdt),
		.first_size = sizeof(struct pgwalk_gdt),
		.head = offsetof(struct pgwalk_gdt, base),
	},
	[DOOR_ANY] = { .name = "ioctl" },
	[DOOR_WRITE_ATTACH] = { .name = "write", .file = "attach" },
	[DOOR_WRITE_TRANSLATE] = { .name = "write", .file = "translate" },
	[DOOR_WRITE_RMAP] = { .name = "write", .file = "rmap" },
	[DOOR_WRITE_FRAME] = { .name = "write", .file = "frame" },
	[DOOR_READ] = { .name = "read" },
};

const char *const door_views[] = {
	"info", "gdt", "attach", "/mm", "/vmas", "/pages", "/tables", "/segments",
	NULL
};

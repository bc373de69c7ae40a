// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Fills the arguments of the ioctls of /dev/pgwalk and issues them; does not check the results. */
#include <string.h>

#include "call.h"
#include "interface.h"
#include "pagemap.h"

#define TO_RECORDS(buffer)	((unsigned long)(buffer)->records)

static void fill_info(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.size = sizeof(a->arg.info);
}

static void fill_attach(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.attach = (struct pgwalk_attach){ .size = sizeof(a->arg.attach), .pid = pid };
}

static void fill_translate(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.translate = (struct pgwalk_translate){
		.size = sizeof(a->arg.translate), .addr = address,
	};
}

#if defined(__x86_64__)
static void fill_logical(struct call_buffer *a, pid_t pid, __u64 address)
{
	fill_translate(a, pid, 0);
	a->arg.translate.reg = PGWALK_SEGMENT_FS;
	a->arg.translate.tid = pid;
}

static void fill_segments(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.segments = (struct pgwalk_segments){
		.size = sizeof(a->arg.segments), .threads = TO_RECORDS(a),
		.nr_records = 16,
	};
}

static void fill_gdt(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.gdt = (struct pgwalk_gdt){ .size = sizeof(a->arg.gdt) };
}
#endif

static void fill_runs(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.scan = (struct pgwalk_scan){
		.size = sizeof(a->arg.scan), .end = INTERFACE_USER_END,
		.records = TO_RECORDS(a), .nr_records = CALL_ROOM / sizeof(struct pgwalk_run),
	};
}

static void fill_pages(struct call_buffer *a, pid_t pid, __u64 address)
{
	fill_runs(a, pid, address);
	a->arg.scan.flags = PGWALK_SCAN_PAGES;
}

static void fill_frame_runs(struct call_buffer *a, pid_t pid, __u64 address)
{
	fill_runs(a, pid, address);
	a->arg.scan.flags = PGWALK_SCAN_FRAMES;
	a->arg.scan.nr_records = CALL_ROOM / sizeof(struct pgwalk_frame_run);
}

static void fill_frames(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.frames = (struct pgwalk_frames){
		.size = sizeof(a->arg.frames), .pfn = PM_PFN(pagemap_one(pid, address)),
		.count = 17, .records = TO_RECORDS(a), .nr_records = 17,
	};
}

static void fill_rmap(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.rmap = (struct pgwalk_rmap){
		.size = sizeof(a->arg.rmap), .pfn = PM_PFN(pagemap_one(pid, address)),
		.records = TO_RECORDS(a), .nr_records = 64,
	};
}

static void fill_rmap_address(struct call_buffer *a, pid_t pid, __u64 address)
{
	fill_rmap(a, pid, address);
	a->arg.rmap.flags = PGWALK_RMAP_ADDRESS;
	a->arg.rmap.pfn = 0;
	a->arg.rmap.addr = address;
}

static void fill_vmas(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.vmas = (struct pgwalk_vmas){
		.size = sizeof(a->arg.vmas), .end = INTERFACE_USER_END,
		.records = TO_RECORDS(a), .bytes = CALL_ROOM,
	};
}

static void fill_vmas_counted(struct call_buffer *a, pid_t pid, __u64 address)
{
	fill_vmas(a, pid, address);
	a->arg.vmas.flags = PGWALK_VMAS_COUNT | PGWALK_VMAS_FRAMES;
}

static void fill_mm(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.mm = (struct pgwalk_mm){
		.size = sizeof(a->arg.mm), .tasks = TO_RECORDS(a), .nr_records = 64,
	};
}

static void fill_tables(struct call_buffer *a, pid_t pid, __u64 address)
{
	a->arg.tables = (struct pgwalk_tables){
		.size = sizeof(a->arg.tables), .records = TO_RECORDS(a), .nr_records = 64,
	};
}

const struct call call_attach = { "ATTACH", PGWALK_IOC_ATTACH, false, fill_attach };

const struct call calls[] = {
	{ "INFO", PGWALK_IOC_INFO, false, fill_info },
	{ "FRAMES", PGWALK_IOC_FRAMES, false, fill_frames },
	{ "RMAP of a pfn", PGWALK_IOC_RMAP, false, fill_rmap },
	{ "RMAP of an address", PGWALK_IOC_RMAP, true, fill_rmap_address },
	{ "TRANSLATE", PGWALK_IOC_TRANSLATE, true, fill_translate },
	{ "SCAN by run", PGWALK_IOC_SCAN, true, fill_runs },
	{ "SCAN by page", PGWALK_IOC_SCAN, true, fill_pages },
	{ "SCAN of frames", PGWALK_IOC_SCAN, true, fill_frame_runs },
	{ "VMAS", PGWALK_IOC_VMAS, true, fill_vmas },
	{ "VMAS counted", PGWALK_IOC_VMAS, true, fill_vmas_counted },
	{ "MM", PGWALK_IOC_MM, true, fill_mm },
	{ "TABLES", PGWALK_IOC_TABLES, true, fill_tables },
#if defined(__x86_64__)
	{ "GDT", PGWALK_IOC_GDT, false, fill_gdt },
	{ "TRANSLATE of a segment", PGWALK_IOC_TRANSLATE, true, fill_logical },
	{ "SEGMENTS", PGWALK_IOC_SEGMENTS, true, fill_segments },
#endif
	{ }
};

int call_make(const struct call *call, int fd, pid_t pid, __u64 address,
	      struct call_buffer *buffer)
{
	memset(buffer, 0, sizeof(*buffer));
	call->fill(buffer, pid, address);
	return interface_ioctl(fd, call->request, &buffer->arg);
}

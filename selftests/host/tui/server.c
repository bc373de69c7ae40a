// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A busy server with all kinds of rows: figures of a real redis-server, written by hand. */
#include "server.h"
#include "stage.h"

#define LIBC	0x7f3a1c000000ULL
#define ANON	0x7f39f8000000ULL

static void add_heap(uint64_t number)
{
	struct snapshot_mapping *m = stage__add_mapping(SERVER_HEAP, 1900 * MIB, 3, PGWALK_VMA_HEAP, "[heap]");
	struct snapshot_class *c;

	m->resident = 1126 * MIB;
	m->huge = 690 * MIB;
	m->swapped = 12 * MIB;
	c = stage__add_class(m, PGWALK_FAULT_COW_COPY, 17204 + number - 1);
	stage__time_faults(&c->faults, 2100, 4200, 9800, 1200000);
	c->faults.kernel = 3;
	c->faults.retries = 4;
	c->faults.retry_ns = 1200000;
	c->faults.thp_fallback = 12;
	c->faults.leaf_4k = 0;
	c = stage__add_class(m, PGWALK_FAULT_SWAP_READ, 4);
	stage__time_faults(&c->faults, 212000, 900000, 1400000, 1400000);
	c->faults.major = 4;
	c->faults.write = 0;
	c->faults.read = 4;
}

static void add_small(void)
{
	struct snapshot_mapping *m;
	struct snapshot_class *c;

	m = stage__add_mapping(0x55d0c7000000, 2150 * KIB, 5, PGWALK_VMA_TEXT,
			"/usr/bin/redis-server");
	m->resident = 1800 * KIB;
	c = stage__add_class(m, PGWALK_FAULT_FILE_CACHED, 301);
	stage__time_faults(&c->faults, 800, 1500, 2200, 31000);
	c->faults.write = 0;
	c->faults.exec = 301;
	c->faults.around = 4515;
	m = stage__add_mapping(ANON, 64 * MIB, 3, PGWALK_VMA_ANON, "anon");
	m->resident = 24 * MIB;
	c = stage__add_class(m, PGWALK_FAULT_ANON_NEW, 812);
	stage__time_faults(&c->faults, 1400, 2100, 4000, 88000);
	c = stage__add_class(m, PGWALK_FAULT_THP_NEW, 3);
	stage__time_faults(&c->faults, 98000, 120000, 140000, 140000);
	c->faults.leaf_4k = 0;
	c->faults.leaf_2m = 3;
	m = stage__add_mapping(0, 0, 0, 0, "(no mapping)");
	m->id = SNAPSHOT_NOWHERE;
	m->counted = false;
	m->live = false;
	c = stage__add_class(m, PGWALK_FAULT_SEGV_MAP, 1);
	c->faults.write = 0;
	c->faults.read = 1;
	m->faults.count = 0;
	stage.s.signals = 1;
}

void server__add_space(void)
{
	stage.s.has_regions = true;
	stage__add_region(0x55d0c7000000, 2150 * KIB, 1800 * KIB, 0, 0, 301, "/usr/bin/redis-server");
	stage__add_region(0x55d0c7219000, 256 * KIB, 256 * KIB, 0, 0, 0, "/usr/bin/redis-server");
	stage__add_region(SERVER_HEAP, 700 * MIB, 690 * MIB, 690 * MIB, 0, 0, "[heap]");
	stage__add_region(SERVER_HEAP + 700 * MIB, 800 * MIB, 400 * MIB, 0, 2 * MIB, 17208, "[heap]");
	stage__add_region(SERVER_HEAP + 1500 * MIB, 400 * MIB, 2 * MIB, 0, 10 * MIB, 0, "[heap]");
	stage__add_region(ANON, 64 * MIB, 24 * MIB, 0, 0, 815, "anon");
	stage__add_region(0x7f3a10000000, GIB / 8, 0, 0, 0, 0, "");
	stage__add_region(0x7f3a1a000000, 24 * MIB, 2 * MIB, 2 * MIB, 0, 0, "/dev/shm/cache")->giant = 0;
	stage__add_region(LIBC, 160 * KIB, 160 * KIB, 0, 0, 0, "/usr/lib/x86_64-linux-gnu/libc.so.6");
	stage__add_region(LIBC + 160 * KIB, 1400 * KIB, 900 * KIB, 0, 0, 0,
		   "/usr/lib/x86_64-linux-gnu/libc.so.6");
	stage__add_region(0x7f3a40000000, 2 * GIB, 2 * GIB, 2 * GIB, 0, 0, "/anon_hugepage")->giant = 2 * GIB;
	stage__add_region(0x7ffd5a000000, 132 * KIB, 20 * KIB, 0, 0, 0, "[stack]");
}

void server__add_tasks(bool processes)
{
	static const char *const names[] = { "redis-server", "bio_close_file", "bio_aof", "bio_lazy_free" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct snapshot_task *task = &stage.task[stage.s.nr_tasks++];

		*task = (struct snapshot_task){
			.id = 4211 + (int32_t)i * (processes ? 100 : 1), .comm = names[i],
			.live = i != 2, .class = &stage.class[i], .nr_classes = i ? 1 : 2,
		};
		task->faults = stage.class[i].faults;
		if (!i) {
			task->faults.count += stage.class[1].faults.count;
			task->faults.major += 4;
		}
	}
	if (!processes)
		return;
	stage.task[stage.s.nr_tasks] = stage.task[3];
	stage.task[stage.s.nr_tasks].id = 0;
	stage.task[stage.s.nr_tasks++].unattributed = 1;
}

void server__add_pages(void)
{
	size_t i;

	stage.s.pages = (struct snapshot_pages){ .start = SERVER_HEAP, .end = SERVER_HEAP_END,
					      .page = stage.page, .nr_pages = NR_PAGES, .left_out = 5 };
	for (i = 0; i < NR_PAGES; i++) {
		struct snapshot_page *page = &stage.page[i];

		*page = (struct snapshot_page){
			.addr = SERVER_HEAP + (i * 37 % NR_PAGES) * 0x203000, .faults = 212 - 5 * i,
			.interval_faults = i % 7, .now_known = i % 3 != 2, .mapcount = 1 + (i == 3),
			.node = 0, .frame_flags = 1ULL << 12 | 1ULL << 5,
		};
		page->last = (struct pgwalk_fault_event){
			.addr = page->addr, .latency_ns = 2100 + 100 * i, .tid = 4211,
			.class = i == 1 ? PGWALK_FAULT_THP_NEW : PGWALK_FAULT_COW_COPY,
			.flags = PGWALK_EVENT_WRITE | PGWALK_EVENT_TIMED,
			.before = { .flags = 0x425, .pfn = 0x8f21a + i, .kind = PGWALK_KIND_PRESENT,
				    .level = 1, .shift = 12 },
			.after = { .flags = 0x467, .pfn = 0x10bc4 + i, .kind = PGWALK_KIND_PRESENT,
				   .level = 1, .shift = i == 1 ? 21 : 12 },
		};
		if (i == 1)
			page->last.before = (struct pgwalk_entry){ .kind = PGWALK_KIND_NONE,
								   .level = 1, .shift = 12 };
		page->now = page->last.after;
	}
}

/* Split the faults of a stack: one of 16 in anonymous memory, the others in the heap */
static void add_parts(struct snapshot_stack *stack, struct snapshot_part part[2])
{
	const struct snapshot_mapping *heap = &stage.mapping[0], *anon = &stage.mapping[2];

	part[0] = (struct snapshot_part){
		.mapping = heap->id, .start = heap->start, .end = heap->end, .name = heap->name,
		.count = stack->count - stack->count / 16, .total = stack->total - stack->total / 16,
		.latency_ns = stack->latency_ns - stack->latency_ns / 16,
	};
	part[1] = (struct snapshot_part){
		.mapping = anon->id, .start = anon->start, .end = anon->end, .name = anon->name,
		.count = stack->count / 16, .total = stack->total / 16,
		.latency_ns = stack->latency_ns / 16,
	};
	stack->part = part;
	stack->nr_parts = stage.s.nr_mappings ? 2 : 0;
}

void server__add_stacks(void)
{
	static const char *const names[] = { "memcpy", "sdscatlen", "addReply", "call", "processCommand",
					     "aeMain", "main", "__libc_start_main" };
	static const char *const other[] = { "je_malloc", "zmalloc", "dictAddRaw", "dbAdd", "setKey" };
	size_t i, j;

	stage.s.has_stacks = true;
	stage.s.stack = stage.stack;
	stage.s.site = stage.site;
	for (i = 0; i < 4; i++) {
		struct snapshot_stack *stack = &stage.stack[stage.s.nr_stacks++];

		*stack = (struct snapshot_stack){
			.class = i == 1 ? PGWALK_FAULT_ANON_NEW : PGWALK_FAULT_COW_COPY,
			.count = i == 2 ? 0 : 9000 >> (2 * i), .total = 120000 >> i,
			.latency_ns = (9000ULL >> (2 * i)) * 2400, .frame = stage.frame[i],
			.nr_frames = i == 3 ? 0 : i == 1 ? 5 : 8,
		};
		for (j = 0; j < stack->nr_frames; j++)
			stage.frame[i][j] = (struct snapshot_frame){
				.ip = 0x55d0c7012340 + 0x1000 * i + 0x100 * j,
				.name = i == 1 ? other[j] : j == 7 ? NULL : names[j],
				.offset = 0x40 + j, .module = j < 7 ? "redis-server" : "libc.so.6",
			};
		add_parts(stack, stage.part[i]);
		if (stack->count)
			stage.site[stage.s.nr_sites++] = (struct snapshot_site){ i + 1, *stack };
	}
}

void server__add_system(void)
{
	stage.s.system = (struct snapshot_system){
		.known = true, .tlb_known = true, .scan_kswapd = 1200, .steal_kswapd = 1100,
		.swap_in = 4, .thp_collapse = 3, .thp_split_pmd = SNAPSHOT_NOT_KNOWN,
		.tlb = { 90, 12, 400, 300, 55, 0 }, .tlb_target = { 30, 12, 200, 500, 70, 0 },
	};
}

void server__add_mappings(uint64_t number)
{
	add_heap(number);
	add_small();
}

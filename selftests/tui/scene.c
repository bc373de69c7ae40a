// SPDX-License-Identifier: GPL-2.0
/* Scenes: a busy server as in the documentation, and what is hard to draw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene.h"

#define KIB	1024ULL
#define MIB	(KIB << 10)
#define GIB	(MIB << 10)
#define MANY_MAPPINGS	4096
#define MANY_REGIONS	60000
#define NR_PAGES	40

/* Everything lies here, as in the model, and is made anew each time */
static struct {
	struct snapshot s;
	struct snapshot_target target;
	struct snapshot_mapping mapping[MANY_MAPPINGS];
	struct snapshot_class class[2 * MANY_MAPPINGS];
	size_t nr_class;
	struct snapshot_class sum[PGWALK_FAULT_CLASS_NR];
	struct snapshot_region region[MANY_REGIONS];
	struct snapshot_task task[64];
	struct snapshot_page page[NR_PAGES];
	struct snapshot_stack stack[8];
	struct snapshot_frame frame[8][12];
	struct snapshot_past past[SNAPSHOT_HISTORY];
	uint64_t bucket[64][PGWALK_HIST_BUCKETS];
	size_t nr_bucket;
	char name[MANY_MAPPINGS][32];
} at;

static unsigned int bucket_of(uint64_t v)
{
	unsigned int p = 63 - (unsigned int)__builtin_clzll(v | 1);

	return v < 4 ? (unsigned int)v : 4 * (p - 1) + ((v >> (p - 2)) & 3);
}

/* Most near the median, few near the maximum */
static void time_faults(struct snapshot_faults *f, uint64_t p50, uint64_t p90, uint64_t p99,
			uint64_t max)
{
	uint64_t *bucket = at.bucket[at.nr_bucket++ % 64];

	memset(bucket, 0, sizeof(at.bucket[0]));
	bucket[bucket_of(p50)] = f->count / 2;
	bucket[bucket_of(p50 * 2 / 3)] = f->count / 4;
	bucket[bucket_of(p90)] += f->count / 8;
	bucket[bucket_of(p99)] += f->count / 64 + 1;
	bucket[bucket_of(max)] += 1;
	f->latency = (struct snapshot_latency){
		.samples = f->count, .sum_ns = f->count * (p50 + p90) / 2, .p50_ns = p50,
		.p90_ns = p90, .p99_ns = p99, .max_ns = max, .bucket = bucket,
	};
}

static struct snapshot_class *add_class(struct snapshot_mapping *m, uint32_t class, uint64_t count)
{
	struct snapshot_class *c = &at.class[at.nr_class++];

	*c = (struct snapshot_class){ .class = class };
	c->faults.count = count;
	c->faults.write = count;
	c->faults.leaf_4k = count;
	if (!m->nr_classes)
		m->class = c;
	m->nr_classes++;
	m->faults.count += count;
	return c;
}

static struct snapshot_mapping *add_mapping(uint64_t start, uint64_t size, uint8_t prot,
					    uint8_t kind, const char *name)
{
	struct snapshot_mapping *m = &at.mapping[at.s.nr_mappings++];

	*m = (struct snapshot_mapping){
		.start = start, .end = start + size, .prot = prot, .kind = kind, .live = true,
		.counted = at.target.module, .name = name,
	};
	return m;
}

static struct snapshot_region *add_region(uint64_t start, uint64_t size, uint64_t resident,
					  uint64_t huge, uint64_t swapped, uint64_t faults,
					  const char *name)
{
	struct snapshot_region *r = &at.region[at.s.nr_regions++];

	*r = (struct snapshot_region){
		.start = start, .end = start + size, .counted = at.target.module,
		.resident = resident, .huge = huge, .swapped = swapped, .faults = faults,
		.name = name,
	};
	return r;
}

#define HEAP	0x55d0c8a00000ULL
#define LIBC	0x7f3a1c000000ULL
#define ANON	0x7f39f8000000ULL

static void add_heap(uint64_t number)
{
	struct snapshot_mapping *m = add_mapping(HEAP, 1900 * MIB, 3, PGWALK_VMA_HEAP, "[heap]");
	struct snapshot_class *c;

	m->resident = 1126 * MIB;
	m->huge = 690 * MIB;
	m->swapped = 12 * MIB;
	c = add_class(m, PGWALK_FAULT_COW_COPY, 17204 + number - 1);
	time_faults(&c->faults, 2100, 4200, 9800, 1200000);
	c->faults.kernel = 3;
	c->faults.retries = 4;
	c->faults.retry_ns = 1200000;
	c->faults.thp_fallback = 12;
	c->faults.leaf_4k = 0;
	c = add_class(m, PGWALK_FAULT_SWAP_READ, 4);
	time_faults(&c->faults, 212000, 900000, 1400000, 1400000);
	c->faults.major = 4;
	c->faults.write = 0;
	c->faults.read = 4;
}

static void add_small(void)
{
	struct snapshot_mapping *m;
	struct snapshot_class *c;

	m = add_mapping(0x55d0c7000000, 2150 * KIB, 5, PGWALK_VMA_TEXT,
			"/usr/bin/redis-server");
	m->resident = 1800 * KIB;
	c = add_class(m, PGWALK_FAULT_FILE_CACHED, 301);
	time_faults(&c->faults, 800, 1500, 2200, 31000);
	c->faults.write = 0;
	c->faults.exec = 301;
	c->faults.around = 4515;
	m = add_mapping(ANON, 64 * MIB, 3, PGWALK_VMA_ANON, "anon");
	m->resident = 24 * MIB;
	c = add_class(m, PGWALK_FAULT_ANON_NEW, 812);
	time_faults(&c->faults, 1400, 2100, 4000, 88000);
	c = add_class(m, PGWALK_FAULT_THP_NEW, 3);
	time_faults(&c->faults, 98000, 120000, 140000, 140000);
	c->faults.leaf_4k = 0;
	c->faults.leaf_2m = 3;
	m = add_mapping(0, 0, 0, 0, "(no mapping)");
	m->counted = false;
	m->live = false;
	c = add_class(m, PGWALK_FAULT_SEGV_MAP, 1);
	c->faults.write = 0;
	c->faults.read = 1;
	m->faults.count = 0;
	at.s.signals = 1;
}

static void add_space(void)
{
	at.s.has_regions = true;
	add_region(0x55d0c7000000, 2150 * KIB, 1800 * KIB, 0, 0, 301, "/usr/bin/redis-server");
	add_region(0x55d0c7219000, 256 * KIB, 256 * KIB, 0, 0, 0, "/usr/bin/redis-server");
	add_region(HEAP, 700 * MIB, 690 * MIB, 690 * MIB, 0, 0, "[heap]");
	add_region(HEAP + 700 * MIB, 800 * MIB, 400 * MIB, 0, 2 * MIB, 17208, "[heap]");
	add_region(HEAP + 1500 * MIB, 400 * MIB, 2 * MIB, 0, 10 * MIB, 0, "[heap]");
	add_region(ANON, 64 * MIB, 24 * MIB, 0, 0, 815, "anon");
	add_region(0x7f3a10000000, GIB / 8, 0, 0, 0, 0, "");
	add_region(0x7f3a1a000000, 24 * MIB, 2 * MIB, 2 * MIB, 0, 0, "/dev/shm/cache")->giant = 0;
	add_region(LIBC, 160 * KIB, 160 * KIB, 0, 0, 0, "/usr/lib/x86_64-linux-gnu/libc.so.6");
	add_region(LIBC + 160 * KIB, 1400 * KIB, 900 * KIB, 0, 0, 0,
		   "/usr/lib/x86_64-linux-gnu/libc.so.6");
	add_region(0x7f3a40000000, 2 * GIB, 2 * GIB, 2 * GIB, 0, 0, "/anon_hugepage")->giant = 2 * GIB;
	add_region(0x7ffd5a000000, 132 * KIB, 20 * KIB, 0, 0, 0, "[stack]");
}

static void add_tasks(bool processes)
{
	static const char *const names[] = { "redis-server", "bio_close_file", "bio_aof", "bio_lazy_free" };
	size_t i;

	for (i = 0; i < 4; i++) {
		struct snapshot_task *task = &at.task[at.s.nr_tasks++];

		*task = (struct snapshot_task){
			.id = 4211 + (int32_t)i * (processes ? 100 : 1), .comm = names[i],
			.live = i != 2, .class = &at.class[i], .nr_classes = i ? 1 : 2,
		};
		task->faults = at.class[i].faults;
		if (!i) {
			task->faults.count += at.class[1].faults.count;
			task->faults.major += 4;
		}
	}
	if (!processes)
		return;
	at.task[at.s.nr_tasks] = at.task[3];
	at.task[at.s.nr_tasks].id = 0;
	at.task[at.s.nr_tasks++].unattributed = 1;
}

static void add_pages(void)
{
	size_t i;

	at.s.pages = (struct snapshot_pages){ .start = HEAP, .end = HEAP + 1900 * MIB,
					      .page = at.page, .nr_pages = NR_PAGES, .left_out = 5 };
	for (i = 0; i < NR_PAGES; i++) {
		struct snapshot_page *page = &at.page[i];

		*page = (struct snapshot_page){
			.addr = HEAP + (i * 37 % NR_PAGES) * 0x203000, .faults = 212 - 5 * i,
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

static void add_stacks(void)
{
	static const char *const names[] = { "memcpy", "sdscatlen", "addReply", "call", "processCommand",
					     "aeMain", "main", "__libc_start_main" };
	static const char *const other[] = { "je_malloc", "zmalloc", "dictAddRaw", "dbAdd", "setKey" };
	size_t i, j;

	at.s.has_stacks = true;
	at.s.stack = at.stack;
	for (i = 0; i < 4; i++) {
		struct snapshot_stack *stack = &at.stack[at.s.nr_stacks++];

		*stack = (struct snapshot_stack){
			.class = i == 1 ? PGWALK_FAULT_ANON_NEW : PGWALK_FAULT_COW_COPY,
			.count = i == 2 ? 0 : 9000 >> (2 * i), .total = 120000 >> i,
			.latency_ns = (9000ULL >> (2 * i)) * 2400, .frame = at.frame[i],
			.nr_frames = i == 3 ? 0 : i == 1 ? 5 : 8,
		};
		for (j = 0; j < stack->nr_frames; j++)
			at.frame[i][j] = (struct snapshot_frame){
				.ip = 0x55d0c7012340 + 0x1000 * i + 0x100 * j,
				.name = i == 1 ? other[j] : j == 7 ? NULL : names[j],
				.offset = 0x40 + j, .module = j < 7 ? "redis-server" : "libc.so.6",
			};
	}
}

static void add_system(void)
{
	at.s.system = (struct snapshot_system){
		.known = true, .tlb_known = true, .scan_kswapd = 1200, .steal_kswapd = 1100,
		.swap_in = 4, .thp_collapse = 3, .thp_split_pmd = SNAPSHOT_NOT_KNOWN,
		.tlb = { 90, 12, 400, 300, 55, 0 }, .tlb_target = { 30, 12, 200, 500, 70, 0 },
	};
}

static void sum_up(void)
{
	size_t i, j;

	at.s.mapping = at.mapping;
	at.s.region = at.region;
	at.s.class = at.sum;
	at.s.task = at.task;
	memset(at.sum, 0, sizeof(at.sum));
	for (i = 0; i < at.nr_class; i++) {
		const struct snapshot_class *c = &at.class[i];

		for (j = 0; j < at.s.nr_classes && at.sum[j].class != c->class; j++)
			;
		if (j == at.s.nr_classes)
			at.sum[at.s.nr_classes++] = *c;
		else
			at.sum[j].faults.count += c->faults.count;
		if (c->class >= PGWALK_FAULT_SIGNAL_FIRST)
			continue;
		at.s.total.count += c->faults.count;
		at.s.total.major += c->faults.major;
	}
	at.s.total.count += at.s.unattributed.count;
}

static void begin(uint64_t number, bool module)
{
	size_t i;

	memset(&at, 0, sizeof(at));
	at.target = (struct snapshot_target){ .pid = 4211, .comm = "redis-server", .preempt = "voluntary",
					      .module = module };
	at.s = (struct snapshot){ .target = &at.target, .number = number, .seconds = 1, .quiet = 27,
				  .complete = true, .self_ns = 3100000, .nr_threads = 6,
				  .counted = module, .past = at.past };
	if (module) {
		at.s.resident = 1239 * MIB;
		at.s.huge = 756 * MIB;
		at.s.swapped = 12 * MIB;
		at.s.tables_bytes = 3174 * KIB;
		at.s.walk_ns = 210000;
		at.s.age_seconds = 0.3;
	}
	at.s.nr_past = SNAPSHOT_HISTORY;
	for (i = 0; i < SNAPSHOT_HISTORY; i++)
		at.past[i] = (struct snapshot_past){ .seconds = 1,
						     .faults = i % 31 == 7 ? 0 : (i * i * 7919) % 18301 };
}

static void make_server(uint64_t number, bool module)
{
	begin(number, module);
	add_heap(number);
	add_small();
	add_space();
	add_pages();
	add_stacks();
	add_system();
	at.s.by_thread = true;
	at.s.unattributed.count = 2;
	add_tasks(false);
	sum_up();
}

static void make_empty(uint64_t number)
{
	begin(number, true);
	at.s.nr_past = 3;
	memset(at.past, 0, 3 * sizeof(at.past[0]));
	sum_up();
}

static void make_all(uint64_t number, enum snapshot_scope scope)
{
	make_server(number, false);
	at.target.scope = scope;
	at.target.pid = 0;
	at.target.comm[0] = '\0';
	snprintf(at.target.cgroup, sizeof(at.target.cgroup), "/system.slice/redis.service");
	at.s.nr_mappings = 0;
	at.s.has_regions = false;
	at.s.nr_tasks = 0;
	add_tasks(true);
}

/* Names that a target may choose to spoil the screen, or just because it may */
static void make_odd(uint64_t number)
{
	static const char *const names[] = {
		"/tmp/\x1b[31mred\x1b[0m", "/tmp/tab\there\nand\rthere", "/tmp/\xff\xfe\x80", "/tmp/日本語の名前.so.1",
		"/tmp/e\xcc\x81t\xcc\x81", "/tmp/\xe2\x80\xae" "abc", "", "/", "/tmp/\xe6\x97", "/tmp/a/",
		"/tmp/loooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong",
	};
	size_t i;

	begin(number, true);
	memcpy(at.target.comm, "\x1b]0;日本\xff\x07", 12);
	at.s.has_regions = true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct snapshot_mapping *m = add_mapping(0x10000000 * (i + 1), 64 * KIB << i, 3,
							 PGWALK_VMA_FILE, names[i]);

		m->resident = 4096;
		add_class(m, PGWALK_FAULT_ANON_NEW, 23 * (i + 1));
		add_region(m->start, m->end - m->start, 4096, 0, 0, 23, names[i]);
	}
	sum_up();
}

static void make_many(uint64_t number)
{
	size_t i;

	begin(number, true);
	at.s.has_regions = true;
	for (i = 0; i < MANY_REGIONS; i++)
		add_region(0x7f0000000000 + i * 0x4000, 0x2000 + (i % 3) * 0x1000, 0x1000 * (i % 3), 0, 0,
			   i % 97 == 0, i % 2 ? "" : "/usr/lib/libmany.so");
	for (i = 0; i < MANY_MAPPINGS; i++) {
		struct snapshot_mapping *m;

		snprintf(at.name[i], sizeof(at.name[i]), "/tmp/mapping-%04zu", i * 2654435761U % 10000);
		m = add_mapping(at.region[i].start, 0x2000, 3, PGWALK_VMA_FILE, at.name[i]);
		m->resident = 4096;
		add_class(m, PGWALK_FAULT_FILE_CACHED, i * 48271 % 1009 + 1);
		add_class(m, PGWALK_FAULT_FILE_COW, i * 69621 % 997 + 1);
	}
	sum_up();
}

const struct snapshot *scene__make(const char *name, uint64_t number)
{
	if (!strcmp(name, "server") || !strcmp(name, "cannot"))
		make_server(number, true);
	else if (!strcmp(name, "bare"))
		make_server(number, false);
	else if (!strcmp(name, "empty"))
		make_empty(number);
	else if (!strcmp(name, "all"))
		make_all(number, SNAPSHOT_ALL);
	else if (!strcmp(name, "cgroup"))
		make_all(number, SNAPSHOT_CGROUP);
	else if (!strcmp(name, "odd"))
		make_odd(number);
	else if (!strcmp(name, "many"))
		make_many(number);
	else if (strcmp(name, "gone"))
		return NULL;
	if (!strcmp(name, "gone")) {
		make_server(number, true);
		at.s.last = true;
		at.s.exited = true;
	}
	if (!strcmp(name, "bare")) {
		at.s.system.known = false;
		at.s.system.tlb_known = false;
		at.s.has_stacks = false;
		at.s.by_thread = false;
		at.s.pages.end = 0;
		at.s.lost = 3;
		at.s.folded = 17;
		at.s.missed_runs = 2;
	}
	return &at.s;
}

void scene__answer(const char *name, uint64_t addr, struct snapshot_answer *a)
{
	unsigned int i;

	*a = (struct snapshot_answer){ .addr = addr };
	if (!strcmp(name, "cannot")) {
		a->error = "the process has exited";
		return;
	}
	a->translate = (struct pgwalk_translate){ .addr = addr, .linear = addr, .status = PGWALK_TRANSLATE_DONE,
						  .nr_steps = 4, .vma_start = HEAP, .vma_end = HEAP + 1900 * MIB,
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
		a->hit[i] = (struct pgwalk_rmap_hit){ .addr = addr, .vma_start = HEAP, .vma_end = HEAP + 1900 * MIB,
						      .flags = 0x425, .tgid = 4211 + 77 * (int)i, .counted = 1,
						      .kind = PGWALK_KIND_PRESENT, .shift = 12, .prot = 3,
						      .vma_kind = PGWALK_VMA_HEAP };
		strcpy(a->hit[i].comm, i ? "redis-rdb-bgsav" : "redis-server");
	}
}

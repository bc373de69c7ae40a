// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The records of the fake process: each kind of object that a verb of pgwalk prints occurs once.
 * The numbers are consistent with each other.
 */
#include <errno.h>
#include <string.h>

#include "fake.h"
#include "fake_records.h"

#define K	1024ULL

const struct fake_vma fake_vma[] = {
	{ VMA(0x400000, 0x402000, TEXT, 5, .resident = 8 * K, .young = 8 * K, .tables = 12 * K, .shared = 8 * K, .pss = 2730, .vm_flags = 0x75,
	      .node[0] = 8 * K, .ino = 77, .dev_major = 8, .dev_minor = 1, .name_len = 13), "/usr/bin/demo" },
	{ VMA(0x1000000, 0x1200000, HEAP, 3, .resident = 16 * K, .dirty = 16 * K, .young = 4 * K, .swapped = 4 * K,
	      .tables = 4 * K, .exclusive = 16 * K, .pss = 16 * K, .lazyfree = 4 * K, .soft_dirty = 16 * K, .vm_flags = 0x100073, .offset = 0x1000000, .node[0] = 12 * K, .node[1] = 4 * K,
	      .name_len = 6), "[heap]" },
	{ VMA(0x7e0000000000, 0x7e4000000000, ANON, 0, .vm_flags = 0x8000002000200070, .offset = 0x7e0000000000), "" },
	{ VMA(0x7f0000000000, 0x7f0000600000, ANON, 3, .resident = 2112 * K, .dirty = 2112 * K, .young = 2112 * K,
	      .tables = 16 * K, .exclusive = 2112 * K, .pss = 2112 * K, .huge_2m = 2048 * K, .anon_huge = 2048 * K, .large = 64 * K, .zero = 4 * K,
	      .vm_flags = 0x100073, .offset = 0x7f0000000000, .node[1] = 2112 * K), "" },
	{ VMA(0x7ffc00000000, 0x7ffc00021000, STACK, 3, .resident = 4 * K, .dirty = 4 * K, .young = 4 * K,
	      .exclusive = 4 * K, .pss = 4 * K, .raced_pages = 1, .vm_flags = 0x100173, .offset = 0x7ffc00000000, .node[0] = 4 * K, .name_len = 7), "[stack]" },
};
const unsigned int fake_nr_vmas = NR(fake_vma);

const struct pgwalk_frame_run fake_run[] = {
	{ RUN(0x400000, 0x402000, PRESENT, 12, .pfn = 0x100, .flags = P), FRAME(FILE, 3, 0, 0, FRAMES | 1 << 2) },
	{ RUN(0x1000000, 0x1002000, PRESENT, 12, .pfn = 0x200,
	      .flags = (P & ~PGWALK_F_ACCESSED) | PGWALK_F_WRITE | PGWALK_F_DIRTY | PGWALK_F_NX | PGWALK_F_SOFT_DIRTY),
	  FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1002000, 0x1003000, PRESENT, 12, .pfn = 0x202, .pkey = 5,
	      .flags = (P & ~PGWALK_F_ACCESSED) | PGWALK_F_DIRTY | PGWALK_F_NX | PGWALK_F_SOFT_DIRTY | PGWALK_F_UFFD_WP),
	  FRAME(ANON, 1, 1, 0, ANON) },
	{ RUN(0x1003000, 0x1004000, SWAP, 12, .pfn = 0x17, .swap_type = 1, .flags = PGWALK_F_EXCLUSIVE), NO_FRAME },
	{ RUN(0x1004000, 0x1005000, MARKER, 12, .flags = PGWALK_F_MARK_GUARD), NO_FRAME },
	{ RUN(0x1010000, 0x1011000, UFFD_RWP, 12, .pfn = 0x210,
	      .flags = PGWALK_F_ACCESSED | PGWALK_F_DIRTY | PGWALK_F_SOFT_DIRTY | PGWALK_F_UFFD_WP),
	  FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x7f0000000000, 0x7f0000200000, PRESENT, 21, .pfn = 0x400,
	      .flags = P | PGWALK_F_WRITE | PGWALK_F_DIRTY | PGWALK_F_NX | PGWALK_F_HUGE),
	  FRAME(ANON, 1, 1, 9, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f0000200000, 0x7f0000210000, PRESENT, 12, .pfn = 0x800,
	      .flags = P | PGWALK_F_WRITE | PGWALK_F_DIRTY | PGWALK_F_NX), FRAME(ANON, 1, 1, 4, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f0000210000, 0x7f0000211000, ZERO, 12, .pfn = 0x50, .flags = P | PGWALK_F_NX | PGWALK_F_SPECIAL),
	  FRAME(ZERO, 0, 0, 0, 1ULL << 24) },
	{ RUN(0x7ffc0001f000, 0x7ffc00020000, PRESENT, 12, .pfn = 0x300,
	      .flags = P | PGWALK_F_WRITE | PGWALK_F_DIRTY | PGWALK_F_NX), FRAME(ANON, 1, 0, 0, ANON | 1 << 1) },
	{ RUN(0x7ffc00020000, 0x7ffc00021000, RACED, 12, .pfn = 0), NO_FRAME },
};
const unsigned int fake_nr_runs = NR(fake_run);

/* The process and its child after fork(): shared pages are write-protected, and not marked as exclusive */
#define RO	(P | PGWALK_F_DIRTY | PGWALK_F_NX)

const struct pgwalk_frame_run fake_forked[] = {
	{ RUN(0x400000, 0x402000, PRESENT, 12, .pfn = 0x100, .flags = P), FRAME(FILE, 3, 0, 0, FRAMES | 1 << 2) },
	{ RUN(0x1000000, 0x1002000, PRESENT, 12, .pfn = 0x220, .flags = RO), FRAME(ANON, 2, 0, 0, ANON) },
	{ RUN(0x1002000, 0x1003000, PRESENT, 12, .pfn = 0x230, .flags = RO), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1003000, 0x1004000, PRESENT, 12, .pfn = 0x240, .flags = RO), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x1004000, 0x1006000, ZERO, 12, .pfn = 0x50, .flags = P | PGWALK_F_NX | PGWALK_F_SPECIAL),
	  FRAME(ZERO, 0, 0, 0, 1ULL << 24) },
	{ RUN(0x1006000, 0x1007000, SWAP, 12, .pfn = 0x17, .swap_type = 1, .flags = 0), NO_FRAME },
	{ RUN(0x7f0000000000, 0x7f0000200000, PRESENT, 21, .pfn = 0x400, .flags = RO | PGWALK_F_HUGE),
	  FRAME(ANON, 2, 1, 9, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7f0000200000, 0x7f0000210000, PRESENT, 12, .pfn = 0xa00, .flags = RO),
	  FRAME(ANON, 1, 1, 4, ANON | 1 << 15 | 1 << 22) },
	{ RUN(0x7ffc0001e000, 0x7ffc0001f000, PRESENT, 12, .pfn = 0x300, .flags = RO | PGWALK_F_UFFD_WP),
	  FRAME(ANON, 1, 0, 0, ANON | PGWALK_FRAME_EXCLUSIVE) },
	{ RUN(0x7ffc0001f000, 0x7ffc00020000, PRESENT, 12, .pfn = 0x301, .flags = RO),
	  FRAME(ANON, 1, 0, 0, ANON | PGWALK_FRAME_EXCLUSIVE) },
	{ RUN(0x7ffc00020000, 0x7ffc00021000, PRESENT, 12, .pfn = 0x302, .flags = RO | PGWALK_F_WRITE),
	  FRAME(ANON, 1, 0, 0, ANON | PGWALK_FRAME_EXCLUSIVE) },
};
const unsigned int fake_nr_forked = NR(fake_forked);

const struct pgwalk_frame_run fake_child[] = {
	{ RUN(0x1000000, 0x1001000, PRESENT, 12, .pfn = 0x220, .flags = RO), FRAME(ANON, 2, 0, 0, ANON) },
	{ RUN(0x1001000, 0x1003000, PRESENT, 12, .pfn = 0x320, .flags = RO | PGWALK_F_WRITE), FRAME(ANON, 1, 0, 0, ANON) },
	{ RUN(0x7f0000000000, 0x7f0000200000, PRESENT, 21, .pfn = 0x400, .flags = RO | PGWALK_F_HUGE),
	  FRAME(ANON, 2, 1, 9, ANON | 1 << 15 | 1 << 22) },
};
const unsigned int fake_nr_child = NR(fake_child);

#define HIT(pid, at, name, once)						\
	{ .addr = at, .vma_start = at, .vma_end = at + 0x2000, .vm_flags = 0x75, .flags = P, .tgid = pid,	\
	  .counted = once, .kind = PGWALK_KIND_PRESENT, .shift = 12, .prot = 5, .vma_kind = PGWALK_VMA_TEXT, .comm = name }

const struct pgwalk_rmap_hit fake_hit[] = {
	HIT(4211, 0x400000, "demo", 1), HIT(4300, 0x7f1234567000, "a\033[1mb", 1),
	HIT(4301, 0x7f1234567000, "vfork", 0), HIT(-1, 0x400000, "", 1),
};
const unsigned int fake_nr_hits = NR(fake_hit);

/* A page that a process and its child share after fork() */
#define SHARED(pid)								\
	{ .addr = 0x7f8137a12000, .vma_start = 0x7f8137000000, .vma_end = 0x7f8139c00000, .vm_flags = 0x100073,	\
	  .flags = PGWALK_F_PRESENT | PGWALK_F_USER | PGWALK_F_ACCESSED | PGWALK_F_DIRTY | PGWALK_F_NX, .tgid = pid,	\
	  .counted = 1, .kind = PGWALK_KIND_PRESENT, .shift = 12, .prot = 3, .vma_kind = PGWALK_VMA_ANON,	\
	  .comm = "redis-server" }

const struct pgwalk_rmap_hit fake_shared[2] = { SHARED(185), SHARED(192) };

const struct pgwalk_pgtable_stats fake_pgtable_stats[] = {
	{ .level = 5, .bytes_shift = 12, .entries_shift = 8, .node = 0, .tables = 1, .used = 3, .leaves = 0 },
	{ .level = 3, .bytes_shift = 12, .entries_shift = 9, .node = 0, .tables = 3, .used = 3, .leaves = 0 },
	{ .level = 2, .bytes_shift = 12, .entries_shift = 9, .node = 0, .tables = 2, .empty = 1, .used = 3, .leaves = 1 },
	{ .level = 1, .bytes_shift = 12, .entries_shift = 9, .node = 0, .tables = 2, .used = 7, .leaves = 7 },
	{ .level = 1, .bytes_shift = 12, .entries_shift = 9, .node = 1, .tables = 1, .used = 17, .leaves = 17 },
	{ .level = 1, .bytes_shift = 12, .entries_shift = 9, .node = -1, .deposited = 1 },
};
const unsigned int fake_nr_pgtable_stats = NR(fake_pgtable_stats);

#define SEG(which, sel, from, desc, how)					\
	{ .reg = PGWALK_SEGMENT_##which, .selector = sel, .base = from, .descriptor = desc,	\
	  .limit = desc ? 0xffffffff : 0, .status = PGWALK_SEGMENT_##how }
#define FLAT64(fs)								\
	{ SEG(CS, 0x33, 0, 0xaffb000000ffff, OK), SEG(SS, 0x2b, 0, 0xcff3000000ffff, OK), SEG(DS, 0, 0, 0, NULL),	\
	  SEG(ES, 0, 0, 0, NULL), SEG(FS, 0, fs, 0, NULL), SEG(GS, 0xf, 0, 0, OUTSIDE) }

const struct pgwalk_thread fake_thread[2] = {
	{ .tid = 4211, .comm = "demo", .segment = FLAT64(0x1000000) },
	{ .tid = 4212, .comm = "demo-2", .flags = PGWALK_THREAD_RUNNING, .segment = FLAT64(0x1001000) },
};

/* The descriptors of Linux, and one of each type that Linux does not use */
const struct pgwalk_gdt fake_gdt = {
	.size = sizeof(fake_gdt), .base = 0xfffffe0000001000, .limit = 0x7f, .nr = 16, .tr = 0x40,
	.descriptor = {
		[1] = 0xcf9b000000ffff, [2] = 0xaf9b000000ffff, [3] = 0xcf93000000ffff, [4] = 0xcffb000000ffff,
		[5] = 0xcff3000000ffff, [6] = 0xaffb000000ffff, [8] = 0x00008b0030004087, [9] = 0xfffffe00,
		[10] = 0x00008230001000ff, [11] = 0x12345678, [12] = 0x00907f0000001234, [15] = 0x40f50000000001,
	},
};

const struct pgwalk_mm fake_mm = {
	.size = sizeof(fake_mm), .pgd = 0xffff888001234000, .pgd_pa = 0x1234000, .users = 2, .count = 1,
	.start_code = 0x400000, .end_code = 0x401fff, .start_data = 0x402000, .end_data = 0x402800,
	.start_brk = 0x1000000, .brk = 0x1200000, .start_stack = 0x7ffc0001fff0, .arg_start = 0x7ffc00020100,
	.arg_end = 0x7ffc00020110, .env_start = 0x7ffc00020110, .env_end = 0x7ffc00020ff0, .total_pages = 1234,
	.peak_total_pages = 1300, .data_pages = 1000, .exec_pages = 2, .stack_pages = 33, .rss_file_pages = 2,
	.rss_anon_pages = 532, .swap_pages = 1, .peak_rss_pages = 600, .pgtables_bytes = 5 * 4096, .map_count = 5,
	.nr_tasks = 2,
};

const struct pgwalk_info fake_info = {
	.size = sizeof(fake_info), .abi = PGWALK_ABI_VERSION, .features = 0x3ff, .nr_levels = 4, .attached = 1,
	.paging = PGWALK_PAGING_PTI | PGWALK_PAGING_NX | PGWALK_PAGING_GB_LEAF,
	.geometry = { { 5, 39, 0, 0, 512 }, { 3, 30, 1, 0, 512 }, { 2, 21, 1, 0, 512 }, { 1, 12, 1, 0, 512 } },
	.user_end = 0x7ffffffff000, .zero_pfn = 0x50, .tables = 1000, .lock_holds = 10, .lock_hold_max_ns = 41000,
	.lock_hold_total_ns = 99000, .rmap_lock_holds = 4, .rmap_lock_hold_max_ns = 52000, .rmap_max_vmas = 64,
	.rmap_vmas = 200, .rmap_passes = 1, .buffer_bytes = 250000, .newest_tested = 7 << 16 | 3 << 8, .page_shift = 12,
	.arch = PGWALK_ARCH_X86_64,
};

void fake__frame(struct pgwalk_frame *f, __u64 pfn)
{
	*f = (struct pgwalk_frame){
		.pfn = pfn, .head_pfn = pfn, .kind = PGWALK_FRAME_NONE, .flags = 1ULL << 20, .mapcount = -1,
		.folio_mapcount = -1, .node = -1, .zone = PGWALK_ZONE_NONE, .lru = PGWALK_LRU_NONE, .gen = -1,
	};
	if (pfn >> 9 == 2)	/* frames of the huge page */
		*f = (struct pgwalk_frame){
			.pfn = pfn, .head_pfn = 0x400, .kind = PGWALK_FRAME_ANON, .order = 9, .refcount = 1,
			.mapcount = 1, .folio_mapcount = 1, .node = 1, .zone = PGWALK_ZONE_NORMAL, .gen = 2,
			.lru = PGWALK_LRU_ACTIVE_ANON, .index = 0x7f0000000 + pfn - 0x400, .memcg_ino = 99,
			.flags = ANON | 1 << 22 | (pfn == 0x400 ? 1 << 15 : 1 << 16), .raw_flags = 0xfffffc0000000,
		};
	if (pfn == 0x230 || pfn >> 4 == 0xa0)	/* after fork(): of the process alone */
		*f = (struct pgwalk_frame){
			.pfn = pfn, .head_pfn = pfn, .kind = PGWALK_FRAME_ANON, .refcount = pfn >> 4 == 0xa0 ? 16 : 1,
			.mapcount = 1, .folio_mapcount = pfn >> 4 == 0xa0 ? 16 : 1, .node = 0, .gen = -1,
			.order = pfn >> 4 == 0xa0 ? 4 : 0, .zone = PGWALK_ZONE_NORMAL, .lru = PGWALK_LRU_ACTIVE_ANON,
			.flags = ANON,
		};
	if (pfn == 0x100)
		*f = (struct pgwalk_frame){
			.pfn = pfn, .head_pfn = pfn, .kind = PGWALK_FRAME_FILE, .refcount = 4, .mapcount = 3,
			.folio_mapcount = 3, .node = 0, .zone = PGWALK_ZONE_DMA32, .gen = -1, .ino = 77,
			.lru = PGWALK_LRU_INACTIVE_FILE, .dev_major = 8, .dev_minor = 1, .flags = FRAMES | 1 << 2,
			.changed = 1,
		};
}

static __u64 raw(const struct pgwalk_entry *e)
{
	__u64 f = e->flags;

	return e->pfn << 12 | (f & 0x1ff) | (f & PGWALK_F_NX ? 1ULL << 63 : 0) | (__u64)e->pkey << 59;
}

static void add_step(struct pgwalk_translate *t, __u8 level, __u8 shift, __u64 table, struct pgwalk_entry e)
{
	e.level = level;
	e.shift = shift;
	if (e.kind == PGWALK_KIND_TABLE || e.kind == PGWALK_KIND_PRESENT || e.kind == PGWALK_KIND_ZERO)
		e.value = raw(&e);
	t->step[t->nr_steps++] = (struct pgwalk_step){ e, table, (__u32)(t->linear >> shift & 511), 0 };
}

static const struct pgwalk_frame_run *run_at(__u64 addr)
{
	unsigned int i;

	for (i = 0; i < fake_nr_runs; i++)
		if (addr >= fake_run[i].run.start && addr < fake_run[i].run.end)
			return &fake_run[i];
	return NULL;
}

/* The file is mapped 3 pages off; the heap is registered for write protection; 4212 may not access key 5 */
static void add_facts(struct pgwalk_translate *t)
{
	t->facts = PGWALK_FACT_KNOWN | PGWALK_FACT_PKRU;
	t->pkru = t->tid == 4212 ? 0x55555554 : 0x55555154;
	t->pkru_tid = t->tid ? t->tid : 4211;
	switch (t->vma_kind) {
	case PGWALK_VMA_TEXT:
		t->facts |= PGWALK_FACT_PAGE_CACHE | PGWALK_FACT_READS | PGWALK_FACT_CACHED;
		t->vma_offset = 0x3000;
		break;
	case PGWALK_VMA_HEAP:
		t->facts |= PGWALK_FACT_UFFD_WP | PGWALK_FACT_UFFD_RWP | PGWALK_FACT_UFFD_FEATURES;
		t->facts |= PGWALK_FACT_ANON;
		break;
	case PGWALK_VMA_UNSET:
		break;
	default:
		t->facts |= PGWALK_FACT_ANON;
	}
}

static void add_vma(struct pgwalk_translate *t)
{
	const unsigned int count = fake__is_later() ? fake_nr_later_vmas : fake_nr_vmas;
	const struct fake_vma *from = fake__is_later() ? fake_later_vma : fake_vma;
	unsigned int i;

	for (i = 0; i < count; i++) {
		const struct pgwalk_vma *vma = &from[i].vma;

		if (t->linear < vma->start || t->linear >= vma->end)
			continue;
		t->vma_start = vma->start;
		t->vma_end = vma->end;
		t->vm_flags = vma->vm_flags;
		t->vma_offset = vma->offset;
		t->vma_kind = vma->kind;
		t->vma_prot = vma->prot;
	}
	add_facts(t);
}

static void walk(struct pgwalk_translate *t)
{
	const struct pgwalk_frame_run *r = run_at(t->linear);
	const struct pgwalk_entry table = { .kind = PGWALK_KIND_TABLE, .flags = P | PGWALK_F_WRITE, .pfn = 0x1235 };
	struct pgwalk_entry leaf = { .kind = PGWALK_KIND_NONE };

	if (r)
		leaf = (struct pgwalk_entry){ .kind = r->run.kind, .flags = r->run.flags, .pkey = r->run.pkey,
			.swap_type = r->run.swap_type, .pfn = r->run.pfn };
	if (leaf.kind == PGWALK_KIND_PRESENT && r->run.shift == 12)
		leaf.pfn += (t->linear - r->run.start) >> 12;
	if (leaf.kind == PGWALK_KIND_SWAP)
		leaf.value = 0x3ffffffe8000200;
	if (leaf.kind == PGWALK_KIND_UFFD_RWP)
		leaf.value = 0xfffffffdefd60;
	add_step(t, PGWALK_LEVEL_PGD, 39, 0x1234, table);
	add_step(t, PGWALK_LEVEL_PUD, 30, 0x1235, table);
	add_step(t, PGWALK_LEVEL_PMD, 21, 0x1235, r && r->run.shift == 21 ? leaf : table);
	if (!r || r->run.shift == 12)
		add_step(t, PGWALK_LEVEL_PTE, 12, 0x1235, leaf);
	if (leaf.flags & PGWALK_F_PRESENT)
		t->prot = PGWALK_PROT_READ | (leaf.flags & PGWALK_F_WRITE ? PGWALK_PROT_WRITE : 0) |
			  (leaf.flags & PGWALK_F_NX ? 0 : PGWALK_PROT_EXEC);
	if (t->pkru >> 2 * leaf.pkey & 1)
		t->prot &= PGWALK_PROT_EXEC;
}

int fake__translate(struct pgwalk_translate *t)
{
	if (t->addr >> 47)
		return -ERANGE;
	t->linear = t->addr;
	t->status = PGWALK_TRANSLATE_DONE;
	if (t->reg) {
		t->segment = fake_thread[t->tid == 4212].segment[t->reg - 1];
		t->linear += t->segment.base;
		if (t->segment.status == PGWALK_SEGMENT_OUTSIDE) {
			t->linear = 0;
			t->status = PGWALK_TRANSLATE_SEGMENT;
			return 0;
		}
	}
	add_vma(t);
	if (!t->vma_end)
		t->status = PGWALK_TRANSLATE_NO_VMA;
	else if (t->linear >= 0x7ffc00020000)
		t->status = PGWALK_TRANSLATE_RACED;
	else
		walk(t);
	return 0;
}

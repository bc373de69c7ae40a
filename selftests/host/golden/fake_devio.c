// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Emulates /dev/pgwalk for the golden tests: a module with one fake process; and CPUID. Replaces
 * collect/module/devio.c and collect/cpu_leaves.c. $PGWALK_FAKE selects an error: absent, denied, abi, old,
 * newer, gone, senseless; or a CPU: amd, none; else it is one of Intel; or a later state of the process: later; changing,
 * executing, exiting: what it does after the first of two readings; another: other mappings while they are read. "forked": the
 * process has the child 4300. markup: names that look like HTML;
 * delegated: without frames and some calls, as for a user without CAP_SYS_ADMIN;
 * many: as many small mappings as $PGWALK_FAKE_MAPPINGS has; many-later: the same with changes of each page and mapping.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/collect/cpu_leaves.h"
#include "../../../userspace/collect/module/devio.h"
#include "fake.h"

#define PID	4211
#define TWIN	4300	/* another process, with the first two mappings; the child of "forked" */
#define FIRST_FD	7

/* Processes of the open files */
#define NR_FDS	64
static int attached[NR_FDS];

static bool is_wrong(const char *how)
{
	const char *wrong = getenv("PGWALK_FAKE");

	return wrong && !strcmp(wrong, how);
}

/* Calls of MM: one for each reading of the process */
static unsigned int readings;

bool fake__is_later(void)
{
	return is_wrong("later") || is_wrong("many-later") || (readings > 1 && is_wrong("changing"));
}

static bool is_over(void)
{
	return readings > 1 && (is_wrong("executing") || is_wrong("exiting"));
}

/* Leaf 0x18 of a CPU with five TLBs; leaves of a CPU of AMD, under a hypervisor; no CPUID at all */
void cpu_leaves__read(struct inspect_cpuid *cpuid)
{
	static const struct inspect_cpuid intel = {
		.known = true, .cpu = 3,
		.leaf = { { 0x20, 0x756e6547, 0x6c65746e, 0x49656e69 }, { 0xa0652, 0, 0, 0 },
			  { 0x00feff01, 0xf0, 0, 0 } },
		.nr_tlbs = 7,
		.tlb = { { 6, 0, 0, 0 }, { 0, 0x080001, 16, 0x22 }, { 0, 0x080002, 2, 0x22 },
			 { 0, 0x10000b, 1, 0x124 }, { 0, 0x080003, 128, 0x4043 }, { 0, 0x080009, 128, 0x4043 },
			 { 0, 0x040001, 16, 0x06 } },
	};
	static const struct inspect_cpuid amd = {
		.known = true, .cpu = 0,
		.leaf = { { 0x10, 0x68747541, 0x444d4163, 0x69746e65 }, { 0xa20f10, 0, 0x80000000, 0 } },
		.l1 = { 0xff40ff40, 0xff40ff40, 0, 0 },
		.l2 = { 0x48006400, 0x68006400, 0, 0 },
		.gb = { 0xf040f040, 0x60400000, 0, 0 },
	};
	static const struct inspect_cpuid none = { .cpu = -1 };

	*cpuid = is_wrong("amd") ? amd : is_wrong("none") ? none : intel;
}

int devio__open(void)
{
	static int nr_open;

	if (is_wrong("absent"))
		return -ENOENT;
	return is_wrong("denied") ? -EACCES : FIRST_FD + nr_open++ % NR_FDS;
}

void devio__close(int fd)
{
	attached[fd - FIRST_FD] = 0;
}

static int attach(int fd, struct pgwalk_attach *arg)
{
	if (arg->pid == 2 || arg->pid == 4410)
		return -ENXIO;
	if (arg->pid == TWIN + 1)
		return -EACCES;
	if (arg->pid != PID && arg->pid != PID + 1 && arg->pid != TWIN)
		return -ESRCH;
	attached[fd - FIRST_FD] = arg->tgid = arg->pid == TWIN ? TWIN : PID;
	return 0;
}

/* Mappings of four pages each, 16 pages apart: a page in memory that is not shared, a shared one, and a swapped one */
#define MANY_START	0x100000000ULL
#define MANY_STEP	0x10000ULL

static bool is_many(void)
{
	return is_wrong("many") || is_wrong("many-later");
}

static __u64 nr_many(void)
{
	const char *number = getenv("PGWALK_FAKE_MAPPINGS");

	return number ? strtoull(number, NULL, 10) : 1000;
}

static void fill_many(struct fake_vma *to, __u64 i)
{
	static const struct fake_vma vma = { .vma = {
		.size = sizeof(vma), .kind = PGWALK_VMA_ANON, .prot = 3, .counted = 1, .frames_counted = 1,
		.resident = 8192, .exclusive = 4096, .shared = 4096, .swapped = 4096, .dirty = 8192, .young = 4096,
		.pss = 6144,
	} };

	*to = vma;
	to->vma.start = MANY_START + i * MANY_STEP;
	to->vma.end = to->vma.start + 4 * 4096;
	if (is_wrong("many-later")) {
		to->vma.prot = 1;
		to->vma.resident = 12288;
		to->vma.exclusive = 8192;
		to->vma.swapped = 0;
		to->vma.pss = 9216;
	}
	if (i % 8 && is_wrong("many"))
		return;
	to->vma.kind = PGWALK_VMA_FILE;
	to->vma.name_len = (__u16)snprintf(to->name, sizeof(to->name), "/usr/lib/a-library-%llu.so.%llu",
					   (unsigned long long)i, (unsigned long long)i);
}

static int many_vmas(struct pgwalk_vmas *arg)
{
	struct fake_vma *to = (void *)(unsigned long)arg->records;
	__u64 i = arg->start > MANY_START ? (arg->start - MANY_START) / MANY_STEP : 0;

	for (arg->resume = arg->end; i < nr_many(); i++) {
		if (arg->filled + sizeof(*to) > arg->bytes) {
			arg->resume = MANY_START + i * MANY_STEP;
			break;
		}
		fill_many(to++, i);
		arg->filled += sizeof(*to);
	}
	return 0;
}

static int many_pages(struct pgwalk_scan *arg)
{
	struct pgwalk_frame_run *to = (void *)(unsigned long)arg->records;
	const __u64 n = (arg->start - MANY_START) / MANY_STEP * 3, moved = is_wrong("many-later") ? 0x1000000 : 0;
	const unsigned int present = moved ? 3 : 2;
	unsigned int i;

	for (i = 0; i < 3; i++)
		to[i] = (struct pgwalk_frame_run){
			.run = { .start = arg->start + i * 4096, .end = arg->start + (i + 1) * 4096, .shift = 12, .level = 1,
				 .kind = i < present ? PGWALK_KIND_PRESENT : PGWALK_KIND_SWAP, .pfn = 0x1000 + 2 * (n + i) + moved },
			.mapcount = i < present ? (int)i + 1 + !!moved : -1, .node = -1,
		};
	arg->filled = 3;
	arg->resume = arg->end;
	return 0;
}

/* Names that would end an element, begin a script or a comment, or change the direction of text */
static void set_markup(struct fake_vma *vma, unsigned int i)
{
	static const char *const names[] = {
		"</script><script>alert(1)</script>", "<!--<script>", "\"onload=\"x' & <svg/>", "\033]0;x\007\xff<b>",
		"\xe2\x80\xae[kcats]",
	};

	vma->vma.name_len = (__u16)snprintf(vma->name, sizeof(vma->name), "%s", names[i]);
}

/* Return three records a call, so that all loops of the callers run */
static int vmas(int fd, struct pgwalk_vmas *arg)
{
	const unsigned int count = fake__is_later() ? fake_nr_later_vmas : fake_nr_vmas;
	const struct fake_vma *from = fake__is_later() ? fake_later_vma : fake_vma;
	char *to = (char *)(unsigned long)arg->records;
	static unsigned int calls;
	unsigned int i, n = 0;

	if (is_many())
		return many_vmas(arg);
	if (is_wrong("senseless"))
		return 0;
	arg->resume = arg->end;
	for (i = 0; i < (attached[fd - FIRST_FD] == TWIN && !is_wrong("forked") ? 2 : count); i++) {
		struct pgwalk_vma *vma = (void *)(to + arg->filled);

		if (from[i].vma.end <= arg->start || from[i].vma.start >= arg->end)
			continue;
		if (n++ == 3) {
			arg->resume = from[i].vma.start;
			break;
		}
		memcpy(vma, &from[i], sizeof(from[i]));
		/* the module has an offset of files only */
		vma->offset = vma->ino ? vma->offset : 0;
		vma->vm_flags ^= is_wrong("another") ? calls % 2 << 13 : 0;
		if (is_wrong("markup"))
			set_markup((void *)vma, i);
		arg->filled += sizeof(from[i]);
	}
	calls++;
	return 0;
}

static bool is_wanted(const struct pgwalk_scan *arg, const struct pgwalk_frame_run *r)
{
	return (!arg->kinds || arg->kinds >> r->run.kind & 1) &&
	       (r->run.flags & arg->require) == arg->require && !(r->run.flags & arg->exclude) &&
	       (r->frame_flags & arg->frame_require) == arg->frame_require &&
	       !(r->frame_flags & arg->frame_exclude);
}

static void put_leaves(struct pgwalk_scan *arg, const struct pgwalk_frame_run *r, unsigned int room)
{
	struct pgwalk_frame_run *to = (void *)(unsigned long)arg->records;
	__u64 leaf = arg->flags & PGWALK_SCAN_PAGES ? 1ULL << r->run.shift : r->run.end - r->run.start;
	__u64 at;

	for (at = r->run.start; at < r->run.end; at += leaf) {
		if (at + leaf <= arg->start)
			continue;
		if (arg->filled == room) {
			arg->resume = at;
			return;
		}
		to[arg->filled] = *r;
		to[arg->filled].run.start = at;
		to[arg->filled].run.end = at + leaf;
		to[arg->filled++].run.pfn += r->run.pfn ? (at - r->run.start) >> 12 : 0;
	}
}

static int scan(int fd, struct pgwalk_scan *arg)
{
	const bool is_child = attached[fd - FIRST_FD] == TWIN, is_forked = is_wrong("forked");
	const struct pgwalk_frame_run *from = fake__is_later() ? fake_later_run : is_forked && is_child ? fake_child :
		is_forked ? fake_forked : fake_run;
	const unsigned int count = fake__is_later() ? fake_nr_later_runs : is_forked && is_child ? fake_nr_child :
		is_forked ? fake_nr_forked : fake_nr_runs;
	unsigned int i, room = arg->nr_records < 3 ? arg->nr_records : 3;

	if (is_wrong("gone"))
		return -ESRCH;
	if (is_many())
		return many_pages(arg);
	arg->filled = 0;
	arg->resume = arg->end;
	for (i = 0; i < count && arg->resume == arg->end; i++)
		if (from[i].run.end > arg->start && from[i].run.start < arg->end && is_wanted(arg, &from[i]))
			put_leaves(arg, &from[i], room);
	return 0;
}

static int frames(struct pgwalk_frames *arg)
{
	struct pgwalk_frame *to = (void *)(unsigned long)arg->records;

	for (arg->filled = 0; arg->filled < arg->count && arg->filled < 3; arg->filled++)
		fake__frame(&to[arg->filled], arg->pfn + arg->filled);
	return 0;
}

static int rmap(struct pgwalk_rmap *arg)
{
	struct pgwalk_rmap_hit *to = (void *)(unsigned long)arg->records;

	if (arg->pfn == 0xa214) {
		memcpy(to, fake_shared, sizeof(fake_shared));
		arg->method = PGWALK_RMAP_METHOD_ANON;
		arg->status = PGWALK_RMAP_DONE;
		arg->filled = arg->found = 2;
		arg->mapcount = 2;
		return 0;
	}
	if (arg->flags & PGWALK_RMAP_ADDRESS) {
		if (arg->addr != 0x400000)
			return -ENOENT;
		arg->pfn = 0x100;
	}
	arg->mapcount = arg->pfn == 0x100 ? 3 : -1;
	arg->method = PGWALK_RMAP_METHOD_FILE;
	arg->status = PGWALK_RMAP_NO_PAGE;
	arg->filled = arg->found = 0;
	if (arg->pfn != 0x100)
		return 0;
	to[0] = fake_hit[arg->resume];
	arg->filled = 1;
	arg->found = !!to[0].counted;
	arg->status = ++arg->resume < fake_nr_hits ? PGWALK_RMAP_MORE : PGWALK_RMAP_DONE;
	return 0;
}

static int segments(struct pgwalk_segments *arg)
{
	struct pgwalk_thread *to = (void *)(unsigned long)arg->threads;
	__u64 *ldt = (void *)(unsigned long)arg->ldt;

	to[0] = fake_thread[arg->resume == PID];
	arg->filled = 1;
	arg->resume = arg->resume ? 0 : PID;
	if (ldt && arg->nr_ldt >= 2)
		ldt[1] = 0x00cff3000000ffff;
	arg->nr_ldt = 2;
	return 0;
}

static int gdt(struct pgwalk_gdt *arg)
{
	__u32 cpu = arg->cpu;

	if (cpu > 1)
		return -ENXIO;
	*arg = fake_gdt;
	arg->cpu = cpu;
	arg->next_cpu = cpu ? -1 : 1;
	return 0;
}

static int mm(int fd, struct pgwalk_mm *arg)
{
	struct pgwalk_task *to = (void *)(unsigned long)arg->tasks;
	struct pgwalk_mm answer = fake_mm;
	unsigned int i;

	readings++;
	if (is_over())
		return -ESRCH;
	for (i = 0; i < answer.nr_tasks && i < arg->nr_records; i++)
		to[answer.filled++] = (struct pgwalk_task){ PID, PID + (int)i, "demo" };
	answer.pgd += attached[fd - FIRST_FD] == TWIN ? 4096 : 0;
	*arg = answer;
	return 0;
}

static int tables(struct pgwalk_tables *arg)
{
	struct pgwalk_pgtable_stats *to = (void *)(unsigned long)arg->records;
	unsigned int i;

	for (i = 0; i < fake_nr_pgtable_stats; i++)
		to[i] = fake_pgtable_stats[i];
	arg->filled = fake_nr_pgtable_stats;
	arg->flat_bytes = 256ULL << 30;
	arg->pgtables_bytes = 5 * 4096;
	return 0;
}

static int call(int fd, unsigned long request, void *arg)
{
	switch (request) {
	case PGWALK_IOC_INFO:
		*(struct pgwalk_info *)arg = fake_info;
		if (is_wrong("abi"))
			((struct pgwalk_info *)arg)->abi++;
		return 0;
	case PGWALK_IOC_ATTACH:
		return attach(fd, arg);
	case PGWALK_IOC_VMAS:
		return vmas(fd, arg);
	case PGWALK_IOC_SCAN:
		return scan(fd, arg);
	}
	if (is_wrong("old"))
		return -ENOTTY;
	switch (request) {
	case PGWALK_IOC_TRANSLATE:
		return fake__translate(arg);
	case PGWALK_IOC_FRAMES:
		return frames(arg);
	case PGWALK_IOC_RMAP:
		return is_wrong("newer") ? -EOPNOTSUPP : rmap(arg);
	case PGWALK_IOC_MM:
		return mm(fd, arg);
	case PGWALK_IOC_TABLES:
		return tables(arg);
	case PGWALK_IOC_SEGMENTS:
		return segments(arg);
	case PGWALK_IOC_GDT:
		return gdt(arg);
	}
	return -ENOTTY;
}

static void redact_info(struct pgwalk_info *info)
{
	const __u64 frames = PGWALK_FEATURE_FRAMES | PGWALK_FEATURE_RMAP | PGWALK_FEATURE_KFUNC | PGWALK_FEATURE_SEGMENTS;
	struct pgwalk_info kept = {
		.size = info->size, .abi = info->abi, .paging = info->paging, .nr_levels = info->nr_levels,
		.features = (info->features & ~frames) | PGWALK_FEATURE_DELEGATE | PGWALK_FEATURE_REDACTED,
		.user_end = info->user_end, .newest_tested = info->newest_tested,
		.page_shift = info->page_shift, .arch = info->arch,
	};

	memcpy(kept.geometry, info->geometry, sizeof(kept.geometry));
	*info = kept;
}

static void redact_vmas(struct pgwalk_vmas *arg)
{
	char *at = (char *)(unsigned long)arg->records, *end = at + arg->filled;

	for (; at < end; at += ((struct pgwalk_vma *)at)->size) {
		struct pgwalk_vma *vma = (void *)at;

		vma->frames_counted = vma->frames_counted ? PGWALK_VMA_FRAMES_REDACTED : 0;
		vma->large = vma->ksm = 0;
		memset(vma->node, 0, sizeof(vma->node));
	}
}

/* Records without frames, which are shorter */
static void redact_scan(struct pgwalk_scan *arg)
{
	const struct pgwalk_frame_run *from = (void *)(unsigned long)arg->records;
	struct pgwalk_run *to = (void *)(unsigned long)arg->records;
	unsigned int i;

	for (i = 0; i < arg->filled; i++) {
		struct pgwalk_run run = from[i].run;

		run.pfn = run.swap_type = 0;
		run.flags |= PGWALK_F_REDACTED;
		to[i] = run;
	}
}

static void redact_translate(struct pgwalk_translate *t)
{
	unsigned int i;

	for (i = 0; i < t->nr_steps; i++) {
		t->step[i].table_pfn = t->step[i].entry.value = t->step[i].entry.pfn = 0;
		t->step[i].entry.swap_type = 0;
		t->step[i].entry.flags |= PGWALK_F_REDACTED;
	}
	t->facts = t->pkru = 0;
	t->pkru_tid = 0;
	t->vma_offset = 0;
	t->vma_pkey = 0;
}

static void redact_tables(struct pgwalk_tables *arg)
{
	struct pgwalk_pgtable_stats *to = (void *)(unsigned long)arg->records;
	unsigned int i, n = 0;

	for (i = 0; i < arg->filled; i++) {
		struct pgwalk_pgtable_stats row = to[i];

		row.node = -1;
		if (n && to[n - 1].level == row.level) {
			to[n - 1].tables += row.tables;
			to[n - 1].empty += row.empty;
			to[n - 1].used += row.used;
			to[n - 1].leaves += row.leaves;
			to[n - 1].deposited += row.deposited;
		} else {
			to[n++] = row;
		}
	}
	arg->filled = n;
}

static void redact_mm(struct pgwalk_mm *arg)
{
	arg->pgd = arg->pgd_pa = 0;
	arg->users = arg->count = 0;
	arg->nr_tasks = arg->filled = 0;
	arg->flags = PGWALK_REDACTED;
}

static int call_delegated(int fd, unsigned long request, void *arg)
{
	int err;

	if (request == PGWALK_IOC_FRAMES || request == PGWALK_IOC_RMAP || request == PGWALK_IOC_SEGMENTS ||
	    request == PGWALK_IOC_GDT)
		return -EPERM;
	err = call(fd, request, arg);
	if (err)
		return err;
	switch (request) {
	case PGWALK_IOC_INFO:
		redact_info(arg);
		break;
	case PGWALK_IOC_VMAS:
		redact_vmas(arg);
		break;
	case PGWALK_IOC_SCAN:
		redact_scan(arg);
		break;
	case PGWALK_IOC_TRANSLATE:
		redact_translate(arg);
		break;
	case PGWALK_IOC_TABLES:
		redact_tables(arg);
		break;
	case PGWALK_IOC_MM:
		redact_mm(arg);
	}
	return 0;
}

int devio__call(int fd, unsigned long request, void *arg)
{
	return is_wrong("delegated") ? call_delegated(fd, request, arg) : call(fd, request, arg);
}

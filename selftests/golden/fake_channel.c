// SPDX-License-Identifier: GPL-2.0
/*
 * Answers in place of /dev/pgwalk, for the golden tests: a module that knows one
 * made-up process. Takes the place of collect/channel.c; $PGWALK_FAKE says what
 * is wrong with it: absent, denied, abi, old, gone, senseless.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/collect/channel.h"
#include "fake.h"

#define PID	4211

static bool is_wrong(const char *how)
{
	const char *wrong = getenv("PGWALK_FAKE");

	return wrong && !strcmp(wrong, how);
}

int channel__open(void)
{
	return is_wrong("absent") ? -ENOENT : is_wrong("denied") ? -EACCES : 7;
}

void channel__close(int fd)
{
	(void)fd;
}

static int attach(struct pgwalk_attach *arg)
{
	if (arg->pid == 2)
		return -ENXIO;
	if (arg->pid != PID && arg->pid != PID + 1)
		return -ESRCH;
	arg->tgid = PID;
	return 0;
}

/* Three records a call, so that every loop is gone through */
static int vmas(struct pgwalk_vmas *arg)
{
	char *to = (char *)(unsigned long)arg->records;
	unsigned int i, n = 0;

	if (is_wrong("senseless"))
		return 0;
	arg->resume = arg->end;
	for (i = 0; i < fake_nr_vmas; i++) {
		if (fake_vma[i].vma.end <= arg->start)
			continue;
		if (n++ == 3) {
			arg->resume = fake_vma[i].vma.start;
			break;
		}
		memcpy(to + arg->filled, &fake_vma[i], sizeof(fake_vma[i]));
		arg->filled += sizeof(fake_vma[i]);
	}
	return 0;
}

static bool is_wanted(const struct pgwalk_scan *arg, const struct pgwalk_frame_run *r)
{
	return (!arg->kinds || arg->kinds >> r->run.kind & 1) &&
	       (r->run.flags & arg->require) == arg->require && !(r->run.flags & arg->exclude) &&
	       (r->frame_flags & arg->frame_require) == arg->frame_require &&
	       !(r->frame_flags & arg->frame_exclude);
}

static void put_leafs(struct pgwalk_scan *arg, const struct pgwalk_frame_run *r, unsigned int room)
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

static int scan(struct pgwalk_scan *arg)
{
	unsigned int i, room = arg->nr_records < 3 ? arg->nr_records : 3;

	if (is_wrong("gone"))
		return -ESRCH;
	arg->filled = 0;
	arg->resume = arg->end;
	for (i = 0; i < fake_nr_runs && arg->resume == arg->end; i++)
		if (fake_run[i].run.end > arg->start && fake_run[i].run.start < arg->end && is_wanted(arg, &fake_run[i]))
			put_leafs(arg, &fake_run[i], room);
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

static int mm(struct pgwalk_mm *arg)
{
	struct pgwalk_task *to = (void *)(unsigned long)arg->tasks;
	struct pgwalk_mm answer = fake_mm;
	unsigned int i;

	for (i = 0; i < answer.nr_tasks && i < arg->nr_records; i++)
		to[answer.filled++] = (struct pgwalk_task){ PID, PID + (int)i, "demo" };
	*arg = answer;
	return 0;
}

static int tables(struct pgwalk_tables *arg)
{
	struct pgwalk_census *to = (void *)(unsigned long)arg->records;
	unsigned int i;

	for (i = 0; i < fake_nr_census; i++)
		to[i] = fake_census[i];
	arg->filled = fake_nr_census;
	arg->flat_bytes = 256ULL << 30;
	arg->pgtables_bytes = 5 * 4096;
	return 0;
}

int channel__call(int fd, unsigned long request, void *arg)
{
	(void)fd;
	switch (request) {
	case PGWALK_IOC_INFO:
		*(struct pgwalk_info *)arg = fake_info;
		if (is_wrong("abi"))
			((struct pgwalk_info *)arg)->abi++;
		return 0;
	case PGWALK_IOC_ATTACH:
		return attach(arg);
	case PGWALK_IOC_VMAS:
		return vmas(arg);
	case PGWALK_IOC_SCAN:
		return scan(arg);
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
		return mm(arg);
	case PGWALK_IOC_TABLES:
		return tables(arg);
	case PGWALK_IOC_SEGMENTS:
		return segments(arg);
	case PGWALK_IOC_GDT:
		return gdt(arg);
	}
	return -ENOTTY;
}

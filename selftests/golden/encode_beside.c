// SPDX-License-Identifier: GPL-2.0
/* The records beside mappings and their faults: see encode.c. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/words.h"
#include "encode.h"

static __u8 entry_kind(const char *w)
{
	__u8 k;

	for (k = 1; k < PGWALK_KIND_NR; k++)
		if (!strcmp(words__entry(k), w))
			return k;
	die("not a kind of entry");
}

/* KIND:PFN[:SHIFT] */
static void entry(struct pgwalk_entry *e, const char *text)
{
	char copy[64], *pfn, *shift;

	snprintf(copy, sizeof(copy), "%s", text);
	pfn = strchr(copy, ':');
	if (pfn)
		*pfn++ = '\0';
	shift = pfn ? strchr(pfn, ':') : NULL;
	if (shift)
		*shift++ = '\0';
	e->kind = entry_kind(copy);
	e->pfn = pfn ? number(pfn, 16) : 0;
	e->shift = (__u8)(shift ? number(shift, 10) : PGWALK_PAGE_SHIFT);
	e->level = e->shift > 21 ? PGWALK_LEVEL_PUD : e->shift > 12 ?
		   PGWALK_LEVEL_PMD : PGWALK_LEVEL_PTE;
	if (e->kind == PGWALK_KIND_PRESENT)
		e->flags = PGWALK_F_PRESENT | PGWALK_F_USER | PGWALK_F_WRITE |
			   PGWALK_F_ACCESSED | PGWALK_F_NX;
}

static void event(void)
{
	static const struct {
		const char *word;
		__u32 flag;
	} flags[] = {
		{ "write", PGWALK_EVENT_WRITE }, { "exec", PGWALK_EVENT_EXEC },
		{ "kernel", PGWALK_EVENT_KERNEL }, { "gup", PGWALK_EVENT_GUP },
		{ "major", PGWALK_EVENT_MAJOR },
	};
	struct record_event r = { .event.addr = number(word(), 16) };
	__u64 tid = 0, retries = 0;
	char *w;
	size_t i;

	r.event.class = class(word());
	while ((w = next())) {
		for (i = 0; i < 5 && strcmp(w, flags[i].word); i++)
			;
		if (i < 5)
			r.event.flags |= flags[i].flag;
		else if (take(w, "lat", &r.event.latency_ns))
			r.event.flags |= PGWALK_EVENT_TIMED;
		else if (value_of(w, "before"))
			entry(&r.event.before, value_of(w, "before"));
		else if (value_of(w, "after"))
			entry(&r.event.after, value_of(w, "after"));
		else if (!take(w, "tid", &tid) && !take(w, "retries", &retries) &&
			 !take(w, "at", &r.event.time_ns))
			die(w);
	}
	r.event.tid = (__s32)tid;
	r.event.retries = (__u32)retries;
	put(&r.head, RECORD_EVENT, sizeof(r));
}

static void page(void)
{
	struct record_page r = { .run.mapcount = -1, .run.node = -1 };
	struct pgwalk_entry e = { 0 };
	__u64 addr = number(word(), 16), n;
	char *w;

	entry(&e, word());
	r.run.run = (struct pgwalk_run){
		.start = addr, .end = addr + (1ULL << e.shift), .pfn = e.pfn,
		.flags = e.flags, .kind = e.kind, .shift = e.shift, .level = e.level,
	};
	while ((w = next()))
		if (take(w, "maps", &n))
			r.run.mapcount = (__s32)n;
		else if (take(w, "node", &n))
			r.run.node = (__s16)n;
		else
			die(w);
	put(&r.head, RECORD_PAGE, sizeof(r));
}

static void stack(void)
{
	struct record_stack r = { 0 };

	r.stack.stack = (__s32)strtol(word(), NULL, 10);
	r.stack.class = class(word());
	r.stack.count = number(word(), 10);
	r.stack.latency_ns = number(word(), 10);
	put(&r.head, RECORD_STACK, sizeof(r));
}

static void frames(void)
{
	static union {
		struct record_frames r;
		__u64 room[128];
	} u;
	char *w;

	memset(&u, 0, sizeof(u));
	u.r.stack = (__s32)number(word(), 10);
	while ((w = next()) && u.r.count < PGWALK_STACK_MAX)
		u.r.ip[u.r.count++] = number(w, 16);
	put(&u.r.head, RECORD_FRAMES, sizeof(u.r) + 8 * u.r.count);
}

static void symbol(void)
{
	static union {
		struct record_symbol r;
		char room[2048];
	} u;
	char *w;

	memset(&u, 0, sizeof(u));
	u.r.ip = number(word(), 16);
	u.r.offset = number(word(), 10);
	w = next();
	if (w && strcmp(w, "-"))
		u.r.name_len = (__u32)name(w, u.r.text, 900) + 1;
	w = next();
	if (w)
		u.r.module_len = (__u32)name(w, u.r.text + u.r.name_len, 900) + 1;
	put(&u.r.head, RECORD_SYMBOL,
	    (sizeof(u.r) + u.r.name_len + u.r.module_len + 7) / 8 * 8);
}

static void look(void)
{
	struct record_look r = { 0 };

	range(&r.start, &r.end);
	put(&r.head, RECORD_LOOK, sizeof(r));
}

static int flush(const char *w, __u64 tlb[PGWALK_TLB_NR], const char *key)
{
	char of[16];
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++) {
		snprintf(of, sizeof(of), "%s%d", key, i);
		if (take(w, of, &tlb[i]))
			return 1;
	}
	return 0;
}

/* All counts but those that are named are 0, or not known if "unknown" */
static void the_system(void)
{
	struct record_system r = { 0 };
	char *w;

	while ((w = next())) {
		if (flush(w, r.tlb, "tlb") || flush(w, r.tlb_target, "own"))
			r.flags |= RECORD_SYSTEM_TLB;
		else if (!strcmp(w, "vmstat"))
			r.flags |= RECORD_SYSTEM_VMSTAT;
		else if (!strcmp(w, "no-numa"))
			r.numa_migrated = RECORD_NOT_KNOWN;
		else if (!take(w, "kswapd", &r.scan_kswapd) &&
			 !take(w, "direct", &r.scan_direct) &&
			 !take(w, "steal-kswapd", &r.steal_kswapd) &&
			 !take(w, "steal-direct", &r.steal_direct) &&
			 !take(w, "in", &r.swap_in) && !take(w, "out", &r.swap_out) &&
			 !take(w, "collapse", &r.thp_collapse) &&
			 !take(w, "split", &r.thp_split) &&
			 !take(w, "split-pmd", &r.thp_split_pmd) &&
			 !take(w, "migrated", &r.migrated))
			die(w);
	}
	put(&r.head, RECORD_SYSTEM, sizeof(r));
}

int encode_beside(const char *what)
{
	static const struct {
		const char *what;
		void (*encode)(void);
	} records[] = {
		{ "event", event }, { "page", page }, { "stack", stack },
		{ "frames", frames }, { "symbol", symbol }, { "look", look },
		{ "system", the_system },
	};
	size_t i;

	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (!strcmp(what, records[i].what)) {
			records[i].encode();
			return 1;
		}
	return 0;
}

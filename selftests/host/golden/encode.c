// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Encodes a recorded stream that is written as text into the binary form that pgtop --replay
 * reads, so that the streams of the tests are readable and reviewable.
 *
 *	encode FILE < TEXT
 *
 * One record a line; '#' begins a comment. Numbers are decimal, addresses hexadecimal, times in
 * nanoseconds as in the records. \xHH in a name is that byte.
 *
 *	target PID COMM PREEMPT [module] [stacks] [all] [cgroup=PATH] [minor=N] [major=N]
 *	vmas ADDR NOW
 *	vma START-END PERMS KIND [res=N] [huge=N] [swap=N] [pss=N] [excl=N] [lazy=N] [tables=N] [ino=N] [dev=N] [name=TEXT]
 *	detail START [frames=N] [eligible=0|1]	after the vma
 *	end ADDR
 *	fault MM START-END PERMS CLASS COUNT [off=PAGES] [ino=N] [dev=N] [major=N]
 *		[missed=N] [read=N] [write=N] [exec=N] [gup=N] [kernel=N] [retries=N]
 *		[retry-ns=N] [around=N] [nothp=N] [4k=N] [2m=N] [1g=N]
 *		[lat=NS*N,NS*N...] [kind=KIND] [name=TEXT] [thread=TID] [process=PID]
 *		[remote=N] [foreign]
 *	interval NOW SPAN [wall=NS] [lost=N] [folded=N] [runs=N] [self=NS] [walk=NS] [tables=N]
 *		[threads=N] [events-lost=N] [by-thread] [last] [exited]
 *	look START-END			later events and pages are of this range
 *	event ADDR CLASS [tid=N] [lat=NS] [at=NS] [retries=N] [write] [exec] [kernel]
 *		[gup] [major] [before=KIND:PFN[:SHIFT]] [after=KIND:PFN[:SHIFT]]
 *	page ADDR KIND[:PFN[:SHIFT]] [maps=N] [node=N]
 *	frames STACK IP...
 *	symbol IP OFFSET NAME [MODULE]	NAME is "-" for an unnamed symbol
 *	stack STACK CLASS COUNT NS [MM START-END PERMS]	the mapping as in a fault
 *	system [vmstat] [no-numa] [kswapd=N] [direct=N] [in=N] ... [tlb0=N...] [own0=N...]
 *	process PID [res=N] [hugetlb=N] [huge=N] [pss=N] [uss=N] [swap=N] [lazy=N] [tables=N]
 *	host NAME			the machine
 *	page-shift N			log2 of its page size, before all records; else that of this machine
 *	cgroup ID PATH			faults with process= have the id in ino=
 *	many N STEP fault ...		N fault records, each STEP (hex) further on
 *	raw TYPE BYTES			a record filled with zeroes
 *
 * A vma with res= was counted; with pss= its frames, too. The MM 0 stands for faults without a mapping.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/names/names.h"
#include "../../../userspace/collect/record/record.h"

/* 2026-01-01T00:00:00Z, the time 0 of streams */
#define BEGINNING	1767225600000000000ULL

static struct recorder *out;
static unsigned int line_number;

__attribute__((noreturn)) static void die(const char *what)
{
	fprintf(stderr, "encode: line %u: %s\n", line_number, what);
	exit(1);
}

static void put(struct record *record, enum record_type type, size_t size)
{
	if (recorder__write(out, record, type, size))
		die("cannot write");
}

static char *next(void)
{
	return strtok(NULL, " \t");
}

static const char *word(void)
{
	const char *w = next();

	if (!w)
		die("a word is missing");
	return w;
}

static __u64 number(const char *text, int base)
{
	char *end;
	__u64 n = strtoull(text, &end, base);

	if (*end || end == text)
		die("not a number");
	return n;
}

/* Return the value of "key=value", or NULL if @w has another key */
static const char *value_of(const char *w, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(w, key, len) && w[len] == '=' ? w + len + 1 : NULL;
}

static int take(const char *w, const char *key, __u64 *n)
{
	const char *value = value_of(w, key);

	if (value)
		*n = number(value, 10);
	return !!value;
}

static void range(__u64 *start, __u64 *end)
{
	char copy[64], *dash;

	snprintf(copy, sizeof(copy), "%s", word());
	dash = strchr(copy, '-');
	if (!dash)
		die("not a range");
	*dash = '\0';
	*start = number(copy, 16);
	*end = number(dash + 1, 16);
}

static __u8 perms(const char *w)
{
	char is[5];
	__u8 prot;

	for (prot = 0; prot < 16; prot++) {
		names__perms(is, prot);
		if (!strcmp(is, w))
			return prot;
	}
	die("not permissions");
}

static __u32 kind(const char *w)
{
	__u32 k;

	for (k = 1; k < PGWALK_VMA_NR; k++)
		if (!strcmp(names__kind(k), w))
			return k;
	if (strcmp(w, "-"))
		die("not a kind");
	return PGWALK_VMA_UNSET;
}

static __u32 class(const char *w)
{
	__u32 c;

	for (c = 0; c < PGWALK_FAULT_CLASS_NR; c++)
		if (!strcmp(names__class(c), w))
			return c;
	die("not a class");
}

/* Copy a name, with \xHH decoded; return its length */
static size_t name(const char *text, char *to, size_t size)
{
	size_t n = 0;
	unsigned int byte;

	while (*text && n + 1 < size) {
		if (text[0] == '\\' && sscanf(text, "\\x%2x", &byte) == 1) {
			to[n++] = (char)byte;
			text += 4;
		} else {
			to[n++] = *text++;
		}
	}
	to[n] = '\0';
	return n;
}

static void target(void)
{
	struct record_target r = { .pid = (__s32)number(word(), 10) };
	char *w;

	name(word(), r.comm, sizeof(r.comm));
	snprintf(r.preempt, sizeof(r.preempt), "%s", word());
	while ((w = next())) {
		if (!strcmp(w, "module"))
			r.flags |= RECORD_TARGET_MODULE;
		else if (!strcmp(w, "stacks"))
			r.flags |= RECORD_TARGET_STACKS;
		else if (!strcmp(w, "all"))
			r.flags |= RECORD_TARGET_ALL;
		else if (value_of(w, "cgroup")) {
			r.flags |= RECORD_TARGET_CGROUP;
			name(value_of(w, "cgroup"), r.cgroup, sizeof(r.cgroup));
		} else if (!take(w, "minor", &r.base_minor) &&
			   !take(w, "major", &r.base_major)) {
			die(w);
		}
	}
	put(&r.head, RECORD_TARGET, sizeof(r));
}

static void vmas(enum record_type type)
{
	struct record_vmas r = { .addr = number(word(), 16) };

	if (type == RECORD_VMAS_BEGIN)
		r.now_ns = number(word(), 10);
	put(&r.head, type, sizeof(r));
}

static void vmas_begin(void)
{
	vmas(RECORD_VMAS_BEGIN);
}

static void vmas_end(void)
{
	vmas(RECORD_VMAS_END);
}

static void vma(void)
{
	static union {
		struct record_vma r;
		char room[8192];
	} u;
	struct pgwalk_vma *v = &u.r.vma;
	__u64 dev = 0;
	char *w;

	memset(&u, 0, sizeof(u));
	range(&v->start, &v->end);
	v->prot = perms(word());
	v->kind = (__u8)kind(word());
	while ((w = strtok(NULL, " \t"))) {
		if (value_of(w, "name"))
			v->name_len = (__u16)name(value_of(w, "name"), v->name, 4096);
		else if (take(w, "res", &v->resident))
			v->counted = 1;
		else if (take(w, "pss", &v->pss))
			v->frames_counted = 1;
		else if (!take(w, "huge", &v->huge_2m) && !take(w, "swap", &v->swapped) &&
			 !take(w, "excl", &v->exclusive) && !take(w, "lazy", &v->lazyfree) &&
			 !take(w, "tables", &v->tables) &&
			 !take(w, "ino", &v->ino) && !take(w, "dev", &dev))
			die(w);
	}
	v->dev_minor = (__u32)dev;
	v->size = (__u32)((sizeof(*v) + v->name_len + 8) / 8 * 8);
	put(&u.r.head, RECORD_VMA, sizeof(struct record) + v->size);
}

static void detail(void)
{
	struct record_vma_detail r = { .start = number(word(), 16), .eligible = -1 };
	__u64 eligible;
	char *w;

	while ((w = next()))
		if (take(w, "frames", &r.frames))
			r.flags |= RECORD_VMA_DETAIL_FRAMES;
		else if (take(w, "eligible", &eligible))
			r.eligible = (__s32)eligible;
		else
			die(w);
	put(&r.head, RECORD_VMA_DETAIL, sizeof(r));
}

static void process(void)
{
	struct record_process r = { .pid = (__s32)number(word(), 10) };
	char *w;

	while ((w = next()))
		if (!take(w, "res", &r.resident) && !take(w, "hugetlb", &r.hugetlb) && !take(w, "huge", &r.huge) &&
		    !take(w, "pss", &r.pss) && !take(w, "uss", &r.uss) && !take(w, "swap", &r.swapped) &&
		    !take(w, "lazy", &r.lazyfree) && !take(w, "tables", &r.tables))
			die(w);
	put(&r.head, RECORD_PROCESS, sizeof(r));
}

static unsigned int bucket(__u64 ns)
{
	unsigned int b;

		/* The first edge above @ns, by the definition of buckets and not by the product's formula */
	for (b = 0; b < PGWALK_HIST_BUCKETS - 1; b++)
		if (ns < (b < 4 ? b + 1 : (5ULL + (b & 3)) << (b / 4 - 1)))
			break;
	return b;
}

static void latencies(struct pgwalk_fault_row *row, const char *text)
{
	unsigned long long ns;
	unsigned int n;
	int used;

	while (sscanf(text, "%llu*%u%n", &ns, &n, &used) == 2) {
		row->hist[bucket(ns)] += n;
		row->latency_ns += ns * n;
		if (ns > row->max_ns)
			row->max_ns = ns;
		text += used + (text[used] == ',');
	}
	if (*text)
		die("not latencies");
}

static void fault(__u64 count, __u64 step)
{
	struct record_fault r = { .key.mm = number(word(), 16) };
	struct pgwalk_fault_row *row = &r.row;
	__u64 dev = 0, id = 0, remote = 0, i;
	bool foreign = false;
	char *w;

	range(&r.key.start, &r.key.end);
	r.key.vm_flags = perms(word());
	r.key.class = class(word());
	row->count = number(word(), 10);
	r.key.offset = r.key.start >> page_shift();
	while ((w = strtok(NULL, " \t"))) {
		if (value_of(w, "name"))
			name(value_of(w, "name"), row->name, sizeof(row->name));
		else if (value_of(w, "lat"))
			latencies(row, value_of(w, "lat"));
		else if (value_of(w, "kind"))
			row->kind = kind(value_of(w, "kind"));
		else if (!strcmp(w, "foreign"))
			foreign = true;
		else if (take(w, "thread", &id))
			r.key.scope = PGWALK_SCOPE_THREAD;
		else if (take(w, "process", &id))
			r.key.scope = PGWALK_SCOPE_PROCESS;
		else if (!take(w, "off", &r.key.offset) && !take(w, "ino", &r.key.ino) &&
			 !take(w, "dev", &dev) && !take(w, "major", &row->major) &&
			 !take(w, "missed", &row->missed_exit) &&
			 !take(w, "read", &row->read) && !take(w, "write", &row->write) &&
			 !take(w, "exec", &row->exec) && !take(w, "gup", &row->gup) &&
			 !take(w, "kernel", &row->kernel) && !take(w, "retries", &row->retries) &&
			 !take(w, "retry-ns", &row->retry_ns) && !take(w, "around", &row->around) &&
			 !take(w, "nothp", &row->thp_fallback) && !take(w, "4k", &row->leaf_4k) &&
			 !take(w, "2m", &row->leaf_2m) && !take(w, "1g", &row->leaf_1g) &&
			 !take(w, "remote", &remote))
			die(w);
	}
	if (r.key.scope)
		r.key.offset = r.key.vm_flags = 0;
	row->remote = (__u32)remote;
	row->kind |= foreign ? PGWALK_MAPPING_FOREIGN : 0;
	r.key.id = (__s32)id;
	r.key.dev = (__u32)dev;
	for (i = 0; i < count; i++) {
		put(&r.head, RECORD_FAULT, sizeof(r));
		r.key.start += step;
		r.key.end += step;
		r.key.offset += step >> page_shift();
	}
}

static void one_fault(void)
{
	fault(1, 0);
}

/* cgroup ID PATH */
static void cgroup(void)
{
	struct record_cgroup r = { .id = number(word(), 10) };

	name(word(), r.path, sizeof(r.path));
	put(&r.head, RECORD_CGROUP, sizeof(r));
}

/* host NAME */
static void host(void)
{
	struct record_host r = { .head.type = RECORD_HOST };

	name(word(), r.name, sizeof(r.name));
	put(&r.head, RECORD_HOST, sizeof(r));
}

static void interval(void)
{
	struct record_interval r = { .now_ns = number(word(), 10) };
	__u64 threads = 0;
	char *w;

	r.span_ns = number(word(), 10);
	r.wall_ns = BEGINNING + r.now_ns;
	while ((w = strtok(NULL, " \t")))
		if (!strcmp(w, "last"))
			r.flags |= RECORD_INTERVAL_LAST;
		else if (!strcmp(w, "exited"))
			r.flags |= RECORD_INTERVAL_EXITED;
		else if (!strcmp(w, "by-thread"))
			r.flags |= RECORD_INTERVAL_THREADS;
		else if (!take(w, "wall", &r.wall_ns) && !take(w, "lost", &r.lost) && !take(w, "folded", &r.folded) &&
			 !take(w, "runs", &r.missed_runs) && !take(w, "self", &r.self_ns) &&
			 !take(w, "walk", &r.walk_ns) && !take(w, "tables", &r.tables_bytes) &&
			 !take(w, "events-lost", &r.events_lost) && !take(w, "threads", &threads))
			die(w);
	r.nr_threads = (__u32)threads;
	put(&r.head, RECORD_INTERVAL, sizeof(r));
}

static void raw(void)
{
	static struct record zeroes[1024];
	__u32 type = (__u32)number(word(), 10);

	put(zeroes, type, number(word(), 10));
}

static void many(void)
{
	__u64 count = number(word(), 10), step = number(word(), 16);

	if (strcmp(word(), "fault"))
		die("only fault records can be repeated");
	fault(count, step);
}

static __u8 entry_kind(const char *w)
{
	__u8 k;

	for (k = 1; k < PGWALK_KIND_NR; k++)
		if (!strcmp(names__entry(k), w))
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
	e->shift = (__u8)(shift ? number(shift, 10) : page_shift());
	e->level = e->shift > 2 * page_shift() - 3 ? PGWALK_LEVEL_PUD :
		   e->shift > page_shift() ? PGWALK_LEVEL_PMD : PGWALK_LEVEL_PTE;
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
	char *w;

	r.stack.stack = (__s32)strtol(word(), NULL, 10);
	r.stack.key.class = class(word());
	r.stack.count = number(word(), 10);
	r.stack.latency_ns = number(word(), 10);
	w = next();
	if (w) {
		r.stack.key.mm = number(w, 16);
		range(&r.stack.key.start, &r.stack.key.end);
		r.stack.key.vm_flags = perms(word());
		r.stack.key.offset = r.stack.key.start >> page_shift();
	}
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
	struct record_trace r = { 0 };

	range(&r.start, &r.end);
	put(&r.head, RECORD_TRACE, sizeof(r));
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

/* Counts without a word are 0; the groups of counters are valid if one of their words is given */
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

static void set_page_shift(void)
{
	if (!page_size__set((unsigned int)number(strtok(NULL, " \t"), 10)))
		die("page-shift after a record");
}

static void encode(char *line)
{
	static const struct {
		const char *what;
		void (*encode)(void);
	} records[] = {
		{ "target", target }, { "vmas", vmas_begin }, { "vma", vma }, { "end", vmas_end },
		{ "fault", one_fault }, { "many", many }, { "interval", interval }, { "raw", raw },
		{ "event", event }, { "page", page }, { "stack", stack }, { "frames", frames },
		{ "symbol", symbol }, { "look", look }, { "system", the_system },
		{ "cgroup", cgroup }, { "host", host }, { "detail", detail }, { "process", process },
		{ "page-shift", set_page_shift },
	};
	const char *what;
	size_t i;

	line[strcspn(line, "#\n")] = '\0';
	what = strtok(line, " \t");
	if (!what)
		return;
	for (i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		if (!strcmp(what, records[i].what)) {
			records[i].encode();
			return;
		}
	die(what);
}

int main(int argc, char **argv)
{
	static char line[16384];

	if (argc != 2 || recorder__create(&out, argv[1], 0666))
		die("usage: encode FILE < TEXT");
	while (fgets(line, sizeof(line), stdin)) {
		line_number++;
		encode(line);
	}
	return recorder__destroy(out) ? 1 : 0;
}

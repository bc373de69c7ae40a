// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a recorded stream written down as text into the binary one that pgtop
 * --replay reads. For tests: so that they can be read, and reviewed.
 *
 *	encode FILE < TEXT
 *
 * One record a line; '#' begins a remark. Numbers are decimal, addresses hex,
 * times nanoseconds (_ns) as the records have them. \xHH in a name is that byte.
 *
 *	target PID COMM PREEMPT [module] [stacks] [all] [cgroup=PATH] [minor=N] [major=N]
 *	vmas ADDR NOW
 *	vma START-END PERMS KIND [res=N] [huge=N] [swap=N] [ino=N] [dev=N] [name=TEXT]
 *	end ADDR
 *	fault MM START-END PERMS CLASS COUNT [off=PAGES] [ino=N] [dev=N] [major=N]
 *		[missed=N] [read=N] [write=N] [exec=N] [gup=N] [kernel=N] [retries=N]
 *		[retry-ns=N] [around=N] [nothp=N] [4k=N] [2m=N] [1g=N]
 *		[lat=NS*N,NS*N...] [kind=KIND] [name=TEXT] [thread=TID] [process=PID]
 *		[remote=N] [foreign]
 *	interval NOW SPAN [lost=N] [folded=N] [runs=N] [self=NS] [walk=NS] [tables=N]
 *		[threads=N] [events-lost=N] [by-thread] [last] [exited]
 *	look START-END			from here on it is looked into
 *	event ADDR CLASS [tid=N] [lat=NS] [at=NS] [retries=N] [write] [exec] [kernel]
 *		[gup] [major] [before=KIND:PFN[:SHIFT]] [after=KIND:PFN[:SHIFT]]
 *	page ADDR KIND[:PFN[:SHIFT]] [maps=N] [node=N]
 *	frames STACK IP...
 *	symbol IP OFFSET NAME [MODULE]	NAME - for none
 *	stack STACK CLASS COUNT NS
 *	system [vmstat] [no-numa] [kswapd=N] [direct=N] [in=N] ... [tlb0=N...] [own0=N...]
 *	many N STEP fault ...		the same, N times, each STEP (hex) further on
 *	raw TYPE BYTES			a record of zeroes
 *
 * A vma with res= was counted. Mappings with the MM 0 stand for no mapping.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/words.h"
#include "encode.h"

static struct recorder *out;
static unsigned int line_number;

void die(const char *what)
{
	fprintf(stderr, "encode: line %u: %s\n", line_number, what);
	exit(1);
}

void put(struct record *record, enum record_type type, size_t size)
{
	if (recorder__write(out, record, type, size))
		die("cannot write");
}

char *next(void)
{
	return strtok(NULL, " \t");
}

const char *word(void)
{
	const char *w = next();

	if (!w)
		die("a word is missing");
	return w;
}

__u64 number(const char *text, int base)
{
	char *end;
	__u64 n = strtoull(text, &end, base);

	if (*end || end == text)
		die("not a number");
	return n;
}

/* "key=value": the value if @w has that key */
const char *value_of(const char *w, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(w, key, len) && w[len] == '=' ? w + len + 1 : NULL;
}

int take(const char *w, const char *key, __u64 *n)
{
	const char *value = value_of(w, key);

	if (value)
		*n = number(value, 10);
	return !!value;
}

void range(__u64 *start, __u64 *end)
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
		words__perms(is, prot);
		if (!strcmp(is, w))
			return prot;
	}
	die("not permissions");
}

static __u32 kind(const char *w)
{
	__u32 k;

	for (k = 1; k < PGWALK_VMA_NR; k++)
		if (!strcmp(words__kind(k), w))
			return k;
	if (strcmp(w, "-"))
		die("not a kind");
	return PGWALK_VMA_UNSET;
}

__u32 class(const char *w)
{
	__u32 c;

	for (c = 0; c < PGWALK_FAULT_CLASS_NR; c++)
		if (!strcmp(words__class(c), w))
			return c;
	die("not a class");
}

/* A name with \xHH in it; returns its length */
size_t name(const char *text, char *to, size_t size)
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
		else if (!take(w, "huge", &v->huge_2m) && !take(w, "swap", &v->swapped) &&
			 !take(w, "ino", &v->ino) && !take(w, "dev", &dev))
			die(w);
	}
	v->dev_minor = (__u32)dev;
	v->size = (__u32)((sizeof(*v) + v->name_len + 8) / 8 * 8);
	put(&u.r.head, RECORD_VMA, sizeof(struct record) + v->size);
}

static unsigned int bucket(__u64 ns)
{
	unsigned int b;

	/* by definition, not by the product's formula: the first edge above */
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
	r.key.offset = r.key.start >> PGWALK_PAGE_SHIFT;
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
		r.key.offset += step >> PGWALK_PAGE_SHIFT;
	}
}

static void interval(void)
{
	struct record_interval r = { .now_ns = number(word(), 10) };
	__u64 threads = 0;
	char *w;

	r.span_ns = number(word(), 10);
	while ((w = strtok(NULL, " \t")))
		if (!strcmp(w, "last"))
			r.flags |= RECORD_INTERVAL_LAST;
		else if (!strcmp(w, "exited"))
			r.flags |= RECORD_INTERVAL_EXITED;
		else if (!strcmp(w, "by-thread"))
			r.flags |= RECORD_INTERVAL_THREADS;
		else if (!take(w, "lost", &r.lost) && !take(w, "folded", &r.folded) &&
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
		die("many of what?");
	fault(count, step);
}

static void encode(char *line)
{
	const char *what;

	line[strcspn(line, "#\n")] = '\0';
	what = strtok(line, " \t");
	if (!what)
		return;
	if (!strcmp(what, "target"))
		target();
	else if (!strcmp(what, "vmas"))
		vmas(RECORD_VMAS_BEGIN);
	else if (!strcmp(what, "vma"))
		vma();
	else if (!strcmp(what, "end"))
		vmas(RECORD_VMAS_END);
	else if (!strcmp(what, "fault"))
		fault(1, 0);
	else if (!strcmp(what, "many"))
		many();
	else if (!strcmp(what, "interval"))
		interval();
	else if (!strcmp(what, "raw"))
		raw();
	else if (!encode_beside(what))
		die(what);
}

int main(int argc, char **argv)
{
	static char line[16384];

	if (argc != 2 || recorder__create(&out, argv[1]))
		die("usage: encode FILE < TEXT");
	while (fgets(line, sizeof(line), stdin)) {
		line_number++;
		encode(line);
	}
	return recorder__destroy(out) ? 1 : 0;
}

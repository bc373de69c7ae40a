// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Resolves addresses of code to functions and files, with a cache of SETS * WAYS results. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../../lib/cpu_budget.h"
#include "../../lib/demangle.h"
#include "../procfs/proc.h"
#include "symbol.h"
#include "dso.h"
#include "perf_map.h"
#include "proc_maps.h"
#include "mmap_watch.h"

#define SETS		4096	/* a power of two */
#define WAYS		4
#define NAME_MAX_LEN	1023	/* longer names are cut */
#define READ_SHARE	200	/* CPU time of reads ahead of queries: 1/200 of one CPU */
#define READ_SAVED_NS	20000000

/**
 * struct cached_symbol - the cached symbol of an address
 * @ip: the address
 * @call: see symbols__resolve()
 * @used: the entry is valid
 * @generation: number of the read of mappings that the entry was last checked against
 * @start, @offset, @dev, @ino: mapping of the address; @start 0: none
 * @symbol: the symbol; its texts are owned by the entry
 */
struct cached_symbol {
	uint64_t ip;
	bool call;
	bool used;
	uint64_t generation;
	uint64_t start;
	uint64_t offset;
	uint64_t dev;
	uint64_t ino;
	struct symbol symbol;
};

/**
 * struct symbols - symbols of a process
 * @pid: the process
 * @proc: descriptor of its directory in /proc; stays valid when the PID is reused
 * @maps: executable mappings
 * @watch: recorder of new mappings; may be NULL
 * @recorded: mappings recorded by @watch
 * @files: ELF files
 * @map: functions compiled at run time
 * @stale: read @maps again before the next query
 * @map_stale: read @map again before the next query
 * @generation: number of reads of @maps
 * @budget: budget for reads ahead of queries
 * @next_way: entry of a set to replace next
 * @set: cache
 */
struct symbols {
	pid_t pid;
	int proc;
	struct proc_maps maps;
	struct mmap_watch *watch;
	struct proc_maps recorded;
	struct dsos *files;
	struct perf_map *map;
	bool stale;
	bool map_stale;
	uint64_t generation;
	struct cpu_budget budget;
	unsigned int next_way;
	struct cached_symbol set[SETS][WAYS];
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static int record_mapping(void *ctx, const struct pgwalk_vma *vma)
{
	struct symbols *s = ctx;

	if (vma)
		return proc_maps__put(&s->recorded, vma);
	proc_maps__clear(&s->recorded);
	return 0;
}

static void read_watch(struct symbols *s)
{
	if (s->watch)
		mmap_watch__read(s->watch, record_mapping, s);
}

/* Read the mappings. After the exit of the process use the recorded ones */
static void read_maps(struct symbols *s)
{
	int err;

	read_watch(s);
	err = proc_maps__read(&s->maps, s->proc);
	if (err && s->recorded.nr)
		proc_maps__copy(&s->maps, &s->recorded);
	s->generation++;
}

/* Read the mappings ahead of a query, within the budget: after the exit they cannot be read */
static void read_ahead(struct symbols *s)
{
	uint64_t before = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	if (!cpu_budget__may_spend(&s->budget, clock_ns(CLOCK_MONOTONIC)))
		return;
	read_maps(s);
	s->stale = false;
	cpu_budget__spend(&s->budget, clock_ns(CLOCK_THREAD_CPUTIME_ID) - before);
}

/**
 * symbols__create - prepare to resolve addresses of a process
 * @out: filled; untouched on failure
 * @pid: the process, as in /proc
 *
 * No file is read before the first query.
 *
 * Return: 0 or -ENOMEM.
 */
int symbols__create(struct symbols **out, pid_t pid)
{
	struct symbols *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->pid = pid;
	s->proc = proc__open(pid);
	s->map_stale = true;
	if (dsos__create(&s->files, pid, s->proc) ||
	    perf_map__create(&s->map)) {
		symbols__destroy(s);
		return -ENOMEM;
	}
	cpu_budget__init(&s->budget, READ_SHARE, READ_SAVED_NS,
			 clock_ns(CLOCK_MONOTONIC));
	read_ahead(s);
	s->stale = true;	/* the process may map more before the first query */
	*out = s;
	return 0;
}

static void clear(struct cached_symbol *a)
{
	free((char *)a->symbol.name);
	free((char *)a->symbol.module);
	*a = (struct cached_symbol){ 0 };
}

/** symbols__destroy - free all symbols; NULL is fine */
void symbols__destroy(struct symbols *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < (size_t)SETS * WAYS; i++)
		clear(&s->set[i / WAYS][i % WAYS]);
	proc_maps__clear(&s->maps);
	proc_maps__clear(&s->recorded);
	mmap_watch__destroy(s->watch);
	dsos__destroy(s->files);
	perf_map__destroy(s->map);
	if (s->proc >= 0)
		close(s->proc);
	free(s);
}

/**
 * symbols__follow - record each new mapping of a command; call before its execve()
 * @s: symbols of a process with one thread
 *
 * Needed because the process can exit within an interval, and /proc/PID/maps is empty then.
 *
 * Return: 0; or -errno: mappings are only read for queries.
 */
int symbols__follow(struct symbols *s)
{
	return s->watch ? 0 : mmap_watch__create(&s->watch, s->pid);
}

/**
 * symbols__refresh - mark the mappings as stale; call once per interval
 *
 * Addresses of changed mappings are resolved again. Addresses of removed mappings, or of a process
 * that has exited, keep their symbols. With very many mappings the read is delayed until the next
 * symbols__resolve().
 */
void symbols__refresh(struct symbols *s)
{
	s->stale = true;
	s->map_stale = true;
	read_watch(s);	/* the rings are small */
	read_ahead(s);
}

static struct cached_symbol *find_entry(struct symbols *s, uint64_t ip, bool call)
{
	struct cached_symbol *set = s->set[(ip * 0x9E3779B97F4A7C15ULL >> 40) % SETS];
	struct cached_symbol *a;

	for (a = set; a < set + WAYS; a++)
		if (a->used && a->ip == ip && a->call == call)
			return a;
	for (a = set; a < set + WAYS; a++)
		if (!a->used)
			return a;
	return &set[s->next_way++ % WAYS];
}

static bool belongs(const struct cached_symbol *a, const struct symbol_mapping *m)
{
	return a->dev == m->dev && a->ino == m->ino &&
	       (m->ino ? a->start - a->offset == m->start - m->offset :
			 a->start == m->start);
}

/* Is a cached entry valid? Entries of removed mappings stay valid */
static bool is_valid(struct symbols *s, struct cached_symbol *a)
{
	const struct symbol_mapping *m;

	if (a->generation == s->generation)
		return true;
	m = proc_maps__find(&s->maps, a->call ? a->ip - 1 : a->ip);
	if (m ? !a->symbol.name || !belongs(a, m) : !a->start)
		return false;
	a->generation = s->generation;
	return true;
}

static const char *find_jit(struct symbols *s, uint64_t addr,
			    uint64_t *in_function)
{
	const char *name = NULL;
	uint64_t start;

	if (s->map_stale) {
		int fd = dsos__open_map(s->files);

		s->map_stale = false;
		if (fd >= 0) {
			perf_map__read(s->map, fd);
			close(fd);
		}
	}
	name = perf_map__find(s->map, addr, &start);
	if (name)
		*in_function = addr - start;
	return name;
}

static char *copy_name(const char *name)
{
	char *readable = name ? demangle(name) : NULL;
	char *copy = name ? strndup(readable ? readable : name, NAME_MAX_LEN) :
		     NULL;

	free(readable);
	return copy;
}

static void resolve(struct symbols *s, struct cached_symbol *a)
{
	uint64_t addr = a->call ? a->ip - 1 : a->ip;
	struct symbol_mapping *m = proc_maps__find(&s->maps, addr);
	uint64_t in_function = 0;
	const char *name;

	if (!m)
		return;
	name = dsos__find(s->files, &s->maps, m, addr, &in_function);
	if (!name)
		name = find_jit(s, addr, &in_function);
	a->start = m->start;
	a->offset = m->offset;
	a->dev = m->dev;
	a->ino = m->ino;
	a->symbol.module = strdup(m->module);
	a->symbol.name = copy_name(name);
	if (a->symbol.name)
		a->symbol.offset = in_function + a->call;
}

/**
 * symbols__resolve - find the symbol of an address
 * @s: symbols of the process
 * @ip: the address
 * @call: @ip is a return address (all frames of a stack but the first): find the function of the
 *	call, which may be its last instruction
 * @symbol: filled as far as known; its texts are valid until the next call
 *
 * The first query of a file reads its symbols: some ms, hundreds of ms for a very large file. Any
 * other query takes about 1 us.
 */
void symbols__resolve(struct symbols *s, uint64_t ip, bool call,
		      struct symbol *symbol)
{
	struct cached_symbol *a;

	if (s->stale) {
		s->stale = false;
		read_maps(s);
	}
	a = find_entry(s, ip, call);
	if (!a->used || a->ip != ip || a->call != call || !is_valid(s, a)) {
		clear(a);
		a->used = true;
		a->ip = ip;
		a->call = call;
		a->generation = s->generation;
		resolve(s, a);
	}
	*symbol = a->symbol;
}

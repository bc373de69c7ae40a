// SPDX-License-Identifier: GPL-2.0
/*
 * Finds what stands at addresses of code, and remembers the last thousands of
 * answers. It opens no files itself, and knows nothing of faults.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../lib/budget.h"
#include "../lib/demangle.h"
#include "proc.h"
#include "symbol.h"
#include "symbol_file.h"
#include "symbol_map.h"
#include "symbol_maps.h"
#include "symbol_watch.h"

#define SETS		4096	/* a power of two */
#define WAYS		4
#define NAME_MAX_LEN	1023	/* longer ones are cut */
#define LOOK_SHARE	200	/* of one CPU, inverse, to look when nobody asks */
#define LOOK_SAVED_NS	20000000

/**
 * struct answer - what was found out about an address
 * @ip: the address
 * @call: see symbols__resolve()
 * @used: is there one?
 * @look: number of the look it is known to be right for
 * @start, @offset, @dev, @ino: of the mapping it belonged to; @start 0: none
 * @symbol: the answer; its texts are our own
 */
struct answer {
	uint64_t ip;
	bool call;
	bool used;
	uint64_t look;
	uint64_t start;
	uint64_t offset;
	uint64_t dev;
	uint64_t ino;
	struct symbol symbol;
};

/**
 * struct symbols - what is known of the code of a process
 * @pid: the process
 * @proc: its directory in /proc: of it, and of none that has its number later
 * @maps: where what is mapped
 * @watch: tells of what is mapped at once; may be NULL
 * @heard: what it has told
 * @files: what is in it
 * @map: functions made at run time
 * @stale: look again before the next answer
 * @map_stale: likewise, for @map
 * @look: number of the last look
 * @money: for looks that nobody has asked for
 * @next_way: which answer of a set goes next
 * @set: answers
 */
struct symbols {
	pid_t pid;
	int proc;
	struct symbol_maps maps;
	struct symbol_watch *watch;
	struct symbol_maps heard;
	struct symbol_files *files;
	struct symbol_map *map;
	bool stale;
	bool map_stale;
	uint64_t look;
	struct budget money;
	unsigned int next_way;
	struct answer set[SETS][WAYS];
};

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000ULL + (uint64_t)ts.tv_nsec;
}

static int hear(void *ctx, const struct pgwalk_vma *vma)
{
	struct symbols *s = ctx;

	if (vma)
		return symbol_maps__put(&s->heard, vma);
	symbol_maps__clear(&s->heard);
	return 0;
}

static void listen_in(struct symbols *s)
{
	if (s->watch)
		symbol_watch__read(s->watch, hear, s);
}

/* What there is; of a process that is gone, what was heard of it */
static void look(struct symbols *s)
{
	int err;

	listen_in(s);
	err = symbol_maps__look(&s->maps, s->proc);
	if (err && s->heard.nr)
		symbol_maps__take(&s->maps, &s->heard);
	s->look++;
}

/* While it may: once the process is gone it cannot be asked any more */
static void look_ahead(struct symbols *s)
{
	uint64_t before = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	if (!budget__may_spend(&s->money, clock_ns(CLOCK_MONOTONIC)))
		return;
	look(s);
	s->stale = false;
	budget__spend(&s->money, clock_ns(CLOCK_THREAD_CPUTIME_ID) - before);
}

/**
 * symbols__create - get ready to tell of the code of a process
 * @out: filled; untouched on failure
 * @pid: the process, as /proc names it
 *
 * The files are not read before something is asked.
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
	if (symbol_files__create(&s->files, pid, s->proc) ||
	    symbol_map__create(&s->map)) {
		symbols__destroy(s);
		return -ENOMEM;
	}
	budget__init(&s->money, LOOK_SHARE, LOOK_SAVED_NS,
		     clock_ns(CLOCK_MONOTONIC));
	look_ahead(s);
	s->stale = true;	/* it may map more before the first question */
	*out = s;
	return 0;
}

static void forget(struct answer *a)
{
	free((char *)a->symbol.name);
	free((char *)a->symbol.module);
	*a = (struct answer){ 0 };
}

/** symbols__destroy - free it all; NULL is fine */
void symbols__destroy(struct symbols *s)
{
	size_t i;

	if (!s)
		return;
	for (i = 0; i < (size_t)SETS * WAYS; i++)
		forget(&s->set[i / WAYS][i % WAYS]);
	symbol_maps__clear(&s->maps);
	symbol_maps__clear(&s->heard);
	symbol_watch__destroy(s->watch);
	symbol_files__destroy(s->files);
	symbol_map__destroy(s->map);
	if (s->proc >= 0)
		close(s->proc);
	free(s);
}

/**
 * symbols__follow - hear of each mapping at once: of a command, before its execve()
 * @s: the process, with one thread
 *
 * It may be over before an interval is, and its /proc/PID/maps with it.
 *
 * Return: 0; or -errno: what it maps is read when it is asked for, as without this.
 */
int symbols__follow(struct symbols *s)
{
	return s->watch ? 0 : symbol_watch__create(&s->watch, s->pid);
}

/**
 * symbols__refresh - mappings may have come or gone
 *
 * Call it once an interval. Names of addresses that belong to something else since then
 * are found anew; those of what is gone, or of a process that is, go on to be told. With very
 * many mappings it does not look each time, but before the next symbols__resolve().
 */
void symbols__refresh(struct symbols *s)
{
	s->stale = true;
	s->map_stale = true;
	listen_in(s);	/* the rings do not hold much */
	look_ahead(s);
}

static struct answer *find_answer(struct symbols *s, uint64_t ip, bool call)
{
	struct answer *set = s->set[(ip * 0x9E3779B97F4A7C15ULL >> 40) % SETS];
	struct answer *a;

	for (a = set; a < set + WAYS; a++)
		if (a->used && a->ip == ip && a->call == call)
			return a;
	for (a = set; a < set + WAYS; a++)
		if (!a->used)
			return a;
	return &set[s->next_way++ % WAYS];
}

static bool belongs(const struct answer *a, const struct symbol_mapping *m)
{
	return a->dev == m->dev && a->ino == m->ino &&
	       (m->ino ? a->start - a->offset == m->start - m->offset :
			 a->start == m->start);
}

/* Is it still what it was? What is gone stays what it was, too */
static bool is_right(struct symbols *s, struct answer *a)
{
	const struct symbol_mapping *m;

	if (a->look == s->look)
		return true;
	m = symbol_maps__find(&s->maps, a->call ? a->ip - 1 : a->ip);
	if (m ? !a->symbol.name || !belongs(a, m) : !a->start)
		return false;
	a->look = s->look;
	return true;
}

static const char *find_made(struct symbols *s, uint64_t addr,
			     uint64_t *in_function)
{
	const char *name = NULL;
	uint64_t start;

	if (s->map_stale) {
		int fd = symbol_files__open_map(s->files);

		s->map_stale = false;
		if (fd >= 0) {
			symbol_map__read(s->map, fd);
			close(fd);
		}
	}
	name = symbol_map__find(s->map, addr, &start);
	if (name)
		*in_function = addr - start;
	return name;
}

static char *keep_name(const char *name)
{
	char *readable = name ? demangle(name) : NULL;
	char *kept = name ? strndup(readable ? readable : name, NAME_MAX_LEN) :
		     NULL;

	free(readable);
	return kept;
}

static void find_out(struct symbols *s, struct answer *a)
{
	uint64_t addr = a->call ? a->ip - 1 : a->ip;
	struct symbol_mapping *m = symbol_maps__find(&s->maps, addr);
	uint64_t in_function = 0;
	const char *name;

	if (!m)
		return;
	name = symbol_files__find(s->files, &s->maps, m, addr, &in_function);
	if (!name)
		name = find_made(s, addr, &in_function);
	a->start = m->start;
	a->offset = m->offset;
	a->dev = m->dev;
	a->ino = m->ino;
	a->symbol.module = strdup(m->module);
	a->symbol.name = keep_name(name);
	if (a->symbol.name)
		a->symbol.offset = in_function + a->call;
}

/**
 * symbols__resolve - what stands at an address
 * @s: the process
 * @ip: the address
 * @call: @ip is where a call returns to (all frames of a stack but the first): the
 *	function is that of the call, which may be the last thing in it
 * @symbol: filled, as well as it is known; its texts are good until the next call
 *
 * The first address in a file reads its symbols: some ms, hundreds with a very
 * large one. Any other takes about a us.
 */
void symbols__resolve(struct symbols *s, uint64_t ip, bool call,
		      struct symbol *symbol)
{
	struct answer *a;

	if (s->stale) {
		s->stale = false;
		look(s);
	}
	a = find_answer(s, ip, call);
	if (!a->used || a->ip != ip || a->call != call || !is_right(s, a)) {
		forget(a);
		a->used = true;
		a->ip = ip;
		a->call = call;
		a->look = s->look;
		find_out(s, a);
	}
	*symbol = a->symbol;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The events beside the rows: the single faults of a range, call stacks and TLB flushes are
 * those that a program made, and the number of missing events is reported. The program
 * makes them in parts and stops after each part.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "collect/probes/events.h"
#include "fault_counts.h"
#include "../lib/sizes.h"

#define BURST		200		/* more events than fit into the ring */
#define ROOM		4096		/* bytes of the ring: 36 events */
#define MANY_STACKS	17000
#define PATH_BITS	15
#define PAGES		(4 * TIMES + BURST)

/* Code in a section of its own, aligned to 64 bytes */
#define PLACE(name)	__attribute__((noinline, section(#name), aligned(64)))

static char *range;	/* traced */
static char *other;	/* not traced */
static char *fenced;	/* read-only */
static char *misled;	/* written while the frame pointer points to data */
static void (*made)(char *p);	/* code in a page of its own; does the same as touch() */
static sigjmp_buf after;
static volatile int done;

/* A leaf function has no frame unless it requests its frame address */
PLACE(place_touch) static void touch(char *p)
{
	done += !__builtin_frame_address(0);
	*(volatile char *)p = 1;
}

/* Not a tail call, so that its frame is on the stack */
PLACE(place_caller) static void touch_from(char *p)
{
	touch(p);
	done--;
}

PLACE(place_maker) static void touch_made(char *p)
{
	made(p);
	done--;
}

/* A stack walk reads it as the frame pointer and return address of a caller */
struct fake_frame {
	struct fake_frame *next;
	char text[8];
};

/* Write to @p with the frame pointer at @data */
__attribute__((naked, noinline, aligned(64)))
static void touch_misled(char *p __attribute__((unused)),
			 const struct fake_frame *data __attribute__((unused)))
{
	asm("push %rbp; mov %rsi, %rbp; movb $1, (%rdi); pop %rbp; ret; .balign 64");
}

#define TEXT_HEAD	"Zq"	/* of the text; occurs in no code and no address */

/* The data differs in each call */
static void mislead(void)
{
	struct fake_frame frame[2] = { { &frame[1], "" } };
	char text[16];
	int i;

	for (i = 0; i < TIMES; i++) {
		snprintf(text, sizeof(text), TEXT_HEAD "%06d", i);
		memcpy(frame[0].text, text, sizeof(frame[0].text));
		memcpy(frame[1].text, text, sizeof(frame[1].text));
		touch_misled(misled + i * PAGE, frame);
	}
}

static void touch_pages(char *p, int pages)
{
	int i;

	for (i = 0; i < pages; i++)
		touch_from(p + i * PAGE);
}

static void *in_thread(void *tid)
{
	*(volatile pid_t *)tid = gettid();
	touch_pages(range + TIMES * PAGE, TIMES);
	return NULL;
}

static void on_signal(int sig)
{
	siglongjmp(after, 1);
}

static void touch_fenced(void)
{
	int i;

	signal(SIGSEGV, on_signal);
	for (i = 0; i < TIMES; i++)
		if (!sigsetjmp(after, 1))
			touch_from(fenced + i * PAGE);
	for (i = 0; i < TIMES; i++)
		if (!sigsetjmp(after, 1))
			touch_made(fenced + i * PAGE);
}

/* Up to 2^bits different stacks, each with a fault at its end, until @left is used up */
__attribute__((noinline)) static void paths(int bits, int *left)
{
	if (!*left)
		return;
	if (!bits) {
		--*left;
		madvise(other, PAGE, MADV_DONTNEED);
		touch_from(other);
		return;
	}
	paths(bits - 1, left);
	done++;
	paths(bits - 1, left);
	done--;
}

/* Unmap a page each time, which flushes its TLB entry */
static void drop(void)
{
	int i;

	for (i = 0; i < TIMES; i++) {
		*(volatile char *)other = 1;
		madvise(other, PAGE, MADV_DONTNEED);
	}
}

static void pause_here(void)
{
	raise(SIGSTOP);
}

static int program(void *thread_tid)
{
	int left = MANY_STACKS;
	cpu_set_t cpu;
	pthread_t t;

	CPU_ZERO(&cpu);
	CPU_SET(0, &cpu);
	sched_setaffinity(0, sizeof(cpu), &cpu);
	pause_here();
	touch_pages(range, TIMES);
	touch_pages(other, TIMES);
	pause_here();
	pthread_create(&t, NULL, in_thread, thread_tid);
	pthread_join(t, NULL);
	pause_here();
	touch_pages(range + 2 * TIMES * PAGE, BURST);
	pause_here();
	touch_pages(range + (2 * TIMES + BURST) * PAGE, TIMES);
	pause_here();
	touch_pages(range + (3 * TIMES + BURST) * PAGE, TIMES);
	pause_here();
	touch_fenced();
	pause_here();
	mislead();
	pause_here();
	drop();
	pause_here();
	drop();
	pause_here();
	paths(PATH_BITS, &left);
	pause_here();
	return 0;
}

static char *map(size_t pages, int prot)
{
	return mmap(NULL, pages * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* 6 instructions: push, mov, movb $1, (%rdi), pop, ret */
static void make_code(void)
{
	static const unsigned char code[] = { 0x55, 0x48, 0x89, 0xe5, 0xc6, 0x07, 0x01, 0x5d, 0xc3 };
	char *p = map(1, PROT_READ | PROT_WRITE);

	memcpy(p, code, sizeof(code));
	mprotect(p, PAGE, PROT_READ | PROT_EXEC);
	made = (void (*)(char *))p;
}

static struct code_range {
	__u64 start, end;
} code_range[256];

/* The program is a fork of this one: its code has the same addresses */
static void find_code(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	struct code_range *r = code_range;
	char line[5000], perms[8];

	while (maps && r < code_range + 256 && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%llx-%llx %7s", &r->start, &r->end, perms) == 3 && perms[2] == 'x')
			r++;
	if (maps)
		fclose(maps);
}

static bool is_code(__u64 ip)
{
	const struct code_range *r;

	for (r = code_range; r < code_range + 256 && r->end; r++)
		if (ip >= r->start && ip < r->end)
			return true;
	return false;
}

/* The rows, events and stacks of one part of the program */
struct collected {
	struct probes *p;
	struct fault_counts rows;
	__u64 rows_ns, failed;
	int events, bad_events;
	bool no_stacks;		/* stacks are not recorded */
	pid_t tid;		/* expected thread of the events */
	char *next;		/* expected address of the next event */
	__u64 last_ns, events_ns;
	__u64 stacks, stacks_count, stacks_ns, unknown;
	__u64 touch[PGWALK_FAULT_CLASS_NR];	/* from touch(), called by touch_from() */
	__u64 made[PGWALK_FAULT_CLASS_NR];	/* from made(), called by touch_made() */
	__u64 in_range, in_other;	/* from touch(), in the mapping of @range, of @other */
	__u64 mm;			/* address space of the rows */
	__u64 unplaced;			/* without a mapping */
	__u64 misled, misled_stacks, deepest;	/* from touch_misled() */
	__u64 no_code;			/* addresses outside of code; over all parts */
};

static int row_take(void *ctx, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row)
{
	struct collected *t = ctx;

	if (key->class >= PGWALK_FAULT_SIGNAL_FIRST) {
		t->failed += row->count;
		return 0;
	}
	if (key->mm)
		t->mm = key->mm;
	if (key->class)
		t->rows_ns += row->latency_ns;
	return fault_counts__add_row(&t->rows, key, row);
}

static void event_take(void *ctx, const struct pgwalk_fault_event *e)
{
	struct collected *t = ctx;
	bool good;

	good = e->addr == (__u64)t->next && e->tid == t->tid && e->latency_ns &&
	       e->class == PGWALK_FAULT_ANON_NEW && !e->retries && e->time_ns > t->last_ns &&
	       e->flags == (PGWALK_EVENT_WRITE | PGWALK_EVENT_TIMED) &&
	       e->before.kind == PGWALK_KIND_NONE && e->after.kind == PGWALK_KIND_PRESENT &&
	       e->after.flags & PGWALK_F_WRITE && e->after.pfn;
	if (!good && !t->bad_events++)
		printf("# %#llx (%p) tid %d (%d) class %u flags %#x before %u after %u latency %llu retries %u\n",
		       e->addr, t->next, e->tid, t->tid, e->class, e->flags, e->before.kind,
		       e->after.kind, e->latency_ns, e->retries);
	t->events++;
	t->next += PAGE;
	t->last_ns = e->time_ns;
	t->events_ns += e->latency_ns;
}

static bool is_in(__u64 ip, void (*place)(char *p))
{
	return ip - (__u64)place < 64;
}

static bool has_page(const struct pgwalk_fault_key *key, const char *page)
{
	return key->start <= (__u64)page && (__u64)page < key->end;
}

static int stack_take(void *ctx, const struct pgwalk_fault_stack *stack)
{
	__u64 ip[PGWALK_STACK_MAX];
	struct collected *t = ctx;
	int depth = probes__stack_frames(t->p, stack->stack, ip), i;

	for (i = 0; i < depth; i++)
		t->no_code += !is_code(ip[i]);
	t->stacks++;
	t->stacks_count += stack->count;
	t->stacks_ns += stack->latency_ns;
	if (stack->stack < 0)
		t->unknown += stack->count;
	if (depth > 1 && is_in(ip[0], touch) && is_in(ip[1], touch_from))
		t->touch[stack->key.class] += stack->count;
	if (depth > 1 && is_in(ip[0], touch) && stack->key.mm == t->mm) {
		t->in_range += has_page(&stack->key, range) ? stack->count : 0;
		t->in_other += has_page(&stack->key, other) ? stack->count : 0;
	}
	t->unplaced += stack->key.mm ? 0 : stack->count;
	if (depth > 1 && is_in(ip[0], made) && is_in(ip[1], touch_made))
		t->made[stack->key.class] += stack->count;
	if (depth > 0 && ip[0] - (__u64)touch_misled < 64) {
		t->misled += stack->count;
		t->misled_stacks++;
		t->deepest = depth > t->deepest ? depth : t->deepest;
	}
	return 0;
}

/* Let the program run its next part and collect the data of it */
static void part(struct collected *t, pid_t pid)
{
	int status;

	kill(pid, SIGCONT);
	waitpid(pid, &status, WUNTRACED);
	t->events = t->bad_events = 0;
	t->rows = (struct fault_counts) {};
	t->rows_ns = t->events_ns = t->failed = 0;
	t->stacks = t->stacks_count = t->stacks_ns = t->unknown = 0;
	t->misled = t->misled_stacks = t->deepest = 0;
	t->in_range = t->in_other = t->unplaced = 0;
	memset(t->touch, 0, sizeof(t->touch));
	memset(t->made, 0, sizeof(t->made));
	if (probes__settle(t->p) || probes__drain(t->p, row_take, t))
		tap(false, "rows are drained");
	probes__events(t->p, event_take, t);
	probes__drain_stacks(t->p, stack_take, t);
	tap(t->no_stacks ? !t->stacks && t->rows.total >= TIMES :
	    t->stacks_count == t->rows.total - t->rows.count[0] + t->failed &&
	    t->stacks_ns == t->rows_ns,
	    "stacks have %s%llu faults of the rows and %llu that failed, with their latency",
	    t->no_stacks ? "none of the " : "the ", t->rows.total, t->failed);
}

static __u64 lost(const struct collected *t)
{
	struct probes_counts counts;

	probes__counts(t->p, &counts);
	return counts.events_lost;
}

static void check_events(struct collected *t, pid_t pid, volatile pid_t *thread_tid)
{
	t->next = range;
	t->tid = pid;
	part(t, pid);
	tap(t->events == TIMES && !t->bad_events, "%d of %d faults of the range are reported, %d wrong",
	    t->events, TIMES, t->bad_events);
	tap(t->touch[PGWALK_FAULT_ANON_NEW] == 2 * TIMES, "%llu of %d stacks have the function that faulted",
	    t->touch[PGWALK_FAULT_ANON_NEW], 2 * TIMES);
	tap(t->in_range == TIMES && t->in_other == TIMES && !t->unplaced,
	    "%llu and %llu of %d faults by stack are in their mapping, %llu in none", t->in_range,
	    t->in_other, TIMES, t->unplaced);
	/* The thread has written its id when it has run */
	t->next = range + TIMES * PAGE;
	t->tid = pid + 1;
	part(t, pid);
	tap(*thread_tid == t->tid && t->events == TIMES && !t->bad_events,
	    "%d of %d faults of a thread are reported, %d wrong", t->events, TIMES, t->bad_events);
	tap(!lost(t), "no event is lost");
	t->next = range + 2 * TIMES * PAGE;
	t->tid = pid;
	part(t, pid);
	tap(t->events && lost(t) && t->events + lost(t) == BURST && !t->bad_events,
	    "%d reported and %llu lost of %d, %d wrong", t->events, lost(t), BURST, t->bad_events);
	probes__trace(t->p, 0, 0);
	part(t, pid);
	tap(!t->events && t->rows.total >= TIMES, "%d events are reported when no range is traced", t->events);
}

static __u64 flushes(const struct collected *t)
{
	struct probes_tlb tlb;
	bool within = true;
	__u64 all = 0;
	int i;

	if (probes__tlb(t->p, &tlb))
		return 0;
	for (i = 0; i < PGWALK_TLB_NR; i++) {
		within = within && tlb.target[i] <= tlb.all[i];
		all += tlb.all[i];
		printf("# reason %d: %llu, %llu\n", i, tlb.all[i], tlb.target[i]);
	}
	if (!within || tlb.missed)
		tap(false, "all flushes include those of the target, %llu missed", tlb.missed);
	return all ? tlb.target[PGWALK_TLB_LOCAL_MM] : 0;
}

static void check_tlb(struct collected *t, pid_t pid)
{
	__u64 counted;

	tap(!flushes(t), "no flush is counted before flushes are watched");
	tap(!probes__tlb_watch(t->p, true), "flushes can be watched");
	part(t, pid);
	counted = flushes(t);
	tap(counted == TIMES, "%llu of %d flushes of the target are counted", counted, TIMES);
	tap(!probes__tlb_watch(t->p, false), "watching flushes can be stopped");
	part(t, pid);
	tap(flushes(t) == counted, "no flush is counted after that");
}

/* The number of values of a map of @cpus that contain the text of mislead() */
static int texts_in(int fd, const struct bpf_map_info *info, int cpus)
{
	size_t size = (info->value_size + 7) / 8 * 8;
	char *value;
	int texts = 0;
	__u32 key;

	if (info->type == BPF_MAP_TYPE_PERCPU_ARRAY)
		size *= cpus;
	value = calloc(1, size);
	for (key = 0; value && key < info->max_entries; key++)
		if (!bpf_map_lookup_elem(fd, &key, value))
			texts += !!memmem(value, size, TEXT_HEAD "0000", 6);
	free(value);
	return texts;
}

/* Search the maps that stacks pass through for the text */
static int scan_maps(int *texts)
{
	static const char *const names[] = { "fault_stack", "force_stack", "signal_scratch", "stack_frames",
					     "stack_walks", "code_pages" };
	int maps = 0, cpus = libbpf_num_possible_cpus();
	__u32 id = 0;
	size_t i;

	while (!bpf_map_get_next_id(id, &id)) {
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);
		int fd = bpf_map_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (bpf_obj_get_info_by_fd(fd, &info, &size))
			info.name[0] = '\0';
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			if (strcmp(info.name, names[i]))
				continue;
			maps++;
			*texts += texts_in(fd, &info, cpus);
		}
		close(fd);
	}
	return maps;
}

static void check_misled(struct collected *t, pid_t pid)
{
	int texts = 0, maps;

	part(t, pid);
	tap(t->misled == TIMES && t->misled_stacks == 1 && t->deepest == 1,
	    "%llu of %d faults with data at the frame pointer, in %llu stacks, %llu deep", t->misled, TIMES,
	    t->misled_stacks, t->deepest);
	maps = scan_maps(&texts);
	tap(maps == 6 && !texts, "%d maps contain the data in %d values", maps, texts);
}

static void check_stacks(struct collected *t, pid_t pid)
{
	probes__keep_stacks(t->p, false);
	t->no_stacks = true;
	part(t, pid);
	probes__keep_stacks(t->p, true);
	t->no_stacks = false;
	part(t, pid);
	tap(t->touch[PGWALK_FAULT_SEGV_ACCESS] == TIMES, "%llu of %d failed faults have the function that faulted",
	    t->touch[PGWALK_FAULT_SEGV_ACCESS], TIMES);
	tap(t->made[PGWALK_FAULT_SEGV_ACCESS] == TIMES, "%llu of %d failed faults have code that was not seen before",
	    t->made[PGWALK_FAULT_SEGV_ACCESS], TIMES);
	check_misled(t, pid);
	check_tlb(t, pid);
	part(t, pid);
	/* stack -1 may have faults with and without a mapping */
	tap(t->stacks > PROBES_STACKS_MAX - 100 && t->stacks <= PROBES_STACKS_MAX + 2 &&
	    t->unknown >= MANY_STACKS - PROBES_STACKS_MAX,
	    "%d more stacks: %llu recorded, %llu faults without a stack", MANY_STACKS, t->stacks, t->unknown);
}

int main(void)
{
	struct probes_cfg cfg = { .use_module = true, .max_rows = 256, .stacks = true,
				  .events_bytes = ROOM };
	struct collected t = {};
	pid_t *thread_tid;
	struct held_child child;
	char why[256];

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	range = map(PAGES, PROT_READ | PROT_WRITE);
	fenced = map(TIMES, PROT_READ);
	other = map(TIMES, PROT_READ | PROT_WRITE);
	misled = map(TIMES, PROT_READ | PROT_WRITE);
	make_code();
	find_code();
	thread_tid = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (probes__create(&t.p, &cfg, why, sizeof(why)))
		bail_out("the probes", why);
	held_child__start(&child, program, thread_tid);
	tap(!probes__watch(t.p, child.pid), "the program is watched");
	held_child__release(&child);
	waitpid(child.pid, NULL, WUNTRACED);
	tap(probes__trace(t.p, (__u64)range, (__u64)range) == -22 &&
	    !probes__trace(t.p, (__u64)range, (__u64)range + PAGES * PAGE),
	    "its range is looked into; one of no size is refused");
	check_events(&t, child.pid, thread_tid);
	check_stacks(&t, child.pid);
	tap(!t.no_code, "%llu addresses are outside executable mappings", t.no_code);
	kill(child.pid, SIGCONT);
	waitpid(child.pid, NULL, 0);
	probes__destroy(t.p);
	return tap_end();
}

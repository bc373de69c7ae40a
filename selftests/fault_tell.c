// SPDX-License-Identifier: GPL-2.0
/*
 * What is told beside the rows: single faults of a range, call stacks and TLB
 * flushes are those that a program made, and all of them or it is told how many
 * are missing. The program makes them part by part and stops in between.
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

#include "collect/tell.h"
#include "fault_tally.h"

#define TIMES		23
#define PAGE		4096UL
#define BURST		200		/* more than fit */
#define ROOM		4096		/* 36 events */
#define MANY_STACKS	17000
#define PATH_BITS	15
#define PAGES		(4 * TIMES + BURST)

/* Code that has 64 bytes to itself */
#define PLACE(name)	__attribute__((noinline, section(#name), aligned(64)))

static char *range;	/* looked into */
static char *other;	/* beside it */
static char *fenced;	/* read-only */
static char *misled;	/* written while the frame pointer leads to data */
static void (*made)(char *p);	/* code in a page of its own; as touch() */
static sigjmp_buf after;
static volatile int done;

/* It calls nothing, and would do without a frame if it did not ask for it */
PLACE(place_touch) static void touch(char *p)
{
	done += !__builtin_frame_address(0);
	*(volatile char *)p = 1;
}

/* Not a tail call: its frame must be there */
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

/* What a walk takes for the frame pointer and the return address of a caller */
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

#define TEXT_HEAD	"Zq"	/* of the text: in no code, and in no address of any */

/* Each time with other data */
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

/* 2^bits different stacks with a fault at the end of each, as long as @left lasts */
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

/* Each time one page goes, and what the TLB has of it */
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

/* The program is a fork of ours: its code is where ours is */
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

/* What has been taken since the program went on */
struct taken {
	struct probes *p;
	struct tally rows;
	__u64 rows_ns, failed;
	int events, bad_events;
	bool no_stacks;		/* are kept now */
	pid_t tid;		/* whose events shall be */
	char *next;		/* where the next one shall be */
	__u64 last_ns, events_ns;
	__u64 stacks, stacks_count, stacks_ns, unknown;
	__u64 touch[PGWALK_FAULT_CLASS_NR];	/* from touch(), called by touch_from() */
	__u64 made[PGWALK_FAULT_CLASS_NR];	/* from made(), called by touch_made() */
	__u64 misled, misled_stacks, deepest;	/* from touch_misled() */
	__u64 no_code;			/* addresses; in all parts */
};

static int row_take(void *ctx, const struct pgwalk_fault_key *key,
		    const struct pgwalk_fault_row *row)
{
	struct taken *t = ctx;

	if (key->class >= PGWALK_FAULT_SIGNAL_FIRST) {
		t->failed += row->count;
		return 0;
	}
	if (key->class)
		t->rows_ns += row->latency_ns;
	return tally__take(&t->rows, key, row);
}

static void event_take(void *ctx, const struct pgwalk_fault_event *e)
{
	struct taken *t = ctx;
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

static int stack_take(void *ctx, const struct pgwalk_fault_stack *stack)
{
	__u64 ip[PGWALK_STACK_MAX];
	struct taken *t = ctx;
	int depth = probes__stack_frames(t->p, stack->stack, ip), i;

	for (i = 0; i < depth; i++)
		t->no_code += !is_code(ip[i]);
	t->stacks++;
	t->stacks_count += stack->count;
	t->stacks_ns += stack->latency_ns;
	if (stack->stack < 0)
		t->unknown += stack->count;
	if (depth > 1 && is_in(ip[0], touch) && is_in(ip[1], touch_from))
		t->touch[stack->class] += stack->count;
	if (depth > 1 && is_in(ip[0], made) && is_in(ip[1], touch_made))
		t->made[stack->class] += stack->count;
	if (depth > 0 && ip[0] - (__u64)touch_misled < 64) {
		t->misled += stack->count;
		t->misled_stacks++;
		t->deepest = depth > t->deepest ? depth : t->deepest;
	}
	return 0;
}

/* Let the program do its next part, and take what there is to be told of it */
static void part(struct taken *t, pid_t pid)
{
	int status;

	kill(pid, SIGCONT);
	waitpid(pid, &status, WUNTRACED);
	t->events = t->bad_events = 0;
	t->rows = (struct tally) {};
	t->rows_ns = t->events_ns = t->failed = 0;
	t->stacks = t->stacks_count = t->stacks_ns = t->unknown = 0;
	t->misled = t->misled_stacks = t->deepest = 0;
	memset(t->touch, 0, sizeof(t->touch));
	memset(t->made, 0, sizeof(t->made));
	if (probes__settle(t->p) || probes__drain(t->p, row_take, t))
		tap(false, "rows are drained");
	probes__events(t->p, event_take, t);
	probes__drain_stacks(t->p, stack_take, t);
	tap(t->no_stacks ? !t->stacks && t->rows.total >= TIMES :
	    t->stacks_count == t->rows.total - t->rows.count[0] + t->failed &&
	    t->stacks_ns == t->rows_ns,
	    "stacks have %s%llu faults of the rows, and %llu that failed; and their latency",
	    t->no_stacks ? "none of the " : "the ", t->rows.total, t->failed);
}

static __u64 lost(const struct taken *t)
{
	struct probes_counts counts;

	probes__counts(t->p, &counts);
	return counts.events_lost;
}

static void check_events(struct taken *t, pid_t pid, volatile pid_t *thread_tid)
{
	t->next = range;
	t->tid = pid;
	part(t, pid);
	tap(t->events == TIMES && !t->bad_events, "%d of %d faults of the range, %d wrong",
	    t->events, TIMES, t->bad_events);
	tap(t->touch[PGWALK_FAULT_ANON_NEW] == 2 * TIMES, "%llu of %d from their function",
	    t->touch[PGWALK_FAULT_ANON_NEW], 2 * TIMES);
	/* the thread is known when it has run */
	t->next = range + TIMES * PAGE;
	t->tid = pid + 1;
	part(t, pid);
	tap(*thread_tid == t->tid && t->events == TIMES && !t->bad_events,
	    "%d of %d of a thread, %d wrong", t->events, TIMES, t->bad_events);
	tap(!lost(t), "none lost");
	t->next = range + 2 * TIMES * PAGE;
	t->tid = pid;
	part(t, pid);
	tap(t->events && lost(t) && t->events + lost(t) == BURST && !t->bad_events,
	    "%d told and %llu lost of %d, %d wrong", t->events, lost(t), BURST, t->bad_events);
	probes__look_into(t->p, 0, 0);
	part(t, pid);
	tap(!t->events && t->rows.total >= TIMES, "%d told when none is looked into", t->events);
}

static __u64 flushes(const struct taken *t)
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
		tap(false, "those of the target are among all, %llu missed", tlb.missed);
	return all ? tlb.target[PGWALK_TLB_LOCAL_MM] : 0;
}

static void check_tlb(struct taken *t, pid_t pid)
{
	__u64 counted;

	tap(!flushes(t), "no flush is counted before it is asked for");
	tap(!probes__tlb_watch(t->p, true), "flushes are watched");
	part(t, pid);
	counted = flushes(t);
	tap(counted == TIMES, "%llu of %d flushes of the target", counted, TIMES);
	tap(!probes__tlb_watch(t->p, false), "and no longer");
	part(t, pid);
	tap(flushes(t) == counted, "then none is counted");
}

/* How many values of a map of @cpus have the text of mislead() */
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

/* The maps that stacks go through, and how many texts are in them */
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

static void check_misled(struct taken *t, pid_t pid)
{
	int texts = 0, maps;

	part(t, pid);
	tap(t->misled == TIMES && t->misled_stacks == 1 && t->deepest == 1,
	    "%llu of %d with data at the frame pointer, in %llu stacks, %llu deep", t->misled, TIMES,
	    t->misled_stacks, t->deepest);
	maps = scan_maps(&texts);
	tap(maps == 6 && !texts, "%d maps have %d values with the data", maps, texts);
}

static void check_stacks(struct taken *t, pid_t pid)
{
	probes__keep_stacks(t->p, false);
	t->no_stacks = true;
	part(t, pid);
	probes__keep_stacks(t->p, true);
	t->no_stacks = false;
	part(t, pid);
	tap(t->touch[PGWALK_FAULT_SEGV_ACCESS] == TIMES, "%llu of %d that failed from their function",
	    t->touch[PGWALK_FAULT_SEGV_ACCESS], TIMES);
	tap(t->made[PGWALK_FAULT_SEGV_ACCESS] == TIMES, "%llu of %d that failed in code that did nothing before",
	    t->made[PGWALK_FAULT_SEGV_ACCESS], TIMES);
	check_misled(t, pid);
	check_tlb(t, pid);
	part(t, pid);
	tap(t->stacks > PROBES_STACKS_MAX - 100 && t->stacks <= PROBES_STACKS_MAX + 1 &&
	    t->unknown >= MANY_STACKS - PROBES_STACKS_MAX,
	    "%d more stacks: %llu kept, %llu faults without", MANY_STACKS, t->stacks, t->unknown);
}

int main(void)
{
	struct probes_cfg cfg = { .ask_module = true, .max_rows = 256, .stacks = true,
				  .events_bytes = ROOM };
	struct taken t = {};
	pid_t *thread_tid;
	struct held child;
	char why[256];

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	range = map(PAGES, PROT_READ | PROT_WRITE);
	fenced = map(TIMES, PROT_READ);
	other = map(TIMES, PROT_READ | PROT_WRITE);
	misled = map(TIMES, PROT_READ | PROT_WRITE);
	make_code();
	find_code();
	thread_tid = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (probes__create(&t.p, &cfg, why, sizeof(why))) {
		printf("Bail out! %s\n", why);
		return 1;
	}
	held__start(&child, program, thread_tid);
	tap(!probes__watch(t.p, child.pid), "the program is watched");
	held__release(&child);
	waitpid(child.pid, NULL, WUNTRACED);
	tap(probes__look_into(t.p, (__u64)range, (__u64)range) == -22 &&
	    !probes__look_into(t.p, (__u64)range, (__u64)range + PAGES * PAGE),
	    "its range is looked into; one of no size is refused");
	check_events(&t, child.pid, thread_tid);
	check_stacks(&t, child.pid);
	tap(!t.no_code, "%llu addresses are outside executable mappings", t.no_code);
	kill(child.pid, SIGCONT);
	waitpid(child.pid, NULL, 0);
	probes__destroy(t.p);
	return tap_end();
}

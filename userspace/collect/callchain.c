// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reports call stacks to the sink. Before the first STACK record of a stack come its FRAMES and the
 * SYMBOL of each address. Bounded: one bit per stack, a fixed table of addresses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "callchain.h"
#include "symbols/symbol.h"
#include "probes/events.h"

/*
 * Size of the table of reported addresses. A half-full table is cleared; symbols are then reported
 * again
 */
#define ADDRESSES	(1U << 16)

/**
 * struct callchain - stacks and addresses already reported
 * @symbols: symbols of the process; NULL with many processes: addresses are not resolved
 * @reported: bitmap of reported stacks
 * @address: hash table of reported addresses; 0: free slot
 * @used: number of addresses in the table
 */
struct callchain {
	struct probes *probes;
	struct sink sink;
	struct symbols *symbols;
	uint8_t reported[PROBES_STACKS_MAX / 8];
	uint64_t address[ADDRESSES];
	unsigned int used;
};

/**
 * callchain__create - prepare to report call stacks
 * @out: filled; untouched on failure
 * @pid: the process; 0: many processes, addresses are not resolved
 * @follow: the process is a command before its execve(); follow its mappings at once, because it
 *	may exit within an interval
 * @probes: loaded with stacks; must outlive the object
 * @sink: record sink
 *
 * Return: 0 or -errno.
 */
int callchain__create(struct callchain **out, pid_t pid, bool follow,
		      struct probes *probes, const struct sink *sink)
{
	struct callchain *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	p->probes = probes;
	p->sink = *sink;
	err = pid ? symbols__create(&p->symbols, pid) : 0;
	if (err) {
		free(p);
		return err;
	}
	if (pid && follow)
		symbols__follow(p->symbols);	/* on failure some symbols are missing */
	*out = p;
	return 0;
}

/** callchain__destroy - free it; NULL is fine */
void callchain__destroy(struct callchain *p)
{
	if (!p)
		return;
	symbols__destroy(p->symbols);
	free(p);
}

/** callchain__repeat - report frames and symbols again, before the next record that needs them */
void callchain__repeat(struct callchain *p)
{
	memset(p->reported, 0, sizeof(p->reported));
	memset(p->address, 0, sizeof(p->address));
	p->used = 0;
}

/* Was the address reported already? Mark it as reported */
static bool mark_reported(struct callchain *p, uint64_t ip)
{
	unsigned int i = (unsigned int)(ip * 0x9E3779B97F4A7C15ULL >> 48);

	if (p->used > ADDRESSES / 2) {
		memset(p->address, 0, sizeof(p->address));
		p->used = 0;
	}
	for (; p->address[i]; i = (i + 1) % ADDRESSES)
		if (p->address[i] == ip)
			return true;
	p->address[i] = ip;
	p->used++;
	return false;
}

static int emit_symbol(struct callchain *p, uint64_t ip, bool call)
{
	struct symbol symbol;

	if (!p->symbols || !ip || mark_reported(p, ip))
		return 0;
	symbols__resolve(p->symbols, ip, call, &symbol);
	return sink__symbol(&p->sink, ip, &symbol);
}

static int emit_frames(struct callchain *p, int32_t stack)
{
	uint64_t ip[PGWALK_STACK_MAX];
	int count, i, err = 0;

	if (stack < 0 || stack >= PROBES_STACKS_MAX ||
	    p->reported[stack / 8] & 1 << stack % 8)
		return 0;
	p->reported[stack / 8] |= (uint8_t)(1 << stack % 8);
	count = probes__stack_frames(p->probes, stack, (__u64 *)ip);
	if (count < 0)
		return 0;
	for (i = 0; i < count && !err; i++)
		err = emit_symbol(p, ip[i], i > 0);
	return err ? err : sink__frames(&p->sink, stack, ip,
					(unsigned int)count);
}

static int emit_stack(void *ctx, const struct pgwalk_fault_stack *stack)
{
	struct callchain *p = ctx;
	int err = emit_frames(p, stack->stack);

	return err ? err : sink__stack(&p->sink, stack);
}

/**
 * callchain__drain - report the faults since the last call, by call stack
 * @p: the callchain
 *
 * Return: 0; or the error of the sink.
 */
int callchain__drain(struct callchain *p)
{
	if (p->symbols)
		symbols__refresh(p->symbols);
	return probes__drain_stacks(p->probes, emit_stack, p);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Drains the call stacks and tells what is needed to read them before they are
 * told: the frames of a stack, what stands at an address. It remembers what was
 * told, and no more than there are stacks and room for addresses.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "callers.h"
#include "symbol.h"
#include "tell.h"

/* Addresses that are remembered; when they are full, all of them are told anew */
#define ADDRESSES	(1U << 16)

/**
 * struct callers - what was told
 * @symbols: of the process; NULL: of many, where nobody resolves
 * @told: stacks, a bit each
 * @address: a hash of addresses, 0 for a free place
 * @used: how many there are
 */
struct callers {
	struct probes *probes;
	struct sink sink;
	struct symbols *symbols;
	uint8_t told[PROBES_STACKS_MAX / 8];
	uint64_t address[ADDRESSES];
	unsigned int used;
};

/**
 * callers__create - get ready to tell of stacks
 * @out: filled; untouched on failure
 * @pid: the process; 0: many: addresses are told as they are
 * @begins: it is a command that has not begun: it may be over before it is looked at
 * @probes: loaded with stacks; to outlive this
 * @sink: takes the records
 *
 * Return: 0 or -errno.
 */
int callers__create(struct callers **out, pid_t pid, bool begins,
		    struct probes *probes, const struct sink *sink)
{
	struct callers *p = calloc(1, sizeof(*p));
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
	if (pid && begins)
		symbols__follow(p->symbols);	/* without it some are not known */
	*out = p;
	return 0;
}

/** callers__destroy - free it; NULL is fine */
void callers__destroy(struct callers *p)
{
	if (!p)
		return;
	symbols__destroy(p->symbols);
	free(p);
}

/* Has the address been told? It has from now on */
static bool remember(struct callers *p, uint64_t ip)
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

static int tell_symbol(struct callers *p, uint64_t ip, bool call)
{
	struct symbol symbol;

	if (!p->symbols || !ip || remember(p, ip))
		return 0;
	symbols__resolve(p->symbols, ip, call, &symbol);
	return sink__symbol(&p->sink, ip, &symbol);
}

static int tell_frames(struct callers *p, int32_t stack)
{
	uint64_t ip[PGWALK_STACK_MAX];
	int count, i, err = 0;

	if (stack < 0 || stack >= PROBES_STACKS_MAX ||
	    p->told[stack / 8] & 1 << stack % 8)
		return 0;
	p->told[stack / 8] |= (uint8_t)(1 << stack % 8);
	count = probes__stack_frames(p->probes, stack, (__u64 *)ip);
	if (count < 0)
		return 0;
	for (i = 0; i < count && !err; i++)
		err = tell_symbol(p, ip[i], i > 0);
	return err ? err : sink__frames(&p->sink, stack, ip,
					(unsigned int)count);
}

static int tell_stack(void *ctx, const struct pgwalk_fault_stack *stack)
{
	struct callers *p = ctx;
	int err = tell_frames(p, stack->stack);

	return err ? err : sink__stack(&p->sink, stack);
}

/**
 * callers__drain - tell of the faults since the last time, by stack
 * @p: the callers
 *
 * Return: 0; or what the sink returned.
 */
int callers__drain(struct callers *p)
{
	if (p->symbols)
		symbols__refresh(p->symbols);
	return probes__drain_stacks(p->probes, tell_stack, p);
}

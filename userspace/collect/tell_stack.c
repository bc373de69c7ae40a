// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the faults of each call stack from the memory that programs add to, and
 * tells the addresses of a stack. What stands at an address is nothing to it.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "probes.h"

#define SITES_BYTES	((size_t)STACK_SITES(STACKS_MAX) * sizeof(struct stack_site))
#define FRAMES_BYTES	(STACKS_MAX * sizeof(struct stack_frames))

_Static_assert(STACKS_MAX == PROBES_STACKS_MAX, "as documented");

/**
 * probes__size_stacks - shall there be stacks?
 * @p:		opened, not loaded
 * @wanted:	false: the programs leave them out, and there is no room for any
 */
void probes__size_stacks(struct probes *p, bool wanted)
{
	p->skel->rodata->cfg_stacks = wanted;
	bpf_program__set_autoload(p->skel->progs.on_force_fault, wanted);
	bpf_program__set_autoload(p->skel->progs.on_force_pkey, wanted);
	bpf_program__set_autoload(p->skel->progs.on_force_poison, wanted);
	if (wanted)
		return;
	bpf_map__set_max_entries(p->skel->maps.stack_index, 1);
	bpf_map__set_max_entries(p->skel->maps.stack_frames, 1);
	bpf_map__set_max_entries(p->skel->maps.stack_sites, 1);
	bpf_map__set_max_entries(p->skel->maps.stack_walks, 1);
	bpf_map__set_max_entries(p->skel->maps.code_pages, 1);
}

static void *map_of(const struct bpf_map *map, size_t bytes, int prot)
{
	void *memory = mmap(NULL, bytes, prot, MAP_SHARED, bpf_map__fd(map), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/**
 * probes__map_stacks - have the stacks and their faults before us
 * @p:		loaded
 *
 * Return: 0 or -errno.
 */
int probes__map_stacks(struct probes *p)
{
	if (!p->skel->rodata->cfg_stacks)
		return 0;
	p->stacks.sites = map_of(p->skel->maps.stack_sites, SITES_BYTES,
				 PROT_READ | PROT_WRITE);
	if (!p->stacks.sites)
		return -errno;
	p->stacks.frames = map_of(p->skel->maps.stack_frames, FRAMES_BYTES,
				  PROT_READ);
	return p->stacks.frames ? 0 : -errno;
}

/** probes__unmap_stacks - the reverse */
void probes__unmap_stacks(struct probes *p)
{
	if (p->stacks.sites)
		munmap(p->stacks.sites, SITES_BYTES);
	if (p->stacks.frames)
		munmap((void *)p->stacks.frames, FRAMES_BYTES);
}

void probes__keep_stacks(struct probes *p, bool on)
{
	p->skel->bss->stacks_paused = !on;
}

/* Numbers given so far; one may be of a stack that then got another's */
static __s32 stacks_known(const struct probes *p)
{
	__u64 n = *(volatile __u64 *)&p->skel->bss->nr_stacks;

	return n < STACKS_MAX ? (__s32)n : STACKS_MAX;
}

/* Take what is there, while programs go on adding: each fault is taken once */
static int site_take(struct stack_site *site, __s32 stack, __u32 class,
		     probes_stack_fn fn, void *ctx)
{
	struct pgwalk_fault_stack taken = { .class = class, .stack = stack };

	if (!*(volatile __u64 *)&site->count &&
	    !*(volatile __u64 *)&site->latency_ns)
		return 0;
	taken.count = __atomic_exchange_n(&site->count, 0, __ATOMIC_SEQ_CST);
	taken.latency_ns = __atomic_exchange_n(&site->latency_ns, 0,
					       __ATOMIC_SEQ_CST);
	return fn(ctx, &taken);
}

int probes__drain_stacks(struct probes *p, probes_stack_fn fn, void *ctx)
{
	struct stack_site *site = p->stacks.sites;
	__s32 stack, end;
	__u32 class;
	int told = 0;

	if (!site)
		return 0;
	end = stacks_known(p);
	for (stack = -1; stack < end; stack++)
		for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
			int got = site_take(site++, stack, class, fn, ctx);

			if (!told)
				told = got;
		}
	return told;
}

int probes__stack_frames(const struct probes *p, __s32 stack,
			 __u64 ip[PGWALK_STACK_MAX])
{
	const struct stack_frames *f = p->stacks.frames;

	if (!f || stack < 0 || stack >= stacks_known(p) || !f[stack].depth)
		return -ENOENT;
	memcpy(ip, f[stack].ip, f[stack].depth * sizeof(*ip));
	return (int)f[stack].depth;
}

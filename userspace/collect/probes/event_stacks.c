// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Drains the faults of each call stack: those by mapping together with the rows of a generation, the
 * others from mapped memory that programs add to. Returns the addresses of a stack.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "probes.h"

#define SITES_BYTES	((size_t)STACK_SITES(STACKS_MAX) * sizeof(struct stack_site))
#define FRAMES_BYTES	(STACKS_MAX * sizeof(struct stack_frames))

/* Faults by mapping that are kept for probes__drain_stacks() */
#define PLACES_TAKEN	STACK_PLACES
/* Entries of stack_places that one call copies or deletes; more than a bucket of the hash has */
#define PLACES_BATCH	512

_Static_assert(STACKS_MAX == PROBES_STACKS_MAX, "as documented");

/**
 * probes__size_stacks - enable or disable call stacks
 * @p:		opened, not loaded
 * @wanted:	false: programs record no stacks, and no memory is reserved
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
	bpf_map__set_max_entries(p->skel->maps.stack_places, 1);
	bpf_map__set_max_entries(p->skel->maps.stack_walks, 1);
	bpf_map__set_max_entries(p->skel->maps.code_pages, 1);
}

static void *map_of(const struct bpf_map *map, size_t bytes, int prot)
{
	void *memory = mmap(NULL, bytes, prot, MAP_SHARED, bpf_map__fd(map), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/**
 * probes__map_stacks - map the stacks and their faults
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
	if (!p->stacks.frames)
		return -errno;
	p->stacks.taken = calloc(PLACES_TAKEN, sizeof(*p->stacks.taken));
	return p->stacks.taken ? 0 : -ENOMEM;
}

/** probes__unmap_stacks - undo probes__map_stacks() */
void probes__unmap_stacks(struct probes *p)
{
	if (p->stacks.sites)
		munmap(p->stacks.sites, SITES_BYTES);
	if (p->stacks.frames)
		munmap((void *)p->stacks.frames, FRAMES_BYTES);
	free(p->stacks.taken);
}

void probes__keep_stacks(struct probes *p, bool on)
{
	p->skel->bss->stacks_paused = !on;
}

/* Stack numbers assigned so far. A number can be unused: its stack got another one */
static __s32 stacks_known(const struct probes *p)
{
	__u64 n = *(volatile __u64 *)&p->skel->bss->nr_stacks;

	return n < STACKS_MAX ? (__s32)n : STACKS_MAX;
}

/* Entries of stack_places, as the kernel copies them */
struct places {
	struct stack_place key[PLACES_BATCH];
	struct stack_site site[PLACES_BATCH];
};

/* Keep the faults of a place. Without room they are counted without their mapping */
static void place_keep(struct stacks *s, const struct pgwalk_fault_key *key, __s32 stack,
		       const struct stack_site *site)
{
	struct stack_site *others;

	if (s->nr_taken < PLACES_TAKEN) {
		s->taken[s->nr_taken++] = (struct pgwalk_fault_stack){
			.key = *key, .count = site->count, .latency_ns = site->latency_ns,
			.stack = stack,
		};
		return;
	}
	others = &s->sites[(stack + 1) * PGWALK_FAULT_CLASS_NR + (__s32)key->class];
	__atomic_add_fetch(&others->count, site->count, __ATOMIC_RELAXED);
	__atomic_add_fetch(&others->latency_ns, site->latency_ns, __ATOMIC_RELAXED);
}

/* Delete entries. One that is missing was deleted before: the others follow one by one */
static void places_delete(int fd, const struct stack_place *key, __u32 nr)
{
	__u32 i, done = nr;

	if (!bpf_map_delete_batch(fd, key, &done, NULL))
		return;
	for (i = 0; i < nr; i++)
		bpf_map_delete_elem(fd, &key[i]);
}

/**
 * probes__take_places - keep the faults by stack of a generation of rows, and free their entries
 * @p:		the probes
 * @slots:	rows of the generation, before they are drained; no program writes to them
 * @first:	index of the first of @slots in the array of rows
 * @nr:		number of @slots
 *
 * A call copies whole buckets of the hash, each of them once. Entries of the next generation,
 * which programs add meanwhile, stay.
 *
 * Return: 0 or -errno.
 */
int probes__take_places(struct probes *p, const struct row_slot *slots, __u32 first, __u32 nr)
{
	int fd = bpf_map__fd(p->skel->maps.stack_places), err;
	__u32 from = 0, got, i, old;
	struct places *places;
	bool begun = false;

	if (!p->stacks.sites || *(volatile __u64 *)&p->skel->bss->nr_places == p->stacks.nr_freed)
		return 0;
	places = malloc(sizeof(*places));
	if (!places)
		return -ENOMEM;
	do {
		got = PLACES_BATCH;
		err = bpf_map_lookup_batch(fd, begun ? &from : NULL, &from, places->key,
					   places->site, &got, NULL) ? errno : 0;
		if (err && err != ENOENT)
			break;
		begun = true;
		for (i = 0, old = 0; i < got; i++) {
			__u32 row = places->key[i].row - first;

			if (row >= nr)
				continue;
			place_keep(&p->stacks, &slots[row].key, places->key[i].stack,
				   &places->site[i]);
			places->key[old++] = places->key[i];
		}
		places_delete(fd, places->key, old);
		p->stacks.nr_freed += old;
	} while (!err);
	free(places);
	return err == ENOENT ? 0 : -err;
}

/* Take the faults of a site. Programs may add concurrently; each fault is taken once */
static int site_take(struct stack_site *site, __s32 stack, __u32 class,
		     probes_stack_fn fn, void *ctx)
{
	struct pgwalk_fault_stack taken = { .key = { .class = class }, .stack = stack };

	if (!*(volatile __u64 *)&site->count &&
	    !*(volatile __u64 *)&site->latency_ns)
		return 0;
	taken.count = __atomic_exchange_n(&site->count, 0, __ATOMIC_SEQ_CST);
	taken.latency_ns = __atomic_exchange_n(&site->latency_ns, 0,
					       __ATOMIC_SEQ_CST);
	return fn(ctx, &taken);
}

/* Pass on the faults by mapping that were taken with their rows */
static int places_pass(struct stacks *s, probes_stack_fn fn, void *ctx)
{
	int result = 0, got;
	__u32 i;

	for (i = 0; i < s->nr_taken; i++) {
		got = fn(ctx, &s->taken[i]);
		if (!result)
			result = got;
	}
	s->nr_taken = 0;
	return result;
}

int probes__drain_stacks(struct probes *p, probes_stack_fn fn, void *ctx)
{
	struct stack_site *site = p->stacks.sites;
	__s32 stack, end;
	__u32 class;
	int result;

	if (!site)
		return 0;
	result = places_pass(&p->stacks, fn, ctx);
	end = stacks_known(p);
	for (stack = -1; stack < end; stack++)
		for (class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
			int got = site_take(site++, stack, class, fn, ctx);

			if (!result)
				result = got;
		}
	return result;
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

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Attaches and detaches the counter of TLB flushes, and sums its per-CPU counts. */
#include <errno.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#include "probes.h"

int probes__tlb_watch(struct probes *p, bool on)
{
	if (!p->has_tlb)
		return -ENOTSUP;
	if (!on) {
		bpf_link__destroy(p->tlb);
		p->tlb = NULL;
	} else if (!p->tlb) {
		p->tlb = bpf_program__attach(p->skel->progs.on_tlb_flush);
		if (!p->tlb)
			return errno == ENOENT ? -ENOTSUP : -errno;
	}
	return 0;
}

static void flushes_add(struct probes_tlb *out, const struct tlb_flushes *cpu)
{
	int i;

	for (i = 0; i < PGWALK_TLB_NR; i++) {
		out->all[i] += cpu->all[i];
		out->target[i] += cpu->target[i];
	}
}

int probes__tlb(const struct probes *p, struct probes_tlb *out)
{
	int cpus = libbpf_num_possible_cpus(), i, err = 0;
	struct tlb_flushes *flushes;
	__u32 zero = 0;

	if (cpus < 0)
		return cpus;
	flushes = calloc(cpus, sizeof(*flushes));
	if (!flushes)
		return -ENOMEM;
	if (bpf_map_lookup_elem(bpf_map__fd(p->skel->maps.tlb_flushes), &zero,
				flushes))
		err = -errno;
	*out = (struct probes_tlb) {
		.missed = probes__missed_runs(p->skel->progs.on_tlb_flush),
	};
	for (i = 0; !err && i < cpus; i++)
		flushes_add(out, &flushes[i]);
	free(flushes);
	return err;
}

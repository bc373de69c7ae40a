// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Loads the BPF programs and compares the results for a page that stays in place. The
 * module must be loaded.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include "torture/everywhere.skel.h"
#include "kfunc.skel.h"
#include "kfuncs.h"
#include "lib/interface.h"
#include "lib/pagemap.h"
#include "counts.h"

#define MPOL_BIND	2

static struct everywhere_bpf *everywhere;
static struct kfunc_bpf *here;
static struct bpf_link *request_link;
static char *locked;

bool kfuncs_hold_page(void)
{
	unsigned long nodes = 1;

	locked = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (locked == MAP_FAILED)
		return false;
	/* NUMA balancing does not mark memory that has a policy */
	syscall(__NR_mbind, locked, 4096UL, MPOL_BIND, &nodes, 8UL * sizeof(nodes), 0);
	*locked = 1;
	return !mlock(locked, 4096);
}

void kfuncs_take(void)
{
	everywhere = everywhere_bpf__open_and_load();
	here = kfunc_bpf__open_and_load();
	if (here)
		request_link = bpf_program__attach(here->progs.on_request);
	if (!everywhere || !request_link || everywhere_bpf__attach(everywhere))
		counts_fail("the BPF programs do not load: %s", strerror(errno));
}

void kfuncs_drop(void)
{
	if (everywhere && everywhere->bss) {
		counts_add(COUNTS_KFUNC_PROBE, everywhere->bss->nr_probe);
		counts_add(COUNTS_KFUNC_PRESENT, everywhere->bss->nr_present);
		if (everywhere->bss->nr_wrong)
			counts_fail("kfunc: %llu impossible results, the last %d of kind %d",
				   everywhere->bss->nr_wrong, everywhere->bss->wrong_ret,
				   everywhere->bss->wrong_kind);
	}
	everywhere_bpf__destroy(everywhere);
	everywhere = NULL;
	bpf_link__destroy(request_link);
	request_link = NULL;
	kfunc_bpf__destroy(here);
	here = NULL;
}

static int probe(struct pgwalk_entry *entry)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	here->bss->addr = (uintptr_t)locked;
	here->bss->size = sizeof(*entry);
	here->bss->ret = -EPROTO;
	if (bpf_prog_test_run_opts(bpf_program__fd(here->progs.on_request), &opts))
		return -EPROTO;
	memcpy(entry, here->bss->record, sizeof(*entry));
	return here->bss->ret;
}

/* Read pagemap, the kfunc, and pagemap again, because the page may be moved */
void kfuncs_check(void)
{
	struct pgwalk_entry entry;
	__u64 before, after;
	int ret;

	if (!request_link)
		return;
	before = pagemap_one(getpid(), (uintptr_t)locked);
	ret = probe(&entry);
	after = pagemap_one(getpid(), (uintptr_t)locked);
	if (before != after || !(before & PM_PRESENT))
		return;
	if (ret == -EAGAIN || ret == -EPROTO)
		return;
	if (ret || entry.kind != PGWALK_KIND_PRESENT || entry.pfn != PM_PFN(before))
		counts_fail("kfunc: %d, kind %u, pfn %llx instead of %llx", ret, entry.kind,
			   entry.pfn, PM_PFN(before));
	counts_increment(COUNTS_CHECK_KFUNC);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Loads the BPF programs that ask, and compares what they are told of a page that stays
 * where it is. It must be called with the module there.
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
#include "oracle/interface.h"
#include "oracle/pagemap.h"
#include "tally.h"

#define MPOL_BIND	2

static struct everywhere_bpf *everywhere;
static struct kfunc_bpf *here;
static struct bpf_link *asked;
static char *held;

bool kfuncs_hold_page(void)
{
	unsigned long nodes = 1;

	held = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (held == MAP_FAILED)
		return false;
	/* Memory with a policy of its own is not marked by NUMA balancing */
	syscall(__NR_mbind, held, 4096UL, MPOL_BIND, &nodes, 8UL * sizeof(nodes), 0);
	*held = 1;
	return !mlock(held, 4096);
}

void kfuncs_take(void)
{
	everywhere = everywhere_bpf__open_and_load();
	here = kfunc_bpf__open_and_load();
	if (here)
		asked = bpf_program__attach(here->progs.on_ask);
	if (!everywhere || !asked || everywhere_bpf__attach(everywhere))
		tally_fail("the BPF programs do not load: %s", strerror(errno));
}

void kfuncs_drop(void)
{
	if (everywhere && everywhere->bss) {
		tally_add(TALLY_KFUNC_PROBE, everywhere->bss->nr_probe);
		tally_add(TALLY_KFUNC_PRESENT, everywhere->bss->nr_present);
		if (everywhere->bss->nr_wrong)
			tally_fail("kfunc: %llu impossible answers, the last %d of kind %d",
				   everywhere->bss->nr_wrong, everywhere->bss->wrong_ret,
				   everywhere->bss->wrong_kind);
	}
	everywhere_bpf__destroy(everywhere);
	everywhere = NULL;
	bpf_link__destroy(asked);
	asked = NULL;
	kfunc_bpf__destroy(here);
	here = NULL;
}

static int probe(struct pgwalk_entry *entry)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	here->bss->addr = (uintptr_t)held;
	here->bss->size = sizeof(*entry);
	here->bss->ret = -EPROTO;
	if (bpf_prog_test_run_opts(bpf_program__fd(here->progs.on_ask), &opts))
		return -EPROTO;
	memcpy(entry, here->bss->record, sizeof(*entry));
	return here->bss->ret;
}

/* A, B, A: it may have been moved meanwhile */
void kfuncs_check(void)
{
	struct pgwalk_entry entry;
	__u64 before, after;
	int ret;

	if (!asked)
		return;
	before = pagemap_one(getpid(), (uintptr_t)held);
	ret = probe(&entry);
	after = pagemap_one(getpid(), (uintptr_t)held);
	if (before != after || !(before & PM_PRESENT))
		return;
	if (ret == -EAGAIN || ret == -EPROTO)
		return;
	if (ret || entry.kind != PGWALK_KIND_PRESENT || entry.pfn != PM_PFN(before))
		tally_fail("kfunc: %d, kind %u, pfn %llx instead of %llx", ret, entry.kind,
			   entry.pfn, PM_PFN(before));
	tally_did(TALLY_HELD_KFUNC);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Draws the meaning of a fault class, the remedy, and the section of pgtop(8) that explains both. */
#include "../../lib/i18n.h"
#include "view.h"

/**
 * struct advice - one class
 * @meaning: the cause of the fault, and the first remedies
 * @section: heading below REMEDIES in pgtop(8)
 */
struct advice {
	const char *meaning;
	const char *section;
};

#define TOUCH	"First touch"
#define HUGE	"Huge pages"
#define FILES	"Files"
#define COPY	"Copy on write"
#define SWAP	"Swap"
#define NUMA	"NUMA"
#define SIGNALS	"Signals"
#define OTHERS	"Others"

static const struct advice advices[PGWALK_FAULT_CLASS_NR] = {
	[PGWALK_FAULT_UNATTRIBUTED] = { N_("counted by the kernel, not seen by the probes"), OTHERS },
	[PGWALK_FAULT_ANON_ZERO] = { N_("read before any write: MADV_POPULATE_WRITE"), TOUCH },
	[PGWALK_FAULT_ANON_NEW] = { N_("first write: MAP_POPULATE, huge pages, allocator"), TOUCH },
	[PGWALK_FAULT_THP_NEW] = { N_("first touch of a huge page: populate, keep memory"), HUGE },
	[PGWALK_FAULT_FILE_CACHED] = { N_("cached, not mapped: MAP_POPULATE, mlock"), FILES },
	[PGWALK_FAULT_FILE_READ] = { N_("read from the device: MADV_WILLNEED, mlock"), FILES },
	[PGWALK_FAULT_SHMEM] = { N_("shared memory: MAP_POPULATE, huge=, hugetlb"), TOUCH },
	[PGWALK_FAULT_COW_COPY] = { N_("copied by a write: MADV_DONTFORK, posix_spawn"), COPY },
	[PGWALK_FAULT_COW_REUSE] = { N_("write to a page that fork left read-only"), COPY },
	[PGWALK_FAULT_FILE_COW] = { N_("private write to a file: MADV_POPULATE_WRITE"), COPY },
	[PGWALK_FAULT_SHARED_WRITE] = { N_("first write after writeback: fewer syncs"), FILES },
	[PGWALK_FAULT_SWAP_CACHED] = { N_("in the swap cache: mlock, memory.low, more memory"), SWAP },
	[PGWALK_FAULT_SWAP_READ] = { N_("read from swap: mlock, memory.low, more memory"), SWAP },
	[PGWALK_FAULT_NUMA_HINT] = { N_("sampled by NUMA balancing: numactl, mbind"), NUMA },
	[PGWALK_FAULT_MIGRATION] = { N_("waited for a migration: numactl, mlock"), NUMA },
	[PGWALK_FAULT_USERFAULT] = { N_("waited for a handler of userfaultfd"), OTHERS },
	[PGWALK_FAULT_HUGETLB] = { N_("first touch of a hugetlb page: MAP_POPULATE"), HUGE },
	[PGWALK_FAULT_DEVICE] = { N_("memory of a device: migrate it in larger parts"), OTHERS },
	[PGWALK_FAULT_SPURIOUS] = { N_("the entry was valid already: nothing to do"), OTHERS },
	[PGWALK_FAULT_OTHER] = { N_("memory of a driver or of BPF, [vdso]"), OTHERS },
	[PGWALK_FAULT_SEGV_MAP] = { N_("SIGSEGV: nothing is mapped at the address"), SIGNALS },
	[PGWALK_FAULT_SEGV_ACCESS] = { N_("SIGSEGV: the mapping forbids the access"), SIGNALS },
	[PGWALK_FAULT_SIGBUS] = { N_("SIGBUS: past the end of the file, or bad memory"), SIGNALS },
	[PGWALK_FAULT_OOM] = { N_("no memory for a page: memory.max, overcommit"), SIGNALS },
};

/**
 * advice__draw - draw the line of a class
 * @t: the screen
 * @y: the line
 * @class: enum pgwalk_fault_class; an unknown class, or ROW_NO_CLASS, leaves the line empty
 */
void advice__draw(const struct tui *t, int y, uint32_t class)
{
	const struct paint *p = &t->paint;
	struct field at = { .y = y, .x = 1, .end = p->width };

	if (class >= PGWALK_FAULT_CLASS_NR)
		return;
	field__put(p, &at, "", STYLE_PLAIN, "%s", _(advices[class].meaning));
	field__put(p, &at, "", STYLE_DIM, _("(pgtop(8), %s)"), advices[class].section);
}

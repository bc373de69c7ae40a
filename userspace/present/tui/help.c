// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The help screen: keys, columns and classes. */
#include "../../lib/i18n.h"
#include "view.h"

static const char text[] =
/* xgettext:no-c-format */
N_("KEYS\n"
"  q            quit                    h ? F1   this help; q or Esc leaves it\n"
"  Tab S-Tab    next, previous screen   Enter    open the row at the cursor\n"
"  arrows PgUp PgDn Home End            move; left and right: other columns\n"
"  Esc          back; clear the filter; to the first screen\n"
"  m t U v      mappings, threads, call stacks, system; t and U again: off\n"
"  c            the code that faults on the mapping at the cursor; on call stacks\n"
"               Enter shows the mappings that one faults on; Esc goes back\n"
"  < >          sort by another column  s        sort by a named column\n"
"  C            columns of memory: pss uss frames lazyfree eligible tables, all\n"
"  R            reverse the order       / n      find, find the next\n"
"  \\            filter rows             + -      zoom the address space\n"
"  d            length of an interval   space    end the interval now\n"
"  p            pause                   r        reset counters\n"
"  a            all faults since the start, instead of the last interval\n"
"  w            write this screen to a file      ^L  redraw\n"
"  in a replay: , . one interval back, forward   [ ] ten; both pause\n"
"  g            go to an interval or a time      l   begin, end, leave a loop\n"
"\n"
"HEADER\n"
"  cov      share of faults with a known mapping; lost: faults not counted\n"
"  folded   faults in rows that aggregate many; missed: skipped probe runs\n"
"  vm/s     pages scanned by kswapd and by direct reclaim, swapped, migrated;\n"
"           huge pages collapsed and split; tlb: flushes of the target\n"
"  pgtop    CPU time of pgtop; walk: of the module, for rss and the address bar\n"
"\n"
"ADDRESS SPACE\n"
"  All mappings from low to high. The length of a mapping is the square root of\n"
"  its size; a gap has a cell or none. ! marks the middle of a faulting mapping.\n"
"\n"
"COLUMNS\n"
"  All counts of faults, in columns and below the table, are per second, except\n"
"  COUNT: faults of the interval.\n"
"  TIME/s TIME%          time in faults per second; its share of the interval\n"
"  P50 P90 P99 MAX MEAN  latency of faults, in ns, us, ms or seconds\n"
"  RES HUGE SIZE SWAP    of the mapping: present, share in 2M or 1G, all, swapped\n"
"  PSS USS LAZY          shared pages divided, mapped once, freed by MADV_FREE\n"
"  FRAMES ELIG TABLES    each frame once, may be huge (THP), page tables\n"
"  NEW4K NEW2M NEW1G     leaves gained, by size      AROUND  by fault-around\n"
"  NOTHP                 a huge page was possible, a small page was mapped\n"
"  RETRY RTIME           retried calls, and their time\n"
"  READ WRITE EXEC       kind of access    USER KERNEL GUP  mode of the access\n"
"  BEFORE AFTER NOW      the entry of a page: rwxad, the frame; - unknown\n"
"  MAPS NODE             mapcount and node of the frame\n"
"  1us 1ms 1s            a bar for each power of two, its height the logarithm\n"
"                        of the count; the first has all below 256 ns\n"
"\n"
"CLASSES (remedies: pgtop(8), REMEDIES)\n"
"  anon-zero             a read mapped the shared page of zeroes\n"
"  anon-new thp-new      a new page, a new huge page\n"
"  file-cached file-read a page of a file, from memory, from the disk\n"
"  shmem                 shared memory\n"
"  cow-copy cow-reuse    a write to a shared page copied it, reused it\n"
"  file-cow              a private write to a file: copied at once\n"
"  shared-write          a page of a shared mapping became writable\n"
"  swap-cached swap-read back from swap, without and with reading\n"
"  numa-hint migration userfault hugetlb device    as named\n"
"  spurious              nothing had to be changed\n"
"  segv-map segv-access sigbus oom    ended in a signal: in no total\n"
"  unattributed          counted by the kernel, not seen by the probes\n");

static int write_help(FILE *out, void *arg)
{
	(void)arg;
	fputs(_(text), out);
	return 0;
}

static int fill(struct tui *t)
{
	return pager__set(&t->pager, write_help, NULL);
}

const struct view help_view = {
	.name = N_("help"),
	.keys = N_("Esc back"),
	.fill = fill,
};

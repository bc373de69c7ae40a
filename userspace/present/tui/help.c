// SPDX-License-Identifier: GPL-2.0
/* The screen that tells what keys and columns mean. */
#include "view.h"

static const char text[] =
"KEYS\n"
"  q            quit                    h ? F1   this help; q or Esc leaves it\n"
"  Tab S-Tab    next, previous screen   Enter    into the row at the cursor\n"
"  arrows PgUp PgDn Home End            move; left and right: other columns\n"
"  Esc          back; all rows again; to the first screen\n"
"  m t U v      mappings, threads, call stacks, system; t and U again: off\n"
"  < >          sort by another column  s        sort by the column you name\n"
"  R            other way round         / n      find, find the next\n"
"  \\            show only rows with     + -      nearer, further (address space)\n"
"  d            length of an interval   space    end the interval now\n"
"  p            pause                   r        forget the past: from now on\n"
"  w            write this screen to a file      ^L  draw anew\n"
"\n"
"HEADER\n"
"  cov      faults that were given to a mapping, of all; lost: not counted\n"
"  folded   faults in rows that stand for many; missed: probes that were skipped\n"
"  vm/s     pages that kswapd and waiting processes scanned, swapped, moved;\n"
"           thp made and split (no rates); tlb: flushes of the target\n"
"  pgtop    CPU time of pgtop itself; walk: of the module, for rss and the strip\n"
"\n"
"ADDRESS SPACE\n"
"  All mappings from low to high. A mapping is as long as the square root of its\n"
"  size; a gap is a cell or none. ! marks the middle of what faults now.\n"
"\n"
"COLUMNS\n"
"  P50 P90 P99 MAX MEAN  how long faults took, in ns, us, ms or seconds\n"
"  RES HUGE SIZE SWAP    of the mapping: present, share in 2M or 1G, all, swapped\n"
"  NEW4K NEW2M NEW1G     leaves gained, by size      AROUND  pages mapped around\n"
"  NOTHP                 a huge page was allowed, and a small one was got\n"
"  RETRY RTIME           calls that had to be made again, and what they cost\n"
"  READ WRITE EXEC       what was tried   USER KERNEL GUP  from where\n"
"  BEFORE AFTER NOW      the entry of a page: rwxad, the frame; - not known\n"
"  MAPS NODE             how often its frame is mapped, the node it is on\n"
"  1u 1m 1s              a bar each power of two, its height the logarithm of\n"
"                        the count; the first has all below 256 ns\n"
"\n"
"CLASSES\n"
"  anon-zero             a read mapped the shared page of zeroes\n"
"  anon-new thp-new      a new page, a new huge page\n"
"  file-cached file-read the page of a file, from memory, from the disk\n"
"  shmem                 shared memory\n"
"  cow-copy cow-reuse    a write to a page of others copied it, took it over\n"
"  file-cow              a private write on a file: a copy at once\n"
"  shared-write          a page of a shared mapping became writable\n"
"  swap-cached swap-read back from swap, without and with reading\n"
"  numa-hint migration userfault hugetlb device    as named\n"
"  spurious              nothing had to be changed\n"
"  segv-map segv-access sigbus oom    ended in a signal: in no total\n"
"  unattributed          counted by the kernel, not seen by the probes\n";

static int write_help(FILE *out, void *arg)
{
	(void)arg;
	fputs(text, out);
	return 0;
}

static int fill(struct tui *t)
{
	return pager__set(&t->pager, write_help, NULL);
}

const struct view help_view = {
	.name = "help",
	.keys = "Esc back",
	.fill = fill,
};

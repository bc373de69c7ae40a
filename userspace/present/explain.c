// SPDX-License-Identifier: GPL-2.0
/*
 * A translation for a learner: how the address splits, what each entry says, why
 * it ends where it does. Pure: records in, text out. Facts: Intel SDM vol. 3A,
 * 4.5 and 4.6.
 */
#include <stdbool.h>

#include "../words.h"
#include "explain.h"

/* What a bit means in a leaf, and in an entry that points to a table */
static const struct {
	uint64_t flag;
	const char *word;
	const char *leaf;
	const char *table;
} meanings[] = {
	{ PGWALK_F_PRESENT, "P", "present: the page is there",
	  "present: there is a table" },
	{ PGWALK_F_WRITE, "RW", "may be written", "what is below may be written" },
	{ PGWALK_F_USER, "US", "user mode may use it",
	  "user mode may use what is below" },
	{ PGWALK_F_PWT, "PWT", "caches write through", "the table is cached write-through" },
	{ PGWALK_F_PCD, "PCD", "not cached", "the table is not cached" },
	{ PGWALK_F_ACCESSED, "A", "accessed: used since the bit was cleared",
	  "accessed: the CPU has come this way" },
	{ PGWALK_F_DIRTY, "D", "dirty: written since the bit was cleared",
	  "set by the kernel; the CPU ignores it here" },
	{ PGWALK_F_HUGE, "PSE", "a huge page: the walk ends above the last level",
	  "" },
	{ PGWALK_F_GLOBAL, "G", "global: stays in the TLB when CR3 is loaded",
	  "ignored by the CPU here" },
	{ PGWALK_F_PAT, "PAT", "chooses the memory type, with PWT and PCD", "" },
	{ PGWALK_F_NX, "NX", "no instructions are executed from it",
	  "no instructions are executed from what is below" },
	{ PGWALK_F_SPECIAL, "SPEC", "the kernel's: mapped without its struct page being used", "" },
	{ PGWALK_F_SOFT_DIRTY, "SOFT", "the kernel's: written since clear_refs", "" },
	{ PGWALK_F_UFFD_WP, "UFFD", "the kernel's: userfaultfd traps the next write", "" },
	{ PGWALK_F_SAVED_DIRTY, "SAVED",
	  "the kernel's: was dirty when it became read-only", "" },
	{ PGWALK_F_DEVMAP, "DEVMAP", "the kernel's: a device's memory", "" },
	{ PGWALK_F_EXCLUSIVE, "EXCL", "the page was this process' alone", "" },
	{ PGWALK_F_ENTRY_WRITE, "WRITE", "could be written", "" },
	{ PGWALK_F_ENTRY_READ, "READ", "could be read only", "" },
	{ PGWALK_F_DEV_PRIVATE, "PRIVATE", "memory that only the device reaches", "" },
	{ PGWALK_F_DEV_EXCLUSIVE, "EXCLUSIVE", "the device has it alone for now", "" },
	{ PGWALK_F_MARK_UFFD_WP, "MARK-UFFD", "userfaultfd traps the first write", "" },
	{ PGWALK_F_MARK_POISON, "MARK-POISON", "an access ends in SIGBUS", "" },
	{ PGWALK_F_MARK_GUARD, "MARK-GUARD", "an access ends in SIGSEGV", "" },
	{ PGWALK_F_SWAP_SHMEM, "SHMEM", "found in the shared memory object, not in this entry", "" },
};

static const char *level_of(const struct pgwalk_step *step)
{
	const char *word = words__level(step->entry.level);

	return word ? word : "?";
}

static const struct pgwalk_step *last_of(const struct pgwalk_translate *t)
{
	return &t->step[t->nr_steps - 1];
}

static unsigned long long index_at(const struct pgwalk_translate *t,
				   const struct pgwalk_geometry *g)
{
	return t->linear >> g->shift & (g->entries - 1);
}

/* Down to where the walk ends, what is left is the offset into the leaf */
static void explain_split(FILE *out, const struct pgwalk_translate *t,
			  const struct pgwalk_info *info)
{
	unsigned int shift = t->nr_steps ? last_of(t)->entry.shift :
					   PGWALK_PAGE_SHIFT;
	unsigned int i;

	fprintf(out, "This CPU walks %s levels of tables%s, so the address is\n\n",
		info->nr_levels == 5 ? "five" : "four",
		info->nr_levels == 5 ? " (LA57)" : "");
	for (i = 0; i < info->nr_levels && i < PGWALK_MAX_LEVELS; i++) {
		const struct pgwalk_geometry *g = &info->geometry[i];
		const char *level = words__level(g->level);
		char size[8];

		if (g->shift < shift)
			break;
		fprintf(out, "    bits %2u-%-2u  %3llu  entry of the %s, each for %s\n",
			g->shift + 8, g->shift, index_at(t, g),
			level ? level : "?", words__size(size, g->shift));
	}
	fprintf(out, "    bits %2u-%-2u  %3llx  offset (hexadecimal)\n\n", shift - 1,
		0, (unsigned long long)(t->linear & ((1ULL << shift) - 1)));
}

/* The userfaultfd bit has two uses, and is kept while neither applies */
static const char *meaning_of_uffd(const struct pgwalk_translate *t,
				   const struct pgwalk_entry *e)
{
	const unsigned int modes = PGWALK_FACT_UFFD_WP | PGWALK_FACT_UFFD_RWP;

	if (t->facts & PGWALK_FACT_KNOWN && !(t->facts & modes))
		return "the kernel's: the userfaultfd bit, without effect in this mapping";
	switch (e->kind) {
	case PGWALK_KIND_UFFD_RWP:
		return "the kernel's: userfaultfd traps every access, not only writes";
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_PROTNONE:
		return "the kernel's: the userfaultfd bit, kept until the page may be used again";
	}
	return NULL;
}

static const char *meaning_in(const struct pgwalk_translate *t,
			      const struct pgwalk_entry *e, size_t i)
{
	const char *text = NULL;

	if (meanings[i].flag == PGWALK_F_UFFD_WP)
		text = meaning_of_uffd(t, e);
	else if (e->kind == PGWALK_KIND_TABLE && *meanings[i].table)
		text = meanings[i].table;
	return text ? text : meanings[i].leaf;
}

static const char *meaning_of_key(const struct pgwalk_translate *t,
				  const struct pgwalk_entry *e)
{
	static const char *const meaning[] = {
		"reading and writing are allowed", "reading and writing are forbidden",
		"writing is forbidden", "reading and writing are forbidden",
	};

	if (e->kind == PGWALK_KIND_TABLE || !(e->flags & PGWALK_F_PRESENT))
		return "used when the page is present";
	return t->facts & PGWALK_FACT_PKRU ? meaning[t->pkru >> 2 * e->pkey & 3] :
					     "the PKRU register may forbid more";
}

static void explain_flags(FILE *out, const struct pgwalk_translate *t,
			  const struct pgwalk_entry *e)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (e->flags & meanings[i].flag)
			fprintf(out, "      %-6s %s\n", meanings[i].word,
				meaning_in(t, e, i));
	if (!e->pkey)
		return;
	fprintf(out, "      PK%-4u protection key: %s", e->pkey, meaning_of_key(t, e));
	if (t->facts & PGWALK_FACT_PKRU && e->flags & PGWALK_F_PRESENT)
		fprintf(out, " (PKRU of thread %d: %08x%s)", t->pkru_tid, t->pkru,
			t->thread_flags & PGWALK_THREAD_RUNNING ?
			", at its last switch" : "");
	fputc('\n', out);
}

static void explain_next(FILE *out, const struct pgwalk_step *step,
			 const struct pgwalk_step *next)
{
	const struct pgwalk_entry *e = &step->entry;
	char size[8];

	switch (e->kind) {
	case PGWALK_KIND_NONE:
		fputs("   It is empty: the walk ends.\n", out);
		break;
	case PGWALK_KIND_TABLE:
		fprintf(out, "   It points to %s %s in frame %llx.\n",
			next ? "the" : "a", next ? level_of(next) : "table",
			(unsigned long long)e->pfn);
		break;
	case PGWALK_KIND_SWAP:
		fprintf(out, e->flags & PGWALK_F_SWAP_SHMEM ?
			"   It is empty: the walk ends. The shared memory object has the page of this address\n   in swap: area %u, slot %llx.\n" :
			"   It says where the page was put: swap area %u, slot %llx.\n",
			e->swap_type, (unsigned long long)e->pfn);
		break;
	case PGWALK_KIND_MARKER:
		fputs("   It is a marker of the kernel's, without a page.\n", out);
		break;
	case PGWALK_KIND_BAD:
		fputs("   This kernel would not make such an entry.\n", out);
		break;
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_HWPOISON:
	case PGWALK_KIND_DEVICE:
		fprintf(out, "   The CPU finds nothing here; for the kernel it means frame %llx.\n",
			(unsigned long long)e->pfn);
		break;
	default:
		fprintf(out, "   It maps %s page of %s: frame %llx.\n",
			e->kind == PGWALK_KIND_ZERO ? "the shared zero" : "a",
			words__size(size, e->shift),
			(unsigned long long)e->pfn);
	}
}

static void explain_step(FILE *out, const struct pgwalk_translate *t,
			 unsigned int i)
{
	const struct pgwalk_step *step = &t->step[i];

	fprintf(out, "%u. %s: entry %u of the table in frame %llx", i + 1,
		level_of(step), step->index,
		(unsigned long long)step->table_pfn);
	if (!i)
		fputs(", which CR3 points to", out);
	fprintf(out, ",\n   is %016llx.\n",
		(unsigned long long)step->entry.value);
	explain_flags(out, t, &step->entry);
	explain_next(out, step, i + 1 < t->nr_steps ? step + 1 : NULL);
}

static void rights(char text[4], const struct pgwalk_entry *e)
{
	bool user = (e->flags & PGWALK_F_PRESENT) && (e->flags & PGWALK_F_USER);

	text[0] = user ? 'r' : '-';
	text[1] = user && e->flags & PGWALK_F_WRITE ? 'w' : '-';
	text[2] = user && !(e->flags & PGWALK_F_NX) ? 'x' : '-';
	text[3] = '\0';
}

/* What the tables and the key allow, and the mapping does not; NULL: nothing */
static const char *compare_rights(const struct pgwalk_translate *t)
{
	unsigned int want = t->vma_prot & (PGWALK_PROT_READ |
					   PGWALK_PROT_WRITE | PGWALK_PROT_EXEC);
	unsigned int more = t->prot & ~want;

	if (more & ~PGWALK_PROT_READ)
		return "The tables allow more than the mapping.";
	return more ? "The tables allow reading too: an x86 entry has no bit that forbids only that." :
		      NULL;
}

static unsigned int key_bits(const struct pgwalk_translate *t)
{
	return t->facts & PGWALK_FACT_PKRU ?
	       t->pkru >> 2 * last_of(t)->entry.pkey & 3 : 0;
}

/* The last factor of the rights: the key, if it forbids something */
static void explain_key(FILE *out, const struct pgwalk_translate *t)
{
	unsigned int bits = key_bits(t);

	if (bits)
		fprintf(out, ", key %u %s", last_of(t)->entry.pkey,
			bits & 1 ? "--x" : "r-x");
}

static void explain_rights(FILE *out, const struct pgwalk_translate *t)
{
	const char *kind = words__kind(t->vma_kind);
	const char *more = compare_rights(t);
	char text[5];
	unsigned int i;

	fputs("User mode may do what every level allows:", out);
	for (i = 0; i < t->nr_steps; i++) {
		rights(text, &t->step[i].entry);
		fprintf(out, "%s %s", i ? "," : "", text);
	}
	explain_key(out, t);
	words__perms(text, t->prot);
	fprintf(out, " -> %.3s\n", text);
	if (!t->vma_end)
		return;
	words__perms(text, t->vma_prot);
	fprintf(out, "The mapping %08llx-%08llx (%s) allows %s.%s%s\n",
		(unsigned long long)t->vma_start, (unsigned long long)t->vma_end,
		kind ? kind : "other", text, more ? " " : "", more ? more : "");
	explain__accesses(out, t, "Next: ");
	fputs(t->facts & PGWALK_FACT_KNOWN ? ".\n" : "", out);
}

/* thp_vma_suitable_order(): what no huge page can do without */
static void explain_size(FILE *out, const struct pgwalk_translate *t)
{
	const unsigned long long size = 1ULL << 21;
	unsigned long long base = t->linear & ~(size - 1);

	if (last_of(t)->entry.kind != PGWALK_KIND_PRESENT ||
	    last_of(t)->entry.shift != PGWALK_PAGE_SHIFT ||
	    !(t->facts & (PGWALK_FACT_ANON | PGWALK_FACT_PAGE_CACHE)))
		return;
	if (base < t->vma_start || base + size > t->vma_end)
		fprintf(out, "No 2M page fits here: the mapping does not cover %08llx-%08llx.\n",
			base, base + size);
	else if (t->facts & PGWALK_FACT_PAGE_CACHE &&
		 (t->vma_start ^ t->vma_offset) & (size - 1))
		fprintf(out, "No 2M page fits here: %08llx is mapped from offset %llx of the file, and the two\nare not equal modulo 2M.\n",
			(unsigned long long)t->vma_start,
			(unsigned long long)t->vma_offset);
}

static void explain_page(FILE *out, const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = &last_of(t)->entry;
	unsigned long long offset = t->linear & ((1ULL << leaf->shift) - 1);
	unsigned long long base = leaf->pfn << PGWALK_PAGE_SHIFT;

	fprintf(out, "\nPhysical address: frame %llx * 1000 + offset %llx = %llx\n",
		(unsigned long long)leaf->pfn, offset, base + offset);
	explain_rights(out, t);
	explain_size(out, t);
}

static void explain_segment(FILE *out, const struct pgwalk_translate *t)
{
	const struct pgwalk_segment *s = &t->segment;
	const char *reg = words__segment(s->reg);
	const char *status = words__segment_status(s->status);

	fprintf(out, "%s has the selector %x: entry %u of the %s, RPL %u. ",
		reg ? reg : "?", s->selector, s->selector >> 3,
		s->selector & 4 ? "LDT" : "GDT", s->selector & 3);
	fprintf(out, "Its base is %llx.\n", (unsigned long long)s->base);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		fprintf(out, "Offset %llx gives no linear address: %s.\n\n",
			(unsigned long long)t->addr, status ? status : "?");
	else
		fprintf(out, "Linear address: base %llx + offset %llx = %llx\n\n",
			(unsigned long long)s->base, (unsigned long long)t->addr,
			(unsigned long long)t->linear);
}

/**
 * explain__walk - tell a translation in words
 * @out: where to
 * @t: translated
 * @info: how this CPU pages
 */
void explain__walk(FILE *out, const struct pgwalk_translate *t,
		   const struct pgwalk_info *info)
{
	const char *absence = explain__absence(t);
	unsigned int i;

	if (t->segment.reg)
		explain_segment(out, t);
	if (t->status != PGWALK_TRANSLATE_SEGMENT)
		explain_split(out, t, info);
	for (i = 0; t->status == PGWALK_TRANSLATE_DONE && i < t->nr_steps; i++)
		explain_step(out, t, i);
	if (absence) {
		fprintf(out, "\nNo page: %s", absence);
		explain__accesses(out, t, ": ");
		fputs(".\n", out);
	} else {
		explain_page(out, t);
	}
	if (info->paging & PGWALK_PAGING_PTI)
		fputs("\nPTI: these are the kernel's tables; in user mode the CPU uses a copy of the root\nthat leaves the kernel out.\n", out);
}

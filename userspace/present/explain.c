// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Explains a translation in sentences: the parts of the address, the bits of each entry,
 * the reason for the end of the walk. Facts: Intel SDM vol. 3A, 4.5 and 4.6.
 */
#include <stdbool.h>
#include <string.h>

#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "../names/names.h"
#include "explain.h"
#include "outcome.h"

/* The meaning of each bit in a leaf, and in an entry that points to a table */
static const struct {
	uint64_t flag;
	const char *word;
	const char *leaf;
	const char *table;
} meanings[] = {
	{ PGWALK_F_PRESENT, "P", N_("present: maps a page"),
	  N_("present: points to a table") },
	{ PGWALK_F_WRITE, "RW", N_("writable"), N_("writes are allowed below") },
	{ PGWALK_F_USER, "US", N_("user mode may access it"),
	  N_("user mode access is allowed below") },
	{ PGWALK_F_PWT, "PWT", N_("write-through caching"), N_("write-through caching of the table") },
	{ PGWALK_F_PCD, "PCD", N_("caching disabled"), N_("caching of the table disabled") },
	{ PGWALK_F_ACCESSED, "A", N_("accessed since the bit was cleared"),
	  N_("accessed: the CPU has walked through this entry") },
	{ PGWALK_F_DIRTY, "D", N_("dirty: written since the bit was cleared"),
	  N_("set by the kernel; the CPU ignores it here") },
	{ PGWALK_F_HUGE, "PSE", N_("huge page: the walk ends above the last level"),
	  "" },
	{ PGWALK_F_GLOBAL, "G", N_("global: stays in the TLB when CR3 is loaded"),
	  N_("ignored by the CPU here") },
	{ PGWALK_F_PAT, "PAT", N_("selects the memory type, with PWT and PCD"), "" },
	{ PGWALK_F_NX, "NX", N_("not executable"),
	  N_("not executable below") },
	{ PGWALK_F_SPECIAL, "SPEC", N_("software bit: mapped without using its struct page"), "" },
	{ PGWALK_F_SOFT_DIRTY, "SOFT", N_("software bit: written since clear_refs"), "" },
	{ PGWALK_F_UFFD_WP, "UFFD", N_("software bit: userfaultfd traps the next write"), "" },
	{ PGWALK_F_SAVED_DIRTY, "SAVED",
	  N_("software bit: was dirty when it became read-only"), "" },
	{ PGWALK_F_DEVMAP, "DEVMAP", N_("software bit: device memory"), "" },
	{ PGWALK_F_EXCLUSIVE, "EXCL", N_("the page was exclusive to this process"), "" },
	{ PGWALK_F_ENTRY_WRITE, "WRITE", N_("was writable"), "" },
	{ PGWALK_F_ENTRY_READ, "READ", N_("was read-only"), "" },
	{ PGWALK_F_DEV_PRIVATE, "PRIVATE", N_("memory that only the device can access"), "" },
	{ PGWALK_F_DEV_EXCLUSIVE, "EXCLUSIVE", N_("the device has exclusive access for now"), "" },
	{ PGWALK_F_MARK_UFFD_WP, "MARK-UFFD", N_("userfaultfd traps the first write"), "" },
	{ PGWALK_F_MARK_POISON, "MARK-POISON", N_("an access ends in SIGBUS"), "" },
	{ PGWALK_F_MARK_GUARD, "MARK-GUARD", N_("an access ends in SIGSEGV"), "" },
	{ PGWALK_F_SWAP_SHMEM, "SHMEM", N_("found in the shared memory object, not in this entry"), "" },
	{ PGWALK_F_CONT, "CONT", N_("one of a block of contiguous entries: they may share a TLB entry"), "" },
	{ PGWALK_F_TAGGED, "TAG", N_("memory with allocation tags (MTE)"), "" },
	{ PGWALK_F_BTI, "BTI", N_("indirect branches need a landing pad"), "" },
};

static const char *level_of(const struct pgwalk_step *step)
{
	const char *word = names__level(step->entry.level);

	return word ? word : "?";
}

static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return &t->step[t->nr_steps - 1].entry;
}

static unsigned long long index_at(const struct pgwalk_translate *t,
				   const struct pgwalk_geometry *g)
{
	return t->linear >> g->shift & (g->entries - 1);
}

/* Show the index of each level of the walk, and the offset into the leaf */
static void explain_split(FILE *out, const struct pgwalk_translate *t,
			  const struct pgwalk_info *info)
{
	unsigned int shift = t->nr_steps ? leaf_of(t)->shift :
					   page_shift();
	unsigned int i;

	fprintf(out, _("This CPU walks %s levels of tables%s. The parts of the address:\n\n"),
		info->nr_levels == 5 ? _("five") : _("four"),
		info->nr_levels == 5 ? " (LA57)" : "");
	for (i = 0; i < info->nr_levels && i < PGWALK_MAX_LEVELS; i++) {
		const struct pgwalk_geometry *g = &info->geometry[i];
		const char *level = names__level(g->level);
		char size[8];

		if (g->shift < shift)
			break;
		fprintf(out, _("    bits %2u-%-2u  %3llu  entry of the %s, %s each\n"),
			g->shift + 8, g->shift, index_at(t, g),
			level ? level : "?", names__size(size, g->shift));
	}
	fprintf(out, _("    bits %2u-%-2u  %3llx  offset (hexadecimal)\n\n"), shift - 1,
		0, (unsigned long long)(t->linear & ((1ULL << shift) - 1)));
}

/* The userfaultfd bit has two uses, and is preserved while it has none */
static const char *meaning_of_uffd(const struct pgwalk_translate *t,
				   const struct pgwalk_entry *e)
{
	const unsigned int modes = PGWALK_FACT_UFFD_WP | PGWALK_FACT_UFFD_RWP;

	if (t->facts & PGWALK_FACT_KNOWN && !(t->facts & modes))
		return N_("software bit: the userfaultfd bit, without effect in this mapping");
	switch (e->kind) {
	case PGWALK_KIND_UFFD_RWP:
		return N_("software bit: userfaultfd traps every access, not only writes");
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_PROTNONE:
		return N_("software bit: the userfaultfd bit, preserved until the page is accessible again");
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
		N_("reading and writing are allowed"), N_("reading and writing are forbidden"),
		N_("writing is forbidden"), N_("reading and writing are forbidden"),
	};

	if (e->kind == PGWALK_KIND_TABLE || !(e->flags & PGWALK_F_PRESENT))
		return _("applies when the page is present");
	return t->facts & PGWALK_FACT_PKRU ? _(meaning[t->pkru >> 2 * e->pkey & 3]) :
					     _("the PKRU register may forbid more");
}

static void explain_flags(FILE *out, const struct pgwalk_translate *t,
			  const struct pgwalk_entry *e)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (e->flags & meanings[i].flag)
			fprintf(out, "      %-6s %s\n", meanings[i].word,
				_(meaning_in(t, e, i)));
	if (!e->pkey)
		return;
	fprintf(out, _("      PK%-4u protection key: %s"), e->pkey, meaning_of_key(t, e));
	if (t->facts & PGWALK_FACT_PKRU && e->flags & PGWALK_F_PRESENT)
		fprintf(out, _(" (PKRU of thread %d: %08x%s)"), t->pkru_tid, t->pkru,
			t->thread_flags & PGWALK_THREAD_RUNNING ?
			_(", at its last switch") : "");
	fputc('\n', out);
}

/* An entry of which a delegated file does not report the frame or the place in swap */
static void explain_redacted(FILE *out, const struct pgwalk_entry *e)
{
	const char *kind = names__entry(e->kind);
	char size[8];

	if (e->kind == PGWALK_KIND_TABLE)
		fputs(_("   The entry points to a table.\n"), out);
	else
		fprintf(out, _("   The entry is of the kind %s, for %s of memory.\n"), kind ? kind : "?",
			names__size(size, e->shift));
}

static void explain_next(FILE *out, const struct pgwalk_step *step,
			 const struct pgwalk_step *next)
{
	const struct pgwalk_entry *e = &step->entry;
	char size[8];

	if (e->flags & PGWALK_F_REDACTED && e->kind != PGWALK_KIND_NONE) {
		explain_redacted(out, e);
		return;
	}
	switch (e->kind) {
	case PGWALK_KIND_NONE:
		fputs(_("   The entry is empty: the walk ends.\n"), out);
		break;
	case PGWALK_KIND_TABLE:
		if (next)
			fprintf(out, _("   The entry points to the %s in frame %llx.\n"), level_of(next),
				(unsigned long long)e->pfn);
		else
			fprintf(out, _("   The entry points to a table in frame %llx.\n"),
				(unsigned long long)e->pfn);
		break;
	case PGWALK_KIND_SWAP:
		fprintf(out, e->flags & PGWALK_F_SWAP_SHMEM ?
			_("   The entry is empty: the walk ends. The shared memory object has the page of this address\n   in swap: area %u, slot %llx.\n") :
			_("   The page is in swap: area %u, slot %llx.\n"),
			e->swap_type, (unsigned long long)e->pfn);
		break;
	case PGWALK_KIND_MARKER:
		fputs(_("   The entry is a marker of the kernel, without a page.\n"), out);
		break;
	case PGWALK_KIND_BAD:
		fputs(_("   This kernel does not create such entries.\n"), out);
		break;
	case PGWALK_KIND_MIGRATION:
	case PGWALK_KIND_HWPOISON:
	case PGWALK_KIND_DEVICE:
		fprintf(out, _("   The CPU finds no page here; the kernel uses the entry for frame %llx.\n"),
			(unsigned long long)e->pfn);
		break;
	default:
		fprintf(out, e->kind == PGWALK_KIND_ZERO ?
			_("   The entry maps the shared zero page of %s: frame %llx.\n") :
			_("   The entry maps a page of %s: frame %llx.\n"),
			names__size(size, e->shift),
			(unsigned long long)e->pfn);
	}
}

static void explain_step(FILE *out, const struct pgwalk_translate *t,
			 unsigned int i)
{
	const struct pgwalk_step *step = &t->step[i];

	if (step->entry.flags & PGWALK_F_REDACTED) {
		fprintf(out, _("%u. %s: entry %u of the table.\n"), i + 1, level_of(step), step->index);
		explain_flags(out, t, &step->entry);
		explain_next(out, step, NULL);
		return;
	}
	fprintf(out, _("%u. %s: entry %u of the table in frame %llx"), i + 1,
		level_of(step), step->index,
		(unsigned long long)step->table_pfn);
	if (!i)
		fputs(_(", which CR3 points to"), out);
	fprintf(out, _(",\n   is %016llx.\n"),
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

/* Explain rights that tables and key allow, but the mapping does not; NULL: none */
static const char *compare_rights(const struct pgwalk_translate *t)
{
	unsigned int want = t->vma_prot & (PGWALK_PROT_READ |
					   PGWALK_PROT_WRITE | PGWALK_PROT_EXEC);
	unsigned int more = t->prot & ~want;

	if (more & ~PGWALK_PROT_READ)
		return _("The tables allow more than the mapping.");
	return more ? _("The tables allow reading, too: no bit of an x86 entry forbids only reading.") :
		      NULL;
}

static unsigned int key_bits(const struct pgwalk_translate *t)
{
	return t->facts & PGWALK_FACT_PKRU ?
	       t->pkru >> 2 * leaf_of(t)->pkey & 3 : 0;
}

/* Show the rights of the protection key, if it forbids any */
static void explain_key(FILE *out, const struct pgwalk_translate *t)
{
	unsigned int bits = key_bits(t);

	if (bits)
		fprintf(out, _(", key %u %s"), leaf_of(t)->pkey,
			bits & 1 ? "--x" : "r-x");
}

static void explain_rights(FILE *out, const struct pgwalk_translate *t)
{
	const char *kind = names__kind(t->vma_kind);
	const char *more = compare_rights(t);
	char text[5];
	unsigned int i;

	fputs(_("User mode has the rights that every level allows:"), out);
	for (i = 0; i < t->nr_steps; i++) {
		rights(text, &t->step[i].entry);
		fprintf(out, "%s %s", i ? "," : "", text);
	}
	explain_key(out, t);
	names__perms(text, t->prot);
	fprintf(out, " -> %.3s\n", text);
	if (!t->vma_end)
		return;
	names__perms(text, t->vma_prot);
	fprintf(out, _("The mapping %08llx-%08llx (%s) allows %s.%s%s\n"),
		(unsigned long long)t->vma_start, (unsigned long long)t->vma_end,
		kind ? kind : "other", text, more ? " " : "", more ? more : "");
	explain__accesses(out, t, _("Next: "));
	fputs(t->facts & PGWALK_FACT_KNOWN ? _(".\n") : "", out);
}

/* The conditions of thp_vma_suitable_order() for a 2M page */
static void explain_size(FILE *out, const struct pgwalk_translate *t)
{
	const unsigned long long size = 1ULL << 21;
	unsigned long long base = t->linear & ~(size - 1);

	if (leaf_of(t)->kind != PGWALK_KIND_PRESENT ||
	    leaf_of(t)->shift != page_shift() ||
	    !(t->facts & (PGWALK_FACT_ANON | PGWALK_FACT_PAGE_CACHE | PGWALK_FACT_DAX)))
		return;
	if (base < t->vma_start || base + size > t->vma_end)
		fprintf(out, _("No 2M page fits here: the mapping does not cover %08llx-%08llx.\n"),
			base, base + size);
	else if (t->facts & (PGWALK_FACT_PAGE_CACHE | PGWALK_FACT_DAX) &&
		 (t->vma_start ^ t->vma_offset) & (size - 1))
		fprintf(out, _("No 2M page fits here: %08llx is mapped from offset %llx of the file, and the two\nare not equal modulo 2M.\n"),
			(unsigned long long)t->vma_start,
			(unsigned long long)t->vma_offset);
}

static void explain_page(FILE *out, const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = leaf_of(t);
	unsigned long long offset = t->linear & ((1ULL << leaf->shift) - 1);
	unsigned long long base = leaf->pfn << page_shift();

	if (leaf->flags & PGWALK_F_REDACTED)
		fputs(_("\nPhysical address: not reported to users without CAP_SYS_ADMIN\n"), out);
	else
		fprintf(out, _("\nPhysical address: frame %llx * %llx + offset %llx = %llx\n"),
			(unsigned long long)leaf->pfn, (unsigned long long)page_bytes(), offset, base + offset);
	explain_rights(out, t);
	explain_size(out, t);
}

static void explain_segment(FILE *out, const struct pgwalk_translate *t)
{
	const struct pgwalk_segment *s = &t->segment;
	const char *reg = names__segment(s->reg);
	const char *status = names__segment_status(s->status);

	fprintf(out, _("%s has the selector %x: entry %u of the %s, RPL %u. "),
		reg ? reg : "?", s->selector, s->selector >> 3,
		s->selector & 4 ? "LDT" : "GDT", s->selector & 3);
	fprintf(out, _("Its base is %llx.\n"), (unsigned long long)s->base);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		fprintf(out, _("Offset %llx gives no linear address: %s.\n\n"),
			(unsigned long long)t->addr, status ? status : "?");
	else
		fprintf(out, _("Linear address: base %llx + offset %llx = %llx\n\n"),
			(unsigned long long)s->base, (unsigned long long)t->addr,
			(unsigned long long)t->linear);
}

static const char *cause_of_marker(const struct pgwalk_entry *leaf)
{
	if (leaf->flags & PGWALK_F_MARK_GUARD)
		return _("a guard (MADV_GUARD_INSTALL)");
	return leaf->flags & PGWALK_F_MARK_POISON ?
	       _("marked as poisoned") :
	       _("a marker of userfaultfd: write-protected, without a page");
}

/**
 * explain__absence - return why there is no page at an address
 * @t: the translation
 *
 * Return: a constant; NULL: a page is mapped.
 */
const char *explain__absence(const struct pgwalk_translate *t)
{
	if (t->status == PGWALK_TRANSLATE_NO_VMA)
		return _("no mapping, and on this kernel only tables of mappings can be read");
	if (t->status == PGWALK_TRANSLATE_RACED)
		return _("the entries changed on each read: try again");
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		return _("the segment gives no linear address");
	if (!t->nr_steps)
		return _("no entry was read");
	switch (leaf_of(t)->kind) {
	case PGWALK_KIND_NONE:
		return t->vma_end ? _("the entry is empty") : _("no mapping");
	case PGWALK_KIND_SWAP:
		return _("swapped out");
	case PGWALK_KIND_MIGRATION:
		return _("the page is being migrated");
	case PGWALK_KIND_HWPOISON:
		return _("the memory of the page has failed");
	case PGWALK_KIND_DEVICE:
		return leaf_of(t)->flags & PGWALK_F_DEV_EXCLUSIVE ?
		       _("a device uses the page exclusively") :
		       _("the page is in device memory");
	case PGWALK_KIND_MARKER:
		return cause_of_marker(leaf_of(t));
	case PGWALK_KIND_TABLE:
	case PGWALK_KIND_BAD:
		return _("this kernel does not create such entries");
	}
	return NULL;
}

/**
 * explain__accesses - write the results of the next read and the next write
 * @out: output
 * @t: the translation
 * @before: written first, if the results are known
 */
void explain__accesses(FILE *out, const struct pgwalk_translate *t,
		       const char *before)
{
	struct outcome read = outcome__of(t, false), write = outcome__of(t, true);

	if (!read.text || !write.text)
		return;
	fputs(before, out);
	if (!strcmp(read.text, write.text))
		fprintf(out, _("an access %s"), _(read.text));
	else
		fprintf(out, _("a read %s; a write %s"), _(read.text), _(write.text));
}

/**
 * explain__walk - explain a translation
 * @out: output
 * @t: the translation
 * @info: paging of this CPU
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
		fprintf(out, _("\nNo page: %s"), absence);
		explain__accesses(out, t, _(": "));
		fputs(_(".\n"), out);
	} else {
		explain_page(out, t);
	}
	if (info->paging & PGWALK_PAGING_PTI)
		fputs(_("\nPTI: this walk starts at the root of kernel mode; in user mode the CPU uses a copy of the\nroot without kernel entries.\n"), out);
}

static void print_vma(FILE *out, const struct pgwalk_translate *t)
{
	const char *kind = names__kind(t->vma_kind);
	char perms[5];

	names__perms(perms, t->vma_prot);
	if (t->vma_end)
		fprintf(out, "vma %s %s", perms, kind ? kind : "-");
	else
		fputs("vma -", out);
}

/**
 * explain__result - write the result of a translation as one line
 * @out: output
 * @t: the translation
 */
void explain__result(FILE *out, const struct pgwalk_translate *t)
{
	const char *absence = explain__absence(t);
	const struct pgwalk_entry *leaf;
	char size[8], perms[5];

	if (absence) {
		fprintf(out, "= none: %s", absence);
		explain__accesses(out, t, _(": "));
		fputs(" (", out);
		print_vma(out, t);
		fputs(")\n", out);
		return;
	}
	leaf = leaf_of(t);
	names__perms(perms, t->prot);
	if (leaf->flags & PGWALK_F_REDACTED)
		fputs("= pa - ", out);
	else
		fprintf(out, "= pa %llx ", (unsigned long long)((leaf->pfn << page_shift()) +
			(t->linear & ((1ULL << leaf->shift) - 1))));
	fprintf(out, "size %s prot %.3s ", names__size(size, leaf->shift), perms);
	print_vma(out, t);
	if (leaf->kind != PGWALK_KIND_PRESENT)
		fprintf(out, " kind %s", names__entry(leaf->kind));
	fputc('\n', out);
}

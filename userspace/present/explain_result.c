// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a translation in one line: the page, or why there is none, and what an access
 * leads to.
 * Pure: the record in, text out.
 */
#include <string.h>

#include "../words.h"
#include "explain.h"
#include "outcome.h"

static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return &t->step[t->nr_steps - 1].entry;
}

static const char *cause_of_marker(const struct pgwalk_entry *leaf)
{
	if (leaf->flags & PGWALK_F_MARK_GUARD)
		return "a guard (MADV_GUARD_INSTALL)";
	return leaf->flags & PGWALK_F_MARK_POISON ?
	       "marked as poisoned" :
	       "a marker of userfaultfd: write-protected, without a page";
}

/**
 * explain__absence - return why there is no page at an address
 * @t: translated
 *
 * Return: a constant; NULL: there is one.
 */
const char *explain__absence(const struct pgwalk_translate *t)
{
	if (t->status == PGWALK_TRANSLATE_NO_VMA)
		return "no mapping, and this kernel reads no tables outside of one";
	if (t->status == PGWALK_TRANSLATE_RACED)
		return "the entries changed each time they were read: ask again";
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		return "the segment gives no linear address";
	if (!t->nr_steps)
		return "no entry was read";
	switch (leaf_of(t)->kind) {
	case PGWALK_KIND_NONE:
		return t->vma_end ? "the entry is empty" : "no mapping";
	case PGWALK_KIND_SWAP:
		return "swapped out";
	case PGWALK_KIND_MIGRATION:
		return "the page is being moved";
	case PGWALK_KIND_HWPOISON:
		return "the memory has failed";
	case PGWALK_KIND_DEVICE:
		return leaf_of(t)->flags & PGWALK_F_DEV_EXCLUSIVE ?
		       "a device uses the page exclusively" :
		       "the page is in a device's memory";
	case PGWALK_KIND_MARKER:
		return cause_of_marker(leaf_of(t));
	case PGWALK_KIND_TABLE:
	case PGWALK_KIND_BAD:
		return "an entry that this kernel would not make";
	}
	return NULL;
}

/**
 * explain__accesses - write what the next read and the next write lead to
 * @out: where to
 * @t: translated
 * @before: written first, if there is something to write
 */
void explain__accesses(FILE *out, const struct pgwalk_translate *t,
		       const char *before)
{
	struct outcome read = outcome__of(t, false), write = outcome__of(t, true);

	if (!read.text || !write.text)
		return;
	fputs(before, out);
	if (!strcmp(read.text, write.text))
		fprintf(out, "an access %s", read.text);
	else
		fprintf(out, "a read %s; a write %s", read.text, write.text);
}

static void print_vma(FILE *out, const struct pgwalk_translate *t)
{
	const char *kind = words__kind(t->vma_kind);
	char perms[5];

	words__perms(perms, t->vma_prot);
	if (t->vma_end)
		fprintf(out, "vma %s %s", perms, kind ? kind : "-");
	else
		fputs("vma -", out);
}

/**
 * explain__result - write the end of a translation as one line
 * @out: where to
 * @t: translated
 */
void explain__result(FILE *out, const struct pgwalk_translate *t)
{
	const char *absence = explain__absence(t);
	const struct pgwalk_entry *leaf;
	char size[8], perms[5];

	if (absence) {
		fprintf(out, "= none: %s", absence);
		explain__accesses(out, t, ": ");
		fputs(" (", out);
		print_vma(out, t);
		fputs(")\n", out);
		return;
	}
	leaf = leaf_of(t);
	words__perms(perms, t->prot);
	fprintf(out, "= pa %llx size %s prot %.3s ",
		(unsigned long long)((leaf->pfn << PGWALK_PAGE_SHIFT) +
				     (t->linear & ((1ULL << leaf->shift) - 1))),
		words__size(size, leaf->shift), perms);
	print_vma(out, t);
	if (leaf->kind != PGWALK_KIND_PRESENT)
		fprintf(out, " kind %s", words__entry(leaf->kind));
	fputc('\n', out);
}

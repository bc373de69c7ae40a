// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a translation in one line, and why there is no page at an address.
 * Pure: the record in, text out.
 */
#include "../words.h"
#include "explain.h"

static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return &t->step[t->nr_steps - 1].entry;
}

/* An entry that nobody has filled in, by what the mapping is for */
static const char *untouched(const struct pgwalk_translate *t)
{
	switch (t->vma_kind) {
	case PGWALK_VMA_TEXT:
	case PGWALK_VMA_RODATA:
	case PGWALK_VMA_DATA:
	case PGWALK_VMA_FILE:
		return "not yet touched: the first access maps the page of the file, from the page cache or read in";
	case PGWALK_VMA_SHM:
		return "not yet touched: the first access maps the shared page, a new one if there is none";
	case PGWALK_VMA_HUGETLB:
		return "not yet touched: the first access takes a page of the reserved pool";
	case PGWALK_VMA_DEVICE:
		return "not yet mapped: its driver decides what an access finds";
	case PGWALK_VMA_VDSO:
		return "not mapped: the kernel maps these pages when they are touched, or not at all";
	}
	if (!(t->vma_prot & (PGWALK_PROT_READ | PGWALK_PROT_WRITE |
			     PGWALK_PROT_EXEC)))
		return "nothing is there, and the mapping allows no access: reserved address space, or a guard";
	return "not yet touched: the first read maps the shared page of zeroes, the first write a new page";
}

/**
 * explain__absence - say why there is no page at an address
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
		return t->vma_end ? untouched(t) :
		       "no mapping: an access ends in SIGSEGV";
	case PGWALK_KIND_SWAP:
		return "swapped out: an access reads it back";
	case PGWALK_KIND_MIGRATION:
		return "the page is being moved: an access waits for it";
	case PGWALK_KIND_HWPOISON:
		return "the memory has failed: an access ends in SIGBUS";
	case PGWALK_KIND_DEVICE:
		return "the page is in a device's memory: an access brings it back";
	case PGWALK_KIND_MARKER:
		if (leaf_of(t)->flags & PGWALK_F_MARK_GUARD)
			return "a guard: an access ends in SIGSEGV";
		if (leaf_of(t)->flags & PGWALK_F_MARK_POISON)
			return "marked as poisoned: an access ends in SIGBUS";
		return "a marker: write-protected by userfaultfd, without a page yet";
	case PGWALK_KIND_TABLE:
	case PGWALK_KIND_BAD:
		return "an entry that this kernel would not make";
	}
	return NULL;
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
		fprintf(out, "= none: %s (", absence);
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

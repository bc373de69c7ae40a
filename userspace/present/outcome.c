// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Derives the result of the next read or write at an address from its translation. The
 * order of the tests is that of the kernel: access_error() of arch/x86/mm/fault.c, then
 * handle_pte_fault() and the fault handlers it calls.
 */
#include <stddef.h>

#include "../lib/i18n.h"
#include "outcome.h"

#define RESULT(effect, text) ((struct outcome){ OUTCOME_##effect, text })

static const struct outcome unknown = { OUTCOME_UNKNOWN, NULL };

static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return &t->step[t->nr_steps - 1].entry;
}

static bool has(const struct pgwalk_translate *t, unsigned int fact)
{
	return t->facts & fact;
}

static bool is_private_write(const struct pgwalk_translate *t, bool write)
{
	return write && !(t->vma_prot & PGWALK_PROT_SHARED);
}

/* Two bits per key: access disabled, write disabled. The key is of the entry, else of the VMA */
static unsigned int key_of(const struct pgwalk_translate *t)
{
	bool mapped = t->nr_steps && leaf_of(t)->flags & PGWALK_F_PRESENT;

	return mapped ? leaf_of(t)->pkey : t->vma_pkey;
}

/* While a thread runs, its PKRU is in the register, and the known value may be outdated */
static bool is_pkru_outdated(const struct pgwalk_translate *t)
{
	return has(t, PGWALK_FACT_PKRU) && key_of(t) &&
	       t->thread_flags & PGWALK_THREAD_RUNNING;
}

static bool key_forbids(const struct pgwalk_translate *t, bool write)
{
	return has(t, PGWALK_FACT_PKRU) && !is_pkru_outdated(t) &&
	       t->pkru >> 2 * key_of(t) & (write ? 3 : 1);
}

/* @unsure: for kernels before 6.9, where the module cannot read the features */
static struct outcome monitored(const struct pgwalk_translate *t,
				const char *text, const char *unsure)
{
	if (has(t, PGWALK_FACT_UFFD_SIGBUS))
		return RESULT(SIGBUS, N_("ends in SIGBUS: userfaultfd with UFFD_FEATURE_SIGBUS"));
	return (struct outcome){
		OUTCOME_USERFAULT, has(t, PGWALK_FACT_UFFD_FEATURES) ? text : unsure,
	};
}

static struct outcome missing(const struct pgwalk_translate *t)
{
	return monitored(t, N_("waits for userfaultfd to provide the page (MISSING)"),
			 N_("waits for userfaultfd to provide the page (MISSING), or ends in SIGBUS if that has UFFD_FEATURE_SIGBUS"));
}

static struct outcome minor(const struct pgwalk_translate *t)
{
	return monitored(t, N_("waits for userfaultfd to map the page of the page cache (MINOR)"),
			 N_("waits for userfaultfd to map the page of the page cache (MINOR), or ends in SIGBUS if that has UFFD_FEATURE_SIGBUS"));
}

/* A write to an entry that userfaultfd write-protects; @next: result without the protection */
static struct outcome write_protected(const struct pgwalk_translate *t,
				      struct outcome next)
{
	if (!has(t, PGWALK_FACT_UFFD_WP))
		return next;
	if (has(t, PGWALK_FACT_UFFD_WP_ASYNC))
		return RESULT(FAULT, N_("faults once: the kernel removes the protection of userfaultfd (WP_ASYNC)"));
	return monitored(t, N_("faults, and waits for userfaultfd (UFFDIO_WRITEPROTECT)"),
			 N_("faults, and waits for userfaultfd (UFFDIO_WRITEPROTECT), or ends in SIGBUS if that has UFFD_FEATURE_SIGBUS"));
}

static struct outcome of_new_huge_page(const struct pgwalk_translate *t)
{
	if (has(t, PGWALK_FACT_POOL_EMPTY))
		return RESULT(SIGBUS, N_("ends in SIGBUS: no page of this size is free"));
	if (!has(t, PGWALK_FACT_POOL_RESERVED))
		return RESULT(FAULT, N_("takes a new page of the hugetlb pool"));
	if (has(t, PGWALK_FACT_NORESERVE))
		return RESULT(SIGBUS, N_("ends in SIGBUS: all free pages of this size are reserved by other mappings"));
	if (t->vma_prot & PGWALK_PROT_SHARED)
		return RESULT(FAULT, N_("takes the page of the hugetlb pool that is reserved for it"));
	/* A child of fork() has no reservation */
	return RESULT(DEPENDS, N_("takes a page of the hugetlb pool if this process reserved it, otherwise ends in SIGBUS"));
}

static struct outcome of_absent_hugetlb(const struct pgwalk_translate *t,
					bool write)
{
	if (!has(t, PGWALK_FACT_CACHED)) {
		if (has(t, PGWALK_FACT_FILE_END))
			return RESULT(SIGBUS, N_("ends in SIGBUS: the file ends before this page"));
		return has(t, PGWALK_FACT_UFFD_MISSING) ? missing(t) :
							  of_new_huge_page(t);
	}
	if (has(t, PGWALK_FACT_UFFD_MINOR))
		return minor(t);
	if (!is_private_write(t, write))
		return RESULT(FAULT, N_("maps the page of the file"));
	if (has(t, PGWALK_FACT_POOL_EMPTY))
		return RESULT(SIGBUS, N_("ends in SIGBUS: no page of this size is free for a copy"));
	if (has(t, PGWALK_FACT_POOL_RESERVED))
		return RESULT(DEPENDS, N_("copies the page of the file if this process reserved a page, otherwise ends in SIGBUS"));
	return RESULT(FAULT, N_("copies the page of the file into a new one"));
}

static struct outcome of_page_cache(const struct pgwalk_translate *t, bool write)
{
	bool copy = is_private_write(t, write);

	if (has(t, PGWALK_FACT_FILE_END))
		return RESULT(SIGBUS, N_("ends in SIGBUS: the file ends before this page"));
	/* tmpfs: a page that was swapped out counts as one of the page cache */
	if (has(t, PGWALK_FACT_UFFD_MINOR) &&
	    has(t, PGWALK_FACT_CACHED | PGWALK_FACT_SWAPPED))
		return minor(t);
	if (has(t, PGWALK_FACT_CACHED))
		return copy ? RESULT(FAULT, N_("copies the page of the page cache into a new one")) :
			      RESULT(FAULT, N_("maps the page of the page cache"));
	if (has(t, PGWALK_FACT_SWAPPED))
		return RESULT(FAULT, N_("reads the page of the file back from swap"));
	if (has(t, PGWALK_FACT_UFFD_MISSING))
		return missing(t);
	if (has(t, PGWALK_FACT_READS))
		return copy ? RESULT(FAULT, N_("reads the page of the file, and copies it into a new one")) :
			      RESULT(FAULT, N_("reads the page of the file, and maps it"));
	return copy ? RESULT(FAULT, N_("adds a page of zeroes to the file, and copies it into a new one")) :
		      RESULT(FAULT, N_("adds a page of zeroes to the file, and maps it"));
}

/* Reads of a hole of the file map the page of zeroes */
static struct outcome of_dax(const struct pgwalk_translate *t, bool write)
{
	if (has(t, PGWALK_FACT_FILE_END))
		return RESULT(SIGBUS, N_("ends in SIGBUS: the file ends before this page"));
	if (is_private_write(t, write))
		return RESULT(FAULT, N_("copies the file's memory on the device (DAX) into a new page"));
	return RESULT(FAULT, N_("maps the file's memory on the device (DAX)"));
}

/* No page is mapped, and no entry refers to one */
static struct outcome of_absent(const struct pgwalk_translate *t, bool write)
{
	if (t->vma_kind == PGWALK_VMA_HUGETLB)
		return of_absent_hugetlb(t, write);
	if (has(t, PGWALK_FACT_ANON)) {
		if (has(t, PGWALK_FACT_UFFD_MISSING))
			return missing(t);
		return write ? RESULT(FAULT, N_("maps a new page of zeroes")) :
			       RESULT(FAULT, N_("maps the shared page of zeroes"));
	}
	if (has(t, PGWALK_FACT_NO_HANDLER))
		return RESULT(SIGBUS, N_("ends in SIGBUS: the driver mapped no page here, and handles no fault"));
	if (has(t, PGWALK_FACT_DAX))
		return of_dax(t, write);
	if (has(t, PGWALK_FACT_PAGE_CACHE))
		return of_page_cache(t, write);
	return t->vma_kind == PGWALK_VMA_VDSO ?
	       RESULT(DEPENDS, N_("maps a page of the kernel, or ends in SIGBUS")) :
	       RESULT(DEPENDS, N_("depends on the driver: a page, SIGBUS or SIGSEGV"));
}

static struct outcome of_marker(const struct pgwalk_translate *t, bool write)
{
	struct outcome absent;

	if (leaf_of(t)->flags & PGWALK_F_MARK_GUARD)
		return RESULT(SIGSEGV, N_("ends in SIGSEGV"));
	if (leaf_of(t)->flags & PGWALK_F_MARK_POISON)
		return RESULT(SIGBUS, N_("ends in SIGBUS"));
	absent = of_absent(t, write);
	/* The page is mapped write-protected, and the write faults again */
	return write && absent.effect == OUTCOME_FAULT ?
	       write_protected(t, absent) : absent;
}

static struct outcome of_write_to_read_only(const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = leaf_of(t);
	bool lacks = has(t, PGWALK_FACT_POOL_EMPTY | PGWALK_FACT_POOL_RESERVED);

	if (leaf->kind == PGWALK_KIND_ZERO)
		return RESULT(FAULT, N_("faults: a new page of zeroes takes the place of the shared one"));
	if (t->vma_kind == PGWALK_VMA_DEVICE && t->vma_prot & PGWALK_PROT_SHARED)
		return RESULT(DEPENDS, N_("depends on the driver: the write succeeds, or ends in SIGBUS"));
	if (t->vma_prot & PGWALK_PROT_SHARED)
		return RESULT(FAULT, N_("faults, so that the kernel can mark the page dirty"));
	if (t->vma_kind == PGWALK_VMA_HUGETLB && lacks)
		return RESULT(DEPENDS, N_("faults: takes the page over (copy-on-write), or ends in SIGBUS if others have it and no page of this size is free"));
	return RESULT(FAULT, N_("faults, and copies the page or takes it over (copy-on-write)"));
}

static struct outcome of_mapped(const struct pgwalk_translate *t, bool write)
{
	struct outcome next;

	if (t->prot & (write ? PGWALK_PROT_WRITE : PGWALK_PROT_READ))
		return RESULT(WORKS, N_("needs no fault"));
	if (!write)
		return unknown;
	next = of_write_to_read_only(t);
	return leaf_of(t)->flags & PGWALK_F_UFFD_WP ? write_protected(t, next) :
						      next;
}

static struct outcome of_rwp(const struct pgwalk_translate *t)
{
	return has(t, PGWALK_FACT_UFFD_RWP_ASYNC) ?
	       RESULT(FAULT, N_("faults once: the kernel removes the protection of userfaultfd (RWP_ASYNC)")) :
	       monitored(t, N_("faults, and waits for userfaultfd (UFFDIO_RWPROTECT)"),
			 N_("faults, and waits for userfaultfd (UFFDIO_RWPROTECT), or ends in SIGBUS if that has UFFD_FEATURE_SIGBUS"));
}

/* The page returns with its userfaultfd bit, and the access faults again */
static struct outcome after_restore(const struct pgwalk_translate *t, bool write,
				    const char *text)
{
	struct outcome back = { OUTCOME_FAULT, text };

	if (!(leaf_of(t)->flags & PGWALK_F_UFFD_WP))
		return back;
	if (has(t, PGWALK_FACT_UFFD_RWP))
		return of_rwp(t);
	return write ? write_protected(t, back) : back;
}

static struct outcome of_entry(const struct pgwalk_translate *t, bool write)
{
	switch (leaf_of(t)->kind) {
	case PGWALK_KIND_NONE:
		return of_absent(t, write);
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
		return of_mapped(t, write);
	case PGWALK_KIND_NUMA_HINT:
		return after_restore(t, write, N_("faults, so that the kernel learns which node uses the page (NUMA balancing)"));
	case PGWALK_KIND_UFFD_RWP:
		return of_rwp(t);
	case PGWALK_KIND_SWAP:
		return after_restore(t, write, N_("reads the page back from swap"));
	case PGWALK_KIND_MIGRATION:
		return after_restore(t, write, N_("waits until the page has been moved"));
	case PGWALK_KIND_HWPOISON:
		return RESULT(SIGBUS, N_("ends in SIGBUS"));
	case PGWALK_KIND_DEVICE:
		return leaf_of(t)->flags & PGWALK_F_DEV_EXCLUSIVE ?
		       after_restore(t, write, N_("takes the page back from the device that uses it exclusively")) :
		       after_restore(t, write, N_("brings the page back from the device's memory"));
	case PGWALK_KIND_MARKER:
		return of_marker(t, write);
	}
	return unknown;
}

static struct outcome without_mapping(const struct pgwalk_translate *t)
{
	return has(t, PGWALK_FACT_GROWS) ?
	       RESULT(DEPENDS, N_("extends the stack above down to here, if RLIMIT_STACK and the mapping below allow it, otherwise ends in SIGSEGV")) :
	       RESULT(SIGSEGV, N_("ends in SIGSEGV"));
}

/**
 * outcome__of - derive the result of an access
 * @t: the translation
 * @write: a write, else a read
 *
 * Return: by value; unknown if the module does not report the facts.
 */
struct outcome outcome__of(const struct pgwalk_translate *t, bool write)
{
	const unsigned int any = PGWALK_PROT_READ | PGWALK_PROT_WRITE |
				 PGWALK_PROT_EXEC;

	if (!has(t, PGWALK_FACT_KNOWN) ||
	    (t->status != PGWALK_TRANSLATE_DONE &&
	     t->status != PGWALK_TRANSLATE_NO_VMA))
		return unknown;
	if (!t->vma_end)
		return without_mapping(t);
	if (!t->nr_steps)
		return unknown;
	if (key_forbids(t, write))
		return RESULT(SIGSEGV, N_("ends in SIGSEGV: the protection key forbids it"));
	/* x86 cannot map a page without read access, so any allowed access implies reading */
	if (!(t->vma_prot & any))
		return RESULT(SIGSEGV, N_("ends in SIGSEGV: the mapping allows no access"));
	if (write && has(t, PGWALK_FACT_SHADOW_STACK))
		return RESULT(SIGSEGV, N_("ends in SIGSEGV: a shadow stack"));
	if (write && !(t->vma_prot & PGWALK_PROT_WRITE))
		return RESULT(SIGSEGV, N_("ends in SIGSEGV: the mapping does not allow it"));
	if (is_pkru_outdated(t))
		return RESULT(DEPENDS, N_("depends on the protection key: the PKRU register of a running thread cannot be read"));
	return of_entry(t, write);
}

/**
 * outcome__effect - return the name of an effect
 * @effect: the effect
 *
 * Return: a constant; NULL: unknown.
 */
const char *outcome__effect(enum outcome_effect effect)
{
	static const char *const words[] = {
		[OUTCOME_WORKS] = "works",
		[OUTCOME_FAULT] = "fault",
		[OUTCOME_USERFAULT] = "userfault",
		[OUTCOME_SIGBUS] = "sigbus",
		[OUTCOME_SIGSEGV] = "sigsegv",
		[OUTCOME_DEPENDS] = "depends",
	};

	return words[effect];
}

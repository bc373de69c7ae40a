/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Looks up folios in the page cache of a file, to find how far a fault may map beyond its own
 * pages. Takes no lock and no reference. Each read may fail, and each result may be
 * outdated at once.
 */
#ifndef PGWALK_CACHE_BPF_H
#define PGWALK_CACHE_BPF_H

#include "compat.bpf.h"

#define XA_SLOTS	64		/* slots of a node */
#define XA_HEIGHT	8		/* maximum of levels: 8 * 6 bits of an index */
#define XA_NODE_MIN	4096		/* internal entries up to this are not nodes */

extern void *bpf_rdonly_cast(const void *at, u32 type) __ksym __weak;

/*
 * Return the word at address @at of the kernel; 0 if it cannot be read. A few instructions, where
 * bpf_probe_read_kernel() takes a hundred. The verifier requires a type: struct rb_node begins
 * with a word that is no pointer. Kernels without the kfunc (before 6.2) map no whole folios.
 */
static __always_inline u64 kernel_word(u64 at)
{
	const struct rb_node *node;

	if (!bpf_rdonly_cast)
		return 0;
	node = bpf_rdonly_cast((void *)at, cfg_type_rb_node);
	return node->__rb_parent_color;
}

/* include/linux/xarray.h: the lowest bits of an entry are 10 if it is internal */
static __always_inline bool xa_is_internal(u64 entry)
{
	return (entry & 3) == 2;
}

static __always_inline u64 xa_slot(u64 node, u64 i)
{
	return kernel_word(node + bpf_core_field_offset(((struct xa_node *)0)->slots) + i * 8);
}

/* As xas_descend(): a sibling entry contains the slot of its folio's first page */
static __always_inline u64 xa_descend(u64 node, u64 i)
{
	u64 entry = xa_slot(node, i);

	return xa_is_internal(entry) && entry >> 2 < XA_SLOTS ? xa_slot(node, entry >> 2) : entry;
}

/* Return the folio at page @index of the page cache @pages; 0: there is none */
static __slow u64 cache_find(u64 pages, u64 index)
{
	u64 entry = kernel_word(pages + bpf_core_field_offset(((struct address_space *)0)->i_pages) +
				bpf_core_field_offset(((struct xarray *)0)->xa_head));
	bool is_root = true;
	int i;

	for (i = 0; i < XA_HEIGHT && xa_is_internal(entry) && entry > XA_NODE_MIN; i++) {
		u64 node = entry - 2;
		u8 shift = kernel_word(node + bpf_core_field_offset(((struct xa_node *)0)->shift));

		if (!i && index >> (shift & 63) >= XA_SLOTS)
			return 0;
		is_root = false;
		entry = xa_descend(node, index >> (shift & 63) & (XA_SLOTS - 1));
	}
	/* Without a node only page 0 exists. A value is the shadow of a page that was evicted */
	return entry & 3 || (is_root && index) ? 0 : entry;
}

/* Pages of a file: from @first up to and including @last */
struct page_range {
	u64 first;
	u64 last;
};

/* Extend @r to all pages of a folio */
static __slow int range_add_folio(struct page_range *r, u64 folio)
{
	u64 first, last;

	/* the flags are its first word */
	if (!(kernel_word(folio) >> bpf_core_enum_value(enum pageflags, PG_head) & 1))
		return 0;
	first = kernel_word(folio + bpf_core_field_offset(((struct folio *)0)->index));
	last = kernel_word(folio + bpf_core_field_offset(((struct folio *)0)->_flags_1)) & 0xff;
	last = first + (1ULL << (last & 63)) - 1;
	if (first < r->first)
		r->first = first;
	if (last > r->last)
		r->last = last;
	return 0;
}

/**
 * cache_extend - extend a range by the folios that the kernel may map as a whole
 * @pages:	the address_space of the file
 * @at:		the page that is missing
 * @r:		pages that the kernel maps with it; extended to the folios of @at and of both ends
 *
 * A folio that contains @at and both ends, as most large ones do, is looked up once.
 *
 * Return: true; false: @at is not in the cache, and may come in a folio of any size.
 */
__checked_once int cache_extend(u64 pages, u64 at, struct page_range *r)
{
	struct page_range window, found = { at, at };
	u64 folio;

	if (!r)
		return false;
	window = *r;
	folio = cache_find(pages, at);
	if (!folio)
		return false;
	range_add_folio(&found, folio);
	if (found.first > window.first) {
		found.first = window.first;
		folio = cache_find(pages, window.first);
		if (folio)
			range_add_folio(&found, folio);
	}
	if (found.last < window.last) {
		found.last = window.last;
		folio = cache_find(pages, window.last);
		if (folio)
			range_add_folio(&found, folio);
	}
	*r = found;
	return true;
}

#endif /* PGWALK_CACHE_BPF_H */

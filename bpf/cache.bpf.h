/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Looks up folios in the page cache of a file: how far a fault may map beyond the pages that
 * it is about. Takes no lock and no reference; each read may fail. What it finds may be
 * out of date a moment later.
 */
#ifndef PGWALK_CACHE_BPF_H
#define PGWALK_CACHE_BPF_H

#include "compat.bpf.h"

#define XA_SLOTS	64		/* of a node */
#define XA_HEIGHT	8		/* levels, at most: 8 * 6 bits of an index */
#define XA_NODE_MIN	4096		/* internal entries up to here are no nodes */

static __always_inline u64 kernel_word(u64 at)
{
	u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), (void *)at);
	return word;
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

/* As xas_descend(): a sibling names the slot of the same folio's first page */
static __always_inline u64 xa_descend(u64 node, u64 i)
{
	u64 entry = xa_slot(node, i);

	return xa_is_internal(entry) && entry >> 2 < XA_SLOTS ? xa_slot(node, entry >> 2) : entry;
}

/* The folio at page @index of the page cache @pages, 0: there is none */
static __slow u64 cache_find(u64 pages, u64 index)
{
	u64 entry = kernel_word(pages + bpf_core_field_offset(((struct address_space *)0)->i_pages) +
				bpf_core_field_offset(((struct xarray *)0)->xa_head));
	bool is_root = true;
	u8 shift = 0;
	int i;

	for (i = 0; i < XA_HEIGHT && xa_is_internal(entry) && entry > XA_NODE_MIN; i++) {
		u64 node = entry - 2;

		bpf_probe_read_kernel(&shift, sizeof(shift), (void *)node +
				      bpf_core_field_offset(((struct xa_node *)0)->shift));
		if (!i && index >> (shift & 63) >= XA_SLOTS)
			return 0;
		is_root = false;
		entry = xa_descend(node, index >> (shift & 63) & (XA_SLOTS - 1));
	}
	/* Without a node there is page 0 only. A value is the shadow of a page that was evicted */
	return entry & 3 || (is_root && index) ? 0 : entry;
}

/* Does a folio have pages outside of [@first, @last] of its file? */
static __slow bool folio_exceeds(u64 folio, u64 first, u64 last)
{
	u64 from, to;

	/* the flags are its first word */
	if (!(kernel_word(folio) >> bpf_core_enum_value(enum pageflags, PG_head) & 1))
		return false;
	from = kernel_word(folio + bpf_core_field_offset(((struct folio *)0)->index));
	to = kernel_word(folio + bpf_core_field_offset(((struct folio *)0)->_flags_1)) & 0xff;
	to = from + (1ULL << (to & 63)) - 1;
	return from < first || to > last;
}

/**
 * cache_exceeds - may a fault map pages of a file outside of those that it is about?
 * @pages:	the address_space of the file
 * @at:		the page that is missing
 * @first:	with it the kernel maps pages from here
 * @last:	to here
 *
 * Return: true: a folio at one of these has pages outside, or @at is not in the cache and may
 * come in a folio of any size.
 */
__checked_once int cache_exceeds(u64 pages, u64 at, u64 first, u64 last)
{
	u64 folio = cache_find(pages, at);

	if (!folio || folio_exceeds(folio, first, last))
		return true;
	if (first != at) {
		folio = cache_find(pages, first);
		if (folio && folio_exceeds(folio, first, last))
			return true;
	}
	if (last == at)
		return false;
	folio = cache_find(pages, last);
	return folio && folio_exceeds(folio, first, last);
}

#endif /* PGWALK_CACHE_BPF_H */

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of page frames and of their mappings. */
#include <stdio.h>

#include "../names/names.h"
#include "inspect_columns.h"

GET_FIELD(pgwalk_frame, pfn, VALUE_HEX)
GET_FIELD(pgwalk_frame, raw_flags, VALUE_HEX)
GET_FIELD(pgwalk_frame, head_pfn, VALUE_HEX)
GET_FIELD(pgwalk_frame, refcount, VALUE_SIGNED)
GET_FIELD(pgwalk_frame, order, VALUE_COUNT)
GET_FIELD(pgwalk_frame, changed, VALUE_BOOL)

static const struct pgwalk_frame *frame_of(const void *row)
{
	return row;
}

static bool has_page(const void *row)
{
	return frame_of(row)->kind != PGWALK_FRAME_NONE &&
	       frame_of(row)->kind != PGWALK_FRAME_OFFLINE;
}

static void get_frame_kind(const void *row, struct value *v)
{
	value__set_text(v, names__frame(frame_of(row)->kind));
}

/* -1 is unknown */
#define GET_KNOWN(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	if (has_page(row) && frame_of(row)->field >= 0)			\
		value__set(v, VALUE_COUNT,				\
			   (uint64_t)frame_of(row)->field);		\
}

GET_KNOWN(mapcount)
GET_KNOWN(folio_mapcount)
GET_KNOWN(node)
GET_KNOWN(gen)

static void get_position(const void *row, struct value *v)
{
	if (has_page(row))
		value__set(v, VALUE_COUNT,
			   frame_of(row)->pfn - frame_of(row)->head_pfn);
}

static bool has_mapping(const void *row)
{
	switch (frame_of(row)->kind) {
	case PGWALK_FRAME_ANON:
	case PGWALK_FRAME_FILE:
	case PGWALK_FRAME_SHMEM:
	case PGWALK_FRAME_HUGETLB:
		return true;
	case PGWALK_FRAME_HWPOISON:
		return frame_of(row)->ino;
	}
	return false;
}

static void get_index(const void *row, struct value *v)
{
	if (has_mapping(row))
		value__set(v, VALUE_HEX, frame_of(row)->index);
}

static void get_inode(const void *row, struct value *v)
{
	if (frame_of(row)->ino)
		value__set(v, VALUE_COUNT, frame_of(row)->ino);
}

static void get_dev(const void *row, struct value *v)
{
	const struct pgwalk_frame *f = row;

	if (!f->ino)
		return;
	snprintf(v->buf, sizeof(v->buf), "%02x:%02x", f->dev_major,
		 f->dev_minor);
	value__set_text(v, v->buf);
}

static void get_memcg(const void *row, struct value *v)
{
	if (frame_of(row)->memcg_ino)
		value__set(v, VALUE_COUNT, frame_of(row)->memcg_ino);
}

static void get_zone(const void *row, struct value *v)
{
	value__set_text(v, names__zone(frame_of(row)->zone));
}

static void get_lru(const void *row, struct value *v)
{
	value__set_text(v, names__lru(frame_of(row)->lru));
}

static void get_letters(const void *row, struct value *v)
{
	names__frame_letters(v->buf, frame_of(row)->flags);
	value__set_text(v, v->buf);
}

static void get_flags(const void *row, struct value *v)
{
	names__frame_flags(v->buf, sizeof(v->buf), frame_of(row)->flags);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static const struct column frame[] = {
	{ "pfn",	"PFN", 9, false, BOTH, get_pfn, 0 },
	{ "kind",	"KIND", 8, true, BOTH, get_frame_kind, 0 },
	{ "order",	"ORD", 3, false, BOTH, get_order, 0 },
	{ "refcount",	"REF", 4, false, BOTH, get_refcount, 0 },
	{ "mapcount",	"MAP", 4, false, BOTH, get_mapcount, 0 },
	{ "node",	"N", 2, false, BOTH, get_node, 0 },
	{ "zone",	"ZONE", 7, true, BOTH, get_zone, 0 },
	{ "lru",	"LRU", 13, true, BOTH, get_lru, 0 },
	{ "letters",	"FLAGS", 0, true, COLUMN_TEXT, get_letters, 0 },
	{ "flags",	"FLAGS", 0, true, JSON, get_flags, 0 },
	{ "raw_flags",	"RAW", 16, false, JSON, get_raw_flags, 0 },
	{ "head_pfn",	"HEAD", 9, false, JSON, get_head_pfn, 0 },
	{ "position",	"POS", 6, false, JSON, get_position, 0 },
	{ "folio_mapcount", "FOLIOMAP", 8, false, JSON, get_folio_mapcount, 0 },
	{ "index",	"INDEX", 9, false, JSON, get_index, 0 },
	{ "dev",	"DEV", 5, false, JSON, get_dev, 0 },
	{ "inode",	"INODE", 9, false, JSON, get_inode, 0 },
	{ "memcg",	"MEMCG", 9, false, JSON, get_memcg, 0 },
	{ "gen",	"GEN", 3, false, JSON, get_gen, 0 },
	{ "changed",	"CHANGED", 7, false, JSON, get_changed, 0 },
};

static const struct pgwalk_rmap_hit *hit_of(const void *row)
{
	return ((const struct inspect_hit *)row)->hit;
}

static void get_hit_pfn(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, ((const struct inspect_hit *)row)->pfn);
}

static void get_pid(const void *row, struct value *v)
{
	if (hit_of(row)->tgid > 0)
		value__set(v, VALUE_COUNT, (uint64_t)hit_of(row)->tgid);
}

static void get_addr(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, hit_of(row)->addr);
}

static void get_leaf(const void *row, struct value *v)
{
	names__size(v->buf, hit_of(row)->shift);
	value__set_text(v, v->buf);
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__entry(hit_of(row)->kind));
}

static void get_perms(const void *row, struct value *v)
{
	names__perms(v->buf, hit_of(row)->prot);
	value__set_text(v, v->buf);
}

static void get_vma_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(hit_of(row)->vma_kind));
}

static void get_vma_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, hit_of(row)->vma_start);
}

static void get_vma_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, hit_of(row)->vma_end);
}

static void get_vm_flags(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, hit_of(row)->vm_flags);
}

static void get_entry(const void *row, struct value *v)
{
	names__entry_flags(v->buf, sizeof(v->buf), hit_of(row)->flags, 0);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static void get_counted(const void *row, struct value *v)
{
	value__set(v, VALUE_BOOL, !!hit_of(row)->counted);
}

static void get_comm(const void *row, struct value *v)
{
	const struct pgwalk_rmap_hit *h = hit_of(row);

	snprintf(v->buf, sizeof(v->buf), "%.*s", (int)sizeof(h->comm), h->comm);
	v->unit = VALUE_NAME;
	v->text = v->buf;
}

static const struct column hit[] = {
	{ "pfn",	"PFN", 9, false, JSON, get_hit_pfn, 0 },
	{ "pid",	"PID", 7, false, BOTH, get_pid, 0 },
	{ "comm",	"COMMAND", 15, true, BOTH, get_comm, 0 },
	{ "addr",	"ADDRESS", 12, false, BOTH, get_addr, 0 },
	{ "leaf",	"LF", 2, false, BOTH, get_leaf, 0 },
	{ "perms",	"PERM", 4, true, BOTH, get_perms, 0 },
	{ "vma_kind",	"MAPPING", 7, true, BOTH, get_vma_kind, 0 },
	{ "kind",	"KIND", 9, true, JSON, get_kind, 0 },
	{ "vma_start",	"START", 12, false, JSON, get_vma_start, 0 },
	{ "vma_end",	"END", 12, false, JSON, get_vma_end, 0 },
	{ "vm_flags",	"VMFLAGS", 10, false, JSON, get_vm_flags, 0 },
	{ "counted",	"COUNTED", 7, false, JSON, get_counted, 0 },
	{ "entry",	"ENTRY", 0, true, BOTH, get_entry, 0 },
};

GET_FIELD(pgwalk_rmap, found, VALUE_COUNT)

static void get_rmap_pfn(const void *row, struct value *v)
{
	value__set(v, VALUE_HEX, ((const struct pgwalk_rmap *)row)->pfn);
}

static void get_rmap_mapcount(const void *row, struct value *v)
{
	const struct pgwalk_rmap *r = row;

	if (r->mapcount >= 0)
		value__set(v, VALUE_COUNT, (uint64_t)r->mapcount);
}

static void get_status(const void *row, struct value *v)
{
	value__set_text(v, names__rmap_status(((const struct pgwalk_rmap *)
					       row)->status));
}

static void get_method(const void *row, struct value *v)
{
	value__set_text(v, names__rmap_method(((const struct pgwalk_rmap *)
					       row)->method));
}

static const struct column rmap[] = {
	{ "pfn",	"", 0, false, BOTH, get_rmap_pfn, 0 },
	{ "found",	"", 0, false, BOTH, get_found, 0 },
	{ "mapcount",	"", 0, false, BOTH, get_rmap_mapcount, 0 },
	{ "status",	"", 0, false, BOTH, get_status, 0 },
	{ "method",	"", 0, false, BOTH, get_method, 0 },
};

COLUMNS(frame_columns, "pgwalk.frame/1", frame);
COLUMNS(hit_columns, "pgwalk.hit/1", hit);
COLUMNS(rmap_columns, "pgwalk.rmap/1", rmap);

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of mappings. Fields that were not counted are unknown. */
#include <stdio.h>
#include <string.h>

#include "../names/names.h"
#include "inspect_columns.h"

static const struct pgwalk_vma *vma_of(const void *row)
{
	return ((const struct inspect_vma *)row)->vma;
}

static bool is_total(const void *row)
{
	return ((const struct inspect_vma *)row)->mappings;
}

/* Bytes, known if the page tables, or the frames, were read */
#define GET_BYTES(field, known)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	if (vma_of(row)->known)						\
		value__set(v, VALUE_BYTES, vma_of(row)->field);		\
}

GET_BYTES(resident, counted)
GET_BYTES(dirty, counted)
GET_BYTES(swapped, counted)
GET_BYTES(zero, counted)
GET_BYTES(special, counted)
GET_BYTES(huge_2m, counted)
GET_BYTES(huge_1g, counted)
GET_BYTES(anon_huge, counted)
GET_BYTES(hugetlb, counted)
GET_BYTES(young, counted)
GET_BYTES(soft_dirty, counted)
GET_BYTES(tables, counted)
GET_BYTES(exclusive, frames_counted)
GET_BYTES(shared, frames_counted)
GET_BYTES(pss, frames_counted)
GET_BYTES(lazyfree, frames_counted)

/* Fields that a delegated file does not report */
static bool has_nodes(const struct pgwalk_vma *vma)
{
	return vma->frames_counted == 1;
}

#define GET_UNREDACTED(field)						\
static void get_##field(const void *row, struct value *v)		\
{									\
	if (has_nodes(vma_of(row)))					\
		value__set(v, VALUE_BYTES, vma_of(row)->field);		\
}

GET_UNREDACTED(large)
GET_UNREDACTED(ksm)

static void get_start(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, vma_of(row)->start);
}

static void get_end(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, vma_of(row)->end);
}

static void get_range(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);

	if (is_total(row))
		value__set_text(v, "total");
	else
		value__set_range(v, vma->start, vma->end);
}

static void get_size(const void *row, struct value *v)
{
	if (!is_total(row))
		value__set(v, VALUE_BYTES, vma_of(row)->end - vma_of(row)->start);
}

static void get_perms(const void *row, struct value *v)
{
	if (is_total(row))
		return;
	value__set_text(v, v->buf);
	names__perms(v->buf, vma_of(row)->prot);
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__kind(vma_of(row)->kind));
}

/* Leaves of 2M and 1G, as share of the resident pages */
static void get_huge(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);

	if (!vma->counted)
		return;
	value__set(v, VALUE_SHARE, vma->huge_2m + vma->huge_1g);
	v->whole = vma->resident + vma->hugetlb;
}

static void get_uss(const void *row, struct value *v)
{
	if (vma_of(row)->frames_counted)
		value__set(v, VALUE_BYTES, ((const struct inspect_vma *)row)->uss);
}

static void get_frames(const void *row, struct value *v)
{
	const struct inspect_vma *r = row;

	if (r->frames_known)
		value__set(v, VALUE_BYTES, r->frames);
}

static void get_eligible(const void *row, struct value *v)
{
	const struct inspect_vma *r = row;

	if (!is_total(row) && r->eligible >= 0)
		value__set(v, VALUE_BOOL, (uint64_t)r->eligible);
}

/* Resident pages without an access since the bits were cleared */
static void get_cold(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);

	if (vma->counted)
		value__set(v, VALUE_BYTES, vma->resident - vma->young);
}

static void get_aging(const void *row, struct value *v)
{
	const struct inspect_vma *total = row;

	v->unit = VALUE_WORDS;
	v->text = names__aging(v->buf, sizeof(v->buf), total->aging);
}

/* The nodes of the pages */
static void get_node(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);
	size_t at = 0;
	int i;

	if (!has_nodes(vma))
		return;
	for (i = 0; i < PGWALK_VMA_NODES; i++)
		if (vma->node[i])
			at += (size_t)snprintf(v->buf + at,
					       sizeof(v->buf) - at, "%s%d",
					       at ? "," : "", i);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static void get_node_bytes(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);

	if (!has_nodes(vma))
		return;
	v->unit = VALUE_ARRAY;
	v->array = (const uint64_t *)vma->node;
	for (v->n = PGWALK_VMA_NODES; v->n > 1 && !vma->node[v->n - 1]; v->n--)
		;
}

static void get_vm_flags(const void *row, struct value *v)
{
	if (!is_total(row))
		value__set(v, VALUE_HEX, vma_of(row)->vm_flags);
}

static void get_flags(const void *row, struct value *v)
{
	if (is_total(row))
		return;
	v->unit = VALUE_WORDS;
	v->text = names__vm_flags(v->buf, sizeof(v->buf), vma_of(row)->vm_flags);
}

static void get_offset(const void *row, struct value *v)
{
	if (!is_total(row))
		value__set(v, VALUE_ADDRESS, vma_of(row)->offset);
}

/* The first segment of System V has inode 0 on a device; anonymous memory has no device */
static bool has_file(const struct pgwalk_vma *vma)
{
	return vma->ino || vma->dev_major || vma->dev_minor;
}

static void get_inode(const void *row, struct value *v)
{
	if (has_file(vma_of(row)))
		value__set(v, VALUE_COUNT, vma_of(row)->ino);
}

static void get_dev(const void *row, struct value *v)
{
	const struct pgwalk_vma *vma = vma_of(row);

	if (!has_file(vma))
		return;
	snprintf(v->buf, sizeof(v->buf), "%02x:%02x", vma->dev_major,
		 vma->dev_minor);
	value__set_text(v, v->buf);
}

static void get_raced(const void *row, struct value *v)
{
	if (vma_of(row)->counted)
		value__set(v, VALUE_COUNT, vma_of(row)->raced_pages);
}

static void get_name(const void *row, struct value *v)
{
	v->unit = VALUE_NAME;
	v->text = is_total(row) ? "" : vma_of(row)->name;
}

/* The last component of a path */
static void get_short_name(const void *row, struct value *v)
{
	const char *slash;

	get_name(row, v);
	if (v->text[0] != '/')
		return;
	slash = strrchr(v->text, '/');
	if (slash[1])
		v->text = slash + 1;
}

static void get_mappings(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, ((const struct inspect_vma *)row)->mappings);
}

#define CHOSEN	COLUMN_JSON	/* has a title: may be chosen */
#define PAGE	COLUMN_PAGE

static const struct column table[] = {
	{ "range",	"RANGE", 25, true, COLUMN_TEXT, get_range, 0 },
	{ "start",	NULL, 0, false, JSON | PAGE, get_start, 0 },
	{ "end",	NULL, 0, false, JSON | PAGE, get_end, 0 },
	{ "perms",	"PERM", 4, true, BOTH | PAGE, get_perms, 0 },
	{ "kind",	"KIND", 7, true, BOTH | PAGE, get_kind, 0 },
	{ "size",	"SIZE", 5, false, CHOSEN, get_size, VALUE_BYTES },
	{ "resident",	"RSS", 4, false, BOTH | PAGE, get_resident, VALUE_BYTES },
	{ "huge",	"HUGE", 4, false, COLUMN_TEXT, get_huge, VALUE_SHARE },
	{ "shared",	"SHR", 4, false, BOTH | PAGE, get_shared, VALUE_BYTES },
	{ "cold",	"COLD", 4, false, BOTH | PAGE, get_cold, VALUE_BYTES },
	{ "swapped",	"SWAP", 4, false, BOTH | PAGE, get_swapped, VALUE_BYTES },
	{ "node",	"NODE", 4, false, COLUMN_TEXT, get_node, 0 },
	{ "exclusive",	"EXCL", 4, false, CHOSEN | PAGE, get_exclusive, VALUE_BYTES },
	{ "dirty",	"DIRTY", 5, false, CHOSEN | PAGE, get_dirty, VALUE_BYTES },
	{ "young",	"YOUNG", 5, false, CHOSEN, get_young, VALUE_BYTES },
	{ "soft_dirty",	"SOFT", 4, false, CHOSEN, get_soft_dirty, VALUE_BYTES },
	{ "zero",	"ZERO", 4, false, CHOSEN, get_zero, VALUE_BYTES },
	{ "special",	"SPEC", 4, false, CHOSEN, get_special, VALUE_BYTES },
	{ "huge_2m",	"2M", 4, false, CHOSEN | PAGE, get_huge_2m, VALUE_BYTES },
	{ "huge_1g",	"1G", 4, false, CHOSEN | PAGE, get_huge_1g, VALUE_BYTES },
	{ "anon_huge",	"THP", 4, false, CHOSEN, get_anon_huge, VALUE_BYTES },
	{ "hugetlb",	"HTLB", 4, false, CHOSEN, get_hugetlb, VALUE_BYTES },
	{ "large",	"MTHP", 4, false, CHOSEN, get_large, VALUE_BYTES },
	{ "ksm",	"KSM", 4, false, CHOSEN, get_ksm, VALUE_BYTES },
	{ "pss",	"PSS", 4, false, CHOSEN | PAGE, get_pss, VALUE_BYTES },
	{ "uss",	"USS", 4, false, CHOSEN, get_uss, VALUE_BYTES },
	{ "frames",	"FRAMES", 6, false, CHOSEN, get_frames, VALUE_BYTES },
	{ "lazyfree",	"LAZY", 4, false, CHOSEN, get_lazyfree, VALUE_BYTES },
	{ "eligible",	"ELIGIBLE", 8, true, CHOSEN, get_eligible, 0 },
	{ "tables",	"TABLES", 6, false, CHOSEN, get_tables, VALUE_BYTES },
	{ "node_bytes",	NULL, 0, false, JSON, get_node_bytes, 0 },
	{ "raced_pages", "RACED", 5, false, CHOSEN, get_raced, 0 },
	{ "vm_flags",	"VMFLAGS", 10, false, CHOSEN, get_vm_flags, 0 },
	{ "flags",	"FLAGS", 26, true, CHOSEN, get_flags, 0 },
	{ "offset",	"OFFSET", 8, false, CHOSEN, get_offset, 0 },
	{ "dev",	"DEV", 5, false, CHOSEN, get_dev, 0 },
	{ "inode",	"INODE", 8, false, CHOSEN, get_inode, 0 },
	{ "file",	"NAME", 0, true, COLUMN_TEXT, get_short_name, 0 },
	{ "name",	"NAME", 0, true, CHOSEN | PAGE, get_name, 0 },
};

static const struct column total[] = {
	{ "mappings",	NULL, 0, false, JSON, get_mappings, 0 },
	{ "resident",	NULL, 0, false, JSON, get_resident, 0 },
	{ "shared",	NULL, 0, false, JSON, get_shared, 0 },
	{ "cold",	NULL, 0, false, JSON, get_cold, 0 },
	{ "swapped",	NULL, 0, false, JSON, get_swapped, 0 },
	{ "exclusive",	NULL, 0, false, JSON, get_exclusive, 0 },
	{ "dirty",	NULL, 0, false, JSON, get_dirty, 0 },
	{ "young",	NULL, 0, false, JSON, get_young, 0 },
	{ "accessed_cleared_by", NULL, 0, false, JSON, get_aging, 0 },
	{ "soft_dirty",	NULL, 0, false, JSON, get_soft_dirty, 0 },
	{ "zero",	NULL, 0, false, JSON, get_zero, 0 },
	{ "special",	NULL, 0, false, JSON, get_special, 0 },
	{ "huge_2m",	NULL, 0, false, JSON, get_huge_2m, 0 },
	{ "huge_1g",	NULL, 0, false, JSON, get_huge_1g, 0 },
	{ "anon_huge",	NULL, 0, false, JSON, get_anon_huge, 0 },
	{ "hugetlb",	NULL, 0, false, JSON, get_hugetlb, 0 },
	{ "large",	NULL, 0, false, JSON, get_large, 0 },
	{ "ksm",	NULL, 0, false, JSON, get_ksm, 0 },
	{ "pss",	NULL, 0, false, JSON, get_pss, 0 },
	{ "uss",	NULL, 0, false, JSON, get_uss, 0 },
	{ "frames",	NULL, 0, false, JSON, get_frames, 0 },
	{ "lazyfree",	NULL, 0, false, JSON, get_lazyfree, 0 },
	{ "tables",	NULL, 0, false, JSON, get_tables, 0 },
	{ "node_bytes",	NULL, 0, false, JSON, get_node_bytes, 0 },
	{ "raced_pages", NULL, 0, false, JSON, get_raced, 0 },
};

COLUMNS(vma_columns, "pgwalk.vma/1", table);
COLUMNS(vma_total_columns, "pgwalk.vma.total/1", total);

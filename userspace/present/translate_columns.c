// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The columns of a translation and of its levels. */
#include <stdio.h>

#include "../lib/page_size.h"
#include "../names/names.h"
#include "inspect_columns.h"
#include "outcome.h"

static const struct pgwalk_step *step_of(const void *row)
{
	return row;
}

static void get_level(const void *row, struct value *v)
{
	value__set_text(v, names__level(step_of(row)->entry.level));
}

static void get_index(const void *row, struct value *v)
{
	value__set(v, VALUE_COUNT, step_of(row)->index);
}

static bool is_redacted(const void *row)
{
	return step_of(row)->entry.flags & PGWALK_F_REDACTED;
}

static void get_table_pfn(const void *row, struct value *v)
{
	if (!is_redacted(row))
		value__set(v, VALUE_HEX, step_of(row)->table_pfn);
}

static void get_value(const void *row, struct value *v)
{
	if (is_redacted(row))
		return;
	snprintf(v->buf, sizeof(v->buf), "%016llx",
		 (unsigned long long)step_of(row)->entry.value);
	value__set_text(v, v->buf);
}

static void get_flags(const void *row, struct value *v)
{
	names__entry_flags(v->buf, sizeof(v->buf), step_of(row)->entry.flags,
			   step_of(row)->entry.pkey);
	v->unit = VALUE_WORDS;
	v->text = v->buf;
}

static void get_kind(const void *row, struct value *v)
{
	value__set_text(v, names__entry(step_of(row)->entry.kind));
}

static bool has_pfn(const struct pgwalk_entry *e)
{
	if (e->flags & PGWALK_F_REDACTED)
		return false;
	switch (e->kind) {
	case PGWALK_KIND_NONE:
	case PGWALK_KIND_SWAP:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
	case PGWALK_KIND_RACED:
		return false;
	}
	return true;
}

static void get_pfn(const void *row, struct value *v)
{
	if (has_pfn(&step_of(row)->entry))
		value__set(v, VALUE_HEX, step_of(row)->entry.pfn);
}

static void get_swap(const void *row, struct value *v)
{
	const struct pgwalk_entry *e = &step_of(row)->entry;

	if (e->kind != PGWALK_KIND_SWAP || is_redacted(row))
		return;
	snprintf(v->buf, sizeof(v->buf), "%u:%llx", e->swap_type,
		 (unsigned long long)e->pfn);
	value__set_text(v, v->buf);
}

/* "table 1a2b", "present 3c4d", "swap 0:17", "none" */
static void get_next(const void *row, struct value *v)
{
	struct value place = { .unit = VALUE_NONE };
	const char *kind = names__entry(step_of(row)->entry.kind);

	get_pfn(row, &place);
	if (place.unit == VALUE_HEX)
		snprintf(v->buf, sizeof(v->buf), "%s %llx", kind ? kind : "?",
			 (unsigned long long)place.n);
	else
		get_swap(row, &place);
	if (place.unit == VALUE_TEXT)
		snprintf(v->buf, sizeof(v->buf), "%s %s", kind, place.text);
	else if (place.unit == VALUE_NONE)
		snprintf(v->buf, sizeof(v->buf), "%s", kind ? kind : "?");
	value__set_text(v, v->buf);
}

static const struct column step[] = {
	{ "level",	"LEVEL", 5, true, BOTH, get_level, 0 },
	{ "index",	"INDEX", 5, false, BOTH, get_index, 0 },
	{ "table_pfn",	"TABLE", 9, false, BOTH, get_table_pfn, 0 },
	{ "value",	"VALUE", 16, true, BOTH, get_value, 0 },
	{ "next",	"POINTS TO", 17, true, COLUMN_TEXT, get_next, 0 },
	{ "kind",	"KIND", 9, true, JSON, get_kind, 0 },
	{ "pfn",	"PFN", 9, false, JSON, get_pfn, 0 },
	{ "swap",	"SWAP", 12, false, JSON, get_swap, 0 },
	{ "flags",	"FLAGS", 0, true, BOTH, get_flags, 0 },
};

static const struct pgwalk_translate *translate_of(const void *row)
{
	return row;
}

/* Return the last entry of the walk; NULL: none was read */
static const struct pgwalk_entry *leaf_of(const void *row)
{
	const struct pgwalk_translate *t = row;

	return t->status == PGWALK_TRANSLATE_DONE && t->nr_steps ?
	       &t->step[t->nr_steps - 1].entry : NULL;
}

static bool has_page(const struct pgwalk_entry *e)
{
	switch (e ? e->kind : PGWALK_KIND_NONE) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		return true;
	}
	return false;
}

static void get_addr(const void *row, struct value *v)
{
	value__set(v, VALUE_ADDRESS, translate_of(row)->linear);
}

static void get_status(const void *row, struct value *v)
{
	static const char *const words[] = {
		[PGWALK_TRANSLATE_DONE] = "done",
		[PGWALK_TRANSLATE_NO_VMA] = "no-vma",
		[PGWALK_TRANSLATE_RACED] = "raced",
		[PGWALK_TRANSLATE_SEGMENT] = "segment",
	};

	if (translate_of(row)->status <= PGWALK_TRANSLATE_SEGMENT)
		value__set_text(v, words[translate_of(row)->status]);
}

static void get_leaf_kind(const void *row, struct value *v)
{
	if (leaf_of(row))
		value__set_text(v, names__entry(leaf_of(row)->kind));
}

static void get_pa(const void *row, struct value *v)
{
	const struct pgwalk_entry *e = leaf_of(row);

	if (has_page(e) && !(e->flags & PGWALK_F_REDACTED))
		value__set(v, VALUE_HEX, (e->pfn << page_shift()) +
			   (translate_of(row)->linear &
			    ((1ULL << e->shift) - 1)));
}

static void get_leaf(const void *row, struct value *v)
{
	if (!has_page(leaf_of(row)))
		return;
	names__size(v->buf, leaf_of(row)->shift);
	value__set_text(v, v->buf);
}

static void get_prot(const void *row, struct value *v)
{
	if (!has_page(leaf_of(row)))
		return;
	names__perms(v->buf, translate_of(row)->prot);
	v->buf[3] = '\0';	/* an entry has no bit for shared pages */
	value__set_text(v, v->buf);
}

static void get_vma_start(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end)
		value__set(v, VALUE_ADDRESS, translate_of(row)->vma_start);
}

static void get_vma_end(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end)
		value__set(v, VALUE_ADDRESS, translate_of(row)->vma_end);
}

static void get_vma_perms(const void *row, struct value *v)
{
	if (!translate_of(row)->vma_end)
		return;
	names__perms(v->buf, translate_of(row)->vma_prot);
	value__set_text(v, v->buf);
}

static void get_vma_kind(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end)
		value__set_text(v, names__kind(translate_of(row)->vma_kind));
}

static void get_vm_flags(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end)
		value__set(v, VALUE_HEX, translate_of(row)->vm_flags);
}

/* The effect of an access, and the action of the kernel */
static void set_effect(struct value *v, struct outcome outcome)
{
	const char *word = outcome__effect(outcome.effect);

	if (word)
		value__set_text(v, word);
}

static void set_reason(struct value *v, struct outcome outcome)
{
	if (outcome.text)
		value__set_text(v, outcome.text);
}

static void get_read(const void *row, struct value *v)
{
	set_effect(v, outcome__of(row, false));
}

static void get_read_how(const void *row, struct value *v)
{
	set_reason(v, outcome__of(row, false));
}

static void get_write(const void *row, struct value *v)
{
	set_effect(v, outcome__of(row, true));
}

static void get_write_how(const void *row, struct value *v)
{
	set_reason(v, outcome__of(row, true));
}

static void get_offset(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end && translate_of(row)->facts)
		value__set(v, VALUE_HEX, translate_of(row)->vma_offset);
}

static void get_vma_pkey(const void *row, struct value *v)
{
	if (translate_of(row)->vma_end && translate_of(row)->facts)
		value__set(v, VALUE_COUNT, translate_of(row)->vma_pkey);
}

static void get_pkru(const void *row, struct value *v)
{
	if (translate_of(row)->facts & PGWALK_FACT_PKRU)
		value__set(v, VALUE_HEX, translate_of(row)->pkru);
}

static void get_pkru_tid(const void *row, struct value *v)
{
	if (translate_of(row)->facts & PGWALK_FACT_PKRU)
		value__set(v, VALUE_COUNT, (uint64_t)translate_of(row)->pkru_tid);
}

static bool has_segment(const void *row)
{
	return translate_of(row)->segment.reg;
}

static void get_register(const void *row, struct value *v)
{
	if (has_segment(row))
		value__set_text(v, names__segment(translate_of(row)->segment.reg));
}

static void get_selector(const void *row, struct value *v)
{
	if (has_segment(row))
		value__set(v, VALUE_HEX, translate_of(row)->segment.selector);
}

static void get_base(const void *row, struct value *v)
{
	if (has_segment(row))
		value__set(v, VALUE_HEX, translate_of(row)->segment.base);
}

static void get_segment_status(const void *row, struct value *v)
{
	const struct pgwalk_segment *s = &translate_of(row)->segment;

	if (has_segment(row))
		value__set_text(v, names__segment_status(s->status));
}

static const struct column translate[] = {
	{ "addr",	"", 0, false, BOTH, get_addr, 0 },
	{ "status",	"", 0, false, BOTH, get_status, 0 },
	{ "kind",	"", 0, false, BOTH, get_leaf_kind, 0 },
	{ "pa",		"", 0, false, BOTH, get_pa, 0 },
	{ "leaf",	"", 0, false, BOTH, get_leaf, 0 },
	{ "prot",	"", 0, false, BOTH, get_prot, 0 },
	{ "vma_start",	"", 0, false, BOTH, get_vma_start, 0 },
	{ "vma_end",	"", 0, false, BOTH, get_vma_end, 0 },
	{ "vma_perms",	"", 0, false, BOTH, get_vma_perms, 0 },
	{ "vma_kind",	"", 0, false, BOTH, get_vma_kind, 0 },
	{ "vm_flags",	"", 0, false, BOTH, get_vm_flags, 0 },
	{ "register",	"", 0, false, BOTH, get_register, 0 },
	{ "selector",	"", 0, false, BOTH, get_selector, 0 },
	{ "base",	"", 0, false, BOTH, get_base, 0 },
	{ "segment_status", "", 0, false, BOTH, get_segment_status, 0 },
	{ "read",	"", 0, false, BOTH, get_read, 0 },
	{ "read_how",	"", 0, false, BOTH, get_read_how, 0 },
	{ "write",	"", 0, false, BOTH, get_write, 0 },
	{ "write_how",	"", 0, false, BOTH, get_write_how, 0 },
	{ "vma_offset",	"", 0, false, BOTH, get_offset, 0 },
	{ "vma_pkey",	"", 0, false, BOTH, get_vma_pkey, 0 },
	{ "pkru",	"", 0, false, BOTH, get_pkru, 0 },
	{ "pkru_tid",	"", 0, false, BOTH, get_pkru_tid, 0 },
};

COLUMNS(step_columns, "pgwalk.step/1", step);
COLUMNS(translate_columns, "pgwalk.translation/1", translate);

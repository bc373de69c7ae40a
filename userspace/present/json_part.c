// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Parts of an interval in JSON: mappings, threads and processes, call stacks, pages, the
 * address space, the kernel.
 */
#include "../names/names.h"
#include "fault_columns.h"
#include "json_part.h"

/** json_part__classes - write an object with a key for each class */
void json_part__classes(struct json_writer *w, const struct snapshot *s,
			const struct snapshot_class *class, size_t count)
{
	size_t i;

	json_writer__open_object(w, "classes");
	for (i = 0; i < count; i++) {
		struct fault_row row = { .snapshot = s, .class = &class[i],
				     .faults = &class[i].faults };

		json_writer__open_object(w, names__class(class[i].class));
		json_writer__columns(w, &fault_columns, &row, FAULT_ROW_CLASS);
		json_writer__close_object(w);
	}
	json_writer__close_object(w);
}

/**
 * json_part__memory - write the selected columns of memory of a row
 * @w: the text
 * @columns: of the row
 * @row: the row
 * @memory: SNAPSHOT_MEMORY_*
 */
void json_part__memory(struct json_writer *w, const struct columns *columns, const struct fault_row *row,
		       unsigned int memory)
{
	const struct columns *all = fault_columns__memory(columns);
	size_t i;

	for (i = 0; memory && i < all->count; i++) {
		const struct columns one = { all->schema, &all->column[i], 1 };

		if (memory & fault_columns__memory_bit(one.column))
			json_writer__columns(w, &one, row, COLUMN_JSON);
	}
}

/** json_part__mappings - write the mappings with faults, by address; @memory: SNAPSHOT_MEMORY_*, further keys */
void json_part__mappings(struct json_writer *w, const struct snapshot *s, unsigned int memory)
{
	size_t i;

	json_writer__open_array(w, "mappings");
	for (i = 0; i < s->nr_mappings; i++) {
		const struct snapshot_mapping *m = &s->mapping[i];
		struct fault_row row = { .snapshot = s, .mapping = m, .faults = &m->faults };

		json_writer__open_object(w, NULL);
		json_writer__columns(w, &fault_columns, &row, FAULT_ROW_MAPPING);
		json_part__memory(w, &fault_columns, &row, memory);
		json_part__classes(w, s, m->class, m->nr_classes);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

/** json_part__tasks - write the threads or processes, by id; @memory: SNAPSHOT_MEMORY_*, further keys */
void json_part__tasks(struct json_writer *w, const char *key, const struct snapshot *s, unsigned int memory)
{
	size_t i;

	json_writer__open_array(w, key);
	for (i = 0; i < s->nr_tasks; i++) {
		const struct snapshot_task *t = &s->task[i];
		struct fault_row row = { .snapshot = s, .task = t,
				     .faults = &t->faults };

		json_writer__open_object(w, NULL);
		json_writer__columns(w, &fault_task_columns, &row, COLUMN_JSON);
		json_writer__columns(w, &fault_columns, &row, FAULT_ROW_TASK);
		json_part__memory(w, &fault_task_columns, &row, memory);
		json_part__classes(w, s, t->class, t->nr_classes);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

static void put_optional_text(struct json_writer *w, const char *key, const char *text)
{
	if (text)
		json_writer__text(w, key, text);
	else
		json_writer__null(w, key);
}

static void put_frame(struct json_writer *w, const struct snapshot_frame *f)
{
	json_writer__open_object(w, NULL);
	json_writer__address(w, "ip", f->ip);
	put_optional_text(w, "function", f->name);
	json_writer__count(w, "offset", f->offset);
	put_optional_text(w, "module", f->module);
	json_writer__close_object(w);
}

/* The mappings that the stack faults in; none if several processes are watched */
static void put_parts(struct json_writer *w, const struct snapshot_stack *stack)
{
	size_t i;

	json_writer__open_array(w, "mappings");
	for (i = 0; i < stack->nr_parts; i++) {
		const struct snapshot_part *part = &stack->part[i];

		json_writer__open_object(w, NULL);
		json_writer__address(w, "start", part->start);
		json_writer__address(w, "end", part->end);
		json_writer__text(w, "name", part->name);
		json_writer__count(w, "count", part->count);
		json_writer__count(w, "sum_ns", part->latency_ns);
		json_writer__count(w, "total", part->total);
		json_writer__count(w, "total_ns", part->total_ns);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
}

static void put_stack(struct json_writer *w, const struct snapshot *s,
		      const struct snapshot_stack *stack)
{
	struct fault_row row = { .snapshot = s, .stack = stack };
	size_t i;

	json_writer__open_object(w, NULL);
	json_writer__columns(w, &stack_columns, &row, COLUMN_JSON);
	json_writer__open_array(w, "frames");
	for (i = 0; i < stack->nr_frames; i++)
		put_frame(w, &stack->frame[i]);
	json_writer__close_array(w);
	put_parts(w, stack);
	json_writer__close_object(w);
}

static bool is_reported(const struct snapshot *s, const struct snapshot_stack *stack)
{
	return stack->count || s->last;
}

/** json_part__has_stacks - test if stacks are recorded, or any was */
bool json_part__has_stacks(const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_stacks; i++)
		if (is_reported(s, &s->stack[i]))
			return true;
	return s->target->stacks;
}

/** json_part__stacks - write stacks with faults in this interval; in the last one, all */
void json_part__stacks(struct json_writer *w, const struct snapshot *s)
{
	size_t i;

	json_writer__open_array(w, "stacks");
	for (i = 0; i < s->nr_stacks; i++)
		if (is_reported(s, &s->stack[i]))
			put_stack(w, s, &s->stack[i]);
	json_writer__close_array(w);
}

/** json_part__pages - write the traced mapping */
void json_part__pages(struct json_writer *w, const struct snapshot *s)
{
	size_t i;

	json_writer__open_object(w, "pages");
	json_writer__address(w, "start", s->pages.start);
	json_writer__address(w, "end", s->pages.end);
	json_writer__open_array(w, "pages");
	for (i = 0; i < s->pages.nr_pages; i++) {
		struct fault_row row = { .snapshot = s, .page = &s->pages.page[i] };

		json_writer__open_object(w, NULL);
		json_writer__columns(w, &page_columns, &row, COLUMN_JSON);
		json_writer__close_object(w);
	}
	json_writer__close_array(w);
	json_writer__count(w, "left_out", s->pages.left_out);
	json_writer__count(w, "lost", s->pages.lost);
	json_writer__close_object(w);
}

static void put_region(struct json_writer *w, const struct snapshot_region *r)
{
	char perms[5];

	names__perms(perms, r->prot);
	json_writer__open_object(w, NULL);
	json_writer__address(w, "start", r->start);
	json_writer__address(w, "end", r->end);
	json_writer__text(w, "perms", perms);
	put_optional_text(w, "name", r->name);
	put_optional_text(w, "kind", names__kind(r->kind));
	json_writer__count(w, "faults", r->faults);
	if (r->counted) {
		json_writer__count(w, "resident", r->resident);
		json_writer__count(w, "huge", r->huge);
		json_writer__count(w, "giant", r->giant);
		json_writer__count(w, "swapped", r->swapped);
	}
	json_writer__close_object(w);
}

/** json_part__regions - write the whole address space, by address */
void json_part__regions(struct json_writer *w, const struct snapshot *s)
{
	size_t i;

	json_writer__open_array(w, "regions");
	for (i = 0; i < s->nr_regions; i++)
		put_region(w, &s->region[i]);
	json_writer__close_array(w);
}

static void put_event(struct json_writer *w, const char *key, bool known, uint64_t n)
{
	if (known && n != SNAPSHOT_NOT_KNOWN)
		json_writer__count(w, key, n);
	else
		json_writer__null(w, key);
}

static void put_flushes(struct json_writer *w, const char *key,
			const uint64_t tlb[PGWALK_TLB_NR])
{
	static const char *const reasons[PGWALK_TLB_NR] = {
		[PGWALK_TLB_TASK_SWITCH] = "task_switch",
		[PGWALK_TLB_REMOTE] = "remote",
		[PGWALK_TLB_LOCAL] = "local",
		[PGWALK_TLB_LOCAL_MM] = "local_mm",
		[PGWALK_TLB_SEND_IPI] = "send_ipi",
		[PGWALK_TLB_OTHER] = "other",
	};
	int i;

	json_writer__open_object(w, key);
	for (i = 0; i < PGWALK_TLB_NR; i++)
		json_writer__count(w, reasons[i], tlb[i]);
	json_writer__close_object(w);
}

/** json_part__system - write the activity of the kernel */
void json_part__system(struct json_writer *w, const struct snapshot_system *v)
{
	json_writer__open_object(w, "system");
	put_event(w, "scan_kswapd", v->known, v->scan_kswapd);
	put_event(w, "scan_direct", v->known, v->scan_direct);
	put_event(w, "steal_kswapd", v->known, v->steal_kswapd);
	put_event(w, "steal_direct", v->known, v->steal_direct);
	put_event(w, "swap_in", v->known, v->swap_in);
	put_event(w, "swap_out", v->known, v->swap_out);
	put_event(w, "thp_collapse", v->known, v->thp_collapse);
	put_event(w, "thp_split", v->known, v->thp_split);
	put_event(w, "thp_split_pmd", v->known, v->thp_split_pmd);
	put_event(w, "migrated", v->known, v->migrated);
	put_event(w, "numa_migrated", v->known, v->numa_migrated);
	if (v->tlb_known) {
		put_flushes(w, "tlb", v->tlb);
		put_flushes(w, "tlb_target", v->tlb_target);
	} else {
		json_writer__null(w, "tlb");
		json_writer__null(w, "tlb_target");
	}
	json_writer__close_object(w);
}

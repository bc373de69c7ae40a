// SPDX-License-Identifier: GPL-2.0
/*
 * What an interval in JSON is made of: mappings, threads and processes, call stacks,
 * pages, the address space, the kernel. It keeps no state.
 */
#include <stdio.h>

#include "../words.h"
#include "fault_columns.h"
#include "json_part.h"
#include "object.h"

static void append(json_object *array, json_object *element, bool *failed)
{
	if (element && !json_object_array_add(array, element))
		return;
	json_object_put(element);
	*failed = true;
}

/** json_part__classes - an object with a key for each class */
json_object *json_part__classes(const struct snapshot *s,
				const struct snapshot_class *class,
				size_t count, bool *failed)
{
	json_object *classes = json_object_new_object();
	size_t i;

	for (i = 0; classes && i < count; i++) {
		struct line line = { .snapshot = s, .class = &class[i],
				     .faults = &class[i].faults };
		json_object *sums = json_object_new_object();

		if (sums)
			object__add_columns(sums, &fault_columns, &line,
					    LINE_CLASS, failed);
		object__add(classes, words__class(class[i].class), sums,
			    failed);
	}
	return classes;
}

static json_object *mapping_object(const struct snapshot *s,
				   const struct snapshot_mapping *m,
				   bool *failed)
{
	struct line line = { .snapshot = s, .mapping = m, .faults = &m->faults };
	json_object *object = json_object_new_object();

	if (!object)
		return NULL;
	object__add_columns(object, &fault_columns, &line, LINE_MAPPING, failed);
	object__add(object, "classes",
		    json_part__classes(s, m->class, m->nr_classes, failed),
		    failed);
	return object;
}

/** json_part__mappings - those that faulted, by address */
json_object *json_part__mappings(const struct snapshot *s, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < s->nr_mappings; i++)
		append(array, mapping_object(s, &s->mapping[i], failed), failed);
	return array;
}

/** json_part__tasks - threads or processes, by id */
json_object *json_part__tasks(const struct snapshot *s, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < s->nr_tasks; i++) {
		const struct snapshot_task *t = &s->task[i];
		struct line line = { .snapshot = s, .task = t,
				     .faults = &t->faults };
		json_object *object = json_object_new_object();

		if (object) {
			object__add_columns(object, &who_columns, &line,
					    COLUMN_JSON, failed);
			object__add_columns(object, &fault_columns, &line,
					    LINE_TASK, failed);
			object__add(object, "classes",
				    json_part__classes(s, t->class,
						       t->nr_classes, failed),
				    failed);
		}
		append(array, object, failed);
	}
	return array;
}

static void add_optional_text(json_object *object, const char *key,
			      const char *text, bool *failed)
{
	if (text)
		object__add_text(object, key, text, failed);
	else
		object__add_null(object, key, failed);
}

static json_object *frame_object(const struct snapshot_frame *f, bool *failed)
{
	json_object *object = json_object_new_object();
	char ip[24];

	if (!object)
		return NULL;
	snprintf(ip, sizeof(ip), "%08llx", (unsigned long long)f->ip);
	object__add_text(object, "ip", ip, failed);
	add_optional_text(object, "function", f->name, failed);
	object__add_count(object, "offset", f->offset, failed);
	add_optional_text(object, "module", f->module, failed);
	return object;
}

static json_object *stack_object(const struct snapshot *s,
				 const struct snapshot_stack *stack,
				 bool *failed)
{
	struct line line = { .snapshot = s, .stack = stack };
	json_object *object = json_object_new_object();
	json_object *frames = json_object_new_array();
	size_t i;

	if (!object || !frames) {
		json_object_put(object);
		json_object_put(frames);
		return NULL;
	}
	object__add_columns(object, &stack_columns, &line, COLUMN_JSON, failed);
	for (i = 0; i < stack->nr_frames; i++)
		append(frames, frame_object(&stack->frame[i], failed), failed);
	object__add(object, "frames", frames, failed);
	return object;
}

static bool tells(const struct snapshot *s, const struct snapshot_stack *stack)
{
	return stack->count || s->last;
}

/** json_part__has_stacks - were they asked for, or are there any to be told? */
bool json_part__has_stacks(const struct snapshot *s)
{
	size_t i;

	for (i = 0; i < s->nr_stacks; i++)
		if (tells(s, &s->stack[i]))
			return true;
	return s->target->stacks;
}

/** json_part__stacks - those with faults in this interval; all of them in the last one */
json_object *json_part__stacks(const struct snapshot *s, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < s->nr_stacks; i++)
		if (tells(s, &s->stack[i]))
			append(array, stack_object(s, &s->stack[i], failed),
			       failed);
	return array;
}

static void add_address(json_object *object, const char *key, uint64_t addr,
			bool *failed)
{
	char text[24];

	snprintf(text, sizeof(text), "%08llx", (unsigned long long)addr);
	object__add_text(object, key, text, failed);
}

/** json_part__pages - the mapping that is looked into */
json_object *json_part__pages(const struct snapshot *s, bool *failed)
{
	json_object *object = json_object_new_object();
	json_object *array = json_object_new_array();
	size_t i;

	if (!object || !array) {
		json_object_put(object);
		json_object_put(array);
		return NULL;
	}
	add_address(object, "start", s->pages.start, failed);
	add_address(object, "end", s->pages.end, failed);
	for (i = 0; i < s->pages.nr_pages; i++) {
		struct line line = { .snapshot = s, .page = &s->pages.page[i] };
		json_object *page = json_object_new_object();

		if (page)
			object__add_columns(page, &page_columns, &line,
					    COLUMN_JSON, failed);
		append(array, page, failed);
	}
	object__add(object, "pages", array, failed);
	object__add_count(object, "left_out", s->pages.left_out, failed);
	object__add_count(object, "lost", s->pages.lost, failed);
	return object;
}

static json_object *region_object(const struct snapshot_region *r, bool *failed)
{
	json_object *object = json_object_new_object();
	char perms[5];

	if (!object)
		return NULL;
	words__perms(perms, r->prot);
	add_address(object, "start", r->start, failed);
	add_address(object, "end", r->end, failed);
	object__add_text(object, "perms", perms, failed);
	add_optional_text(object, "name", r->name, failed);
	add_optional_text(object, "kind", words__kind(r->kind), failed);
	object__add_count(object, "faults", r->faults, failed);
	if (!r->counted)
		return object;
	object__add_count(object, "resident", r->resident, failed);
	object__add_count(object, "huge", r->huge, failed);
	object__add_count(object, "giant", r->giant, failed);
	object__add_count(object, "swapped", r->swapped, failed);
	return object;
}

/** json_part__regions - the whole address space, by address */
json_object *json_part__regions(const struct snapshot *s, bool *failed)
{
	json_object *array = json_object_new_array();
	size_t i;

	for (i = 0; array && i < s->nr_regions; i++)
		append(array, region_object(&s->region[i], failed), failed);
	return array;
}

static void add_event(json_object *object, const char *key, bool known,
		      uint64_t n, bool *failed)
{
	if (known && n != SNAPSHOT_NOT_KNOWN)
		object__add_count(object, key, n, failed);
	else
		object__add_null(object, key, failed);
}

static json_object *flush_object(const uint64_t tlb[PGWALK_TLB_NR],
				 bool *failed)
{
	static const char *const reasons[PGWALK_TLB_NR] = {
		[PGWALK_TLB_TASK_SWITCH] = "task_switch",
		[PGWALK_TLB_REMOTE] = "remote",
		[PGWALK_TLB_LOCAL] = "local",
		[PGWALK_TLB_LOCAL_MM] = "local_mm",
		[PGWALK_TLB_SEND_IPI] = "send_ipi",
		[PGWALK_TLB_OTHER] = "other",
	};
	json_object *object = json_object_new_object();
	int i;

	for (i = 0; object && i < PGWALK_TLB_NR; i++)
		object__add_count(object, reasons[i], tlb[i], failed);
	return object;
}

/** json_part__system - what the kernel did meanwhile */
json_object *json_part__system(const struct snapshot_system *v, bool *failed)
{
	json_object *o = json_object_new_object();

	if (!o)
		return NULL;
	add_event(o, "scan_kswapd", v->known, v->scan_kswapd, failed);
	add_event(o, "scan_direct", v->known, v->scan_direct, failed);
	add_event(o, "steal_kswapd", v->known, v->steal_kswapd, failed);
	add_event(o, "steal_direct", v->known, v->steal_direct, failed);
	add_event(o, "swap_in", v->known, v->swap_in, failed);
	add_event(o, "swap_out", v->known, v->swap_out, failed);
	add_event(o, "thp_collapse", v->known, v->thp_collapse, failed);
	add_event(o, "thp_split", v->known, v->thp_split, failed);
	add_event(o, "thp_split_pmd", v->known, v->thp_split_pmd, failed);
	add_event(o, "migrated", v->known, v->migrated, failed);
	add_event(o, "numa_migrated", v->known, v->numa_migrated, failed);
	if (v->tlb_known) {
		object__add(o, "tlb", flush_object(v->tlb, failed), failed);
		object__add(o, "tlb_target", flush_object(v->tlb_target, failed),
			    failed);
	} else {
		object__add_null(o, "tlb", failed);
		object__add_null(o, "tlb_target", failed);
	}
	return o;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults by call stack and class. When the table is full, the coldest quarter of the rows
 * is added to the rows "stack unavailable" of their classes, so that no recorded fault is
 * lost.
 */
#include <errno.h>
#include <stdlib.h>

#include "frames.h"
#include "index.h"
#include "place.h"
#include "site.h"
#include "stack.h"

#define CLASSES	PGWALK_FAULT_CLASS_NR
#define ROWS	(CLASSES + STACKS_MAX)
/* Heat of one fault; each interval halves it */
#define HEAT	(1ULL << 16)

/**
 * struct row - the faults of a stack and a class
 * @id: differs from that of an earlier row with the same index
 * @frames: the stack; NULL in rows that aggregate many, and in unused rows
 * @class: enum pgwalk_fault_class
 * @count: this and the next three: as struct snapshot_stack
 * @heat: the coldest rows are evicted first
 */
struct row {
	uint32_t id;
	struct frames *frames;
	uint32_t class;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
	uint64_t heat;
};

/* Sort key of a row */
struct order {
	uint64_t first;
	uint64_t then;
	uint32_t row;
};

/**
 * struct stacks - all rows
 * @frames: the stacks
 * @symbols: symbols of their addresses
 * @places: the faults by mapping
 * @index: row by slot and class
 * @nr_ids: number of rows made so far
 * @row: a row per class for unavailable stacks, then the others
 * @free: unused rows
 * @nr_free: number of @free
 * @order: sort keys of the snapshot and of evictions
 * @result: memory of the last snapshot
 * @site: memory of the last snapshot
 * @part: parts of @result; each may have one without a mapping
 * @merged: parts of @site
 * @nr_all: number of @site, with those without faults in the last interval
 * @key: sort keys of @site
 */
struct stacks {
	struct frame_table *frames;
	struct symbol_table *symbols;
	struct places *places;
	struct index *index;
	uint32_t nr_ids;
	struct row row[ROWS];
	uint32_t free[STACKS_MAX];
	uint32_t nr_free;
	struct order order[ROWS];
	struct snapshot_stack result[ROWS];
	struct snapshot_site site[ROWS];
	struct snapshot_part part[PLACES_MAX + ROWS];
	struct snapshot_part merged[PLACES_MAX + ROWS];
	size_t nr_all;
	struct site_key key[ROWS];
};

/** stacks__create - make an empty table; NULL: no memory */
struct stacks *stacks__create(void)
{
	struct stacks *s = calloc(1, sizeof(*s));
	uint32_t class;

	if (!s)
		return NULL;
	s->frames = frame_table__create();
	s->symbols = symbol_table__create();
	s->places = places__create();
	s->index = index__create(STACKS_MAX);
	if (!s->frames || !s->symbols || !s->places || !s->index) {
		stacks__destroy(s);
		return NULL;
	}
	for (class = 0; class < CLASSES; class++)
		s->row[class].class = class;
	while (s->nr_free < STACKS_MAX) {
		s->free[s->nr_free] = ROWS - 1 - s->nr_free;
		s->nr_free++;
	}
	return s;
}

/** stacks__destroy - free a table; NULL is fine */
void stacks__destroy(struct stacks *s)
{
	if (!s)
		return;
	frame_table__destroy(s->frames);
	symbol_table__destroy(s->symbols);
	places__destroy(s->places);
	index__destroy(s->index);
	free(s);
}

static uint64_t row_key(const struct frames *f, uint32_t class)
{
	return (uint64_t)f->slot * CLASSES + class;
}

/* Add a row to the row of its class for unavailable stacks, and free it */
static void fold(struct stacks *s, uint32_t number)
{
	struct row *row = &s->row[number], *many = &s->row[row->class];

	many->count += row->count;
	many->latency_ns += row->latency_ns;
	many->total += row->total;
	many->total_ns += row->total_ns;
	index__remove(s->index, row_key(row->frames, row->class));
	frame_table__put(s->frames, row->frames);
	*row = (struct row) { 0 };
	s->free[s->nr_free++] = number;
}

static int by_order(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	if (x->first != y->first)
		return x->first > y->first ? -1 : 1;
	if (x->then != y->then)
		return x->then > y->then ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* Evict the coldest quarter of the rows */
static void make_room(struct stacks *s)
{
	uint32_t i, count = 0;

	for (i = CLASSES; i < ROWS; i++)
		if (s->row[i].frames)
			s->order[count++] = (struct order) {
				s->row[i].heat, s->row[i].total, i };
	qsort(s->order, count, sizeof(*s->order), by_order);
	for (i = count - (count + 3) / 4; i < count; i++)
		fold(s, s->order[i].row);
}

/**
 * stacks__frames - add the frames of a stack
 * @s: the stacks
 * @id: its number, as in struct pgwalk_fault_stack; below 0: ignored
 * @ip: instruction addresses
 * @count: number of addresses
 *
 * Return: 0 or -ENOMEM. Without room in the table, the stack is unavailable.
 */
int stacks__frames(struct stacks *s, int32_t id, const uint64_t *ip,
		   unsigned int count)
{
	int err;

	if (id < 0)
		return 0;
	if (frame_table__is_full(s->frames))
		frame_table__drop_unused(s->frames);
	if (frame_table__is_full(s->frames))
		make_room(s);
	err = frame_table__add(s->frames, id, ip, count);
	return err == -ENOSPC ? 0 : err;
}

/** stacks__symbol - add the symbol of an address, as symbol_table__set() */
int stacks__symbol(struct stacks *s, uint64_t ip, uint64_t offset,
		   const char *name, const char *module)
{
	return symbol_table__set(s->symbols, ip, offset, name, module);
}

static struct row *row_of(struct stacks *s, int32_t id, uint32_t class)
{
	struct frames *f = id < 0 ? NULL : frame_table__find(s->frames, id);
	uint32_t number;

	if (!f)
		return &s->row[class];
	number = index__find(s->index, row_key(f, class));
	if (number != INDEX_NONE)
		return &s->row[number];
	f->users++;	/* before make_room(), which must not evict it */
	if (!s->nr_free)
		make_room(s);
	number = s->free[--s->nr_free];
	index__set(s->index, row_key(f, class), number);
	s->row[number] = (struct row) { .id = ++s->nr_ids, .frames = f, .class = class };
	return &s->row[number];
}

/**
 * stacks__ingest - add faults of the running interval
 * @s: the stacks
 * @stack: the faults; a class of later ABIs counts as "other"
 * @mapping: index of the row of their mapping
 * @mapping_id: generation of that row
 */
void stacks__ingest(struct stacks *s, const struct pgwalk_fault_stack *stack,
		    unsigned int mapping, uint32_t mapping_id)
{
	uint32_t class = stack->key.class < CLASSES ? stack->key.class : PGWALK_FAULT_OTHER;
	struct row *row = row_of(s, stack->stack, class);
	struct place_key place = {
		.row = (uint32_t)(row - s->row), .row_id = row->id,
		.mapping = mapping, .mapping_id = mapping_id,
	};

	if (mapping >= MAPPING_FIRST)
		places__add(s->places, &place, stack);
	row->count += stack->count;
	row->latency_ns += stack->latency_ns;
	row->total += stack->count;
	row->total_ns += stack->latency_ns;
	row->heat += HEAT * stack->count;
}

/** stacks__reset - reset the counts to those of the running interval */
void stacks__reset(struct stacks *s)
{
	uint32_t i;

	for (i = 0; i < ROWS; i++) {
		s->row[i].total = s->row[i].count;
		s->row[i].total_ns = s->row[i].latency_ns;
	}
	places__reset(s->places);
}

/* Fill the part of the faults of a row that are not in @part, if there are any. Return their number: 0, 1 */
static size_t show_rest(const struct row *row, struct snapshot_part *part, size_t count)
{
	bool nowhere = row->class == PGWALK_FAULT_SEGV_MAP;
	struct snapshot_part rest = {
		.mapping = nowhere ? SNAPSHOT_NOWHERE : SNAPSHOT_OTHERS,
		.name = nowhere ? "(no mapping)" : "(other mappings)",
		.count = row->count,
		.latency_ns = row->latency_ns,
		.total = row->total,
		.total_ns = row->total_ns,
	};
	size_t i;

	for (i = 0; i < count; i++) {
		rest.count -= part[i].count;
		rest.latency_ns -= part[i].latency_ns;
		rest.total -= part[i].total;
		rest.total_ns -= part[i].total_ns;
	}
	part[count] = rest;
	return !!rest.total;
}

/* Fill the parts of the first @count stacks of the snapshot */
static void show_parts(struct stacks *s, struct mappings *mappings, uint32_t count)
{
	struct snapshot_part *part = s->part;
	uint32_t i;

	places__begin(s->places, mappings);
	for (i = 0; i < count; i++) {
		uint32_t number = s->order[i].row;
		const struct row *row = &s->row[number];
		size_t nr = places__take(s->places, number, row->id, part);

		nr += show_rest(row, part, nr);
		s->result[i].part = part;
		s->result[i].nr_parts = nr;
		part += nr;
	}
}

static void show(struct stacks *s, struct snapshot_stack *to, struct row *row)
{
	*to = (struct snapshot_stack) {
		.class = row->class,
		.count = row->count,
		.latency_ns = row->latency_ns,
		.total = row->total,
		.total_ns = row->total_ns,
	};
	if (!row->frames)
		return;
	frames__name(row->frames, s->symbols);
	row->frames->shown = true;
	to->frame = row->frames->frame;
	to->nr_frames = row->frames->count;
	to->names = row->frames->names;
}

/**
 * stacks__take - fill the stacks of a snapshot, and begin the next interval
 * @s: the stacks; owns the memory @snapshot points to until the next call
 * @mappings: rows of the mappings; NULL: faults are not counted by mapping
 * @snapshot: filled in
 */
void stacks__take(struct stacks *s, struct mappings *mappings, struct snapshot *snapshot)
{
	uint32_t i, count = 0;

	frame_table__next_interval(s->frames);
	for (i = 0; i < ROWS; i++) {
		const struct row *row = &s->row[i];

		s->order[count] = (struct order) { row->count, row->total, i };
		count += !!row->total;
	}
	qsort(s->order, count, sizeof(*s->order), by_order);
	for (i = 0; i < count; i++)
		show(s, &s->result[i], &s->row[s->order[i].row]);
	if (mappings)
		show_parts(s, mappings, count);
	for (i = 0; i < ROWS; i++) {
		s->row[i].count = s->row[i].latency_ns = 0;
		s->row[i].heat /= 2;
	}
	places__next_interval(s->places);
	snapshot->has_stacks = true;
	snapshot->stack = s->result;
	snapshot->nr_stacks = count;
	snapshot->site = s->site;
	snapshot->nr_sites = sites__merge(s->site, s->key, s->result, count, s->merged, &s->nr_all);
}

/** stacks__take_all - add the sites without faults in the last interval to its snapshot */
void stacks__take_all(const struct stacks *s, struct snapshot *snapshot)
{
	snapshot->nr_sites = s->nr_all;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Where faults came from: a row for each call stack and class. There is room for so
 * many; the coldest quarter makes room for others, and goes into the row of its
 * class whose stack could not be had: no fault that was told gets lost.
 */
#include <errno.h>
#include <stdlib.h>

#include "frames.h"
#include "index.h"
#include "site.h"
#include "stack.h"

#define CLASSES	PGWALK_FAULT_CLASS_NR
#define ROWS	(CLASSES + STACKS_MAX)
/* How hot one fault makes a row; each interval halves it */
#define HEAT	(1ULL << 16)

/**
 * struct row - the faults of a stack and a class
 * @frames: the stack; NULL in those that stand for many, and where none is
 * @class: enum pgwalk_fault_class
 * @count: as struct snapshot_stack; and so on
 * @heat: the least is given up first
 */
struct row {
	struct frames *frames;
	uint32_t class;
	uint64_t count;
	uint64_t latency_ns;
	uint64_t total;
	uint64_t total_ns;
	uint64_t heat;
};

/* For sorting rows */
struct order {
	uint64_t first;
	uint64_t then;
	uint32_t row;
};

/**
 * struct stacks - all rows
 * @frames: the stacks
 * @symbols: what stands at their addresses
 * @index: finds a row by slot and class
 * @row: one of each class that stands for many, then the others
 * @free: rows that are not in use
 * @nr_free: how many
 * @order: for the snapshot, and to make room
 * @taken: memory of the last snapshot
 * @site: memory of the last snapshot
 * @key: to make @site
 */
struct stacks {
	struct frame_table *frames;
	struct symbol_book *symbols;
	struct index *index;
	struct row row[ROWS];
	uint32_t free[STACKS_MAX];
	uint32_t nr_free;
	struct order order[ROWS];
	struct snapshot_stack taken[ROWS];
	struct snapshot_site site[ROWS];
	struct site_key key[ROWS];
};

/** stacks__create - no stack was told; NULL: no memory */
struct stacks *stacks__create(void)
{
	struct stacks *s = calloc(1, sizeof(*s));
	uint32_t class;

	if (!s)
		return NULL;
	s->frames = frame_table__create();
	s->symbols = symbol_book__create();
	s->index = index__create(STACKS_MAX);
	if (!s->frames || !s->symbols || !s->index) {
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

/** stacks__destroy - free it; NULL is fine */
void stacks__destroy(struct stacks *s)
{
	if (!s)
		return;
	frame_table__destroy(s->frames);
	symbol_book__destroy(s->symbols);
	index__destroy(s->index);
	free(s);
}

static uint64_t row_key(const struct frames *f, uint32_t class)
{
	return (uint64_t)f->slot * CLASSES + class;
}

/* What a row has goes to the one that stands for many of its class */
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

/* The coldest quarter of the rows goes */
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
 * stacks__frames - tell the frames of a stack
 * @s: the stacks
 * @id: its number, as in struct pgwalk_fault_stack; below 0: ignored
 * @ip: the addresses
 * @count: how many
 *
 * Return: 0 or -ENOMEM. One that finds no room could not be had.
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
	err = frame_table__tell(s->frames, id, ip, count);
	return err == -ENOSPC ? 0 : err;
}

/** stacks__symbol - tell what stands at an address: as symbol_book__tell() */
int stacks__symbol(struct stacks *s, uint64_t ip, uint64_t offset,
		   const char *name, const char *module)
{
	return symbol_book__tell(s->symbols, ip, offset, name, module);
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
	f->users++;	/* now: it must not go to make room */
	if (!s->nr_free)
		make_room(s);
	number = s->free[--s->nr_free];
	index__set(s->index, row_key(f, class), number);
	s->row[number] = (struct row) { .frames = f, .class = class };
	return &s->row[number];
}

/**
 * stacks__ingest - add faults of the running interval
 * @s: the stacks
 * @stack: the faults; a class of later ABIs counts as "other"
 */
void stacks__ingest(struct stacks *s, const struct pgwalk_fault_stack *stack)
{
	uint32_t class = stack->class < CLASSES ? stack->class :
						  PGWALK_FAULT_OTHER;
	struct row *row = row_of(s, stack->stack, class);

	row->count += stack->count;
	row->latency_ns += stack->latency_ns;
	row->total += stack->count;
	row->total_ns += stack->latency_ns;
	row->heat += HEAT * stack->count;
}

/** stacks__reset - count anew from the beginning of the running interval on */
void stacks__reset(struct stacks *s)
{
	uint32_t i;

	for (i = 0; i < ROWS; i++) {
		s->row[i].total = s->row[i].count;
		s->row[i].total_ns = s->row[i].latency_ns;
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
 * stacks__take - show the stacks at the end of an interval, and begin the next one
 * @s: the stacks; holds what @snapshot points to until it is called again
 * @snapshot: filled
 */
void stacks__take(struct stacks *s, struct snapshot *snapshot)
{
	uint32_t i, count = 0;

	frame_table__turn(s->frames);
	for (i = 0; i < ROWS; i++) {
		const struct row *row = &s->row[i];

		s->order[count] = (struct order) { row->count, row->total, i };
		count += !!row->total;
	}
	qsort(s->order, count, sizeof(*s->order), by_order);
	for (i = 0; i < count; i++)
		show(s, &s->taken[i], &s->row[s->order[i].row]);
	for (i = 0; i < ROWS; i++) {
		s->row[i].count = s->row[i].latency_ns = 0;
		s->row[i].heat /= 2;
	}
	snapshot->has_stacks = true;
	snapshot->stack = s->taken;
	snapshot->nr_stacks = count;
	snapshot->site = s->site;
	snapshot->nr_sites = sites__merge(s->site, s->key, s->taken, count);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The table of mapping rows: finds the row of a faulting mapping, and evicts a row when
 * the table is full.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/sparse.h"
#include "../snapshot_faults.h"
#include "active.h"
#include "evict_heap.h"
#include "row_identity.h"
#include "mappings.h"
#include "row_cache.h"
#include "string_pool.h"
#include "range_index.h"

/* Rows without faults that are refreshed in each interval */
#define REFRESH_MAX		64
/* Limits of rows that are compared with a mapping, to limit the time */
#define OVERLAPS_MAX	1024
#define MOVES_MAX		64

/**
 * struct mappings - the rows and the indices to find a row
 * @row: rows below MAPPING_FIRST aggregate many mappings
 * @count: rows in use, including those below MAPPING_FIRST
 * @generations: number of rows created so far
 * @mm: address space of @aspace; 0 until it is known
 * @ranges: rows by address range and by file offset
 * @unmapped: unmapped rows, as far as known, in the order of eviction
 * @next_refresh: next row to refresh without faults
 * @full_refresh: aspace__changes() of the last refresh of all rows
 * @active: rows with faults in the running interval
 * @cache: rows by recent keys
 */
struct mappings {
	struct mapping row[MAPPING_ROWS];
	unsigned int count;
	uint32_t generations;
	uint64_t mm;
	const struct aspace *aspace;
	mappings_fold_fn fold_fn;
	void *fold_ctx;
	struct range_index *ranges;
	struct evict_heap unmapped;
	unsigned int next_refresh;
	uint64_t full_refresh;
	struct active active;
	struct row_cache cache;
};

/**
 * mappings__create - make a table with only the rows below MAPPING_FIRST
 * @aspace: address space of the target; must outlive the table
 *
 * Return: the table or NULL.
 */
struct mappings *mappings__create(const struct aspace *aspace)
{
	struct mappings *m = sparse__alloc(sizeof(*m));

	if (!m)
		return NULL;
	m->aspace = aspace;
	m->count = MAPPING_FIRST;
	m->row[MAPPING_NOWHERE].generation = SNAPSHOT_NOWHERE;
	m->generations = SNAPSHOT_NOWHERE;
	m->ranges = range_index__create();
	if (m->ranges &&
	    !mapping__set_name(&m->row[MAPPING_OTHER], "(other mappings)",
			       MAPPING_NAME_MAPS) &&
	    !mapping__set_name(&m->row[MAPPING_NOWHERE], "(no mapping)",
			       MAPPING_NAME_MAPS))
		return m;
	mappings__destroy(m);
	return NULL;
}

/** mappings__destroy - free a table; NULL is fine */
void mappings__destroy(struct mappings *m)
{
	unsigned int i;

	if (!m)
		return;
	for (i = 0; i < m->count; i++)
		string_pool__put(m->row[i].name);
	range_index__destroy(m->ranges);
	free(m);
}

/** mappings__on_fold - set the function that moves the faults of a row before its eviction */
void mappings__on_fold(struct mappings *m, mappings_fold_fn fn, void *ctx)
{
	m->fold_fn = fn;
	m->fold_ctx = ctx;
}

/** mappings__set_mm - set the mm of the address space; rows of other mms are not in it */
void mappings__set_mm(struct mappings *m, uint64_t mm)
{
	m->mm = mm;
}

/** mappings__is_own - test if a row is of the address space of mappings__create() */
bool mappings__is_own(const struct mappings *m, const struct mapping *row)
{
	return row->mm && row->mm == m->mm;
}

/** mappings__at - return the row with an index below mappings__count() */
struct mapping *mappings__at(struct mappings *m, unsigned int row)
{
	return &m->row[row];
}

/** mappings__count - return the number of rows in use, including those below MAPPING_FIRST */
unsigned int mappings__count(const struct mappings *m)
{
	return m->count;
}

/** mappings__active - return the rows with faults in an interval, as active__rows() */
const uint16_t *mappings__active(const struct mappings *m, uint64_t interval,
				 unsigned int *count)
{
	return active__rows(&m->active, interval, count);
}

/* Mark a row as active; the first time in an interval, clear the faults of its ranges */
static void mark_active(struct mappings *m, unsigned int index,
			uint64_t interval)
{
	struct mapping *row = &m->row[index];
	unsigned int i;

	active__add(&m->active, index, interval);
	if (row->interval == interval)
		return;
	row->interval = interval;
	for (i = 0; i < row->nr_spans; i++)
		row->span[i].faults = 0;
}

/* Add the counts of a row to "(other mappings)" and free its index */
static void fold(struct mappings *m, unsigned int index)
{
	struct mapping *other = &m->row[MAPPING_OTHER], *row = &m->row[index];
	unsigned int i;

	if (m->fold_fn)
		m->fold_fn(m->fold_ctx, index);
	if (row->interval == m->active.interval)
		mark_active(m, MAPPING_OTHER, row->interval);
	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++)
		other->total[i] += row->total[i];
	for (i = 0; i < row->nr_spans; i++)
		range_index__remove(m->ranges, index, row, &row->span[i]);
	evict_heap__remove(&m->unmapped, index);
	string_pool__put(row->name);
	memset(row, 0, sizeof(*row));
}

/* Update a row from the address space */
static int refresh_row(struct mappings *m, unsigned int index)
{
	struct mapping *row = &m->row[index];
	int err = mapping__refresh(row, mappings__is_own(m, row) ? m->aspace :
								   NULL);

	if (row->live)
		evict_heap__remove(&m->unmapped, index);
	else
		evict_heap__add(&m->unmapped, index, row->interval);
	return err;
}

/*
 * Return the row to evict. If no row is known to be unmapped, all rows are refreshed, once
 * per change of the address space. 0: all rows are live.
 */
static unsigned int row_to_evict(struct mappings *m)
{
	unsigned int i, first = evict_heap__first(&m->unmapped);

	if (first || m->full_refresh == aspace__changes(m->aspace))
		return first;
	m->full_refresh = aspace__changes(m->aspace);
	for (i = MAPPING_FIRST; i < m->count; i++)
		refresh_row(m, i);	/* -ENOMEM: the name does not change */
	return evict_heap__first(&m->unmapped);
}

/* Return a new row for @key; "(other mappings)" if the table is full of live rows */
static unsigned int add_row(struct mappings *m,
			    const struct pgwalk_fault_key *key)
{
	unsigned int index = m->count;
	struct mapping *row;

	if (index == MAPPING_ROWS) {
		index = row_to_evict(m);
		if (!index)
			return MAPPING_OTHER;
		fold(m, index);
	} else {
		m->count++;
	}
	row = &m->row[index];
	row->mm = key->mm;
	row->ino = key->ino;
	row->dev = key->dev;
	row->prot = row_identity__prot(key);
	row->name = string_pool__create("", 0);
	row->generation = ++m->generations;
	return index;
}

/* Test if the latest range of @row is still mapped */
static bool is_mapped(const struct mappings *m, const struct mapping *row)
{
	return mappings__is_own(m, row) &&
	       mapping__region(row, &row->span[0], m->aspace);
}

static bool same_group(const struct mapping *row,
		       const struct pgwalk_fault_key *key)
{
	return row->mm == key->mm && row->ino == key->ino &&
	       row->dev == key->dev && row->prot == row_identity__prot(key);
}

/**
 * struct search - search for the row that a mapping continues
 * @key: the mapping
 * @name: its name
 * @best: best row so far; 0: none
 * @rank: rank of the best row
 */
struct search {
	const struct pgwalk_fault_key *key;
	const char *name;
	unsigned int best;
	struct row_rank rank;
};

/* Prefer the better rank; of equal ranks, the younger row */
static void try_row(struct mappings *m, struct search *s, unsigned int index)
{
	const struct mapping *row = &m->row[index];
	struct row_rank rank;

	if (!same_group(row, s->key))
		return;
	row_identity__rank(row, s->key, s->name, &rank);
	if (rank.relation == ROW_UNRELATED || row_identity__is_better(&s->rank, &rank))
		return;
	if (!row_identity__is_better(&rank, &s->rank) &&
	    row->generation <= m->row[s->best].generation)
		return;
	/* same pages at another address, old range still mapped: mapped twice, not moved */
	if (rank.relation == ROW_MOVED && is_mapped(m, row))
		return;
	s->best = index;
	s->rank = rank;
}

/* Return the row that @key continues, 0 if there is none */
static unsigned int find_row(struct mappings *m,
			     const struct pgwalk_fault_key *key,
			     const char *name)
{
	struct search s = { .key = key, .name = name };
	uint32_t row[OVERLAPS_MAX];
	unsigned int i, count;

	count = range_index__find(m->ranges, key, row, OVERLAPS_MAX);
	for (i = 0; i < count; i++)
		try_row(m, &s, row[i]);
	if (!s.best && row_identity__is_unique(name))
		for (i = MAPPING_FIRST; i < m->count; i++)
			try_row(m, &s, i);
	if (s.best)
		return s.best;
	count = range_index__find_moved(m->ranges, key, row, MOVES_MAX);
	for (i = 0; i < count; i++)
		try_row(m, &s, row[i]);
	return s.best;
}

/* Move the current range to the front; a full list drops the oldest */
static void update_spans(struct mappings *m, unsigned int index,
			 const struct pgwalk_fault_key *key, uint64_t faults)
{
	struct mapping *row = &m->row[index];
	struct mapping_span now = { key->start, key->end, key->offset, faults };
	unsigned int i;

	for (i = 0; i < row->nr_spans; i++)
		if (row->span[i].start == now.start &&
		    row->span[i].end == now.end &&
		    row->span[i].offset == now.offset)
			break;
	if (i < row->nr_spans) {
		now.faults += row->span[i].faults;
	} else {
		if (i == MAPPING_SPANS) {
			i--;
			now.faults += row->span[i].faults;
			range_index__remove(m->ranges, index, row, &row->span[i]);
		} else {
			row->nr_spans++;
		}
		range_index__add(m->ranges, index, row, &now);
	}
	memmove(&row->span[1], &row->span[0], i * sizeof(now));
	row->span[0] = now;
	row->start = now.start;
	row->end = now.end;
}

/* Return the row of a key, created if missing */
static unsigned int row_of(struct mappings *m,
			   const struct pgwalk_fault_key *key, const char *name)
{
	unsigned int index = row_cache__find(&m->cache, key, m->row);

	if (index)
		return index;
	index = find_row(m, key, name);
	if (!index)
		index = add_row(m, key);
	if (index != MAPPING_OTHER)
		row_cache__set(&m->cache, key, index, m->row[index].generation);
	return index;
}

/**
 * mappings__ingest - find or create the row of a faulting mapping
 * @m: the table
 * @key: the mapping; the class matters only for faults without a mapping
 * @faults: faults with the kind and the name as the probes saw them
 * @interval: number of the running interval
 *
 * If the table is full, a new row evicts the unmapped row with the oldest last fault;
 * its counts are added to "(other mappings)".
 *
 * Return: the index of the row; or -ENOMEM.
 */
int mappings__ingest(struct mappings *m, const struct pgwalk_fault_key *key,
		     const struct pgwalk_fault_row *faults, uint64_t interval)
{
	unsigned int index = MAPPING_OTHER;
	struct mapping *row;
	int err;

	if (key->class == PGWALK_FAULT_SEGV_MAP)
		index = MAPPING_NOWHERE;
	else if (key->mm)
		index = row_of(m, key, faults->name);
	row = &m->row[index];
	mark_active(m, index, interval);
	if (index < MAPPING_FIRST)
		return (int)index;
	update_spans(m, index, key, key->class < PGWALK_FAULT_SIGNAL_FIRST ?
				 faults->count : 0);
	/* updated here, so that a full table does not evict a mapped row */
	row->live = is_mapped(m, row);
	if (row->live)
		evict_heap__remove(&m->unmapped, index);
	else
		evict_heap__add(&m->unmapped, index, interval);
	err = mapping__name(row, faults);
	return err ?: (int)index;
}

/**
 * mappings__find - find the row of a mapping whose faults were ingested in this interval
 * @m: the table
 * @key: the mapping, as it was then
 *
 * Return: the index of the row; MAPPING_OTHER if there is none.
 */
unsigned int mappings__find(struct mappings *m, const struct pgwalk_fault_key *key)
{
	unsigned int index;

	if (key->class == PGWALK_FAULT_SEGV_MAP)
		return MAPPING_NOWHERE;
	if (!key->mm)
		return MAPPING_OTHER;
	index = row_cache__find(&m->cache, key, m->row);
	return index ? index : find_row(m, key, "");
}

/**
 * mappings__refresh - update the rows with faults from the address space
 * @m: the table
 * @interval: number of the running interval; other rows are updated in turn
 *
 * Return: 0 or -ENOMEM.
 */
int mappings__refresh(struct mappings *m, uint64_t interval)
{
	unsigned int i, count;
	const uint16_t *active = mappings__active(m, interval, &count);
	int err = 0;

	for (i = 0; i < count && !err; i++)
		if (active[i] >= MAPPING_FIRST)
			err = refresh_row(m, active[i]);
	for (i = MAPPING_FIRST; i < m->count && i < REFRESH_MAX && !err; i++) {
		if (m->next_refresh < MAPPING_FIRST || m->next_refresh >= m->count)
			m->next_refresh = MAPPING_FIRST;
		err = refresh_row(m, m->next_refresh++);
	}
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The table of mapping rows: which row a faulting mapping belongs to, and which
 * row has to go when the table is full. It counts no faults, reads no clock and
 * asks nobody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "active.h"
#include "gone.h"
#include "join.h"
#include "mappings.h"
#include "memo.h"
#include "name.h"
#include "places.h"

/* Rows that are looked at each interval although they had no fault */
#define SWEEP		64
/* Rows that are compared with a mapping; those behind are left for lack of time */
#define OVERLAPS	1024
#define MOVES		64

/**
 * struct mappings - the rows, by index, and the ways to find one
 * @row: those before MAPPING_FIRST stand for many
 * @count: rows in use, these among them
 * @births: rows there ever were
 * @mm: the address space that @aspace is about; 0 as long as it is not known
 * @places: finds rows by what they were seen with
 * @gone: rows that may be given up, as far as it is known
 * @sweep: rows are looked at in turn: the next one
 * @swept: what aspace__changes() was when all of them were
 * @active: rows with faults in the running interval
 * @memos: finds rows by their latest keys
 */
struct mappings {
	struct mapping row[MAPPING_ROWS];
	unsigned int count;
	uint32_t births;
	uint64_t mm;
	const struct aspace *aspace;
	mappings_fold_fn fold_fn;
	void *fold_ctx;
	struct places *places;
	struct gone gone;
	unsigned int sweep;
	uint64_t swept;
	struct active active;
	struct memos memos;
};

/**
 * mappings__create - make a table with nothing but the rows that stand for many
 * @aspace: what is mapped; must outlive the table
 *
 * Return: the table or NULL.
 */
struct mappings *mappings__create(const struct aspace *aspace)
{
	struct mappings *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->aspace = aspace;
	m->count = MAPPING_FIRST;
	m->places = places__create();
	if (m->places &&
	    !mapping__set_name(&m->row[MAPPING_OTHER], "(other mappings)",
			       MAPPING_NAME_MAPS) &&
	    !mapping__set_name(&m->row[MAPPING_NOWHERE], "(no mapping)",
			       MAPPING_NAME_MAPS))
		return m;
	mappings__destroy(m);
	return NULL;
}

/** mappings__destroy - free it; NULL is fine */
void mappings__destroy(struct mappings *m)
{
	unsigned int i;

	if (!m)
		return;
	for (i = 0; i < m->count; i++)
		name__put(m->row[i].name);
	places__destroy(m->places);
	free(m);
}

/** mappings__on_fold - call @fn before a row goes: it moves what it counted for it */
void mappings__on_fold(struct mappings *m, mappings_fold_fn fn, void *ctx)
{
	m->fold_fn = fn;
	m->fold_ctx = ctx;
}

/** mappings__set_mm - @aspace is of @mm: rows of another one are not in it */
void mappings__set_mm(struct mappings *m, uint64_t mm)
{
	m->mm = mm;
}

/** mappings__is_own - is the row of the address space of mappings__create()? */
bool mappings__is_own(const struct mappings *m, const struct mapping *row)
{
	return row->mm && row->mm == m->mm;
}

/** mappings__at - the row with an index below mappings__count() */
struct mapping *mappings__at(struct mappings *m, unsigned int row)
{
	return &m->row[row];
}

/** mappings__count - rows in use, those that stand for many among them */
unsigned int mappings__count(const struct mappings *m)
{
	return m->count;
}

/** mappings__active - rows with faults in an interval: as active__rows() */
const uint16_t *mappings__active(const struct mappings *m, uint64_t interval,
				 unsigned int *count)
{
	return active__rows(&m->active, interval, count);
}

/* A row has faults in this interval; if they are its first there, it had none before */
static void note_interval(struct mappings *m, unsigned int index,
			  uint64_t interval)
{
	struct mapping *row = &m->row[index];
	unsigned int i;

	active__note(&m->active, index, interval);
	if (row->interval == interval)
		return;
	row->interval = interval;
	for (i = 0; i < row->nr_spans; i++)
		row->span[i].faults = 0;
}

/* Moves a row's counts to "(other mappings)"; its index may be used again */
static void fold(struct mappings *m, unsigned int index)
{
	struct mapping *other = &m->row[MAPPING_OTHER], *row = &m->row[index];
	unsigned int i;

	if (m->fold_fn)
		m->fold_fn(m->fold_ctx, index);
	if (row->interval == m->active.interval)
		note_interval(m, MAPPING_OTHER, row->interval);
	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++)
		other->total[i] += row->total[i];
	for (i = 0; i < row->nr_spans; i++)
		places__remove(m->places, index, row, &row->span[i]);
	gone__remove(&m->gone, index);
	name__put(row->name);
	memset(row, 0, sizeof(*row));
}

/* What the address space says of a row now */
static int refresh_row(struct mappings *m, unsigned int index)
{
	struct mapping *row = &m->row[index];
	int err = mapping__refresh(row, mappings__is_own(m, row) ? m->aspace :
								   NULL);

	if (row->live)
		gone__remove(&m->gone, index);
	else
		gone__add(&m->gone, index, row->interval);
	return err;
}

/*
 * The row to give up. Is none known to be gone, all are looked at: but once only,
 * as long as the address space stays as it is. 0: all are live.
 */
static unsigned int first_gone(struct mappings *m)
{
	unsigned int i, first = gone__first(&m->gone);

	if (first || m->swept == aspace__changes(m->aspace))
		return first;
	m->swept = aspace__changes(m->aspace);
	for (i = MAPPING_FIRST; i < m->count; i++)
		refresh_row(m, i);	/* -ENOMEM: a name stays as it was */
	return gone__first(&m->gone);
}

/* A fresh row for @key; "(other mappings)" if the table is full of live ones */
static unsigned int add_row(struct mappings *m,
			    const struct pgwalk_fault_key *key)
{
	unsigned int index = m->count;
	struct mapping *row;

	if (index == MAPPING_ROWS) {
		index = first_gone(m);
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
	row->prot = join__prot(key);
	row->name = name__create("", 0);
	row->born = ++m->births;
	return index;
}

/* Is there still something at the place where @row was last seen? */
static bool still_there(const struct mappings *m, const struct mapping *row)
{
	return mappings__is_own(m, row) &&
	       join__region(m->aspace, row, &row->span[0]);
}

static bool same_group(const struct mapping *row,
		       const struct pgwalk_fault_key *key)
{
	return row->mm == key->mm && row->ino == key->ino &&
	       row->dev == key->dev && row->prot == join__prot(key);
}

/**
 * struct search - for the row that a mapping continues
 * @key: the mapping
 * @name: its name
 * @best: the best row so far; 0: none is any good
 * @rank: how good it is
 */
struct search {
	const struct pgwalk_fault_key *key;
	const char *name;
	unsigned int best;
	struct join_rank rank;
};

/* Of two that are as good, the younger one */
static void try_row(struct mappings *m, struct search *s, unsigned int index)
{
	const struct mapping *row = &m->row[index];
	struct join_rank rank;

	if (!same_group(row, s->key))
		return;
	join__rank(row, s->key, s->name, &rank);
	if (rank.how == JOIN_NOT || join__better(&s->rank, &rank))
		return;
	if (!join__better(&rank, &s->rank) &&
	    row->born <= m->row[s->best].born)
		return;
	/* the same pages elsewhere: moved, or mapped twice? */
	if (rank.how == JOIN_MOVED && still_there(m, row))
		return;
	s->best = index;
	s->rank = rank;
}

/* The row that @key continues, 0 if none does */
static unsigned int find_row(struct mappings *m,
			     const struct pgwalk_fault_key *key,
			     const char *name)
{
	struct search s = { .key = key, .name = name };
	uint32_t row[OVERLAPS];
	unsigned int i, count;

	count = places__find(m->places, key, row, OVERLAPS);
	for (i = 0; i < count; i++)
		try_row(m, &s, row[i]);
	if (!s.best && join__is_only_one(name))
		for (i = MAPPING_FIRST; i < m->count; i++)
			try_row(m, &s, i);
	if (s.best)
		return s.best;
	count = places__find_moved(m->places, key, row, MOVES);
	for (i = 0; i < count; i++)
		try_row(m, &s, row[i]);
	return s.best;
}

/* The range it is seen with now comes first; the one not seen for longest goes */
static void note_span(struct mappings *m, unsigned int index,
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
			places__remove(m->places, index, row, &row->span[i]);
		} else {
			row->nr_spans++;
		}
		places__add(m->places, index, row, &now);
	}
	memmove(&row->span[1], &row->span[0], i * sizeof(now));
	row->span[0] = now;
	row->start = now.start;
	row->end = now.end;
}

/* The row that a key has, or gets */
static unsigned int row_of(struct mappings *m,
			   const struct pgwalk_fault_key *key, const char *name)
{
	unsigned int index = memos__find(&m->memos, key, m->row);

	if (index)
		return index;
	index = find_row(m, key, name);
	if (!index)
		index = add_row(m, key);
	if (index != MAPPING_OTHER)
		memos__keep(&m->memos, key, index, m->row[index].born);
	return index;
}

/**
 * mappings__join - find the row that a faulting mapping belongs to, or make it
 * @m: the table
 * @key: the mapping; its class does not matter, unless there is no mapping
 * @faults: tells the kind and the name as the probe saw them
 * @interval: the number of the running interval
 *
 * A row that is made when the table is full costs the oldest one that is gone:
 * that one is folded into "(other mappings)".
 *
 * Return: the index of the row; or -ENOMEM.
 */
int mappings__join(struct mappings *m, const struct pgwalk_fault_key *key,
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
	note_interval(m, index, interval);
	if (index < MAPPING_FIRST)
		return (int)index;
	note_span(m, index, key, key->class < PGWALK_FAULT_SIGNAL_FIRST ?
				 faults->count : 0);
	/* at once, so that a full table does not give up what is there */
	row->live = still_there(m, row);
	if (row->live)
		gone__remove(&m->gone, index);
	else
		gone__add(&m->gone, index, interval);
	err = mapping__name(row, faults);
	return err ?: (int)index;
}

/**
 * mappings__refresh - bring the rows with faults up to what the address space says now
 * @m: the table
 * @interval: the number of the running one; others are brought up to it by turns
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
	for (i = MAPPING_FIRST; i < m->count && i < SWEEP && !err; i++) {
		if (m->sweep < MAPPING_FIRST || m->sweep >= m->count)
			m->sweep = MAPPING_FIRST;
		err = refresh_row(m, m->sweep++);
	}
	return err;
}

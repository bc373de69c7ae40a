// SPDX-License-Identifier: GPL-2.0
/*
 * The table of mapping rows: which row a faulting mapping belongs to, what it
 * is called, and which row has to go when the table is full. It counts no
 * faults, reads no clock and asks nobody.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "join.h"
#include "mapping.h"

#define CHAINS		4096
#define MEMOS		8192
#define OTHER_NAME	"(other mappings)"

/**
 * struct memo - the row that a key was given, to be found at once next time
 * @key: with class 0
 * @row: its index
 * @born: as in the row, else another one has that index now; 0: no row
 */
struct memo {
	struct pgwalk_fault_key key;
	uint32_t row;
	uint32_t born;
};

/**
 * struct mappings - the rows, by index, and two ways to find one
 * @row: 0 is "(other mappings)"
 * @count: rows in use, that one among them
 * @births: rows there ever were
 * @mm: the address space that @aspace is about; 0 as long as it is not known
 * @chain: heads, by the hash of what never changes in a row
 * @memo: by the hash of the key, the latest only
 */
struct mappings {
	struct mapping row[MAPPINGS_MAX + 1];
	unsigned int count;
	uint32_t births;
	uint64_t mm;
	const struct aspace *aspace;
	mappings_fold_fn fold_fn;
	void *fold_ctx;
	uint16_t chain[CHAINS];
	struct memo memo[MEMOS];
};

static uint64_t hash(const void *data, size_t words)
{
	const uint64_t *w = data;
	uint64_t h = 0x9E3779B97F4A7C15ULL;

	while (words--)
		h = (h ^ *w++) * 0xD6E8FEB86659FD93ULL, h ^= h >> 32;
	return h;
}

static uint16_t *chain_of(struct mappings *m, uint64_t mm, uint64_t ino,
			  uint32_t dev, uint8_t prot)
{
	uint64_t fixed[] = { mm, ino, (uint64_t)dev << 8 | prot };

	return &m->chain[hash(fixed, 3) % CHAINS];
}

static uint8_t key_prot(const struct pgwalk_fault_key *key)
{
	/* VM_READ, VM_WRITE, VM_EXEC and VM_SHARED have the numbers of PGWALK_PROT_* */
	return key->vm_flags & 15;
}

/**
 * mappings__create - make a table with nothing but "(other mappings)"
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
	m->count = 1;
	m->row[MAPPING_OTHER].named = MAPPING_NAME_MAPS;
	m->row[MAPPING_OTHER].name = strdup(OTHER_NAME);
	if (!m->row[MAPPING_OTHER].name) {
		free(m);
		return NULL;
	}
	return m;
}

/** mappings__destroy - free it; NULL is fine */
void mappings__destroy(struct mappings *m)
{
	unsigned int i;

	if (!m)
		return;
	for (i = 0; i < m->count; i++)
		free(m->row[i].name);
	free(m);
}

/**
 * mappings__on_fold - ask to be told before a row goes into "(other mappings)"
 * @m: the table
 * @fn: moves what it has counted for the row; @ctx is for it
 */
void mappings__on_fold(struct mappings *m, mappings_fold_fn fn, void *ctx)
{
	m->fold_fn = fn;
	m->fold_ctx = ctx;
}

/**
 * mappings__set_mm - tell which address space the one of mappings__create() is
 * @m: the table
 * @mm: as struct pgwalk_fault_key; rows of any other are gone, or not the target's
 */
void mappings__set_mm(struct mappings *m, uint64_t mm)
{
	m->mm = mm;
}

/** mappings__at - the row with an index below mappings__count() */
struct mapping *mappings__at(struct mappings *m, unsigned int row)
{
	return &m->row[row];
}

/** mappings__count - rows in use, "(other mappings)" among them */
unsigned int mappings__count(const struct mappings *m)
{
	return m->count;
}

static int set_name(struct mapping *row, const char *name,
		    enum mapping_name named)
{
	char *copy;

	if (named <= row->named)
		return 0;
	copy = strdup(name);
	if (!copy)
		return -ENOMEM;
	free(row->name);
	row->name = copy;
	row->named = named;
	return 0;
}

static void unchain(struct mappings *m, unsigned int index)
{
	const struct mapping *row = &m->row[index];
	uint16_t *link = chain_of(m, row->mm, row->ino, row->dev, row->prot);

	while (*link != index)
		link = &m->row[*link].next;
	*link = row->next;
}

/*
 * The row to give up: of those that are gone, the one without a fault for the
 * longest time. 0: all are live.
 */
static unsigned int oldest_gone(const struct mappings *m)
{
	unsigned int i, best = 0;

	for (i = 1; i < m->count; i++)
		if (!m->row[i].live && (!best || m->row[i].interval <
					m->row[best].interval))
			best = i;
	return best;
}

/* Moves a row's counts to "(other mappings)"; its index may be used again */
static void fold(struct mappings *m, unsigned int index)
{
	struct mapping *other = &m->row[MAPPING_OTHER], *row = &m->row[index];
	unsigned int i;

	if (m->fold_fn)
		m->fold_fn(m->fold_ctx, index);
	for (i = 0; i < PGWALK_FAULT_CLASS_NR; i++)
		other->total[i] += row->total[i];
	unchain(m, index);
	free(row->name);
	memset(row, 0, sizeof(*row));
}

/* A fresh row for @key; 0, "(other mappings)", if the table is full of live ones */
static int add_row(struct mappings *m, const struct pgwalk_fault_key *key)
{
	unsigned int index = m->count;
	struct mapping *row;
	uint16_t *head;
	char *name;

	if (m->count > MAPPINGS_MAX) {
		index = oldest_gone(m);
		if (!index)
			return MAPPING_OTHER;
	}
	name = strdup("");
	if (!name)
		return -ENOMEM;
	if (index == m->count)
		m->count++;
	else
		fold(m, index);
	row = &m->row[index];
	row->mm = key->mm;
	row->ino = key->ino;
	row->dev = key->dev;
	row->prot = key_prot(key);
	row->name = name;
	row->born = ++m->births;
	head = chain_of(m, row->mm, row->ino, row->dev, row->prot);
	row->next = *head;
	*head = (uint16_t)index;
	return (int)index;
}

/* Is there still something at the place where @row was last seen? */
static bool still_there(const struct mappings *m, const struct mapping *row)
{
	return row->mm == m->mm && join__region(m->aspace, row, &row->span[0]);
}

/* The row that @key continues, 0 if none does */
static unsigned int find_row(struct mappings *m,
			     const struct pgwalk_fault_key *key,
			     const char *name)
{
	uint8_t prot = key_prot(key);
	unsigned int i, best = 0;
	struct join_rank rank, best_rank = { 0 };

	for (i = *chain_of(m, key->mm, key->ino, key->dev, prot); i;
	     i = m->row[i].next) {
		const struct mapping *row = &m->row[i];

		if (row->mm != key->mm || row->ino != key->ino ||
		    row->dev != key->dev || row->prot != prot)
			continue;
		join__rank(row, key, name, &rank);
		if (!join__better(&rank, &best_rank))
			continue;
		/* the same pages elsewhere: moved, or mapped twice? */
		if (rank.how == JOIN_MOVED && still_there(m, row))
			continue;
		best = i;
		best_rank = rank;
	}
	return best;
}

static void note_span(struct mapping *row, const struct pgwalk_fault_key *key)
{
	struct mapping_span now = { key->start, key->end, key->offset };
	unsigned int i, last = row->nr_spans;

	for (i = 0; i < row->nr_spans; i++)
		if (!memcmp(&row->span[i], &now, sizeof(now)))
			last = i;
	if (last == MAPPING_SPANS)
		last--;
	else if (last == row->nr_spans)
		row->nr_spans++;
	memmove(&row->span[1], &row->span[0], last * sizeof(now));
	row->span[0] = now;
	row->start = now.start;
	row->end = now.end;
}

static int name_row(struct mapping *row, const struct pgwalk_fault_row *faults)
{
	char name[PGWALK_NAME_MAX + 1] = "";

	if (row->kind == PGWALK_VMA_UNSET && faults->kind < PGWALK_VMA_NR)
		row->kind = (uint8_t)faults->kind;
	memcpy(name, faults->name, PGWALK_NAME_MAX);
	if (name[0])
		return set_name(row, name, MAPPING_NAME_PROBE);
	return set_name(row, join__kind_name(row), MAPPING_NAME_KIND);
}

/**
 * mappings__join - find the row that a faulting mapping belongs to, or make it
 * @m: the table
 * @key: the mapping; its class does not matter
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
	struct pgwalk_fault_key same = *key;
	struct memo *memo;
	int index, err;

	if (!key->mm) {
		m->row[MAPPING_OTHER].interval = interval;
		return MAPPING_OTHER;
	}
	same.class = 0;
	memo = &m->memo[hash(&same, sizeof(same) / 8) % MEMOS];
	if (memo->born && memo->born == m->row[memo->row].born &&
	    !memcmp(&memo->key, &same, sizeof(same)))
		index = (int)memo->row;
	else
		index = (int)find_row(m, key, faults->name);
	if (!index)
		index = add_row(m, key);
	if (index < 0)
		return index;
	m->row[index].interval = interval;
	if (index == MAPPING_OTHER)
		return index;
	memo->key = same;
	memo->row = (uint32_t)index;
	memo->born = m->row[index].born;
	note_span(&m->row[index], key);
	/* at once, so that a full table does not give up what is there */
	m->row[index].live = still_there(m, &m->row[index]);
	err = name_row(&m->row[index], faults);
	return err ?: index;
}

/* What the address space says of a row now: the parts of its latest place */
static int refresh_row(const struct mappings *m, struct mapping *row)
{
	const struct region *r[MAPPING_SPANS];
	unsigned int i, count;
	const char *name;

	row->live = row->counted = false;
	row->resident = row->huge = row->swapped = 0;
	if (row->mm != m->mm)
		return 0;
	count = join__regions(m->aspace, row, r);
	if (!count) {
		name = join__file_name(m->aspace, row);
		return name ? set_name(row, name, MAPPING_NAME_MAPS) : 0;
	}
	row->live = row->counted = true;
	row->start = r[0]->start;
	row->end = r[0]->end;
	for (i = 0; i < count; i++) {
		if (r[i]->start < row->start)
			row->start = r[i]->start;
		if (r[i]->end > row->end)
			row->end = r[i]->end;
		row->counted = row->counted && r[i]->counted;
		row->resident += r[i]->resident;
		row->huge += r[i]->huge;
		row->swapped += r[i]->swapped;
	}
	if (r[0]->kind != PGWALK_VMA_UNSET)
		row->kind = r[0]->kind;
	if (r[0]->name[0])
		return set_name(row, r[0]->name, MAPPING_NAME_MAPS);
	if (row->named > MAPPING_NAME_KIND || r[0]->kind == PGWALK_VMA_UNSET)
		return 0;
	row->named = MAPPING_NAME_NONE;		/* the kind is better known now */
	return set_name(row, join__kind_name(row), MAPPING_NAME_KIND);
}

/**
 * mappings__refresh - bring every row up to what the address space says now
 * @m: the table
 *
 * Return: 0 or -ENOMEM.
 */
int mappings__refresh(struct mappings *m)
{
	unsigned int i;
	int err;

	for (i = 1; i < m->count; i++) {
		err = refresh_row(m, &m->row[i]);
		if (err)
			return err;
	}
	return 0;
}

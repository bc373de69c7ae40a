// SPDX-License-Identifier: GPL-2.0
/*
 * The rows whose mapping is gone, the one without a fault for the longest time
 * first. It decides nothing of who is gone, and holds no rows.
 */
#include <stdlib.h>

#include "gone.h"

/** gone__add - put a row at the end, from where it may be now */
void gone__add(struct gone *g, unsigned int row)
{
	gone__remove(g, row);
	g->prev[row] = g->prev[0];
	g->next[row] = 0;
	g->next[g->prev[0]] = (uint16_t)row;
	g->prev[0] = (uint16_t)row;
	g->is[row] = true;
}

/** gone__remove - take a row out, if it is there */
void gone__remove(struct gone *g, unsigned int row)
{
	if (!g->is[row])
		return;
	g->next[g->prev[row]] = g->next[row];
	g->prev[g->next[row]] = g->prev[row];
	g->is[row] = false;
}

/** gone__first - the one to be given up; 0: none is gone */
unsigned int gone__first(const struct gone *g)
{
	return g->next[0];
}

/* A row, and all that its place in the list depends on */
struct age {
	uint64_t interval;
	uint16_t was;
	uint16_t row;
};

static int by_age(const void *a, const void *b)
{
	const struct age *x = a, *y = b;

	if (x->interval != y->interval)
		return x->interval < y->interval ? -1 : 1;
	return x->was < y->was ? -1 : x->was > y->was;
}

/**
 * gone__sort - some rows may have gone, or come back: make the list anew
 * @g: the list
 * @row: all rows; in the list are those that are not live
 * @count: how many there are; those before MAPPING_FIRST stand for themselves
 */
void gone__sort(struct gone *g, const struct mapping *row, unsigned int count)
{
	struct age age[MAPPING_ROWS];
	uint16_t nr = 0, i;

	for (i = (uint16_t)gone__first(g); i; i = g->next[i]) {
		age[nr] = (struct age) { row[i].interval, nr, i };
		nr += !row[i].live;
	}
	for (i = MAPPING_FIRST; i < count; i++) {
		age[nr] = (struct age) { row[i].interval, nr, i };
		nr += !row[i].live && !g->is[i];
	}
	qsort(age, nr, sizeof(*age), by_age);
	while (gone__first(g))
		gone__remove(g, gone__first(g));
	for (i = 0; i < nr; i++)
		gone__add(g, age[i].row);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Prints the names that the shell completion of a tool offers, as variables of the shell. It is run
 * when the tools are built, and expands the lists and tables that the tools use.
 */
#include <stdio.h>
#include <string.h>

#include "../present/batch.h"
#include "../present/fault_columns.h"
#include "../present/inspect_columns.h"
#include "../verb/lab.h"
#include "../verb/verb.h"
#include "pgwalk_entry.h"
#include "pgwalk_fault.h"
#include "pgwalk_frame.h"

#define NR(array)	(sizeof(array) / sizeof((array)[0]))

/* Kinds before it stand for no page: a filter does not know them */
static bool is_kind_of_page(unsigned int kind)
{
	return kind >= PGWALK_KIND_PRESENT;
}

/* A word with several meanings is printed once */
static void print_words(const char *variable, const char *const *words, size_t count)
{
	size_t i, other;

	printf("%s='", variable);
	for (i = 0; i < count; i++) {
		for (other = 0; other < i && strcmp(words[other], words[i]); other++)
			;
		if (other == i)
			printf("%s%s", i ? " " : "", words[i]);
	}
	printf("'\n");
}

static void print_classes(void)
{
	static const char *const words[] = {
#define X(name, number, text) text,
		PGWALK_FAULT_CLASSES(X)
#undef X
	};

	/* the first, "unattributed", is the class of faults without one */
	print_words("_pgtop_classes", words + 1, NR(words) - 1);
}

static void print_keys(void)
{
	static const struct columns *const tables[] = {
		&fault_columns, &fault_task_columns, &stack_columns,
		&mapping_memory_columns, &process_memory_columns,
	};
	const char *words[256];
	size_t count = 0, i, c;

	for (i = 0; i < NR(tables); i++) {
		for (c = 0; c < tables[i]->count && count < NR(words); c++) {
			const char *key = tables[i]->column[c].key;

			if (key && batch__can_sort(key))
				words[count++] = key;
		}
	}
	print_words("_pgtop_keys", words, count);
}

static void print_memory(void)
{
	static const char *const words[] = {
#define X(name, bit, key) key,
		SNAPSHOT_MEMORY_COLUMNS(X)
#undef X
		"all",
	};

	print_words("_pgtop_columns", words, NR(words));
}

static void print_bits(void)
{
	static const struct {
		unsigned int kind;
		const char *text;
	} kinds[] = {
#define X(name, number, text) { number, text },
		PGWALK_KINDS(X)
#undef X
	};
	static const char *const flags[] = {
#define X(name, view, filter) filter,
		PGWALK_ENTRY_FLAGS(X)
#undef X
#define X(number, letter, text) text,
		PGWALK_FRAME_FLAGS(X)
#undef X
	};
	const char *words[NR(kinds) + NR(flags)];
	size_t count = 0, i;

	for (i = 0; i < NR(kinds); i++)
		if (is_kind_of_page(kinds[i].kind))
			words[count++] = kinds[i].text;
	for (i = 0; i < NR(flags); i++)
		words[count++] = flags[i];
	print_words("_pgwalk_bits", words, count);
}

static void print_columns(const char *name, const struct columns *columns)
{
	const char *words[256];
	char variable[64];
	size_t count = 0, c;

	for (c = 0; c < columns->count && count < NR(words); c++)
		if (columns->column[c].title && columns->column[c].key)
			words[count++] = columns->column[c].key;
	snprintf(variable, sizeof(variable), "_pgwalk_columns_%s", name);
	print_words(variable, words, count);
}

static void print_scenes(void)
{
	const char *words[64];
	size_t count;

	for (count = 0; lab_scenes[count].name && count < NR(words); count++)
		words[count] = lab_scenes[count].name;
	print_words("_pgwalk_scenes", words, count);
}

static void print_verbs(void)
{
	static const struct verb *const verbs[] = {
#define X(name) &name##_verb,
		VERBS(X)
#undef X
	};
	const char *words[NR(verbs)];
	size_t i;

	for (i = 0; i < NR(verbs); i++) {
		words[i] = verbs[i]->name;
		if (strchr(verbs[i]->options, 'o'))
			print_columns(verbs[i]->name, verbs[i]->columns);
	}
	print_columns("huge_sizes", &folio_columns);
	print_words("_pgwalk_verbs", words, NR(words));
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "pgtop")) {
		print_classes();
		print_keys();
		print_memory();
		return 0;
	}
	if (argc == 2 && !strcmp(argv[1], "pgwalk")) {
		print_verbs();
		print_scenes();
		print_bits();
		return 0;
	}
	fprintf(stderr, "usage: words pgtop|pgwalk\n");
	return 2;
}

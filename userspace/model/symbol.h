/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Symbols of code addresses. */
#ifndef PGWALK_MODEL_SYMBOL_H
#define PGWALK_MODEL_SYMBOL_H

#include "../snapshot.h"

/** SYMBOLS_MAX - limit; when it is reached, the least recently used half is evicted */
#define SYMBOLS_MAX	32768
/** SYMBOL_NAME_MAX - a longer name is cut */
#define SYMBOL_NAME_MAX	1023

struct symbol_table;

struct symbol_table *symbol_table__create(void);
void symbol_table__destroy(struct symbol_table *t);

int symbol_table__set(struct symbol_table *t, uint64_t ip, uint64_t offset,
		       const char *name, const char *module);
bool symbol_table__resolve(struct symbol_table *t, struct snapshot_frame *f);
void symbol_table__release(struct snapshot_frame *f);

uint64_t symbol_table__updates(const struct symbol_table *t);
uint64_t symbol_table__changes(const struct symbol_table *t);

#endif

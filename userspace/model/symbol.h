/* SPDX-License-Identifier: GPL-2.0 */
/* What stands at addresses of code, as it was told. */
#ifndef PGWALK_MODEL_SYMBOL_H
#define PGWALK_MODEL_SYMBOL_H

#include "../snapshot.h"

/** SYMBOLS_MAX - so many are kept: half of them makes room, those not used for longest */
#define SYMBOLS_MAX	32768
/** SYMBOL_NAME_MAX - a longer name is cut */
#define SYMBOL_NAME_MAX	1023

struct symbol_book;

struct symbol_book *symbol_book__create(void);
void symbol_book__destroy(struct symbol_book *t);

int symbol_book__tell(struct symbol_book *t, uint64_t ip, uint64_t offset,
		       const char *name, const char *module);
bool symbol_book__resolve(struct symbol_book *t, struct snapshot_frame *f);
void symbol_book__release(struct snapshot_frame *f);

uint64_t symbol_book__told(const struct symbol_book *t);
uint64_t symbol_book__changed(const struct symbol_book *t);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* What a process maps to run it, told by the kernel while it happens. */
#ifndef PGWALK_COLLECT_SYMBOL_WATCH_H
#define PGWALK_COLLECT_SYMBOL_WATCH_H

#include <sys/types.h>

#include "pgwalk.h"

struct symbol_watch;

/* A mapping; NULL: another program begins: those of before are gone */
typedef int (*symbol_watch_fn)(void *ctx, const struct pgwalk_vma *vma);

int symbol_watch__create(struct symbol_watch **out, pid_t pid);
void symbol_watch__destroy(struct symbol_watch *w);
int symbol_watch__read(struct symbol_watch *w, symbol_watch_fn fn, void *ctx);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Those who ask of the targets, a thread each, until it is over. */
#ifndef PGWALK_TORTURE_WALKERS_H
#define PGWALK_TORTURE_WALKERS_H

#include <stdbool.h>

void walkers_start(bool with_pgtop);
/* Nobody asks who maps a page, which takes a reference to it; to be set before the start */
extern bool walkers_hold_nothing;
/* False: one of them does not end */
bool walkers_end(void);

/* What a walker does once; they look at some process */
void texts_read(void);
void queries_ask(void);
void calls_ask(void);
void attach_churn(void);
void pgtop_watch(void);

/* An answer that may come to who asks for something that has just gone */
bool walkers_may_be_gone(int err);

#endif

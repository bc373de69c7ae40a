/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The terminal: its modes, which are restored on every exit, and its size. */
#ifndef PGWALK_TUI_TERMINAL_H
#define PGWALK_TUI_TERMINAL_H

#include <stdbool.h>

struct terminal;

int terminal__create(struct terminal **out);
void terminal__destroy(struct terminal *t);

int terminal__fd(const struct terminal *t);
bool terminal__utf8(const struct terminal *t);
bool terminal__colour(const struct terminal *t);
void terminal__fit(struct terminal *t);

#endif

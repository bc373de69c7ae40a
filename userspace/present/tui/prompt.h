/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The line of text input. */
#ifndef PGWALK_TUI_PROMPT_H
#define PGWALK_TUI_PROMPT_H

#include <stdbool.h>

#include "paint.h"

#define PROMPT_MAX	128

/* Subject of the input */
enum prompt_kind {
	PROMPT_NONE,
	PROMPT_INTERVAL,
	PROMPT_SORT,
	PROMPT_SEARCH,
	PROMPT_FILTER,
	PROMPT_SEEK,
	PROMPT_COLUMNS,
};

/* Result of a key */
enum prompt_result {
	PROMPT_GOES_ON,
	PROMPT_GIVEN_UP,
	PROMPT_DONE,
};

/**
 * struct prompt - text input in progress
 * @kind: PROMPT_NONE: no input
 * @text: in the encoding of the terminal
 */
struct prompt {
	enum prompt_kind kind;
	char text[PROMPT_MAX];
};

void prompt__begin(struct prompt *prompt, enum prompt_kind kind);
enum prompt_result prompt__key(struct prompt *prompt, int key);
void prompt__draw(const struct prompt *prompt, const struct paint *p, int y);

#endif

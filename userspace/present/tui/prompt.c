// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Edits one line of text. */
#include <string.h>
#include <ncurses.h>

#include "../../lib/i18n.h"
#include "prompt.h"

static const char *const questions[] = {
	[PROMPT_NONE] = "",
	[PROMPT_INTERVAL] = N_("interval in seconds: "),
	[PROMPT_SORT] = N_("column to sort by: "),
	[PROMPT_SEARCH] = N_("find: "),
	/* xgettext:no-c-format */
	[PROMPT_SEEK] = N_("go to interval (12, +12, -12, 50%) or time of day (hh:mm, hh:mm:ss): "),
	[PROMPT_COLUMNS] = N_("columns of memory (keys of --columns, empty: none): "),
	[PROMPT_FILTER] = N_("filter rows by text (empty: all): "),
};

/**
 * prompt__begin - begin text input
 * @prompt: set
 * @kind: subject of the input
 */
void prompt__begin(struct prompt *prompt, enum prompt_kind kind)
{
	prompt->kind = kind;
	prompt->text[0] = '\0';
}

/* Remove the last character, which may have several bytes */
static void erase_one(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[--len] & 0xC0) == 0x80)
		;
	text[len] = '\0';
}

static void add(char *text, int key)
{
	size_t len = strlen(text);

	if (len + 1 >= PROMPT_MAX)
		return;
	text[len] = (char)key;
	text[len + 1] = '\0';
}

/**
 * prompt__key - handle a key
 * @prompt: the input
 * @key: key code of curses, a byte of text or a code
 *
 * Return: the result; the input has ended except with PROMPT_GOES_ON.
 */
enum prompt_result prompt__key(struct prompt *prompt, int key)
{
	switch (key) {
	case '\r':
	case '\n':
	case KEY_ENTER:
		prompt->kind = PROMPT_NONE;
		return PROMPT_DONE;
	case 27:
	case 7:		/* ^G */
		prompt->kind = PROMPT_NONE;
		return PROMPT_GIVEN_UP;
	case KEY_BACKSPACE:
	case KEY_DC:
	case 127:
	case '\b':
		erase_one(prompt->text);
		break;
	case 21:	/* ^U */
		prompt->text[0] = '\0';
		break;
	default:
		if (key >= ' ' && key < 256)
			add(prompt->text, key);
	}
	return PROMPT_GOES_ON;
}

/**
 * prompt__draw - draw label and text
 * @prompt: the input
 * @p: the screen to paint on
 * @y: the line
 */
void prompt__draw(const struct prompt *prompt, const struct paint *p, int y)
{
	int x = 1, room;
	const char *text = prompt->text;

	paint__fill(p, y, 0, p->width, STYLE_PLAIN);
	x += paint__text(p, y, x, p->width - 12, STYLE_KEY,
			 *questions[prompt->kind] ? _(questions[prompt->kind]) : "");
	/* the end of the text stays visible */
	room = p->width - x - 2;
	while (*text && paint__columns(text) > room)
		text++;
	x += paint__text(p, y, x, room, STYLE_PLAIN, text);
	paint__text(p, y, x, 1, STYLE_HEADER, "_");
}

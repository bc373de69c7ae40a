// SPDX-License-Identifier: GPL-2.0
/* Edits one line of text. What the answer means is not decided here. */
#include <string.h>
#include <ncurses.h>

#include "prompt.h"

static const char *const questions[] = {
	[PROMPT_NONE] = "",
	[PROMPT_INTERVAL] = "seconds of an interval: ",
	[PROMPT_SORT] = "column to sort by: ",
	[PROMPT_SEARCH] = "find: ",
	[PROMPT_FILTER] = "show only rows with (empty: all): ",
};

/**
 * prompt__begin - ask
 * @prompt: set
 * @kind: for what
 */
void prompt__begin(struct prompt *prompt, enum prompt_kind kind)
{
	prompt->kind = kind;
	prompt->text[0] = '\0';
}

/* The last character goes, not the last byte of it */
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
 * prompt__key - take a key
 * @prompt: where it is typed
 * @key: as curses tells it, a byte of text or a code
 *
 * Return: what became of it; but for PROMPT_GOES_ON nothing is asked any more.
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
 * prompt__draw - draw question and answer
 * @prompt: with a question
 * @p: how to draw
 * @y: the line
 */
void prompt__draw(const struct prompt *prompt, const struct paint *p, int y)
{
	int x = 1, room;
	const char *text = prompt->text;

	paint__fill(p, y, 0, p->width, STYLE_PLAIN);
	x += paint__text(p, y, x, p->width - 12, STYLE_KEY,
			 questions[prompt->kind]);
	/* what is typed last is seen */
	room = p->width - x - 2;
	while (*text && paint__columns(text) > room)
		text++;
	x += paint__text(p, y, x, room, STYLE_PLAIN, text);
	paint__text(p, y, x, 1, STYLE_HEADER, "_");
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Waits for Enter between two steps of "pgwalk lab", and reads steps from stdin. */
#include <stdio.h>
#include <unistd.h>

#include "../../lib/i18n.h"
#include "lab.h"

/** lab__is_interactive - test if a person can see each step and confirm it */
bool lab__is_interactive(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/**
 * lab__wait - wait for Enter
 *
 * Return: false: end, by q or the end of input.
 */
bool lab__wait(void)
{
	char line[64];

	fputs(_("Enter: next step, q: end "), stderr);
	return fgets(line, sizeof(line), stdin) && line[0] != 'q';
}

/**
 * lab__read_line - read a line of stdin
 * @line: filled
 * @size: bytes of @line
 *
 * Return: @line; NULL: the end of input.
 */
char *lab__read_line(char *line, int size)
{
	if (lab__is_interactive())
		fputs("lab> ", stderr);
	return fgets(line, size, stdin);
}

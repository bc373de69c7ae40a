// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses the text of translate; does not check its content. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "translation.h"

/* The flags are words in capitals between blanks; the next field begins in lower case */
static bool parse_step(struct step *step, const char *line)
{
	char flags[128] = "", word[32];
	int at = 0, n;

	*step = (struct step){ };
	if (sscanf(line, "%7s %u %llx %llx%n", step->level, &step->index,
		   &step->table, &step->value, &at) != 4)
		return false;
	while (sscanf(line + at, " %31s%n", word, &n) == 1) {
		at += n;
		if (islower(word[0]))
			break;
		snprintf(flags + strlen(flags), sizeof(flags) - strlen(flags),
			 "%s%s", *flags ? "," : "", word);
	}
	snprintf(step->next, sizeof(step->next), "%s", word);
	if (!strcmp(word, "swap"))
		return names_parse_flags(flags, &step->flags);
	if (sscanf(line + at, "%llx", &step->pfn) != 1)
		step->pfn = 0;
	return names_parse_flags(flags, &step->flags);
}

bool translation_parse(struct translation *t, char *text)
{
	char *line;

	*t = (struct translation){ };
	while ((line = strsep(&text, "\n"))) {
		if (!*line || *line == '#')
			continue;
		if (*line == '=')
			snprintf(t->result, sizeof(t->result), "%s", line);
		else if (t->nr == PGWALK_MAX_LEVELS ||
			 !parse_step(&t->steps[t->nr++], line))
			return false;
	}
	return *t->result;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Formats an execution as one line, the name of the entry point and hexadecimal bytes, and parses such lines. */
#include <string.h>

#include "entrypoints.h"
#include "input.h"

void input_tame(struct input *input)
{
	int i;

	input->entry %= ENTRY_NR;
	input->place %= PLACE_NR;
	input->opened %= OPENED_NR;
	input->reserved = 0;
	if (input->size > INPUT_DATA)
		input->size = INPUT_DATA;
	if (input->change_width > 8)
		input->change_width = 0;
	if (input->change_at + input->change_width > input->size)
		input->change_width = 0;
	for (i = 0; i < INPUT_PATCHES; i++) {
		struct input_patch *patch = &input->patch[i];

		if (patch->symbol >= SYMBOL_NR || patch->width > 8 ||
		    patch->at + patch->width > input->size)
			memset(patch, 0, sizeof(*patch));
	}
}

static int write_title(const struct input *input, char *text)
{
	const struct entrypoint *entry = &entrypoints[input->entry];

	return sprintf(text, "%s:%s ", entry->name, entry->file ?: "");
}

void input_write(const struct input *input, char text[INPUT_TEXT])
{
	const __u8 *bytes = (const void *)input;
	size_t i;

	text += write_title(input, text);
	for (i = 0; i < INPUT_HEAD + input->size; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static int parse(struct input *input, const char *line)
{
	const char *at = strchr(line, ' ');
	char title[INPUT_TITLE];
	__u8 *bytes = (__u8 *)input;
	unsigned int byte;
	size_t i;

	memset(input, 0, sizeof(*input));
	if (!at++)
		return -1;
	for (i = 0; i < sizeof(*input); i++, at += 2) {
		if (sscanf(at, "%2x", &byte) != 1)
			break;
		bytes[i] = (__u8)byte;
	}
	if (i < INPUT_HEAD || i != INPUT_HEAD + input->size)
		return -1;
	input_tame(input);
	/* The line may be of a version with other numbers of entry points */
	return strncmp(line, title, (size_t)write_title(input, title)) ? -1 : 1;
}

int input_read(struct input *input, FILE *from)
{
	char line[INPUT_TEXT + 64];

	while (fgets(line, sizeof(line), from))
		if (line[0] != '#' && line[0] != '\n')
			return parse(input, line);
	return 0;
}

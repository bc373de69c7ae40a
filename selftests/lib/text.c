// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
#include <stddef.h>

#include "text.h"

bool text_is_equal(const char *text, const char *other, const char **line, const char **other_line)
{
	size_t begin = 0;

	for (size_t i = 0; text[i] || other[i]; i++) {
		if (text[i] != other[i]) {
			*line = text + begin;
			*other_line = other + begin;
			return false;
		}
		if (text[i] == '\n')
			begin = i + 1;
	}
	return true;
}

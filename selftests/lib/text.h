/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Compares texts of views by line. */
#ifndef PGWALK_ORACLE_TEXT_H
#define PGWALK_ORACLE_TEXT_H

#include <stdbool.h>

/*
 * Return whether two texts are equal. If not, set @line and @other_line to the beginnings of the
 * first lines that differ.
 */
bool text_is_equal(const char *text, const char *other, const char **line, const char **other_line);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Marks texts for translation, and looks their translations up. */
#ifndef PGWALK_LIB_I18N_H
#define PGWALK_LIB_I18N_H

#include <libintl.h>

/*
 * _() returns the translation of a text. N_() marks a text in a table, which the caller translates when it prints.
 * error__set(), run__usage(), report__comment() and view__note() translate their format: it needs no mark. Names of columns,
 * flags, classes and kinds, JSON, and the text of pgtop -b have no marks (CONTRIBUTING.rst).
 */
#define _(text)		gettext(text)
#define N_(text)	text

void i18n__begin(void);

#endif

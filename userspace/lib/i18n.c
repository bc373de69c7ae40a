// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Chooses the language of messages, headings and explanations by the locale. */
#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "i18n.h"

#define DOMAIN	"pgwalk"

/**
 * i18n__begin - set the locale of characters and messages, and find the translations
 *
 * Translations are in ../share/locale of the directory of the program: after installation and in the build directory.
 * Texts are laid out as UTF-8; with another character set they stay English. Numbers and the order of names stay as in the
 * C locale.
 */
void i18n__begin(void)
{
	char path[PATH_MAX + sizeof("/share/locale")];
	ssize_t len;
	int i;

	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		return;
	len = readlink("/proc/self/exe", path, PATH_MAX);
	path[len > 0 ? len : 0] = '\0';
	for (i = 0; i < 2; i++) {
		char *slash = strrchr(path, '/');

		if (!slash)
			return;
		*slash = '\0';
	}
	strcat(path, "/share/locale");
	bindtextdomain(DOMAIN, path);
	textdomain(DOMAIN);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Replaces fopencookie(), with which a block of output begins: no memory if $PGWALK_FAKE is "memory". */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
	const char *wrong = getenv("PGWALK_FAKE");
	FILE *(*real)(void *cookie, const char *mode, cookie_io_functions_t functions);

	if (wrong && !strcmp(wrong, "memory")) {
		errno = ENOMEM;
		return NULL;
	}
	*(void **)&real = dlsym(RTLD_NEXT, "fopencookie");
	return real(cookie, mode, functions);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Demangles names of C++ and Rust with the C++ library, loaded at run time if it is installed. */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "demangle.h"

/* Longer names are not readable, and slow to demangle */
#define MANGLED_MAX	2048

typedef char *(*demangle_fn)(const char *name, char *buf, size_t *size,
			     int *status);

static demangle_fn find_library(void)
{
	static demangle_fn fn;
	static bool tried;

	if (!tried) {
		void *library = dlopen("libstdc++.so.6", RTLD_LAZY);

		tried = true;
		if (library)
			fn = (demangle_fn)dlsym(library, "__cxa_demangle");
	}
	return fn;
}

/* Cut the suffix of Rust's names, ::h and a hash of 16 digits */
static void cut_hash(char *name)
{
	size_t len = strlen(name);

	if (len > 19 && !strncmp(name + len - 19, "::h", 3) &&
	    strspn(name + len - 16, "0123456789abcdef") == 16)
		name[len - 19] = '\0';
}

/**
 * demangle - demangle a name
 * @name: name of a symbol
 *
 * Return: a string to free; or NULL: not mangled, or invalid.
 */
char *demangle(const char *name)
{
	demangle_fn fn;
	char *readable;
	int status = -1;

	if (strncmp(name, "_Z", 2) || strnlen(name, MANGLED_MAX) == MANGLED_MAX)
		return NULL;
	fn = find_library();
	readable = fn ? fn(name, NULL, NULL, &status) : NULL;
	if (readable)
		cut_hash(readable);
	return readable;
}

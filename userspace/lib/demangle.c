// SPDX-License-Identifier: GPL-2.0
/*
 * Makes names of C++ (and of Rust, as far as it writes the same way) readable with
 * the C++ library, if this machine has one: nothing of it is linked.
 */
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "demangle.h"

/* A longer one is not for people, and takes long */
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

/* Rust ends a name with ::h and a hash of 16 digits */
static void cut_hash(char *name)
{
	size_t len = strlen(name);

	if (len > 19 && !strncmp(name + len - 19, "::h", 3) &&
	    strspn(name + len - 16, "0123456789abcdef") == 16)
		name[len - 19] = '\0';
}

/**
 * demangle - make a name readable
 * @name: as the symbol table has it
 *
 * Return: to be freed; or NULL: it is not mangled, or cannot be read.
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

// SPDX-License-Identifier: GPL-2.0
/* Asks for symbols of a process of ours, as text that is easy to compare. */
#include <limits.h>

#include "around.h"
#include "asked.h"

/* "name+offset module", a dash for what is not known */
const char *resolve_as(struct symbols *s, uint64_t ip, bool call)
{
	static char text[4096];
	struct symbol symbol;

	symbols__resolve(s, ip, call, &symbol);
	snprintf(text, sizeof(text), "%s+%llu %s", symbol.name ? symbol.name : "-",
		 (unsigned long long)symbol.offset, symbol.module ? symbol.module : "-");
	return text;
}

const char *resolve(struct symbols *s, uint64_t ip)
{
	return resolve_as(s, ip, false);
}

struct symbols *begin(struct looked *l, const char *program)
{
	struct symbols *s = NULL;
	char path[PATH_MAX];

	looked_path(path, sizeof(path), program);
	looked_start(l, path);
	EXPECT(!symbols__create(&s, l->pid));
	return s;
}

void end(struct symbols *s, struct looked *l)
{
	symbols__destroy(s);
	looked_end(l);
}

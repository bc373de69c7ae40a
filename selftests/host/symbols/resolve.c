// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Resolves addresses of a sample process into text that is easy to compare. */
#include <limits.h>

#include "symbols.h"
#include "resolve.h"

/* Format as "name+offset module", with a dash for an unknown name or module */
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

struct symbols *start_sample(struct sample *l, const char *program)
{
	struct symbols *s = NULL;
	char path[PATH_MAX];

	sample_path(path, sizeof(path), program);
	sample_start(l, path);
	EXPECT(!symbols__create(&s, l->pid));
	return s;
}

void end_sample(struct symbols *s, struct sample *l)
{
	symbols__destroy(s);
	sample_kill(l);
}

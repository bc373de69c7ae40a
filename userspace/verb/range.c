// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses a range of addresses: START-END, one address, or the name of a mapping. */
#include <errno.h>
#include <string.h>

#include "../lib/page_size.h"
#include "run.h"

#define PAGE	page_bytes()

/* Range from the first to the last mapping of a name, including mappings in between */
struct named {
	const char *name;
	uint64_t start;
	uint64_t end;
};

static int add_named(void *ctx, const struct pgwalk_vma *vma)
{
	struct named *n = ctx;
	const char *slash = strrchr(vma->name, '/');

	if (strcmp(vma->name, n->name) &&
	    (!slash || strcmp(slash + 1, n->name)))
		return 0;
	if (!n->end)
		n->start = vma->start;
	n->end = vma->end;
	return 0;
}

static int find_mapping(struct run *run, const char *name, uint64_t *start,
			uint64_t *end)
{
	struct named n = { .name = name };
	__u64 at = 0;
	int err;

	do {
		err = device__vmas(run->device, at, 0, 0, add_named, &n, &at);
	} while (!err && at);
	if (err)
		return run__fail(run, err);
	if (!n.end)
		return error__set(run->error, ERROR_FAILURE,
				  "%s: no mapping of that name (pgwalk vmas -a %d lists them)",
				  name, run->pid);
	*start = n.start;
	*end = n.end;
	return 0;
}

/* Round to whole pages. @limit: first address after the range, 0: 2^64 */
static int set_range(uint64_t *start, uint64_t *end, uint64_t limit)
{
	*start &= ~(PAGE - 1);
	*end = (limit + PAGE - 1) & ~(PAGE - 1);
	return 0;
}

/**
 * range__parse_numbers - parse a range of numbers
 * @run: the run
 * @text: the text
 * @start: filled: first address, a multiple of 4K
 * @end: filled: first address after the range, a multiple of 4K; 0: 2^64
 *
 * Return: 0; 1: the text is a name; -1: the range ends before it starts.
 */
int range__parse_numbers(struct run *run, const char *text, uint64_t *start, uint64_t *end)
{
	const char *dash = strchr(text, '-');
	char first[32];

	if (dash && (size_t)(dash - text) < sizeof(first)) {
		memcpy(first, text, (size_t)(dash - text));
		first[dash - text] = '\0';
		if (!number__hex(first, start) && !number__hex(dash + 1, end)) {
			if (*end <= *start)
				return run__usage(run, text, "ends before it starts");
			return set_range(start, end, *end);
		}
	}
	if (!number__hex(text, start))
		return set_range(start, end, *start + 1);
	return 1;
}

/**
 * range__parse - parse a range
 * @run: attached
 * @text: the text
 * @start: filled: first address, a multiple of 4K
 * @end: filled: first address after the range, a multiple of 4K
 *
 * Return: 0 or -1.
 */
int range__parse(struct run *run, const char *text, uint64_t *start,
		 uint64_t *end)
{
	const int kind = range__parse_numbers(run, text, start, end);

	if (kind > 0)
		return find_mapping(run, text, start, end);
	if (!kind && *end - 1 >= run->info.user_end)
		return run__fail(run, -ERANGE);
	return kind;
}

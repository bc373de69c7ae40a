// SPDX-License-Identifier: GPL-2.0
/*
 * A range of addresses as people write it: START-END, one address, or the name
 * of a mapping.
 */
#include <errno.h>
#include <string.h>

#include "run.h"

#define PAGE	(1ULL << PGWALK_PAGE_SHIFT)

/* All mappings of a name together: they are looked at with what lies between */
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

/**
 * range__parse - read a range
 * @run: attached
 * @text: what was written
 * @start: filled: a multiple of 4K
 * @end: filled: the first address behind it, likewise
 *
 * Return: 0 or -1.
 */
int range__parse(struct run *run, const char *text, uint64_t *start,
		 uint64_t *end)
{
	const char *dash = strchr(text, '-');
	char first[32];

	if (dash && (size_t)(dash - text) < sizeof(first)) {
		memcpy(first, text, (size_t)(dash - text));
		first[dash - text] = '\0';
		if (!number__hex(first, start) && !number__hex(dash + 1, end)) {
			if (*end <= *start)
				return run__usage(run, text, "ends before it starts");
			*start &= ~(PAGE - 1);
			*end = (*end + PAGE - 1) & ~(PAGE - 1);
			return 0;
		}
	}
	if (!number__hex(text, start)) {
		*start &= ~(PAGE - 1);
		*end = *start + PAGE;
		return 0;
	}
	return find_mapping(run, text, start, end);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Parses "bit1,~bit2" into masks of entry and frame bits that must and must not be
 * set. The module applies the masks.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "../names/names.h"
#include "filter.h"
#include "pgwalk_entry.h"

#define ALL_KINDS ((1ULL << PGWALK_KIND_NR) - (1ULL << PGWALK_KIND_PRESENT))

/* Cut "prefix:" off @word; false: no such prefix */
static bool cut_prefix(const char **word, size_t *len, const char *prefix)
{
	size_t n = strlen(prefix);

	if (*len < n || strncmp(*word, prefix, n))
		return false;
	*word += n;
	*len -= n;
	return true;
}

/* A page has one kind, so two required kinds match no page */
static int add_kind(struct filter *f, uint32_t kind, bool not)
{
	uint64_t bit = 1ULL << kind;

	f->kinds &= not ? ~bit : bit;
	return f->kinds ? 0 : -ERANGE;
}

static int add(struct filter *f, const char *word, size_t len)
{
	bool not = *word == '~';
	bool page, entry;
	uint64_t flag;
	uint32_t kind;

	word += not;
	len -= not;
	page = cut_prefix(&word, &len, "page:");
	entry = !page && cut_prefix(&word, &len, "entry:");
	kind = page || entry ? 0 : names__find_entry(word, len);
	if (kind)
		return add_kind(f, kind, not);
	flag = page ? 0 : names__find_entry_flag(word, len);
	if (flag) {
		*(not ? &f->exclude : &f->require) |= flag;
		return f->require & f->exclude ? -ERANGE : 0;
	}
	flag = entry ? 0 : names__find_frame_flag(word, len);
	*(not ? &f->frame_exclude : &f->frame_require) |= flag;
	if (!flag)
		return -ENOENT;
	return f->frame_require & f->frame_exclude ? -ERANGE : 0;
}

/**
 * filter__parse - parse a page filter
 * @filter: all masks are set
 * @text: words separated by commas, "~" negates a word. A word is a kind of entry, a
 *	flag of an entry, or a flag of a frame, tried in this order, unless the prefix
 *	"entry:" or "page:" selects the flags
 * @bad: on failure, the failing word
 * @bad_len: its length
 *
 * Return: 0; -ENOENT: unknown word; -ERANGE: the filter can never match.
 */
int filter__parse(struct filter *filter, const char *text, const char **bad,
		  size_t *bad_len)
{
	struct filter f = { .kinds = ALL_KINDS };

	for (;;) {
		size_t len = strcspn(text, ",");
		int err = add(&f, text, len);

		if (err) {
			*bad = text;
			*bad_len = len;
			return err;
		}
		if (!text[len])
			break;
		text += len + 1;
	}
	*filter = f;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Reads "bit1,~bit2": what must and what must not be set, of entries and of
 * frames. It only knows words; the module applies them.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "../words.h"
#include "filter.h"
#include "pgwalk_entry.h"

#define ALL_KINDS ((1ULL << PGWALK_KIND_NR) - (1ULL << PGWALK_KIND_PRESENT))

/* Cuts "prefix:" off @word; 0: there is another one, or none */
static bool cut(const char **word, size_t *len, const char *prefix)
{
	size_t n = strlen(prefix);

	if (*len < n || strncmp(*word, prefix, n))
		return false;
	*word += n;
	*len -= n;
	return true;
}

/* A page is of one kind: two that it must be leave nothing */
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
	page = cut(&word, &len, "page:");
	entry = !page && cut(&word, &len, "entry:");
	kind = page || entry ? 0 : words__find_entry(word, len);
	if (kind)
		return add_kind(f, kind, not);
	flag = page ? 0 : words__find_entry_flag(word, len);
	if (flag) {
		*(not ? &f->exclude : &f->require) |= flag;
		return f->require & f->exclude ? -ERANGE : 0;
	}
	flag = entry ? 0 : words__find_frame_flag(word, len);
	*(not ? &f->frame_exclude : &f->frame_require) |= flag;
	if (!flag)
		return -ENOENT;
	return f->frame_require & f->frame_exclude ? -ERANGE : 0;
}

/**
 * filter__parse - read what is wanted
 * @filter: set whole
 * @text: words with commas between, "~" in front of what must not be. A word is
 *	a kind of entry, a flag of an entry, or a flag of a frame; in this
 *	order, unless "entry:" or "page:" says which flag is meant
 * @bad: on failure, the word that is to blame
 * @bad_len: its length
 *
 * Return: 0; -ENOENT: there is no such word; -ERANGE: no page can be all this.
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

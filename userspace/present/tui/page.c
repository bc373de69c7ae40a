// SPDX-License-Identifier: GPL-2.0
/*
 * The screen of one page as it is now: the walk, level by level, its frame, and
 * everyone who maps it. What was found out comes from others.
 */
#include "../../words.h"
#include "../explain.h"
#include "../inspect_columns.h"
#include "../table.h"
#include "view.h"

static void write_table(FILE *out, const struct columns *columns,
			unsigned int width, const void *row, size_t size,
			size_t count)
{
	struct table table;
	size_t i;

	table__init(&table, columns, width, false);
	table__header(&table, out);
	for (i = 0; i < count; i++)
		table__line(&table, out, (const char *)row + i * size, ' ');
}

static void write_walk(FILE *out, const struct tui *t)
{
	const struct pgwalk_translate *walk = &t->answer.translate;

	fputs("WALK\n", out);
	if (walk->nr_steps && walk->nr_steps <= PGWALK_MAX_LEVELS)
		write_table(out, &step_columns, (unsigned int)t->paint.width - 1,
			    walk->step, sizeof(*walk->step), walk->nr_steps);
	explain__result(out, walk);
}

static void write_frame(FILE *out, const struct tui *t)
{
	const struct pgwalk_frame *frame = &t->answer.frame;
	char flags[WORDS_MAX];

	fputs("\nFRAME\n", out);
	if (!t->answer.has_frame) {
		fputs("no page is there, so there is no frame\n", out);
		return;
	}
	write_table(out, &frame_columns, (unsigned int)t->paint.width - 1,
		    frame, sizeof(*frame), 1);
	fprintf(out, "flags %s\n",
		words__frame_flags(flags, sizeof(flags), frame->flags));
	if (frame->order)
		fprintf(out, "one of %u pages of a folio, the first is %llx\n",
			1U << frame->order, (unsigned long long)frame->head_pfn);
	if (frame->ino)
		fprintf(out, "page %llu of inode %llu on device %u:%u\n",
			(unsigned long long)frame->index,
			(unsigned long long)frame->ino, frame->dev_major,
			frame->dev_minor);
	if (frame->changed)
		fputs("it changed each time it was looked at\n", out);
}

/* How the search ended, in words that say what to do */
static const char *verdict(const struct pgwalk_rmap *r)
{
	switch (r->status) {
	case PGWALK_RMAP_DONE:
		return "all that map it";
	case PGWALK_RMAP_MORE:
		return "there are more than fit here: pgwalk rmap tells all";
	case PGWALK_RMAP_BUSY:
		return "a lock was held each time: not all of them, ask again (space)";
	case PGWALK_RMAP_CHANGED:
		return "the page became another one meanwhile: ask again (space)";
	case PGWALK_RMAP_MISMATCH:
		return "mappings were added or removed during the search: try again (space)";
	case PGWALK_RMAP_UNCOUNTED:
		return "the kernel keeps no mapcount to compare with";
	case PGWALK_RMAP_NO_PAGE:
		return "nothing that is mapped page by page";
	}
	return "not known";
}

static void write_mappers(FILE *out, const struct tui *t)
{
	const struct snapshot_answer *a = &t->answer;
	struct inspect_hit hit[SNAPSHOT_HITS];
	unsigned int i, count = a->nr_hits;

	fputs("\nMAPPED BY\n", out);
	if (!a->has_rmap) {
		fprintf(out, "not known%s%s\n", a->no_rmap ? ": " : "",
			a->no_rmap ? a->no_rmap : "");
		return;
	}
	if (count > SNAPSHOT_HITS)
		count = SNAPSHOT_HITS;
	for (i = 0; i < count; i++)
		hit[i] = (struct inspect_hit){ .pfn = a->rmap.pfn,
					       .hit = &a->hit[i] };
	if (count)
		write_table(out, &hit_columns, (unsigned int)t->paint.width - 1,
			    hit, sizeof(*hit), count);
	fprintf(out, "%u found, of a mapcount of %d: %s\n", a->rmap.found,
		a->rmap.mapcount, verdict(&a->rmap));
}

static int write_page(FILE *out, void *arg)
{
	const struct tui *t = arg;

	fprintf(out, "# page %08llx of %s\n\n", (unsigned long long)t->asked,
		t->look_name);
	if (!t->answered) {
		fputs("asking...\n", out);
	} else if (t->answer.error) {
		fprintf(out, "cannot be told: %s\n", t->answer.error);
	} else {
		write_walk(out, t);
		write_frame(out, t);
		write_mappers(out, t);
	}
	return 0;
}

static int fill(struct tui *t)
{
	return pager__set(&t->pager, write_page, t);
}

const struct view page_view = {
	.name = "page",
	.keys = "Space ask again  Esc back",
	.fill = fill,
};

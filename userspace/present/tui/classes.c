// SPDX-License-Identifier: GPL-2.0
/* The screens of classes: how long they took, what came of them, who asked for what. */
#include "view.h"

static const char *const latency[] = {
	"FAULT/s", "CLASS", "SHARE", "P50", "P90", "P99", "MAX",
	ROW_HISTOGRAM_TITLE, "MEAN", "COUNT", "MAJOR", "NEW4K", "NEW2M",
	"NEW1G", "AROUND", "NOTHP", "RETRY", "RTIME", "READ", "WRITE", "EXEC",
	"USER", "KERNEL", "GUP", NULL
};

static const char *const gain[] = {
	"FAULT/s", "CLASS", "COUNT", "MAJOR", "NEW4K", "NEW2M", "NEW1G",
	"AROUND", "NOTHP", "RETRY", "RTIME", "MEAN", "P99", "MAX", "SHARE",
	NULL
};

static const char *const who[] = {
	"FAULT/s", "CLASS", "COUNT", "MINOR", "MAJOR", "READ", "WRITE", "EXEC",
	"USER", "KERNEL", "GUP", "MEAN", "P99", "MAX", "SHARE", NULL
};

static int fill(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	struct row *row;
	size_t i;

	for (i = 0; i < s->nr_classes; i++) {
		row = view__add(t, &s->class[i].faults, 0, s->class[i].class);
		if (!row)
			return -1;
		row->line.class = &s->class[i];
	}
	return 0;
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	detail__faults(t, y, height, row->line.faults);
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? "no row has what the filter asks for" :
					  "no faults in this interval";
}

#define CLASSES(what, list)						\
const struct view classes_##what##_view = {				\
	.name = #what,							\
	.columns = &class_columns,					\
	.titles = (list),						\
	.keys = "",							\
	.fill = fill,							\
	.above = view__tabs,						\
	.details = 3,							\
	.detail = detail,						\
	.empty = empty,							\
}

CLASSES(latency, latency);
CLASSES(gain, gain);
CLASSES(access, who);

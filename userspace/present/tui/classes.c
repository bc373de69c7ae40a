// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The screens of fault classes: latency, gained pages, kinds of access. */
#include "../../lib/i18n.h"
#include "view.h"

static const char *const latency[] = {
	"FAULT/s", "CLASS", "TIME/s", "SHARE", "P50", "P99", "MAX",
	ROW_HISTOGRAM_TITLE, "P90", "MEAN", "TIME%", "COUNT", "MAJOR", "NEW4K", "NEW2M",
	"NEW1G", "AROUND", "NOTHP", "RETRY", "RTIME", "READ", "WRITE", "EXEC",
	"USER", "KERNEL", "GUP", NULL
};

static const char *const gain[] = {
	"FAULT/s", "CLASS", "COUNT", "MAJOR", "NEW4K", "NEW2M", "NEW1G",
	"AROUND", "NOTHP", "RETRY", "RTIME", "MEAN", "P99", "MAX", "SHARE",
	NULL
};

static const char *const access[] = {
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
		row->base.class = &s->class[i];
	}
	return 0;
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	advice__draw(t, y, row->class);
	detail__faults(t, y + 1, height - 1, row->base.faults);
}

static const char *empty(const struct tui *t)
{
	return t->filter[0] && t->found ? _("no row matches the filter") :
					  view__no_faults(t);
}

#define CLASSES(id, title, list)					\
const struct view classes_##id##_view = {				\
	.name = (title),						\
	.columns = &class_columns,					\
	.titles = (list),						\
	.keys = "",							\
	.fill = fill,							\
	.above = view__tabs,						\
	.details = 4,							\
	.detail = detail,						\
	.empty = empty,							\
}

CLASSES(latency, N_("latency"), latency);
CLASSES(gain, N_("gain"), gain);
CLASSES(access, N_("access"), access);

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The screens of threads and of processes. */
#include "../../lib/i18n.h"
#include "../../lib/units.h"
#include "../../names/names.h"
#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "ID", "TIME/s", "MAJOR/s", "P50", "P99", "MAX", "MOSTLY",
	"WR%", "TIME%",
	"UNATTR", "COUNT", "READ", "WRITE", "EXEC", "KERNEL", "GUP", "MEAN",
	"NEW4K", "NEW2M", "RETRY", "RTIME", "NAME", NULL
};

static int fill(struct tui *t)
{
	const struct snapshot *s = t->snapshot;
	struct row *row;
	size_t i;

	if (s->target->scope == SNAPSHOT_PROCESS && !s->by_thread)
		return 0;
	for (i = 0; i < s->nr_tasks; i++) {
		row = view__add(t, &s->task[i].faults,
				(uint64_t)s->task[i].id, ROW_NO_CLASS);
		if (!row)
			return -1;
		row->base.task = &s->task[i];
	}
	return 0;
}

/* Draw the faults per second of the classes of a task, most first, as many as fit */
static void draw_classes(const struct tui *t, int y,
			 const struct snapshot_task *task)
{
	struct field at = { .y = y, .x = 1, .end = t->paint.width };
	bool drawn[PGWALK_FAULT_CLASS_NR] = { false };
	double seconds = t->snapshot->seconds;
	char buf[QUANTITY_MAX];
	size_t i, n;

	for (n = 0; n < task->nr_classes && n < PGWALK_FAULT_CLASS_NR; n++) {
		const struct snapshot_class *best = NULL;

		for (i = 0; i < task->nr_classes; i++)
			if (task->class[i].class < PGWALK_FAULT_CLASS_NR &&
			    !drawn[task->class[i].class] &&
			    (!best || task->class[i].faults.count >
				      best->faults.count))
				best = &task->class[i];
		if (!best)
			return;
		drawn[best->class] = true;
		field__put(&t->paint, &at, names__class(best->class),
			   row__class_style(best->class), "%s",
			   units__rate(buf, sizeof(buf), seconds > 0 ?
				       (double)best->faults.count / seconds :
				       (double)best->faults.count));
	}
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	draw_classes(t, y, row->base.task);
	detail__faults(t, y + 1, height - 1, row->base.faults);
}

static const char *empty_threads(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return _("no row matches the filter");
	if (!t->snapshot->by_thread && t->options.replay)
		return _("recorded without threads (pgtop -t)");
	if (!t->snapshot->by_thread)
		return t->snapshot->last ? _("threads were not counted") :
		       _("threads are counted from the next interval on");
	return view__no_faults(t);
}

static const char *empty_processes(const struct tui *t)
{
	return t->filter[0] && t->found ? _("no row matches the filter") :
					  view__no_faults(t);
}

static void enter_process(struct tui *t, const struct row *row)
{
	if (row->base.task->id <= 0)
		view__note(t, true, "this row aggregates many processes and cannot be opened");
	else if (t->options.replay)
		view__note(t, true, "replay: its mappings were not recorded (pgtop --record FILE %d)",
			   row->base.task->id);
	else
		t->command.enter = row->base.task->id;
}

static void enter_thread(struct tui *t, const struct row *row)
{
	(void)row;
	view__note(t, false, "mappings are shown for all threads together");
}

const struct view threads_view = {
	.name = N_("threads"),
	.columns = &fault_task_columns,
	.titles = titles,
	.keys = "",
	.fill = fill,
	.above = view__tabs,
	.details = 4,
	.detail = detail,
	.empty = empty_threads,
	.enter = enter_thread,
};

const struct view processes_view = {
	.name = N_("processes"),
	.columns = &fault_task_columns,
	.titles = titles,
	.keys = N_("Enter its mappings"),
	.fill = fill,
	.above = view__tabs,
	.details = 4,
	.detail = detail,
	.empty = empty_processes,
	.enter = enter_process,
};

// SPDX-License-Identifier: GPL-2.0
/* The screens of threads and of processes. */
#include "../../lib/quantity.h"
#include "../../words.h"
#include "view.h"

static const char *const titles[] = {
	"FAULT/s", "ID", "MAJOR/s", "P50", "P99", "MAX", "MOSTLY", "WR%",
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
		row->line.task = &s->task[i];
	}
	return 0;
}

/* Its classes, the most faults first, as many as there is room for */
static void draw_classes(const struct tui *t, int y,
			 const struct snapshot_task *task)
{
	struct piece at = { .y = y, .x = 1, .end = t->paint.width };
	bool told[PGWALK_FAULT_CLASS_NR] = { false };
	char buf[QUANTITY_MAX];
	size_t i, n;

	for (n = 0; n < task->nr_classes && n < PGWALK_FAULT_CLASS_NR; n++) {
		const struct snapshot_class *best = NULL;

		for (i = 0; i < task->nr_classes; i++)
			if (task->class[i].class < PGWALK_FAULT_CLASS_NR &&
			    !told[task->class[i].class] &&
			    (!best || task->class[i].faults.count >
				      best->faults.count))
				best = &task->class[i];
		if (!best)
			return;
		told[best->class] = true;
		piece__put(&t->paint, &at, words__class(best->class),
			   row__class_style(best->class), "%s",
			   quantity__rate(buf, sizeof(buf),
					  (double)best->faults.count));
	}
}

static void detail(struct tui *t, int y, int height, const struct row *row)
{
	draw_classes(t, y, row->line.task);
	detail__faults(t, y + 1, height - 1, row->line.faults);
}

static const char *empty_threads(const struct tui *t)
{
	if (t->filter[0] && t->found)
		return "no row has what the filter asks for";
	if (!t->snapshot->by_thread && t->options.replay)
		return "recorded without threads (pgtop -t)";
	if (!t->snapshot->by_thread)
		return t->snapshot->last ? "threads were not counted" :
		       "threads are counted from the next interval on";
	return "no faults in this interval";
}

static const char *empty_processes(const struct tui *t)
{
	return t->filter[0] && t->found ? "no row has what the filter asks for" :
					  "no faults in this interval";
}

static void enter_process(struct tui *t, const struct row *row)
{
	if (row->line.task->id)
		view__note(t, false, "its mappings: pgtop %d",
			   row->line.task->id);
	else
		view__note(t, true, "this row is about many processes");
}

static void enter_thread(struct tui *t, const struct row *row)
{
	(void)row;
	view__note(t, false, "mappings are told of all threads together");
}

const struct view threads_view = {
	.name = "threads",
	.columns = &who_columns,
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
	.name = "processes",
	.columns = &who_columns,
	.titles = titles,
	.keys = "Enter how to look into it",
	.fill = fill,
	.above = view__tabs,
	.details = 4,
	.detail = detail,
	.empty = empty_processes,
	.enter = enter_process,
};

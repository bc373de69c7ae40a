/* SPDX-License-Identifier: GPL-2.0 */
/* The state of the screen, shared by the files that draw it; seen nowhere else. */
#ifndef PGWALK_TUI_VIEW_H
#define PGWALK_TUI_VIEW_H

#include "grid.h"
#include "pager.h"
#include "paint.h"
#include "prompt.h"
#include "strip.h"
#include "terminal.h"
#include "tui.h"

/* Smaller than this nothing can be read */
#define VIEW_WIDTH_MIN	40
#define VIEW_HEIGHT_MIN	10
#define VIEW_NOTE_MAX	256

enum view_id {
	VIEW_MAPPINGS,
	VIEW_LATENCY,		/* classes: how long */
	VIEW_GAIN,		/* classes: what came of it */
	VIEW_ACCESS,		/* classes: who asked, for what */
	VIEW_THREADS,
	VIEW_STACKS,
	VIEW_SYSTEM,
	VIEW_PROCESSES,
	VIEW_PAGES,
	VIEW_PAGE,
	VIEW_HELP,
	VIEW_NR
};

/**
 * struct view - one screen; the functions may be NULL
 * @name: in the line of all screens
 * @columns: that batch and JSON have too
 * @titles: of the columns, ended by NULL; NULL: lines of text instead
 * @keys: what can be done here; the rest can be done everywhere
 * @fill: makes the rows, or the text, of the snapshot
 * @above: draws between the header and the rows; tells how many lines it took
 * @details: lines of @detail
 * @detail: draws about the row at the cursor
 * @sum: a last row, about all
 * @empty: says why there are no rows
 * @enter: the key was pressed on a row
 */
struct view {
	const char *name;
	const struct columns *columns;
	const char *const *titles;
	const char *keys;
	int (*fill)(struct tui *t);
	int (*above)(struct tui *t, int y);
	int details;
	void (*detail)(struct tui *t, int y, int height, const struct row *row);
	void (*sum)(const struct tui *t, int y);
	const char *(*empty)(const struct tui *t);
	void (*enter)(struct tui *t, const struct row *row);
};

/**
 * struct tui - the screen
 * @terminal: taken over
 * @paint: how to draw on it
 * @options: as given
 * @snapshot: what is shown; NULL before the first
 * @id: the screen that is shown
 * @back: where Esc leads from a page, and from help
 * @grid: of each screen
 * @row: of the screen that is shown, sorted and filtered
 * @nr_rows: how many
 * @room: for how many there is memory
 * @found: how many there were before they were filtered
 * @stale: the rows are to be made anew
 * @pager: lines of text, where there are no rows
 * @strip: the address space
 * @prompt: what is asked
 * @filter: show only what has this in it; empty: all
 * @search: was looked for
 * @wish: what is wanted of others
 * @note: a line until the next key
 * @bad: it tells of a failure
 * @interval: seconds, as last wanted
 * @since: the number of the interval after which the past begins
 * @look_name: of the mapping that is looked into
 * @look_prot: PGWALK_PROT_* of it
 * @answer: about a page
 * @answered: there is one
 * @asked: the page that was asked about; 0: none
 */
struct tui {
	struct terminal *terminal;
	struct paint paint;
	struct tui_options options;
	const struct snapshot *snapshot;
	enum view_id id;
	enum view_id back;
	struct grid grid[VIEW_NR];
	struct row *row;
	size_t nr_rows;
	size_t room;
	size_t found;
	bool stale;
	struct pager pager;
	struct strip strip;
	struct prompt prompt;
	char filter[PROMPT_MAX];
	char search[PROMPT_MAX];
	struct tui_wish wish;
	char note[VIEW_NOTE_MAX];
	bool bad;
	double interval;
	uint64_t since;
	char look_name[64];
	uint8_t look_prot;
	struct snapshot_answer answer;
	char answer_error[VIEW_NOTE_MAX];
	bool answered;
	uint64_t asked;
};

/* One in each file of that name; classes.c has three */
extern const struct view mappings_view, pages_view, page_view, threads_view,
	processes_view, stacks_view, system_view, help_view;
extern const struct view classes_latency_view, classes_gain_view,
	classes_access_view;

/* views.c */
const struct view *view__of(enum view_id id);
enum view_id view__home(const struct tui *t);
enum view_id view__next(const struct tui *t, enum view_id id, int step);
void view__go(struct tui *t, enum view_id id);
int view__tabs(struct tui *t, int y);
int view__rows(struct tui *t);
struct row *view__add(struct tui *t, const struct snapshot_faults *faults,
		      uint64_t id, uint32_t class);
const struct row *view__at(const struct tui *t);
void view__note(struct tui *t, bool bad, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* layout.c */
int layout__draw(struct tui *t);

/* header.c */
int header__draw(const struct tui *t, int most);

/* pages.c */
void pages__enter(struct tui *t, uint64_t start, uint64_t end, uint8_t prot,
		  const char *name);
void pages__again(struct tui *t);

/* keys.c */
void keys__early(struct tui *t, int key);
void keys__take(struct tui *t, int key);

/* detail.c */
void detail__faults(const struct tui *t, int y, int height,
		    const struct snapshot_faults *faults);

/* piece.c */
struct piece {
	int y;
	int x;
	int end;
};
bool piece__put(const struct paint *p, struct piece *at, const char *label,
		enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The state of the screen, private to the files in tui/. */
#ifndef PGWALK_TUI_VIEW_H
#define PGWALK_TUI_VIEW_H

#include "grid.h"
#include "pager.h"
#include "paint.h"
#include "prompt.h"
#include "address_bar.h"
#include "terminal.h"
#include "tui.h"

/* Minimal size of a terminal */
#define VIEW_WIDTH_MIN	40
#define VIEW_HEIGHT_MIN	10
#define VIEW_NOTE_MAX	512

enum view_id {
	VIEW_MAPPINGS,
	VIEW_LATENCY,		/* classes: latency */
	VIEW_GAIN,		/* classes: gained pages */
	VIEW_ACCESS,		/* classes: kinds of access */
	VIEW_THREADS,
	VIEW_STACKS,
	VIEW_PLACES,		/* mappings of a call stack */
	VIEW_SYSTEM,
	VIEW_PROCESSES,
	VIEW_PAGES,
	VIEW_PAGE,
	VIEW_HELP,
	VIEW_NR
};

/**
 * struct view - one screen; the functions may be NULL
 * @name: name in the line of screens
 * @columns: columns shared with batch and JSON
 * @titles: titles of the columns, ended by NULL; NULL: a text without columns
 * @keys: keys of this screen, besides the common ones
 * @fill: makes the rows, or the text, of the snapshot
 * @above: draws between the header and the rows; returns its number of lines
 * @details: number of lines of @detail
 * @detail: draws details of the row at the cursor
 * @sum: draws a last row with sums
 * @empty: returns the reason for an empty table
 * @enter: opens a row
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
 * @terminal: the terminal
 * @paint: the screen to paint on
 * @options: options of tui__create()
 * @snapshot: current snapshot; NULL before the first
 * @id: current screen
 * @back: screen that Esc leads to from a page, and from help
 * @grid: by screen
 * @row: rows of the current screen, sorted and filtered
 * @part: faults of the rows of call stacks in one mapping, if only those are shown
 * @parts_room: allocated @part
 * @nr_rows: number of @row
 * @room: allocated @row
 * @found: number of rows before filtering
 * @stale: rows must be made again
 * @pager: text of a screen without rows
 * @address_bar: the address space
 * @prompt: text input
 * @filter: text that rows must match; empty: all rows
 * @search: text of the last search
 * @command: requests to the session
 * @note: line of text until the next key
 * @bad: @note is an error
 * @interval: length of intervals as last requested, in seconds
 * @inside: one of many processes is shown
 * @intervals: number of intervals of a replay; 0: unknown
 * @since: number of the interval before the first one of the graph
 * @trace_name: name of the traced mapping
 * @trace_prot: PGWALK_PROT_* of the traced mapping
 * @of_mapping: call stacks are those of one mapping
 * @mapping: id of that mapping
 * @mapping_name: its name and first address
 * @site: id of the site that the shown mappings belong to
 * @details: details of a page
 * @has_details: @details is valid
 * @query_addr: address of the requested page; 0: none
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
	struct snapshot_stack *part;
	size_t parts_room;
	size_t nr_rows;
	size_t room;
	size_t found;
	bool stale;
	struct pager pager;
	struct address_bar address_bar;
	struct prompt prompt;
	char filter[PROMPT_MAX];
	char search[PROMPT_MAX];
	struct tui_command command;
	char note[VIEW_NOTE_MAX];
	bool bad;
	double interval;
	bool inside;
	uint64_t intervals;
	uint64_t since;
	char trace_name[64];
	uint8_t trace_prot;
	bool of_mapping;
	uint32_t mapping;
	char mapping_name[64];
	uint64_t site;
	struct snapshot_page_details details;
	char details_error[VIEW_NOTE_MAX];
	bool has_details;
	uint64_t query_addr;
};

/* Each is in the file of its name; classes.c has three */
extern const struct view mappings_view, pages_view, page_view, threads_view,
	processes_view, stacks_view, places_view, system_view, help_view;
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
const char *view__no_faults(const struct tui *t);
const struct row *view__at(const struct tui *t);
void view__note(struct tui *t, bool bad, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* tui.c */
void tui__select_memory(struct tui *t, unsigned int columns);

/* layout.c */
int layout__draw(struct tui *t);

/* header.c */
int header__draw(const struct tui *t, int most);

/* pages.c */
void pages__enter(struct tui *t, uint64_t start, uint64_t end, uint8_t prot,
		  const char *name);
void pages__again(struct tui *t);

/* stacks.c */
void stacks__enter_mapping(struct tui *t, uint32_t id, uint64_t start, const char *name);

/* keys.c */
void keys__early(struct tui *t, int key);
void keys__take(struct tui *t, int key);

/* detail.c */
void detail__faults(const struct tui *t, int y, int height,
		    const struct snapshot_faults *faults);

/* advice.c */
void advice__draw(const struct tui *t, int y, uint32_t class);

/* field.c */
struct field {
	int y;
	int x;
	int end;
};
bool field__put(const struct paint *p, struct field *at, const char *label,
		enum style style, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

#endif

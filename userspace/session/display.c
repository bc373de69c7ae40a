// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Passes snapshots to a presenter, and writes its output to the screen, a file or stdout. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/i18n.h"
#include "../lib/output.h"
#include "../present/batch.h"
#include "../present/folded.h"
#include "../present/json.h"
#include "../names/names.h"
#include "display.h"

#define SAVES_MAX	999	/* pgtop-PID-999.txt */

/**
 * struct display - the screen, or an output for text or JSON, or neither
 * @output: output for text or JSON; NULL with a screen, and if only a page is wanted
 * @tui: the screen; NULL without one
 * @folded: output for call stacks, until they are written; NULL without one
 * @batch: options of text
 * @json: write JSON
 * @regions: include the whole address space in JSON
 * @closed: the reader has closed the pipe
 */
struct display {
	struct output *output;
	struct tui *tui;
	struct output *folded;
	struct batch_options batch;
	bool json;
	bool regions;
	bool closed;
};

/* Is there a terminal with cursor movement, and a user at its keyboard? */
static bool may_have_screen(const struct session_options *o)
{
	const char *term = getenv("TERM");

	return o->form == SESSION_AUTO && !o->output && !o->nr_streams && isatty(STDOUT_FILENO) &&
	       isatty(STDIN_FILENO) && term && term[0] && strcmp(term, "dumb") &&
	       strcmp(term, "unknown");
}

/* Is a page the only output? */
static bool is_page_only(const struct session_options *o)
{
	return (o->html || o->svg) && o->form == SESSION_AUTO && !o->output;
}

static int open_screen(struct display *d, const struct session_options *o)
{
	const struct tui_options options = {
		.interval = o->seconds,
		.by_thread = o->by_thread,
		.replay = o->replay,
		.sort = o->sort,
		.memory = o->memory,
		.rows = o->rows,
	};

	return may_have_screen(o) ? tui__create(&d->tui, &options) : -ENOTTY;
}

static int open_output(struct display *d, const struct session_options *o,
		       struct error *error)
{
	int err = output__create(&d->output, o->output);

	if (err)
		return error__set(error, ERROR_FAILURE, "%s: %s", o->output,
				  strerror(-err));
	d->batch.width = output__width(d->output, BATCH_WIDTH);
	d->json = o->form == SESSION_JSON;
	d->regions = o->regions;
	return 0;
}

/* Open the file before anything is counted, so that nothing is lost if that fails */
static int open_folded(struct display *d, const struct session_options *o, struct error *error)
{
	int err = o->folded ? output__create(&d->folded, o->folded) : 0;

	return err ? error__set(error, ERROR_FAILURE, "%s: %s (choose a file that can be created)",
				o->folded, strerror(-err)) : 0;
}

/**
 * display__create - open the screen or an output
 * @out: filled; untouched on failure
 * @options: requested form; a terminal without cursor movement gets text
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int display__create(struct display **out,
		    const struct session_options *options,
		    struct error *error)
{
	struct display *d;
	char keys[256];

	if (options->sort && !batch__can_sort(options->sort))
		return error__set(error, ERROR_USAGE,
				  "%.40s: no such column to sort by (%s)",
				  options->sort, batch__sort_keys(keys, sizeof(keys)));
	if (options->sort && batch__needs_memory(options->sort) & ~options->memory)
		return error__set(error, ERROR_USAGE, "%.40s: not selected (--columns=%s)", options->sort,
				  names__memories(keys, sizeof(keys), batch__needs_memory(options->sort)));
	d = calloc(1, sizeof(*d));
	if (!d)
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	if (open_folded(d, options, error) ||
	    (!is_page_only(options) && open_screen(d, options) && open_output(d, options, error))) {
		display__destroy(d);
		return -1;
	}
	d->batch.rows = options->rows;
	d->batch.sort = options->sort;
	d->batch.memory = options->memory;
	*out = d;
	return 0;
}

/** display__destroy - restore the terminal; NULL is fine */
void display__destroy(struct display *d)
{
	if (!d)
		return;
	tui__destroy(d->tui);
	output__destroy(d->output);
	output__destroy(d->folded);
	free(d);
}

/**
 * display__show - show an interval
 * @d: the display
 * @snapshot: the interval; a screen draws it until the next one
 *
 * Return: 0; or -errno. A closed pipe is not an error, see display__closed().
 */
int display__show(struct display *d, const struct snapshot *snapshot)
{
	FILE *out;
	int err;

	if (d->tui)
		return tui__show(d->tui, snapshot);
	if (!d->output)
		return 0;
	out = output__begin(d->output);
	if (!out)
		return -ENOMEM;
	err = 0;
	if (d->json)
		json__format(out, snapshot, d->regions, d->batch.memory);
	else
		err = batch__format(out, snapshot, &d->batch);
	if (!err)
		err = output__end(d->output);
	d->closed = err == -EPIPE;
	return d->closed ? 0 : err;
}

/**
 * display__summary - write a summary after the last interval
 * @d: the display; a screen is closed before, and the summary goes to stdout
 * @since: all faults since the start
 *
 * Return: 0; or -errno. A closed pipe is not an error.
 */
int display__summary(struct display *d, const struct snapshot *since)
{
	FILE *out;
	int err = 0;

	if (d->closed)
		return 0;
	if (d->tui) {
		tui__destroy(d->tui);
		d->tui = NULL;
		err = output__create(&d->output, NULL);
		if (!err)
			d->batch.width = output__width(d->output, BATCH_WIDTH);
	}
	out = err ? NULL : output__begin(d->output);
	if (!out)
		return err ? err : -ENOMEM;
	err = batch__summary(out, since, &d->batch);
	if (!err)
		err = output__end(d->output);
	d->closed = err == -EPIPE;
	return d->closed ? 0 : err;
}

/** display__closed - has the reader closed the pipe? */
bool display__closed(const struct display *d)
{
	return d->closed;
}

/**
 * display__folded - write call stacks as folded lines, once
 * @d: the display, with a file for them
 * @options: weight and class; the name of the file
 * @snapshot: the last interval
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int display__folded(struct display *d, const struct session_options *options,
		    const struct snapshot *snapshot, struct error *error)
{
	struct folded_options folded = {
		.weight = options->folded_latency ? FOLDED_LATENCY :
						    FOLDED_COUNT,
		.class = FOLDED_ALL,
		.by_mapping = options->folded_mapping,
	};
	FILE *out = output__begin(d->folded);
	int err, closed;

	if (options->folded_class)
		folded.class = names__find_class(options->folded_class);
	err = out ? folded__format(out, snapshot, &folded) : -ENOMEM;
	if (!err)
		err = output__end(d->folded);
	closed = output__destroy(d->folded);
	d->folded = NULL;
	if (!err)
		err = closed;
	if (err == -EPIPE)	/* as for the output of intervals */
		err = 0;
	return err ? error__set(error, ERROR_FAILURE, "%s: %s",
				options->folded, strerror(-err)) : 0;
}

/** display__is_screen - is there a screen? */
bool display__is_screen(const struct display *d)
{
	return d->tui;
}

/** display__fd - return the descriptor of the keyboard; -1 without a screen */
int display__fd(const struct display *d)
{
	return d->tui ? tui__fd(d->tui) : -1;
}

/**
 * display__input - handle the pressed keys
 * @d: the display
 * @command: filled with the commands for other parts
 *
 * Return: 0 or -errno.
 */
int display__input(struct display *d, struct tui_command *command)
{
	memset(command, 0, sizeof(*command));
	command->seek_time = -1;
	return d->tui ? tui__input(d->tui, command) : 0;
}

/** display__resize - adapt to the new size of the terminal */
void display__resize(struct display *d)
{
	if (d->tui)
		tui__resize(d->tui);
}

/** display__restart - forget the snapshot of the screen, as tui__restart(). Return: 0 or -ENOMEM */
int display__restart(struct display *d, bool inside, struct tui_command *command)
{
	return d->tui ? tui__restart(d->tui, inside, command) : 0;
}

/** display__set_intervals - set the number of intervals of a replay; 0: unknown */
void display__set_intervals(struct display *d, uint64_t count)
{
	if (d->tui)
		tui__set_intervals(d->tui, count);
}

/** display__end_loop - forget the loop of the user, because this replay cannot go back */
void display__end_loop(struct display *d)
{
	if (d->tui)
		tui__end_loop(d->tui);
}

/** display__note - show a line to the user */
void display__note(struct display *d, const char *text)
{
	if (d->tui)
		tui__note(d->tui, text);
}

/** display__show_details - show the result of a page query */
void display__show_details(struct display *d, const struct snapshot_page_details *answer)
{
	if (d->tui)
		tui__show_details(d->tui, answer);
}

/* Create a new file; existing files are kept */
static int open_save(pid_t pid, char *name, size_t size)
{
	char target[16] = "all";
	int n, fd = -1;

	if (pid)
		snprintf(target, sizeof(target), "%d", pid);
	for (n = 1; fd < 0 && n <= SAVES_MAX; n++) {
		snprintf(name, size, "pgtop-%s-%03d.txt", target, n);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

static int save(struct display *d, int fd)
{
	struct output *output;
	FILE *out;
	int err = output__of_fd(&output, fd), closed;

	if (err) {
		close(fd);
		return err;
	}
	out = output__begin(output);
	err = out ? tui__write(d->tui, out) : -ENOMEM;
	if (!err)
		err = output__end(output);
	closed = output__destroy(output);
	return err ? err : closed;
}

/**
 * display__save - write the screen to a file and show its name
 * @d: the display
 * @pid: the target, for the name; 0: many
 */
void display__save(struct display *d, pid_t pid)
{
	char name[64], text[160];
	int fd, err;

	if (!d->tui)
		return;
	fd = open_save(pid, name, sizeof(name));
	err = fd < 0 ? fd : save(d, fd);
	if (err)
		snprintf(text, sizeof(text), "%s: %s", name, strerror(-err));
	else
		snprintf(text, sizeof(text), _("written to %s"), name);
	tui__note(d->tui, text);
}

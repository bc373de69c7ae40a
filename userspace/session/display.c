// SPDX-License-Identifier: GPL-2.0
/*
 * Gives snapshots to the presenter that was chosen, and what it writes to where it
 * belongs. It formats nothing and keeps no state of the target.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../lib/outlet.h"
#include "../present/batch.h"
#include "../present/folded.h"
#include "../present/json.h"
#include "../words.h"
#include "display.h"

#define SAVES_MAX	999	/* pgtop-PID-999.txt */

/**
 * struct display - one of the two
 * @outlet: where text or JSON goes; NULL: nowhere, there is a screen
 * @tui: the screen; NULL: there is none
 * @batch: how text looks
 * @json: it is JSON
 * @regions: with the whole address space
 * @closed: nobody reads it any more
 */
struct display {
	struct outlet *outlet;
	struct tui *tui;
	struct batch_options batch;
	bool json;
	bool regions;
	bool closed;
};

/* A terminal that a cursor can be moved on, and that somebody sits at */
static bool may_have_screen(const struct session_options *o)
{
	const char *term = getenv("TERM");

	return o->form == SESSION_AUTO && !o->output && isatty(STDOUT_FILENO) &&
	       isatty(STDIN_FILENO) && term && term[0] && strcmp(term, "dumb") &&
	       strcmp(term, "unknown");
}

static int open_screen(struct display *d, const struct session_options *o)
{
	const struct tui_options options = {
		.interval = o->seconds,
		.by_thread = o->by_thread,
		.replay = o->replay,
		.sort = o->sort,
		.rows = o->rows,
	};

	return may_have_screen(o) ? tui__create(&d->tui, &options) : -ENOTTY;
}

static int open_outlet(struct display *d, const struct session_options *o,
		       struct error *error)
{
	int err = outlet__create(&d->outlet, o->output);

	if (err)
		return error__set(error, ERROR_FAILURE, "%s: %s", o->output,
				  strerror(-err));
	d->batch.width = outlet__width(d->outlet, BATCH_WIDTH);
	d->batch.rows = o->rows;
	d->batch.sort = o->sort;
	d->json = o->form == SESSION_JSON;
	d->regions = o->regions;
	return 0;
}

/**
 * display__create - choose where and how
 * @out: filled; untouched on failure
 * @options: what is wanted; a terminal that is not up to it gets text
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
				  "%.40s: there is no such column to sort by (%s)",
				  options->sort, batch__sort_keys(keys, sizeof(keys)));
	d = calloc(1, sizeof(*d));
	if (!d)
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	if (open_screen(d, options) && open_outlet(d, options, error)) {
		free(d);
		return -1;
	}
	*out = d;
	return 0;
}

/** display__destroy - give the terminal back; NULL is fine */
void display__destroy(struct display *d)
{
	if (!d)
		return;
	tui__destroy(d->tui);
	outlet__destroy(d->outlet);
	free(d);
}

/**
 * display__show - show an interval
 * @d: the display
 * @snapshot: the interval; on a screen it is drawn until the next one
 *
 * Return: 0; or -errno. A reader who goes away is no error: display__closed().
 */
int display__show(struct display *d, const struct snapshot *snapshot)
{
	FILE *out;
	int err;

	if (d->tui)
		return tui__show(d->tui, snapshot);
	out = outlet__begin(d->outlet);
	if (!out)
		return -ENOMEM;
	err = d->json ? json__format(out, snapshot, d->regions) :
			batch__format(out, snapshot, &d->batch);
	if (!err)
		err = outlet__end(d->outlet);
	d->closed = err == -EPIPE;
	return d->closed ? 0 : err;
}

/** display__closed - is there nobody any more who reads? */
bool display__closed(const struct display *d)
{
	return d->closed;
}

/**
 * display__folded - write call stacks as folded lines
 * @options: where to, and of what
 * @snapshot: the last one
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int display__folded(const struct session_options *options,
		    const struct snapshot *snapshot, struct error *error)
{
	struct folded_options folded = {
		.weight = options->folded_latency ? FOLDED_LATENCY :
						    FOLDED_COUNT,
		.class = FOLDED_ALL,
	};
	FILE *out = fopen(options->folded, "we");
	int err;

	if (!out)
		return error__set(error, ERROR_FAILURE, "%s: %s",
				  options->folded, strerror(errno));
	if (options->folded_class)
		folded.class = words__find_class(options->folded_class);
	err = folded__format(out, snapshot, &folded);
	if (ferror(out))
		err = -EIO;
	if (fclose(out) && !err)
		err = -errno;
	return err ? error__set(error, ERROR_FAILURE, "%s: %s",
				options->folded, strerror(-err)) : 0;
}

/** display__is_screen - does somebody sit there? */
bool display__is_screen(const struct display *d)
{
	return d->tui;
}

/** display__fd - where keys come from; -1 without a screen */
int display__fd(const struct display *d)
{
	return d->tui ? tui__fd(d->tui) : -1;
}

/**
 * display__input - take the keys that are there
 * @d: the display
 * @wish: filled: what is wanted of others
 *
 * Return: 0 or -errno.
 */
int display__input(struct display *d, struct tui_wish *wish)
{
	memset(wish, 0, sizeof(*wish));
	return d->tui ? tui__input(d->tui, wish) : 0;
}

/** display__resize - the terminal has another size */
void display__resize(struct display *d)
{
	if (d->tui)
		tui__resize(d->tui);
}

/** display__note - show a line for the person */
void display__note(struct display *d, const char *text)
{
	if (d->tui)
		tui__note(d->tui, text);
}

/** display__answer - show what was found out */
void display__answer(struct display *d, const struct snapshot_answer *answer)
{
	if (d->tui)
		tui__answer(d->tui, answer);
}

/* A file of its own: what is there stays */
static int open_save(pid_t pid, char *name, size_t size)
{
	char who[16] = "all";
	int n, fd = -1;

	if (pid)
		snprintf(who, sizeof(who), "%d", pid);
	for (n = 1; fd < 0 && n <= SAVES_MAX; n++) {
		snprintf(name, size, "pgtop-%s-%03d.txt", who, n);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd < 0 ? -errno : fd;
}

/**
 * display__save - write the screen to a file, and tell which
 * @d: the display
 * @pid: of the target, for the name; 0: there are many
 */
void display__save(struct display *d, pid_t pid)
{
	char name[64], text[160];
	FILE *file = NULL;
	int fd, err;

	if (!d->tui)
		return;
	fd = open_save(pid, name, sizeof(name));
	err = fd < 0 ? fd : 0;
	if (!err)
		file = fdopen(fd, "w");
	if (!err)
		err = file ? tui__write(d->tui, file) : -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	if (err)
		snprintf(text, sizeof(text), "%s: %s", name, strerror(-err));
	else
		snprintf(text, sizeof(text), "written to %s", name);
	tui__note(d->tui, text);
}

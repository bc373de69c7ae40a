// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Adds intervals to a recording, and writes the page, the pictures, or both. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/output.h"
#include "../lib/text.h"
#include "../model/recording.h"
#include "../present/html/html.h"
#include "page.h"

/* A file of one of the two forms */
enum { HTML, SVG, FORMS };

/**
 * struct page - the page of a session
 * @path: name of each file; NULL: not wanted
 * @output: each file
 * @recording: all intervals
 */
struct page {
	const char *path[FORMS];
	struct output *output[FORMS];
	struct recording *recording;
};

static int fail(const char *path, int err, struct error *error)
{
	return error__set(error, ERROR_FAILURE, "%s: %s (choose a file that can be created)", path, strerror(-err));
}

/**
 * page__create - open the files before anything is counted, so that nothing is lost if that fails
 * @out: filled; NULL: no file is wanted
 * @options: names of the files
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int page__create(struct page **out, const struct session_options *options, struct error *error)
{
	struct page *p;
	int i, err;

	*out = NULL;
	if (!options->html && !options->svg)
		return 0;
	p = calloc(1, sizeof(*p));
	if (p)
		p->recording = recording__create();
	if (!p || !p->recording) {
		free(p);
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	}
	p->path[HTML] = options->html;
	p->path[SVG] = options->svg;
	for (i = 0; i < FORMS; i++) {
		err = p->path[i] ? output__create(&p->output[i], p->path[i]) : 0;
		if (!err)
			continue;
		fail(p->path[i], err, error);
		page__destroy(p);
		return -1;
	}
	*out = p;
	return 0;
}

/** page__destroy - close the files; NULL is fine */
void page__destroy(struct page *p)
{
	int i;

	if (!p)
		return;
	for (i = 0; i < FORMS; i++)
		output__destroy(p->output[i]);
	recording__destroy(p->recording);
	free(p);
}

/** page__add - add an interval, which must stay valid until the next one or page__write(); NULL is fine */
void page__add(struct page *p, const struct snapshot *snapshot)
{
	if (p)
		recording__add(p->recording, snapshot);
}

static void format_title(char *title, size_t size, const struct snapshot_target *target)
{
	char comm[4 * 15 + 1];

	text__fit(comm, sizeof(comm), target->comm, 15);
	switch (target->scope) {
	case SNAPSHOT_PROCESS:
		snprintf(title, size, "%d %s: page faults", target->pid, comm);
		break;
	case SNAPSHOT_ALL:
		snprintf(title, size, "All processes: page faults");
		break;
	case SNAPSHOT_CGROUP:
		snprintf(title, size, "%s: page faults", target->cgroup);
		break;
	}
}

static int write_file(struct output *output, bool pictures_only, const struct snapshot_recording *recording)
{
	FILE *out = output__begin(output);
	struct html html;
	char title[320];
	int err;

	if (!out)
		return -ENOMEM;
	format_title(title, sizeof(title), recording->last->target);
	html__begin(&html, out, pictures_only ? "" : NULL, title);
	err = html__end_recording(&html, recording);
	html__destroy(&html);
	return err ? err : output__end(output);
}

/**
 * page__write - write the files, if there was an interval
 * @p: the page; NULL is fine
 * @error: filled on failure
 *
 * A closed pipe is not an error, as for the output of intervals.
 *
 * Return: 0 or -1.
 */
int page__write(struct page *p, struct error *error)
{
	const struct snapshot_recording *recording = p ? recording__take(p->recording) : NULL;
	int i, err, closed;

	for (i = 0; recording && recording->last && i < FORMS; i++) {
		if (!p->output[i])
			continue;
		err = write_file(p->output[i], i == SVG, recording);
		closed = output__destroy(p->output[i]);
		p->output[i] = NULL;
		if (!err)
			err = closed;
		if (err && err != -EPIPE)
			return error__set(error, ERROR_FAILURE, "%s: %s", p->path[i], strerror(-err));
	}
	return 0;
}

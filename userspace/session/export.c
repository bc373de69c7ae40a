// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Adds intervals to sums, rewrites the file of metrics and serves them over HTTP. A failed write is
 * reported once and repeated with the next interval: a full disk must not end a monitor.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/http_server.h"
#include "../lib/i18n.h"
#include "../lib/memory_stream.h"
#include "../lib/replace_file.h"
#include "../model/metrics.h"
#include "../present/openmetrics.h"
#include "export.h"

/**
 * struct export - metrics for a monitoring system
 * @path: the file; may be NULL
 * @server: the server; may be NULL
 * @metrics: the sums
 * @err: error of the last interval
 * @note: the last line for the user
 */
struct export {
	const char *path;
	struct http_server *server;
	struct snapshot_metrics metrics;
	int err;
	char note[512];
};

static int create_file(const char *path, struct error *error)
{
	static const char empty[] = "# EOF\n";
	int err = replace_file(path, empty, sizeof(empty) - 1);

	if (err == -EINVAL)
		return error__set(error, ERROR_FAILURE,
				  "%s: not a regular file (choose a file that can be replaced)", path);
	return err ? error__set(error, ERROR_FAILURE,
				"%s: %s (choose a file that can be created)", path,
				strerror(-err)) : 0;
}

/**
 * export__create - create the file, without metrics, and listen
 * @out: filled; NULL: neither is wanted
 * @options: the name of the file, the address
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int export__create(struct export **out, const struct session_options *options,
		   struct error *error)
{
	struct export *e;

	*out = NULL;
	if (!options->openmetrics && !options->listen)
		return 0;
	e = calloc(1, sizeof(*e));
	if (!e)
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	e->path = options->openmetrics;
	e->metrics.max_cgroups = options->cgroups;
	e->metrics.cgroup = calloc(options->cgroups + 1, sizeof(e->metrics.cgroup[0]));
	if (!e->metrics.cgroup) {
		free(e);
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	}
	if ((e->path && create_file(e->path, error)) ||
	    (options->listen && http_server__create(&e->server, options->listen, error))) {
		free(e->metrics.cgroup);
		free(e);
		return -1;
	}
	*out = e;
	return 0;
}

static int format(struct memory_stream *to, const struct export *e, enum openmetrics_form form)
{
	FILE *out = memory_stream__open(to);

	if (!out)
		return -ENOMEM;
	openmetrics__format(out, &e->metrics, form);
	return memory_stream__close(to);
}

static int publish(const struct export *e)
{
	struct memory_stream text = { .file = NULL }, open_text = { .file = NULL };
	int err = format(&text, e, OPENMETRICS_TEXT);

	if (!err && e->server) {
		err = format(&open_text, e, OPENMETRICS_1_0);
		if (!err)
			err = http_server__publish(e->server, text.text, text.size,
						   open_text.text, open_text.size);
	}
	if (!err && e->path)
		err = replace_file(e->path, text.text, text.size);
	memory_stream__fini(&text);
	memory_stream__fini(&open_text);
	return err;
}

/**
 * export__add - add an interval, rewrite the file, and serve the new sums
 * @e: the export; NULL is fine
 * @snapshot: the interval
 *
 * Return: a line for the user when writes begin to fail or work again, valid until the next call;
 * or NULL.
 */
const char *export__add(struct export *e, const struct snapshot *snapshot)
{
	int before;

	if (!e)
		return NULL;
	before = e->err;
	metrics__add(&e->metrics, snapshot);
	e->err = publish(e);
	if (e->err == before)
		return NULL;
	if (e->err)
		snprintf(e->note, sizeof(e->note), _("%s: %s (tried again in each interval)"),
			 e->path ? e->path : "metrics", strerror(-e->err));
	else
		snprintf(e->note, sizeof(e->note), _("%s: written again"),
			 e->path ? e->path : "metrics");
	return e->note;
}

/**
 * export__destroy - close the server; the file stays
 * @e: the export; NULL is fine
 * @error: set if the last write failed, unless it is already set
 *
 * Return: 0 or -1.
 */
int export__destroy(struct export *e, struct error *error)
{
	int err = 0;

	if (!e)
		return 0;
	if (e->err) {
		err = -1;
		if (!error->status)
			error__set(error, ERROR_FAILURE, "%s: %s", e->path ? e->path : "metrics",
				   strerror(-e->err));
	}
	http_server__destroy(e->server);
	free(e->metrics.cgroup);
	free(e);
	return err;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The subject of a page, and the pictures of it. */
#ifndef PGWALK_PRESENT_HTML_CONTENT_H
#define PGWALK_PRESENT_HTML_CONTENT_H

#include <stdio.h>

#include "../../snapshot_recording.h"

/**
 * struct content - the subject of a page
 * @report: a live process; NULL: none
 * @recording: a recorded stream; NULL: none
 * @diff: two readings; NULL: none
 * @space: address space of one of the first two; NULL: unknown
 */
struct content {
	const struct inspect_report *report;
	const struct snapshot_recording *recording;
	const struct inspect_diff_page *diff;
	const struct inspect_space *space;
};

/**
 * struct picture - one picture
 * @name: its place in page.html
 * @title: its name for a reader that cannot see it
 * @has_parts: do scripts make buttons or rows of its parts? The parts of an image are hidden from screen readers
 * @has: is there data for it?
 * @draw: draws it, SVG_WIDTH wide; returns its height
 */
struct picture {
	const char *name;
	const char *title;
	bool has_parts;
	bool (*has)(const struct content *c);
	unsigned int (*draw)(FILE *out, const struct content *c);
};

/* In the order of a page */
#define PICTURES(X)	X(space) X(map) X(tables) X(reach) X(walk) X(changes) X(compared) X(both) X(classes) X(heat) X(latency)

#define X(name) extern const struct picture name##_picture;
PICTURES(X)
#undef X

/* data.c */
struct json_writer;
void data__report(struct json_writer *w, const struct inspect_report *r);
void data__recording(struct json_writer *w, const struct snapshot_recording *r);
void data__diff(struct json_writer *w, const struct inspect_diff_page *d);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * One self-contained page of a process, of two readings, or of a recorded stream: the data as JSON, pictures as SVG, tables that a script
 * makes of the data. Or the pictures alone.
 *
 * The data comes first, so that mappings stream in constant memory.
 */
#ifndef PGWALK_PRESENT_HTML_HTML_H
#define PGWALK_PRESENT_HTML_HTML_H

#include <stdbool.h>

#include "../../snapshot_recording.h"
#include "compact.h"

/** HTML_PICTURES - names of all pictures: of a process, of two readings, of a recorded stream */
#define HTML_PICTURES	"space, map, tables, reach, walk; changes, compared, both; classes, heat, latency"

/**
 * struct html - a page that is being written
 * @out: current output
 * @pictures: names of pictures, separated by commas, "" for all: SVG without a page around them; NULL: a page
 * @title: title of the page
 * @json: the data
 * @table: the table that is being written
 */
struct html {
	FILE *out;
	const char *pictures;
	char title[256];
	struct json_writer json;
	struct compact table;
};

const char *html__unknown_picture(const char *names);
void html__begin(struct html *h, FILE *out, const char *chosen, const char *title);
void html__destroy(struct html *h);
void html__set_output(struct html *h, FILE *out);
void html__flush(struct html *h);

/* A live process: all mappings in order, then the rest */
void html__begin_mappings(struct html *h);
void html__mapping(struct html *h, const struct inspect_vma *row);
int html__end_report(struct html *h, const struct inspect_report *report);

/* Two readings: all changed mappings, then all changed pages, then the rest */
void html__begin_changed_mappings(struct html *h);
void html__changed_mapping(struct html *h, const struct inspect_mapping_change *row);
void html__begin_changed_pages(struct html *h);
void html__changed_page(struct html *h, const struct inspect_page_change *row);
int html__end_diff(struct html *h, const struct inspect_diff_page *diff);

/* A recorded stream */
int html__end_recording(struct html *h, const struct snapshot_recording *recording);

#endif

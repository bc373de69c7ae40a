// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes a page: page.html with the data, the pictures, the style and the script in their places. {{NAME}} is a place;
 * the text from {{?NAME}} to {{/}} is left out if there is no such picture.
 */
#include <errno.h>
#include <string.h>

#include "../../lib/memory_stream.h"
#include "../inspect_columns.h"
#include "assets.h"
#include "content.h"
#include "html.h"
#include "svg.h"

static const struct picture *const pictures[] = {
#define X(name) &name##_picture,
	PICTURES(X)
#undef X
};

#define NR_PICTURES	(sizeof(pictures) / sizeof(pictures[0]))
#define HEADING		26	/* height of the heading of a picture without a page */

/* Length of the name of a place, after which "}}" follows */
static size_t name_length(const char *name)
{
	return (size_t)(strstr(name, "}}") - name);
}

static bool is_name(const char *text, const char *name)
{
	return name_length(text) == strlen(name) && !strncmp(text, name, strlen(name));
}

static const struct picture *find_picture(const char *name)
{
	size_t i;

	for (i = 0; i < NR_PICTURES; i++)
		if (is_name(name, pictures[i]->name))
			return pictures[i];
	return NULL;
}

static bool has(const struct content *c, const char *name)
{
	const struct picture *p = find_picture(name);

	if (is_name(name, "diff"))
		return c->diff;
	return p ? p->has(c) : c->report && is_name(name, "live");
}

static int draw(FILE *out, const struct picture *p, const struct content *c)
{
	struct memory_stream body = { .file = NULL };
	FILE *to = memory_stream__open(&body);
	unsigned int height = to ? p->draw(to, c) : 0;
	int err = to ? memory_stream__close(&body) : -ENOMEM;

	if (!err) {
		fprintf(out, "<svg class=\"picture\" id=\"picture-%s\" viewBox=\"0 0 %u %u\" role=\"%s\" aria-label=\"%s\">",
			p->name, SVG_WIDTH, height + 4, p->has_parts ? "group" : "img", p->title);
		fwrite(body.text, 1, body.size, out);
		fputs("</svg>", out);
	}
	memory_stream__fini(&body);
	return err;
}

/* Write the content of a place. Return 0 or -ENOMEM */
static int fill(FILE *out, const char *name, const char *title, const struct content *c)
{
	static const char picture[] = "picture ";
	const struct picture *p = NULL;

	if (is_name(name, "title"))
		svg__text(out, title);
	else if (is_name(name, "style"))
		fprintf(out, "%s%s", asset_picture_css, asset_page_css);
	else if (is_name(name, "words"))
		fputs(asset_explain_json, out);
	else if (is_name(name, "script"))
		fputs(asset_script_js, out);
	else if (!strncmp(name, picture, sizeof(picture) - 1))
		p = find_picture(name + sizeof(picture) - 1);
	return p ? draw(out, p, c) : 0;
}

/* Write a part of page.html, from @at to @end */
static int write_part(FILE *out, const char *at, const char *end, const char *title, const struct content *c)
{
	bool left_out = false;
	int err = 0;

	while (!err && at < end) {
		const char *place = strstr(at, "{{");

		if (!place || place > end)
			place = end;
		if (!left_out)
			fwrite(at, 1, (size_t)(place - at), out);
		if (place == end)
			break;
		at = place + 2;
		if (*at == '?')
			left_out = !has(c, at + 1);
		else if (*at == '/')
			left_out = false;
		else if (!left_out)
			err = fill(out, at, title, c);
		at += name_length(at) + 2;
	}
	return err;
}

static const char *data_place(void)
{
	return strstr(asset_page_html, "{{data}}");
}

/**
 * html__begin - begin a page
 * @h: set
 * @out: output
 * @chosen: names of pictures, separated by commas, "" for all: write SVG without a page around them; NULL: write a page.
 *	Valid until the page is ended
 * @title: any bytes; valid until html__begin() returns
 */
void html__begin(struct html *h, FILE *out, const char *chosen, const char *title)
{
	const struct content none = { .report = NULL };

	memset(h, 0, sizeof(*h));
	h->out = out;
	h->pictures = chosen;
	snprintf(h->title, sizeof(h->title), "%s", title);
	if (chosen)
		return;
	write_part(out, asset_page_html, data_place(), h->title, &none);
	json_writer__begin(&h->json, out);
	h->json.in_markup = true;
	json_writer__text(&h->json, "schema", "pgwalk.report/1");
}

/** html__destroy - free the memory of a page, which may be unfinished */
void html__destroy(struct html *h)
{
	compact__destroy(&h->table);
}

/** html__flush - write all that is ready to the output, which may be changed then */
void html__flush(struct html *h)
{
	if (!h->pictures)
		chunk__flush(&h->json.chunk);
}

/** html__set_output - continue in another stream, after html__flush() */
void html__set_output(struct html *h, FILE *out)
{
	h->out = out;
	h->json.chunk.out = out;
}

/** html__begin_mappings - begin the mappings of a live process */
void html__begin_mappings(struct html *h)
{
	if (!h->pictures)
		compact__begin(&h->table, &h->json, "mappings", &vma_columns, COLUMN_PAGE);
}

/** html__mapping - write a mapping; it follows the one before */
void html__mapping(struct html *h, const struct inspect_vma *row)
{
	if (!h->pictures)
		compact__row(&h->table, row);
}

/** html__begin_changed_mappings - begin the mappings of two readings */
void html__begin_changed_mappings(struct html *h)
{
	if (!h->pictures)
		compact__begin(&h->table, &h->json, "changed_mappings", &mapping_change_columns, COLUMN_JSON);
}

/** html__changed_mapping - write a mapping; it follows the one before */
void html__changed_mapping(struct html *h, const struct inspect_mapping_change *row)
{
	if (!h->pictures)
		compact__row(&h->table, row);
}

/** html__begin_changed_pages - end the mappings, and begin the pages of two readings */
void html__begin_changed_pages(struct html *h)
{
	if (h->pictures)
		return;
	compact__end(&h->table);
	compact__begin(&h->table, &h->json, "changed_pages", &page_change_columns, COLUMN_JSON);
}

/** html__changed_page - write a run of like pages */
void html__changed_page(struct html *h, const struct inspect_page_change *row)
{
	if (!h->pictures)
		compact__row(&h->table, row);
}

/* Return the length of the first name of a list */
static size_t first_length(const char *names)
{
	return strcspn(names, ",");
}

static const char *next_name(const char *names)
{
	names += first_length(names);
	return *names ? names + 1 : names;
}

static bool is_chosen(const char *names, const char *name)
{
	bool all = !*names;

	for (; *names && !all; names = next_name(names))
		if (first_length(names) == strlen(name) && !strncmp(names, name, strlen(name)))
			return true;
	return all;
}

/**
 * html__unknown_picture - check the names of pictures
 * @names: names separated by commas; "": all
 *
 * Return: the first name that no picture has, with the text after it; NULL: all names are known.
 */
const char *html__unknown_picture(const char *names)
{
	size_t i;

	for (; *names; names = next_name(names)) {
		for (i = 0; i < NR_PICTURES; i++)
			if (first_length(names) == strlen(pictures[i]->name) &&
			    !strncmp(names, pictures[i]->name, first_length(names)))
				break;
		if (i == NR_PICTURES)
			return names;
	}
	return NULL;
}

/* One picture below the other */
static int write_pictures(const struct html *h, const struct content *c)
{
	struct memory_stream body = { .file = NULL };
	FILE *to = memory_stream__open(&body);
	unsigned int y = 10, drawn = 0;
	size_t i;
	int err;

	if (!to)
		return -ENOMEM;
	for (i = 0; i < NR_PICTURES; i++) {
		if (!is_chosen(h->pictures, pictures[i]->name) || !pictures[i]->has(c))
			continue;
		fprintf(to, "<g id=\"%s\" transform=\"translate(0,%u)\">", pictures[i]->name, y + HEADING);
		svg__label(to, 4, -10, "heading", "%s", pictures[i]->title);
		y += pictures[i]->draw(to, c) + HEADING + 30;
		fputs("</g>\n", to);
		drawn++;
	}
	err = memory_stream__close(&body);
	if (!err && !drawn && *h->pictures)
		err = -ENODATA;
	if (!err) {
		fprintf(h->out, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %u %u\" width=\"%u\" height=\"%u\">\n",
			SVG_WIDTH, y, SVG_WIDTH, y);
		svg__title(h->out, "%s", h->title);
		fprintf(h->out, "\n<style>\n%ssvg { background: var(--paper); }\nsvg .heading { font-size: 16px; font-weight: 700; }\n</style>\n",
			asset_picture_css);
		fwrite(body.text, 1, body.size, h->out);
		fputs("</svg>\n", h->out);
	}
	memory_stream__fini(&body);
	return err;
}

static int end(struct html *h, const struct content *c)
{
	const char *rest = data_place() + strlen("{{data}}");

	if (h->pictures)
		return write_pictures(h, c);
	json_writer__end(&h->json);
	return write_part(h->out, rest, rest + strlen(rest), h->title, c);
}

/**
 * html__end_report - end the mappings and the page of a live process
 * @h: the page, after html__begin_mappings()
 * @report: the process
 *
 * Return: 0; -ENOMEM; -ENODATA: none of the chosen pictures is one of a process.
 */
int html__end_report(struct html *h, const struct inspect_report *report)
{
	const struct content c = { .report = report, .space = &report->space };

	if (!h->pictures) {
		compact__end(&h->table);
		json_writer__text(&h->json, "type", "live");
		data__report(&h->json, report);
	}
	return end(h, &c);
}

/**
 * html__end_diff - end the pages and the page of two readings
 * @h: the page, after html__begin_changed_pages()
 * @diff: the readings
 *
 * Return: 0; -ENOMEM; -ENODATA: none of the chosen pictures is one of two readings, or nothing changed.
 */
int html__end_diff(struct html *h, const struct inspect_diff_page *diff)
{
	const struct content c = { .diff = diff };

	if (!h->pictures) {
		compact__end(&h->table);
		json_writer__text(&h->json, "type", "diff");
		data__diff(&h->json, diff);
	}
	return end(h, &c);
}

/**
 * html__end_recording - write and end the page of a recorded stream
 * @h: the page, after html__begin()
 * @recording: its intervals, at least one
 *
 * Return: 0 or -ENOMEM.
 */
int html__end_recording(struct html *h, const struct snapshot_recording *recording)
{
	const struct content c = { .recording = recording, .space = &recording->space };

	if (!h->pictures) {
		json_writer__text(&h->json, "type", "recorded");
		data__recording(&h->json, recording);
	}
	return end(h, &c);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats call stacks as folded lines, the input of flamegraph.pl, inferno, speedscope
 * and others, with all faults since the beginning.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/memory_stream.h"
#include "../lib/text.h"
#include "../names/names.h"
#include "folded.h"

#define FRAME_MAX	512

/**
 * struct folded - a line
 * @text: the line without its weight
 * @weight: in the unit of struct pgwalk_fault_stack
 */
struct folded {
	char *text;
	uint64_t weight;
};

/*
 * A semicolon ends a frame, and the last blank of a line begins the weight. A name may
 * have blanks, as those of C++ do, but no semicolon, no newline and no control character.
 */
static void put_name(FILE *out, const char *name, bool blanks)
{
	char text[4 * FRAME_MAX + 1], *at;

	text__fit(text, sizeof(text), name, FRAME_MAX);
	for (at = text; *at; at++) {
		if (*at == ';')
			*at = ':';
		else if (*at == ' ' && !blanks)
			*at = '_';
	}
	fputs(text[0] ? text : "?", out);
}

/* As stackcollapse-perf.pl: the function; without a name [file]; else [unknown] */
static void put_frame(FILE *out, const struct snapshot_frame *f)
{
	fputc(';', out);
	if (f->name) {
		put_name(out, f->name, true);
	} else if (f->module && f->module[0] == '[') {
		put_name(out, f->module, true);
	} else if (f->module) {
		fputc('[', out);
		put_name(out, f->module, true);
		fputc(']', out);
	} else {
		fputs("[unknown]", out);
	}
}

/* The last component of a path, or the whole name */
static void put_mapping(FILE *out, const char *name)
{
	const char *slash = name[0] == '/' ? strrchr(name, '/') : NULL;

	fputc(';', out);
	put_name(out, slash && slash[1] ? slash + 1 : name, true);
}

static char *make_text(const struct snapshot *s, const struct snapshot_stack *stack,
		       const struct snapshot_part *part)
{
	struct memory_stream stream = { .file = NULL };
	FILE *out = memory_stream__open(&stream);
	size_t i;

	if (!out)
		return NULL;
	put_name(out, s->target->comm, false);
	if (!stack->nr_frames)
		fputs(";[no_stack]", out);
	for (i = stack->nr_frames; i--; )
		put_frame(out, &stack->frame[i]);
	fprintf(out, ";[%s]", names__class(stack->class));
	if (part)
		put_mapping(out, part->name);
	if (memory_stream__close(&stream)) {
		memory_stream__fini(&stream);
		return NULL;
	}
	return stream.text;
}

static int by_text(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Merge calls from several addresses of one function into one line */
static void put_lines(FILE *out, struct folded *line, size_t count,
		      enum folded_weight weight)
{
	size_t i;

	qsort(line, count, sizeof(*line), by_text);
	for (i = 0; i < count; i++) {
		uint64_t sum = line[i].weight;

		if (i + 1 < count && !strcmp(line[i].text, line[i + 1].text)) {
			line[i + 1].weight += sum;
			continue;
		}
		if (weight == FOLDED_LATENCY)
			sum = (sum + 500) / 1000;
		if (sum)
			fprintf(out, "%s %llu\n", line[i].text,
				(unsigned long long)sum);
	}
}

/**
 * struct lines - the lines that are made
 * @line: memory for all of them
 * @count: number of lines
 * @failed: no memory for a line
 */
struct lines {
	struct folded *line;
	size_t count;
	bool failed;
};

static void add_line(struct lines *l, const struct snapshot *s, const struct snapshot_stack *stack,
		     const struct snapshot_part *part, uint64_t weight)
{
	struct folded *line = &l->line[l->count];

	if (l->failed)
		return;
	line->weight = weight;
	line->text = make_text(s, stack, part);
	l->failed = !line->text;
	l->count += !l->failed;
}

static void add_stack(struct lines *l, const struct snapshot *s, const struct snapshot_stack *stack,
		      const struct folded_options *options)
{
	bool by_time = options->weight == FOLDED_LATENCY;
	size_t i;

	if (options->class != FOLDED_ALL && options->class != stack->class)
		return;
	if (!options->by_mapping || !stack->nr_parts) {
		add_line(l, s, stack, NULL, by_time ? stack->total_ns : stack->total);
		return;
	}
	for (i = 0; i < stack->nr_parts; i++)
		add_line(l, s, stack, &stack->part[i],
			 by_time ? stack->part[i].total_ns : stack->part[i].total);
}

/**
 * folded__format - write all stacks since the beginning
 * @out: output
 * @s: the last interval
 * @options: content
 *
 * One line per stack and class, outermost function first, class as innermost frame:
 * "comm;main;work;[cow-copy] 23", or with @by_mapping "comm;main;work;[cow-copy];[heap] 23". A
 * frame without a name is [file]. The weight is the number of faults, or microseconds rounded
 * down; lines with weight 0 are left out. The lines are sorted, as flame graphs require.
 *
 * Return: 0; or -ENOMEM, with nothing written. The caller checks @out for errors.
 */
int folded__format(FILE *out, const struct snapshot *s,
		   const struct folded_options *options)
{
	struct lines l = { .count = 0 };
	size_t i, room = s->nr_stacks + 1;

	for (i = 0; i < s->nr_stacks; i++)
		room += s->stack[i].nr_parts;
	l.line = calloc(room, sizeof(*l.line));
	l.failed = !l.line;
	for (i = 0; i < s->nr_stacks; i++)
		add_stack(&l, s, &s->stack[i], options);
	if (!l.failed)
		put_lines(out, l.line, l.count, options->weight);
	while (l.count)
		free(l.line[--l.count].text);
	free(l.line);
	return l.failed ? -ENOMEM : 0;
}

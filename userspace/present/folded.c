// SPDX-License-Identifier: GPL-2.0
/*
 * Call stacks as folded lines: what flamegraph.pl, inferno, speedscope and others
 * read. All faults since the beginning; it keeps no state.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/text.h"
#include "../words.h"
#include "folded.h"

#define FRAME_MAX	512

/**
 * struct folded - a line that is being made
 * @text: without the weight
 * @weight: in the unit of struct pgwalk_fault_stack
 */
struct folded {
	char *text;
	uint64_t weight;
};

/*
 * A frame ends at a semicolon and the line with the weight behind its last blank: a
 * name may hold blanks, as those of C++ do, but no semicolon, and nothing that ends a
 * line or that a terminal obeys.
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

/* As stackcollapse-perf.pl does: the function; else [file]; else [unknown] */
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

static char *make_text(const struct snapshot *s,
		       const struct snapshot_stack *stack)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put_name(out, s->target->comm, false);
	if (!stack->nr_frames)
		fputs(";[no_stack]", out);
	for (i = stack->nr_frames; i--; )
		put_frame(out, &stack->frame[i]);
	fprintf(out, ";[%s]", words__class(stack->class));
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int by_text(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;

	return strcmp(x->text, y->text);
}

/* Calls from several places of one function are one line */
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
 * folded__format - write all stacks since the beginning
 * @out: where to
 * @s: the last interval
 * @options: what is wanted
 *
 * A line a stack and class, the outermost function first and the class as the
 * innermost one: "comm;main;work;[cow-copy] 23". A name that is not known is [file]. The
 * weight is the number of faults, or whole microseconds: a line that has none is left out.
 * They are sorted, as flame graphs want them.
 *
 * Return: 0; or -ENOMEM, with nothing written. Errors of @out are left to its owner.
 */
int folded__format(FILE *out, const struct snapshot *s,
		   const struct folded_options *options)
{
	struct folded *line = calloc(s->nr_stacks + 1, sizeof(*line));
	bool failed = !line;
	size_t count = 0, i;

	for (i = 0; i < s->nr_stacks && !failed; i++) {
		const struct snapshot_stack *stack = &s->stack[i];

		if (options->class != FOLDED_ALL &&
		    options->class != stack->class)
			continue;
		line[count].weight = options->weight == FOLDED_LATENCY ?
				     stack->total_ns : stack->total;
		line[count].text = make_text(s, stack);
		failed = !line[count].text;
		count += !failed;
	}
	if (!failed)
		put_lines(out, line, count, options->weight);
	while (count)
		free(line[--count].text);
	free(line);
	return failed ? -ENOMEM : 0;
}

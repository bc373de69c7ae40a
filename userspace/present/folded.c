// SPDX-License-Identifier: GPL-2.0
/*
 * Call stacks as folded lines: what flamegraph.pl, inferno, speedscope and others
 * read. All faults since the beginning; it keeps no state.
 */
#include <string.h>

#include "../lib/text.h"
#include "../words.h"
#include "folded.h"

#define FRAME_MAX	512

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

static void put_stack(FILE *out, const struct snapshot *s,
		      const struct snapshot_stack *stack, uint64_t weight)
{
	size_t i;

	put_name(out, s->target->comm, false);
	if (!stack->nr_frames)
		fputs(";[no_stack]", out);
	for (i = stack->nr_frames; i--; )
		put_frame(out, &stack->frame[i]);
	fprintf(out, ";[%s] %llu\n", words__class(stack->class),
		(unsigned long long)weight);
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
 *
 * Return: 0. Errors of @out are left to its owner.
 */
int folded__format(FILE *out, const struct snapshot *s,
		   const struct folded_options *options)
{
	size_t i;

	for (i = 0; i < s->nr_stacks; i++) {
		const struct snapshot_stack *stack = &s->stack[i];
		uint64_t weight = options->weight == FOLDED_LATENCY ?
				  (stack->total_ns + 500) / 1000 : stack->total;

		if (weight && (options->class == FOLDED_ALL ||
			       options->class == stack->class))
			put_stack(out, s, stack, weight);
	}
	return 0;
}

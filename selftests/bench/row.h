/* SPDX-License-Identifier: GPL-2.0 */
/* A row of the table of figures, and how it is told: a JSON object a line. */
#ifndef PGWALK_BENCH_ROW_H
#define PGWALK_BENCH_ROW_H

/**
 * struct row - what pgwalk does, against what it is measured by
 * @key:	its name, for programs
 * @what:	pgwalk does, for readers
 * @unit:	of both figures
 * @peer:	what does the same; NULL: nothing does
 * @target:	@ours / @theirs at most; 0: none is set
 * @limit:	@ours at most; negative: none is set
 * @ours:	figure; NAN: not to be had here
 * @theirs:	figure; NAN: likewise
 */
struct row {
	const char *key;
	const char *what;
	const char *unit;
	const char *peer;
	double target;
	double limit;
	double ours;
	double theirs;
};

void row_tell(const struct row *row);

#endif

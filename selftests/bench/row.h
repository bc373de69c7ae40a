/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A row of the table of figures, printed as a JSON object on a line. */
#ifndef PGWALK_BENCH_ROW_H
#define PGWALK_BENCH_ROW_H

/**
 * struct row - a figure of pgwalk, and one to compare with
 * @key:	name, for programs
 * @what:	description of the work, for readers
 * @unit:	of both figures
 * @peer:	program or interface that is compared; NULL: none
 * @target:	upper limit of @ours / @theirs; 0: none
 * @limit:	upper limit of @ours; negative: none
 * @ours:	figure of pgwalk; NAN: not available
 * @theirs:	figure of the peer; NAN: not available
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

void row_print(const struct row *row);

#endif

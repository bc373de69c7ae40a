/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* All intervals of a run for a page of pictures: faults by mapping, class and time. Types only. */
#ifndef PGWALK_SNAPSHOT_RECORDING_H
#define PGWALK_SNAPSHOT_RECORDING_H

#include "inspect.h"
#include "snapshot.h"

/** SNAPSHOT_RECORDING_TIMES - limit of the number of parts of the time; if there are more, two become one */
#define SNAPSHOT_RECORDING_TIMES	96
/** SNAPSHOT_RECORDING_ROWS - limit of the number of rows; the first row has the faults without a row of their own */
#define SNAPSHOT_RECORDING_ROWS		512
/** SNAPSHOT_RECORDING_SERIES - limit of the number of series */
#define SNAPSHOT_RECORDING_SERIES	2048

/**
 * struct snapshot_recording_row - a mapping, or a process if several are watched
 * @start: first address; 0 with @end: a row that is no mapping
 * @end: first address after the mapping
 * @id: the process; 0 for a mapping
 * @foreign: a mapping of another process
 * @faults: faults in all classes
 * @name: name of the mapping or of the process, cut to fit; any bytes
 */
struct snapshot_recording_row {
	uint64_t start;
	uint64_t end;
	int32_t id;
	bool foreign;
	uint64_t faults;
	char name[200];
};

/**
 * struct snapshot_recording_series - faults of one class in one row
 * @row: index of the row
 * @class: enum pgwalk_fault_class; 0: faults without a mapping
 * @total: sum of @count
 * @count: faults by part of the time
 */
struct snapshot_recording_series {
	uint32_t row;
	uint32_t class;
	uint64_t total;
	uint64_t count[SNAPSHOT_RECORDING_TIMES];
};

/**
 * struct snapshot_recording - all intervals
 * @last: the last interval; NULL: there was none
 * @intervals: number of intervals
 * @nr_times: number of parts of the time
 * @end_seconds: end of each part, since the beginning
 * @row: the rows
 * @nr_rows: number of @row, at least 1
 * @series: the series
 * @nr_series: number of @series
 * @folded: faults in the first row, because there was no room for a row or a series
 * @class: sums by class, of those that occurred
 * @nr_classes: number of @class
 * @total: sum of all faults
 * @space: the address space in the last interval; no cells: not recorded
 */
struct snapshot_recording {
	const struct snapshot *last;
	uint64_t intervals;
	size_t nr_times;
	double end_seconds[SNAPSHOT_RECORDING_TIMES];
	struct snapshot_recording_row row[SNAPSHOT_RECORDING_ROWS];
	size_t nr_rows;
	struct snapshot_recording_series series[SNAPSHOT_RECORDING_SERIES];
	size_t nr_series;
	uint64_t folded;
	struct snapshot_class class[PGWALK_FAULT_CLASS_NR];
	size_t nr_classes;
	uint64_t total;
	struct inspect_space space;
};

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Single requests to pgwalk and to the kernel's own interfaces, about a struct subject. All are
 * meter_fn: they return the units of work done, and 0 if this kernel or module lacks the interface.
 */
#ifndef PGWALK_BENCH_QUERY_H
#define PGWALK_BENCH_QUERY_H

#include "meter.h"

/* Requests to pgwalk; a unit is a page of the range unless noted */
meter_fn query_scan_raw, query_scan_pages, query_scan_runs, query_scan_nothing;
meter_fn query_scan_frames, query_scan_frames_pages, query_scan_whole;	/* whole: a call */
meter_fn query_translate;			/* a call */
meter_fn query_frame, query_frames;		/* a call; a frame */
meter_fn query_rmap;			/* a call */
meter_fn query_vmas, query_vmas_frames;
meter_fn query_view_pages, query_view_vmas, query_view_tables;

/* Requests to the kernel; a unit is a page of the range unless noted */
meter_fn query_pagemap, query_pagemap_one;	/* one: a call */
meter_fn query_pagemap_scan;
meter_fn query_smaps, query_smaps_rollup, query_maps;
meter_fn query_kpages, query_kpageflags_one;	/* a frame; a call */

/*
 * Keep the buffers of the requests out of processes that are created later: their pages would be among
 * those that are measured. Such a process must make no request.
 */
void query_pgwalk_dontfork(void);
void query_kernel_dontfork(void);

/**
 * query_page_types - run page-types on the pages of a process
 * @path:	path of page-types
 *
 * Return: instructions a page, without start and exit of the program; NAN if it is not available.
 */
struct subject;
double query_page_types(const char *path, struct subject *s);

/* The same with a line of text for each page (-L) */
double query_page_types_list(const char *path, struct subject *s);

/* Count the lines of an open file, and close it. Return NAN on an error */
double query_lines(int fd);

/* Count the lines of the view and of the file. Return NAN if they cannot be read */
double query_view_pages_lines(struct subject *s);
double query_maps_lines(struct subject *s);

/* Return lock_hold_max_ns of struct pgwalk_info */
double query_hold_max(void);

#endif

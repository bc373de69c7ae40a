/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One question each, put to pgwalk or to the kernel's own interfaces, about a struct
 * subject. All are meter_fn: they tell the units of work done, and 0 when this kernel
 * or module does not have it. They must not judge an answer.
 */
#ifndef PGWALK_BENCH_ASK_H
#define PGWALK_BENCH_ASK_H

#include "meter.h"

/* pgwalk: a unit is a page of the range, or a call where that is said */
meter_fn ask_scan_pages, ask_scan_runs, ask_scan_nothing;
meter_fn ask_scan_frames, ask_scan_frames_pages, ask_scan_whole;	/* whole: a call */
meter_fn ask_translate;			/* a call */
meter_fn ask_frame, ask_frames;		/* a call; a frame */
meter_fn ask_rmap;			/* a call */
meter_fn ask_vmas, ask_vmas_frames;
meter_fn ask_view_pages, ask_view_vmas, ask_view_tables;

/* the kernel's: likewise */
meter_fn ask_pagemap, ask_pagemap_one;	/* one: a call */
meter_fn ask_pagemap_scan;
meter_fn ask_smaps, ask_smaps_rollup;
meter_fn ask_kpageflags, ask_kpageflags_one;	/* a frame; a call */

/**
 * ask_page_types - let page-types count the flags of the pages of a process
 * @path:	where page-types is
 *
 * Return: instructions a page, without those to start and end it; NAN: it is not there.
 */
struct subject;
double ask_page_types(const char *path, struct subject *s);

/* struct pgwalk_info's hold_max_ns */
double ask_hold_max(void);

#endif

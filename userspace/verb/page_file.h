/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The file of a page: a temporary file that replaces a regular file at the end, so that there is never a part of a page. */
#ifndef PGWALK_VERB_PAGE_FILE_H
#define PGWALK_VERB_PAGE_FILE_H

#include <limits.h>
#include <stdint.h>

struct run;
struct html;

/**
 * struct page_file - the file
 * @run: the run, of which it is the output
 * @path: its path
 * @temporary: file that becomes @path; "": @path is written directly
 */
struct page_file {
	struct run *run;
	const char *path;
	char temporary[PATH_MAX];
};

int page_file__begin(struct page_file *f, struct run *run, const char *path);
int page_file__end(struct page_file *f, int err);
int page_file__flush(struct run *run, struct html *html);
int page_file__check_pictures(struct run *run);
int page_file__complete(struct run *run, int err);
uint64_t page_file__time(void);

#endif

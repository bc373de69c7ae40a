// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Makes a file the output of a run, and replaces an earlier file at the end. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/i18n.h"
#include "../present/html/html.h"
#include "page_file.h"
#include "run.h"

static int fail(struct run *run, int err)
{
	return error__set(run->error, ERROR_FAILURE, "%s: %s (choose a file that can be created)", run->output_name,
			  strerror(err));
}

/* Choose a temporary file if the file is a regular one, or does not exist */
static int choose_temporary(struct page_file *f)
{
	struct stat st;
	int err = 0;

	if (!stat(f->path, &st) && !S_ISREG(st.st_mode))
		return 0;
	if (snprintf(f->temporary, sizeof(f->temporary), "%s.tmp", f->path) >= (int)sizeof(f->temporary))
		err = ENAMETOOLONG;
	/* a symbolic link of that name is removed, not followed */
	else if (unlink(f->temporary) && errno != ENOENT)
		err = errno;
	if (err)
		f->temporary[0] = '\0';
	return err ? fail(f->run, err) : 0;
}

/**
 * page_file__begin - make a file the output of a run
 * @f: set
 * @run: the run; its output so far is dropped
 * @path: the file; valid until page_file__end()
 *
 * Return: 0 or -1.
 */
int page_file__begin(struct page_file *f, struct run *run, const char *path)
{
	int err;

	f->run = run;
	f->path = path;
	f->temporary[0] = '\0';
	run->output_name = path;
	if (choose_temporary(f))
		return -1;
	output__destroy(run->output);
	run->output = NULL;
	err = f->temporary[0] ? output__create_new(&run->output, f->temporary) : output__create(&run->output, path);
	if (!err) {
		run->report.out = output__begin(run->output);
		err = run->report.out ? 0 : -ENOMEM;
	}
	return err ? fail(run, -err) : 0;
}

/**
 * page_file__end - replace the file by the new one, or remove the new one after an error
 * @f: the file, after page_file__begin(), or zeroed
 * @err: 0, or -1 if the page could not be written
 *
 * Return: 0 or -1.
 */
int page_file__end(struct page_file *f, int err)
{
	if (!f->temporary[0])
		return err;
	if (!err && rename(f->temporary, f->path))
		err = fail(f->run, errno);
	if (err)
		unlink(f->temporary);
	f->temporary[0] = '\0';
	return err;
}

/**
 * page_file__flush - pass the output so far on; the page continues in the next block
 * @run: the run
 * @html: the page
 *
 * Return: 0 or -1.
 */
int page_file__flush(struct run *run, struct html *html)
{
	int err;

	html__flush(html);
	err = run__flush(run);
	if (!err)
		html__set_output(html, run->report.out);
	return err;
}

/**
 * page_file__check_pictures - check the names of pictures in the options
 * @run: the run
 *
 * Return: 0 or -1.
 */
int page_file__check_pictures(struct run *run)
{
	const char *unknown = run->options->svg ? html__unknown_picture(run->options->svg) : NULL;
	char why[256];

	if (!unknown)
		return 0;
	snprintf(why, sizeof(why), _("no such picture; there are %s"), HTML_PICTURES);
	return run__usage(run, unknown, why);
}

/**
 * page_file__complete - flush a page that has ended
 * @run: the run
 * @err: 0, or an error of the end of the page
 *
 * Return: 0 or -1.
 */
int page_file__complete(struct run *run, int err)
{
	if (err == -ENODATA)
		return error__set(run->error, ERROR_FAILURE,
				  "--svg=%s: nothing to draw: these pictures are not of this command, or nothing changed",
				  run->options->svg);
	return err ? run__fail(run, err) : run__flush(run);
}

/** page_file__time - return the time of a page in seconds since 1970; SOURCE_DATE_EPOCH makes output that can be reproduced */
uint64_t page_file__time(void)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	uint64_t seconds;

	if (fixed && !number__decimal(fixed, 1ULL << 40, &seconds))
		return seconds;
	return (uint64_t)time(NULL);
}

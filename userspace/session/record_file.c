// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes the recorded stream, and begins another file when one has its size or its age. A write that
 * fails, as on a full disk, is reported once and repeated with the next interval: the intervals in between are missing.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/i18n.h"
#include "record_file.h"

/**
 * struct record_file - the files
 * @options: their name, size, age and number
 * @recorder: the current file; NULL: it could not be created
 * @began_ns: its beginning, CLOCK_BOOTTIME: neither a step of the clock nor a suspend changes the age
 * @regular: the file can be renamed
 * @begins: a stream begins with the next record
 * @err: error of the last write; 0: none, or the stream was resumed
 * @failing: the error that was reported; 0: the last interval was written
 * @note: the last line for the user
 */
struct record_file {
	const struct session_options *options;
	struct recorder *recorder;
	uint64_t began_ns;
	bool regular;
	bool begins;
	int err;
	int failing;
	char note[512];
};

static uint64_t boot_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

static int open_file(struct record_file *f)
{
	f->began_ns = boot_ns();
	return recorder__create(&f->recorder, f->options->record, 0666);
}

static bool rotates(const struct session_options *o)
{
	return o->rotate_bytes || o->rotate_seconds > 0;
}

/**
 * record_file__create - create the file
 * @out: filled; NULL: none is wanted
 * @options: its name
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int record_file__create(struct record_file **out, const struct session_options *options, struct error *error)
{
	struct record_file *f;
	struct stat st;
	int err;

	*out = NULL;
	if (!options->record)
		return 0;
	f = calloc(1, sizeof(*f));
	if (!f)
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	f->options = options;
	err = open_file(f);
	f->regular = !err && !stat(options->record, &st) && S_ISREG(st.st_mode);
	if (!err && (f->regular || !rotates(options))) {
		*out = f;
		return 0;
	}
	if (err)
		error__set(error, ERROR_FAILURE, "%s: %s", options->record, strerror(-err));
	else
		error__set(error, ERROR_FAILURE, "%s: not a regular file (choose a file that can be renamed, or no --rotate option)",
			   options->record);
	recorder__destroy(f->recorder);
	free(f);
	return -1;
}

/**
 * record_file__destroy - end the stream; NULL is fine
 * @f: the files
 * @error: set if the last write failed, unless it is already set
 *
 * Return: 0 or -1.
 */
int record_file__destroy(struct record_file *f, struct error *error)
{
	int err;

	if (!f)
		return 0;
	err = recorder__destroy(f->recorder);
	if (f->failing)
		err = f->failing;
	if (err && !error->status)
		error__set(error, ERROR_FAILURE, "%s: %s", f->options->record, strerror(-err));
	free(f);
	return err ? -1 : 0;
}

/* The first number without a file, so that after a failure no file is renamed twice; else the last one */
static unsigned int first_missing(const struct session_options *o)
{
	char path[PATH_MAX];
	unsigned int i;

	for (i = 1; i < o->rotate_keep; i++) {
		snprintf(path, sizeof(path), "%s.%u", o->record, i);
		if (access(path, F_OK))
			break;
	}
	return i;
}

/* Rename FILE to FILE.1, FILE.1 to FILE.2 and so on; the last one is replaced */
static int rename_files(const struct session_options *o)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (unsigned int i = o->rotate_keep ? first_missing(o) : 0; i; i--) {
		int len = snprintf(to, sizeof(to), "%s.%u", o->record, i);

		if (i == 1)
			snprintf(from, sizeof(from), "%s", o->record);
		else
			snprintf(from, sizeof(from), "%s.%u", o->record, i - 1);
		if (len >= (int)sizeof(to))
			return -ENAMETOOLONG;
		if (rename(from, to) && (errno != ENOENT || i == 1))
			return -errno;
	}
	return 0;
}

/* End the file and begin another one */
static int rotate(struct record_file *f)
{
	int err = recorder__destroy(f->recorder);

	f->recorder = NULL;
	f->begins = true;
	if (!err)
		err = rename_files(f->options);
	return err ? err : open_file(f);
}

static bool is_full(const struct record_file *f)
{
	const struct session_options *o = f->options;

	return (o->rotate_bytes && recorder__size(f->recorder) >= o->rotate_bytes) ||
	       (o->rotate_seconds > 0 && (double)(boot_ns() - f->began_ns) >= o->rotate_seconds * 1e9);
}

/* Try to continue after a failed write, or after a failure between two files */
static int resume(struct record_file *f)
{
	int err = 0;

	if (f->recorder)
		return recorder__resume(f->recorder);
	if (!access(f->options->record, F_OK))
		err = rename_files(f->options);
	return err ? err : open_file(f);
}

/* Report an error once, and the first interval that was written after it. Return NULL if there is no news */
static const char *describe(struct record_file *f, bool written)
{
	if (f->err && !f->failing)
		snprintf(f->note, sizeof(f->note), _("%.300s: %s (tried again in each interval)"), f->options->record,
			 strerror(-f->err));
	else if (f->failing && written)
		snprintf(f->note, sizeof(f->note), _("%.300s: written again"), f->options->record);
	else
		return NULL;
	f->failing = f->err;
	return f->note;
}

/**
 * record_file__write - append a record
 * @f: the files
 * @record: the record, with its head
 * @note: set to a line for the user when writes begin to fail or work again, valid until the next call; else NULL
 *
 * Return: 0; -errno: the file is no regular one, and cannot be written to.
 */
int record_file__write(struct record_file *f, struct record *record, const char **note)
{
	const struct record_interval *interval = (const void *)record;
	bool end = record->type == RECORD_INTERVAL, written = false;

	if (!f->err) {
		f->err = recorder__write(f->recorder, record, record->type, record->size);
		if (f->err && !f->regular)
			return f->err;
		written = !f->err && end;
		if (written && !(interval->flags & RECORD_INTERVAL_LAST) && is_full(f))
			f->err = rotate(f);
	} else if (end) {
		f->err = resume(f);
		f->begins = !f->err;
	}
	*note = describe(f, written);
	return 0;
}

/** record_file__begins - does a stream begin with the next record? Asked once for each stream; NULL is fine */
bool record_file__begins(struct record_file *f)
{
	bool begins = f && f->begins && !f->err;

	if (begins)
		f->begins = false;
	return begins;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A gzip file being written, which can be continued after a failed write. */
#ifndef PGWALK_COLLECT_GZIP_FILE_H
#define PGWALK_COLLECT_GZIP_FILE_H

#include <stddef.h>
#include <stdint.h>

struct gzip_file;

int gzip_file__create(struct gzip_file **out, int fd);
int gzip_file__destroy(struct gzip_file *f);

int gzip_file__write(struct gzip_file *f, const void *data, size_t size);
int gzip_file__flush(struct gzip_file *f);
int gzip_file__resume(struct gzip_file *f);
uint64_t gzip_file__size(const struct gzip_file *f);

#endif

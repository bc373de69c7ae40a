/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Replaces a file as a whole, so that a reader never sees a part of it. */
#ifndef PGWALK_LIB_REPLACE_FILE_H
#define PGWALK_LIB_REPLACE_FILE_H

#include <stddef.h>

int replace_file(const char *path, const char *text, size_t size);

#endif

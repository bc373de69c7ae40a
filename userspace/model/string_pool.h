/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Immutable strings with reference counts. */
#ifndef PGWALK_MODEL_STRING_POOL_H
#define PGWALK_MODEL_STRING_POOL_H

#include <stddef.h>

const char *string_pool__create(const char *text, size_t max);
const char *string_pool__get(const char *name);
void string_pool__put(const char *name);

#endif

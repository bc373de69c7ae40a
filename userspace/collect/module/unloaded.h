/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Why pgwalk.ko is not loaded */
#ifndef PGWALK_UNLOADED_H
#define PGWALK_UNLOADED_H

#include <stddef.h>

void unloaded__explain(char *text, size_t size);

#endif

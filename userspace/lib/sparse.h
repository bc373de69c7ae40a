/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Memory for large tables of which a small part is used. */
#ifndef PGWALK_LIB_SPARSE_H
#define PGWALK_LIB_SPARSE_H

#include <stddef.h>

void *sparse__alloc(size_t size);

#endif

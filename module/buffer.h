/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Memory that an open file keeps between two calls. */
#ifndef PGWALK_BUFFER_H
#define PGWALK_BUFFER_H

#include <linux/types.h>

void *pgwalk_buffer_create(size_t size, gfp_t zero);
void pgwalk_buffer_destroy(void *buffer, size_t size);
u64 pgwalk_buffer_total(void);

#endif /* PGWALK_BUFFER_H */

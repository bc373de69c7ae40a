/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Standard streams that were closed at start. */
#ifndef PGWALK_LIB_STREAMS_H
#define PGWALK_LIB_STREAMS_H

void streams__reserve(void);

#endif

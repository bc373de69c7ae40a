/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A page with pictures of all intervals, written at the end of a session. */
#ifndef PGWALK_SESSION_PAGE_H
#define PGWALK_SESSION_PAGE_H

#include "../lib/error.h"
#include "../snapshot.h"
#include "session.h"

struct page;

int page__create(struct page **out, const struct session_options *options, struct error *error);
void page__add(struct page *p, const struct snapshot *snapshot);
int page__write(struct page *p, struct error *error);
void page__destroy(struct page *p);

#endif

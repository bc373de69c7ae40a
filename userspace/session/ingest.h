/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The input of the model: takes records, and passes on a snapshot per interval. */
#ifndef PGWALK_SESSION_INGEST_H
#define PGWALK_SESSION_INGEST_H

#include "../collect/record/record.h"
#include "../snapshot.h"

struct ingest;

/**
 * typedef ingest_shown_fn - handle a closed interval
 * @ctx: argument of ingest__create()
 * @snapshot: valid until the next interval is closed
 *
 * Return: 0; other values end the session.
 */
typedef int (*ingest_shown_fn)(void *ctx, const struct snapshot *snapshot);

int ingest__create(struct ingest **out, bool regions, ingest_shown_fn shown,
		   void *ctx);
void ingest__destroy(struct ingest *f);

int ingest__record(struct ingest *f, const struct record *record);
void ingest__set_host(struct ingest *f, const char *name);
const struct snapshot *ingest__last(const struct ingest *f);
void ingest__want_memory(struct ingest *f, bool want);
int ingest__want_since(struct ingest *f);
int ingest__since(struct ingest *f, const struct snapshot **snapshot);
void ingest__reset(struct ingest *f);

/* Queries of a live session to the model; @ctx is the input */
bool ingest__next_unseen(void *ctx, unsigned int *cursor, uint64_t *start,
			 uint64_t *end);
size_t ingest__pages(void *ctx, uint64_t *addr, size_t max);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Resolves addresses of a sample process into text. */
#ifndef RESOLVE_H
#define RESOLVE_H

#include <stdbool.h>

#include "../../../userspace/collect/symbols/symbol.h"
#include "sample.h"

/* Return "name+offset module", with a dash for an unknown name or module; valid until the next call */
const char *resolve_as(struct symbols *s, uint64_t ip, bool call);
const char *resolve(struct symbols *s, uint64_t ip);

/* Start a sample, and create its symbols */
struct symbols *start_sample(struct sample *l, const char *program);
void end_sample(struct symbols *s, struct sample *l);

#endif

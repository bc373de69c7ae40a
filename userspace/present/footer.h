/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The lines of an interval that begin with '#', besides its tables. */
#ifndef PGWALK_PRESENT_FOOTER_H
#define PGWALK_PRESENT_FOOTER_H

#include <stdio.h>

#include "../snapshot.h"

void footer__title(FILE *out, const struct snapshot *s);
void footer__host(FILE *out, const struct snapshot *s);
void footer__time(FILE *out, const struct snapshot *s);
void footer__coverage(FILE *out, const struct snapshot *s);
void footer__missed(FILE *out, const struct snapshot *s);
void footer__details(FILE *out, const struct snapshot *s);
void footer__signals(FILE *out, const struct snapshot *s);
void footer__system(FILE *out, const struct snapshot *s);
void footer__cost(FILE *out, const struct snapshot *s);
void footer__state(FILE *out, const struct snapshot *s);

#endif

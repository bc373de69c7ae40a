/* SPDX-License-Identifier: GPL-2.0 */
/* What text says of an interval beside its tables: lines that start with '#'. */
#ifndef PGWALK_PRESENT_REMARK_H
#define PGWALK_PRESENT_REMARK_H

#include <stdio.h>

#include "../snapshot.h"

void remark__title(FILE *out, const struct snapshot *s);
void remark__coverage(FILE *out, const struct snapshot *s);
void remark__missed(FILE *out, const struct snapshot *s);
void remark__details(FILE *out, const struct snapshot *s);
void remark__signals(FILE *out, const struct snapshot *s);
void remark__system(FILE *out, const struct snapshot *s);
void remark__cost(FILE *out, const struct snapshot *s);
void remark__state(FILE *out, const struct snapshot *s);

#endif

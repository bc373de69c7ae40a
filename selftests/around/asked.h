/* SPDX-License-Identifier: GPL-2.0 */
/* What stands at addresses of a process of ours, as text. */
#ifndef ASKED_H
#define ASKED_H

#include <stdbool.h>

#include "../../userspace/collect/symbol.h"
#include "looked.h"

/* "name+offset module", a dash for what is not known; good until the next one */
const char *resolve_as(struct symbols *s, uint64_t ip, bool call);
const char *resolve(struct symbols *s, uint64_t ip);

/* A program that runs, and symbols of it */
struct symbols *begin(struct looked *l, const char *program);
void end(struct symbols *s, struct looked *l);

#endif

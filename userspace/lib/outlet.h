/* SPDX-License-Identifier: GPL-2.0 */
/* Where output goes: block by block, each whole or not at all. */
#ifndef PGWALK_LIB_OUTLET_H
#define PGWALK_LIB_OUTLET_H

#include <stdio.h>

struct outlet;

int outlet__create(struct outlet **out, const char *path);
void outlet__destroy(struct outlet *o);

unsigned int outlet__width(const struct outlet *o, unsigned int otherwise);
FILE *outlet__begin(struct outlet *o);
int outlet__end(struct outlet *o);

#endif

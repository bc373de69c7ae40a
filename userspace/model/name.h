/* SPDX-License-Identifier: GPL-2.0 */
/* Texts that never change, kept once for all who hold them. */
#ifndef PGWALK_MODEL_NAME_H
#define PGWALK_MODEL_NAME_H

#include <stddef.h>

const char *name__create(const char *text, size_t max);
const char *name__get(const char *name);
void name__put(const char *name);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Output in blocks, each written at once. */
#ifndef PGWALK_LIB_OUTPUT_H
#define PGWALK_LIB_OUTPUT_H

#include <stdio.h>

struct output;

int output__create(struct output **out, const char *path);
int output__create_new(struct output **out, const char *path);
int output__of_fd(struct output **out, int fd);
int output__destroy(struct output *o);

unsigned int output__width(const struct output *o, unsigned int otherwise);
FILE *output__begin(struct output *o);
int output__end(struct output *o);

#endif

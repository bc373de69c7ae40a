/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a stream that is written down as text, for the files of encode. */
#ifndef ENCODE_H
#define ENCODE_H

#include <stddef.h>

#include "../../userspace/collect/record.h"

/* Each ends the program, with the number of the line, if it is not what it should be */
void die(const char *what) __attribute__((noreturn));
const char *word(void);
char *next(void);
__u64 number(const char *text, int base);
void range(__u64 *start, __u64 *end);
__u32 class(const char *w);

/* "key=value": does @w have that key? */
const char *value_of(const char *w, const char *key);
int take(const char *w, const char *key, __u64 *n);
size_t name(const char *text, char *to, size_t size);

void put(struct record *record, enum record_type type, size_t size);

/* encode_beside.c: false: it is none of its records */
int encode_beside(const char *what);

#endif

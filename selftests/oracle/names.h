/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of the text views, as the documentation of the ABI has them, and
 * their numbers. Written anew, not taken from the module: it is what the module
 * is checked against.
 */
#ifndef PGWALK_ORACLE_NAMES_H
#define PGWALK_ORACLE_NAMES_H

#include <stdbool.h>
#include <pgwalk.h>

/* What one list of flags says: "P,RW,!D,PK3" */
struct names_flags {
	__u64 set, clear;
	int pkey;
};

/* -1: no such word */
int names_kind(const char *word);
int names_shift(const char *word);
int names_vma_kind(const char *word);
const char *names_kind_word(int kind);
bool names_parse_flags(const char *words, struct names_flags *flags);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The names in the text views, as the documentation of the ABI lists them, and their
 * numbers. The lists are written separately from the module's X-lists on purpose: the
 * tests check the module against them.
 */
#ifndef PGWALK_ORACLE_NAMES_H
#define PGWALK_ORACLE_NAMES_H

#include <stdbool.h>
#include <pgwalk.h>

/* A list of flags, as "P,RW,!D,PK3" */
struct names_flags {
	__u64 set, clear;
	int pkey;
};

/* Return -1 for an unknown name */
int names_kind(const char *word);
int names_shift(const char *word);
int names_vma_kind(const char *word);
const char *names_kind_word(int kind);
bool names_parse_flags(const char *words, struct names_flags *flags);

#endif

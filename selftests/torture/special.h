/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Memory of a target that needs a set-up: userfaultfd, hugetlb, pages of equal content,
 * and memory failures.
 */
#ifndef PGWALK_TORTURE_SPECIAL_H
#define PGWALK_TORTURE_SPECIAL_H

#include <stdbool.h>

/* Create a hugetlb file for all targets, open over exec; -1: none available */
int special_create_file(void);
/* Map the memory in a target, before its threads start; file may be -1 */
bool special_map(int file);
/* Make one random change and count it; memory failures are rare */
void special_change(void);

#endif

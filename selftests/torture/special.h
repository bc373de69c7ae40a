/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory of a target that wants preparation: userfaultfd, hugetlb, pages that are all the
 * same, and pages that fail.
 */
#ifndef PGWALK_TORTURE_SPECIAL_H
#define PGWALK_TORTURE_SPECIAL_H

#include <stdbool.h>

/* A file of hugetlb pages for all targets; -1: there is none to be had. Open over exec */
int special_create_file(void);
/* In a target, before its threads start; file may be -1 */
bool special_map(int file);
/* One of them, seldom the last; it counts itself */
void special_change(void);

#endif

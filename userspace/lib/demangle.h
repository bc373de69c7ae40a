/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Demangling of names of symbols. */
#ifndef PGWALK_LIB_DEMANGLE_H
#define PGWALK_LIB_DEMANGLE_H

char *demangle(const char *name);

#endif

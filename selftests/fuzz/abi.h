/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The errors in Documentation/abi as rules: the errors that a call may return at all, and those
 * that it must or may return for one input.
 */
#ifndef PGWALK_FUZZ_ABI_H
#define PGWALK_FUZZ_ABI_H

#include <errno.h>

#include "run.h"

/* A set of errors; ENOTCONN is the only one above 63 */
#define ABI_ERROR(n)	(1ULL << ((n) == ENOTCONN ? 63 : (n)))

/**
 * struct abi_verdict - the errors that the rules allow for an input
 * @must:	errors of the broken rules, one of which must be returned; 0: no rule is broken
 * @may:	errors that may be returned although no rule is broken
 */
struct abi_verdict {
	__u64 must, may;
};

/* Return all errors that are documented for the entry point of a run */
__u64 abi_documented(const struct run *run);
struct abi_verdict abi_of_call(const struct run *run);
struct abi_verdict abi_of_text(const struct run *run);
struct abi_verdict abi_of_read(const struct run *run);

/* Return the bytes that are accessible at an address in any of the buffers */
struct guarded_buf_reach abi_reach(const struct run *run, const void *at);

#endif

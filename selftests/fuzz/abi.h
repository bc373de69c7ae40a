/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Documentation/abi says of errors, in a form that can be asked: which a call
 * may give at all, and which it must give, or may give, for one input.
 */
#ifndef PGWALK_FUZZ_ABI_H
#define PGWALK_FUZZ_ABI_H

#include <errno.h>

#include "run.h"

/* A set of errors; ENOTCONN is the only one above 63 */
#define ABI_ERROR(n)	(1ULL << ((n) == ENOTCONN ? 63 : (n)))

/**
 * struct abi_verdict - what the rules say of an input
 * @must:	rules that are broken: one of these comes; 0: none is
 * @may:	what may come although none is broken
 */
struct abi_verdict {
	__u64 must, may;
};

/* All that are documented for a door */
__u64 abi_documented(__u8 door);
struct abi_verdict abi_of_call(const struct run *run);
struct abi_verdict abi_of_text(const struct run *run);
struct abi_verdict abi_of_read(const struct run *run);

/* What an address leads to, in any of the arenas */
struct arena_reach abi_reach(const struct run *run, const void *at);

#endif

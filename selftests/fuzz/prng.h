/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A pseudo-random number generator that is determined by its seed (splitmix64). */
#ifndef PGWALK_FUZZ_PRNG_H
#define PGWALK_FUZZ_PRNG_H

#include <linux/types.h>

/**
 * struct prng - state of the generator
 * @state: any number is a valid seed
 */
struct prng {
	__u64 state;
};

static inline __u64 prng_next(struct prng *prng)
{
	__u64 z = prng->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* Return a number from 0 to @below - 1 */
static inline __u32 prng_below(struct prng *prng, __u32 below)
{
	return (__u32)(((prng_next(prng) >> 32) * below) >> 32);
}

static inline int prng_one_in(struct prng *prng, __u32 n)
{
	return !prng_below(prng, n);
}

#endif

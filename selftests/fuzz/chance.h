/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers that look random and follow from a seed alone. It must not know what for. */
#ifndef PGWALK_FUZZ_CHANCE_H
#define PGWALK_FUZZ_CHANCE_H

#include <linux/types.h>

/**
 * struct chance - where the sequence stands
 * @state: any number begins one (splitmix64)
 */
struct chance {
	__u64 state;
};

static inline __u64 chance_next(struct chance *chance)
{
	__u64 z = chance->state += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* 0 to @below - 1 */
static inline __u32 chance_below(struct chance *chance, __u32 below)
{
	return (__u32)(((chance_next(chance) >> 32) * below) >> 32);
}

static inline int chance_one_in(struct chance *chance, __u32 n)
{
	return !chance_below(chance, n);
}

#endif

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes a record for each leaf of a run into user memory. A run is a struct pgwalk_run, or a
 * struct pgwalk_frame_run, which begins with one; the records have the same type. The function
 * may fault, so the caller must hold no lock.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "../runs.h"
#include "copyout.h"

#define CHUNK	512U	/* records between two calls of cond_resched() */

/* A record consists of these words. */
enum word { START, END, PFN, FLAGS, TAIL, RUN_WORDS, FRAME_FLAGS = RUN_WORDS, FRAME_TAIL, WORDS };

#define HAS_WORD(type, member, word)	(offsetof(type, member) == (word) * sizeof(u64))
static_assert(HAS_WORD(struct pgwalk_run, end, END) && HAS_WORD(struct pgwalk_run, pfn, PFN));
static_assert(HAS_WORD(struct pgwalk_run, flags, FLAGS));
static_assert(HAS_WORD(struct pgwalk_run, swap_type, TAIL));
static_assert(HAS_WORD(struct pgwalk_frame_run, frame_flags, FRAME_FLAGS));
static_assert(HAS_WORD(struct pgwalk_frame_run, mapcount, FRAME_TAIL));
static_assert(sizeof(struct pgwalk_run) == RUN_WORDS * sizeof(u64));
static_assert(sizeof(struct pgwalk_frame_run) == WORDS * sizeof(u64));

/**
 * struct leaves - leaves of a run that are to be written
 * @run:	run, in words
 * @pfn:	pfns of the leaves; NULL: consecutive from the pfn of the run on
 * @size:	bytes of a leaf
 * @pfn_step:	number of frames of a leaf; 0: the leaves have no frame
 */
struct leaves {
	const u64 *run;
	const u64 *pfn;
	u64 size;
	u64 pfn_step;
};

/*
 * Write the records of @nr leaves from leaf @first on, directly into user memory. To make them in
 * kernel memory and copy them would double the cost of a scan. No function may be called between
 * user_access_begin() and user_access_end(). Inline with constant @is_listed and number of
 * @words, so that the loop does not test them.
 */
static __always_inline int put_leaves(u64 __user *to, const struct leaves *leaves, u32 first,
				      u32 nr, const bool is_listed, const unsigned int words)
{
	const u64 *run = leaves->run, *list = is_listed ? leaves->pfn + first : NULL;
	const u64 size = leaves->size, pfn_step = leaves->pfn_step;
	const u64 flags = run[FLAGS], tail = run[TAIL];
	const u64 frame_flags = words == WORDS ? run[FRAME_FLAGS] : 0;
	const u64 frame_tail = words == WORDS ? run[FRAME_TAIL] : 0;
	u64 start = run[START] + first * size, pfn = run[PFN] + first * pfn_step;
	u32 i;

	if (!user_access_begin(to, (size_t)nr * words * sizeof(*to)))
		return -EFAULT;
	for (i = 0; i < nr; i++, to += words) {
		unsafe_put_user(start, to + START, fault);
		start += size;
		unsafe_put_user(start, to + END, fault);
		unsafe_put_user(is_listed ? list[i] : pfn, to + PFN, fault);
		pfn += pfn_step;
		unsafe_put_user(flags, to + FLAGS, fault);
		unsafe_put_user(tail, to + TAIL, fault);
		if (words == RUN_WORDS)
			continue;
		unsafe_put_user(frame_flags, to + FRAME_FLAGS, fault);
		unsafe_put_user(frame_tail, to + FRAME_TAIL, fault);
	}
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

/* Write all records, CHUNK at a time. */
static __always_inline int copyout(u64 __user *to, const struct leaves *leaves, u32 nr,
				   const bool is_listed, const unsigned int words)
{
	u32 done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min(nr - done, CHUNK);
		if (put_leaves(to + (size_t)done * words, leaves, done, chunk, is_listed, words))
			return -EFAULT;
		cond_resched();
	}
	return 0;
}

/**
 * pgwalk_copyout_leaves - write a record for each of the first leaves of a run
 * @to: room for @nr records
 * @run: run; its attributes are in each record
 * @size: size of the run: that of struct pgwalk_run or of struct pgwalk_frame_run
 * @pfn: pfns of the leaves, from the first leaf on; NULL: the pfns are consecutive
 * @nr: number of records, at most the number of leaves of @run
 * @redacted: the pfn of each record is that of @run, which is 0
 *
 * Context: process context, may sleep; no lock is held.
 * Return: 0; -EFAULT.
 */
int pgwalk_copyout_leaves(void __user *to, const struct pgwalk_run *run, size_t size,
			  const u64 *pfn, u32 nr, bool redacted)
{
	const struct leaves leaves = {
		.run = (const u64 *)run,
		.pfn = pfn,
		.size = 1ULL << run->shift,
		.pfn_step = pgwalk_runs_has_pfn(run) && !redacted ?
			    1ULL << (run->shift - PAGE_SHIFT) : 0,
	};

	if (size != sizeof(struct pgwalk_run))
		return pfn ? copyout(to, &leaves, nr, true, WORDS) :
			     copyout(to, &leaves, nr, false, WORDS);
	return pfn ? copyout(to, &leaves, nr, true, RUN_WORDS) :
		     copyout(to, &leaves, nr, false, RUN_WORDS);
}

static int put_repeated(u64 __user *to, u64 word, u32 nr)
{
	u32 i;

	if (!user_access_begin(to, nr * sizeof(*to)))
		return -EFAULT;
#pragma GCC unroll 8
	for (i = 0; i < nr; i++)
		unsafe_put_user(word, to + i, fault);
	user_access_end();
	return 0;

fault:
	user_access_end();
	return -EFAULT;
}

/**
 * pgwalk_copyout_repeated - write a word several times
 * @to: room for @nr words
 * @word: word
 * @nr: number of words, which may be billions
 *
 * Context: process context, may sleep; no lock is held.
 * Return: 0; -EFAULT; -EINTR: a fatal signal.
 */
int pgwalk_copyout_repeated(u64 __user *to, u64 word, size_t nr)
{
	size_t done, chunk;

	for (done = 0; done < nr; done += chunk) {
		chunk = min_t(size_t, nr - done, CHUNK);
		if (put_repeated(to + done, word, chunk))
			return -EFAULT;
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return 0;
}

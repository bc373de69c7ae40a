// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * PGWALK_IOC_TRANSLATE: translates one address, level by level. No lock is held while user
 * memory is read or written.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "../compat.h"
#include "../translate.h"
#include "../uapi/pgwalk.h"
#include "file.h"

static int check(const struct pgwalk_translate *t)
{
	/* The register, and the three bytes after it, which are zero: they are the upper ones */
	const u32 reg = le32_to_cpup((const __le32 *)&t->reg);

	static_assert(offsetof(struct pgwalk_translate, reserved) ==
		      offsetof(struct pgwalk_translate, reg) + 1 && sizeof(t->reserved) == 3);
	if (t->flags || reg >= PGWALK_SEGMENT_NR || t->tid < 0)
		return -EINVAL;
	return !t->reg && t->addr >= pgwalk_arch_user_end() ? -ERANGE : 0;
}

#define OUTPUT_WORDS ((sizeof(struct pgwalk_translate) - \
		       offsetof(struct pgwalk_translate, vma_start)) / sizeof(u64))

/* The VMA, without its kind: always set for a linear address */
#define FILLED_WORDS (offsetof(struct pgwalk_translate, vma_kind) / sizeof(u64) - \
		      offsetof(struct pgwalk_translate, vma_start) / sizeof(u64))

/* Clear the output, but not the steps, most of which are filled. */
static void clear_output(struct pgwalk_translate *t)
{
	u64 *word = (u64 *)&t->vma_start;
	unsigned int i;

	t->linear = 0;
	t->status = 0;
	t->nr_steps = 0;
	t->segment = (struct pgwalk_segment) {};
	static_assert(offsetof(struct pgwalk_translate, vma_start) % sizeof(*word) == 0);
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): the analyzer does not see reads by unsafe_get_user() */
	if (unlikely(t->reg))
		for (i = 0; i < FILLED_WORDS; i++)
			word[i] = 0;
#pragma GCC unroll 8
	for (i = FILLED_WORDS; i < OUTPUT_WORDS; i++)
		word[i] = 0;
}

static void clear_other_steps(struct pgwalk_translate *t)
{
	unsigned int i;

	for (i = t->nr_steps; i < PGWALK_MAX_LEVELS; i++)
		t->step[i] = (struct pgwalk_step) {};
}

/* The kernel checks the memory of a copy of variable size. */
static int copy_result(void __user *user, const struct pgwalk_translate *t)
{
	if (likely(t->size >= sizeof(*t)))
		return copy_to_user(user, t, sizeof(*t)) ? -EFAULT : 0;
	return copy_to_user(user, t, t->size) ? -EFAULT : 0;
}

/**
 * pgwalk_ioctl_translate - PGWALK_IOC_TRANSLATE
 * @pfile: locked
 * @user: struct pgwalk_translate
 *
 * Context: process context, may sleep. No lock is held while user memory is written.
 * Return: 0 or an error of Documentation/abi/dev-pgwalk.
 */
long pgwalk_ioctl_translate(struct pgwalk_file *pfile, void __user *user)
{
	struct pgwalk_translate t PGWALK_UNINITIALIZED;
	int err = pgwalk_file_copy_head(&t, offsetof(struct pgwalk_translate, linear),
					sizeof(t), PGWALK_TRANSLATE_SIZE_1, user);

	if (err)
		return err;
	clear_output(&t);
	pgwalk_file_accept_redacted(pfile, &t.flags);
	err = check(&t);
	if (!err && pfile->delegated && (t.reg || t.tid))
		err = -EPERM;
	if (!err)
		err = pgwalk_file_check_target(pfile);
	if (err)
		return err;
	err = pfile->delegated ? pgwalk_translate_fill_redacted(&t, &pfile->target, &pfile->vma) :
				 pgwalk_translate_fill(&t, &pfile->target, &pfile->vma);
	if (err)
		return err;
	clear_other_steps(&t);
	return copy_result(user, &t);
}

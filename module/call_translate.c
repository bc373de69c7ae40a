// SPDX-License-Identifier: GPL-2.0
/*
 * PGWALK_IOC_TRANSLATE: one address, level by level. It must not hold anything while
 * it touches the caller's memory.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "client.h"
#include "translate.h"
#include "uapi/pgwalk.h"

static int check(const struct pgwalk_translate *t)
{
	if (t->flags || memchr_inv(t->reserved, 0, sizeof(t->reserved)))
		return -EINVAL;
	if (t->reg >= PGWALK_SEGMENT_NR || t->tid < 0)
		return -EINVAL;
	return !t->reg && t->addr >= TASK_SIZE_MAX ? -ERANGE : 0;
}

/**
 * pgwalk_call_translate - PGWALK_IOC_TRANSLATE
 * @client: locked
 * @user: struct pgwalk_translate
 *
 * Context: process context, may sleep; nothing of the target is held then.
 * Return: 0, or what Documentation/abi/dev-pgwalk says.
 */
long pgwalk_call_translate(struct pgwalk_client *client, void __user *user)
{
	struct pgwalk_translate t = {};
	int err = pgwalk_client_copy_head(&t, offsetof(struct pgwalk_translate, linear),
					  sizeof(t), PGWALK_TRANSLATE_SIZE_1, user);

	if (!err)
		err = check(&t);
	if (!err)
		err = pgwalk_client_check_target(client);
	if (err)
		return err;
	err = pgwalk_translate_fill(&t, &client->target);
	if (err)
		return err;
	return copy_to_user(user, &t, min_t(size_t, t.size, sizeof(t))) ? -EFAULT : 0;
}

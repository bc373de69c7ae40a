// SPDX-License-Identifier: GPL-2.0
/*
 * Keeps the answer to what was written to an open file, as text, until it is read or
 * replaced. It must not know the question.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "access.h"
#include "answer.h"

#define ROOM_FIRST	1024UL

/**
 * struct asker - an open file
 * @lock:	of @answer: threads may share the file
 * @answer:	to the last question that could be answered; no text before
 */
struct asker {
	struct mutex lock;
	struct pgwalk_answer answer;
};

/**
 * pgwalk_answer_reserve - make sure that so much more fits
 * @answer: grows
 * @bytes: of text, with the NUL behind it
 * @limit: bytes that the text may grow to
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOSPC: over @limit; -ENOMEM.
 */
int pgwalk_answer_reserve(struct pgwalk_answer *answer, size_t bytes, size_t limit)
{
	size_t room = max3(answer->len + bytes, 2 * answer->room, ROOM_FIRST);
	char *text;

	if (answer->room - answer->len >= bytes)
		return 0;
	if (answer->len + bytes > limit)
		return -ENOSPC;
	room = min(room, limit);
	text = kvmalloc(room, GFP_KERNEL_ACCOUNT);
	if (!text)
		return -ENOMEM;
	memcpy(text, answer->text, answer->len);
	kvfree(answer->text);
	answer->text = text;
	answer->room = room;
	return 0;
}

/**
 * pgwalk_say - add text
 * @answer: it was reserved for
 * @fmt: as printf()
 *
 * Context: any.
 */
void pgwalk_say(struct pgwalk_answer *answer, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	answer->len += vscnprintf(answer->text + answer->len, answer->room - answer->len,
				  fmt, args);
	va_end(args);
}

/**
 * pgwalk_answer_free - free the text
 * @answer: empty afterwards
 *
 * Context: process context.
 */
void pgwalk_answer_free(struct pgwalk_answer *answer)
{
	kvfree(answer->text);
	*answer = (struct pgwalk_answer) {};
}

/**
 * pgwalk_answer_open - open a file that is asked
 * @inode: of it
 * @file: its private_data is set
 *
 * Context: process context.
 * Return: 0; -EPERM; -ENOMEM.
 */
int pgwalk_answer_open(struct inode *inode, struct file *file)
{
	struct asker *asker;
	int err = pgwalk_access_check();

	if (err)
		return err;
	asker = kzalloc(sizeof(*asker), GFP_KERNEL_ACCOUNT);
	if (!asker)
		return -ENOMEM;
	mutex_init(&asker->lock);
	file->private_data = asker;
	return 0;
}

/**
 * pgwalk_answer_give - put an answer in the place of the one before
 * @file: opened
 * @answer: is taken over; on an error it is left alone
 *
 * The file position is left alone: it is read from where the reader stands.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_answer_give(struct file *file, struct pgwalk_answer *answer)
{
	struct asker *asker = file->private_data;

	if (mutex_lock_killable(&asker->lock))
		return -EINTR;
	swap(asker->answer, *answer);
	mutex_unlock(&asker->lock);
	pgwalk_answer_free(answer);
	return 0;
}

/**
 * pgwalk_answer_read - read the answer
 * @file: opened
 * @to: the reader's memory
 * @count: bytes of it
 * @pos: of the file
 * @hint: what to say to one who did not ask
 *
 * Context: process context, may sleep.
 * Return: bytes read; -EPERM; -EINTR: a fatal signal; -EFAULT.
 */
ssize_t pgwalk_answer_read(struct file *file, char __user *to, size_t count, loff_t *pos,
			   const char *hint)
{
	struct asker *asker = file->private_data;
	ssize_t ret = pgwalk_access_check_opener(file);

	if (ret)
		return ret;
	if (mutex_lock_killable(&asker->lock))
		return -EINTR;
	if (asker->answer.text)
		ret = simple_read_from_buffer(to, count, pos, asker->answer.text,
					      asker->answer.len);
	else
		ret = simple_read_from_buffer(to, count, pos, hint, strlen(hint));
	mutex_unlock(&asker->lock);
	return ret;
}

/**
 * pgwalk_answer_release - let go of a file that was asked
 * @inode: of it
 * @file: opened
 *
 * Context: process context.
 * Return: 0.
 */
int pgwalk_answer_release(struct inode *inode, struct file *file)
{
	struct asker *asker = file->private_data;

	pgwalk_answer_free(&asker->answer);
	kfree(asker);
	return 0;
}

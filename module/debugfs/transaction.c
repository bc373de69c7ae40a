// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps the text of a response with the open file that its request was written to, until the
 * file is closed or the next request replaces it.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../access.h"
#include "transaction.h"

#define ROOM_FIRST	1024UL

/**
 * struct transaction - an open file
 * @lock:	protects @response: threads may share the file
 * @response:	response to the last request that succeeded; no text before the first
 */
struct transaction {
	struct mutex lock;
	struct pgwalk_text response;
};

/**
 * pgwalk_text_reserve - make room for more text
 * @out: grows
 * @bytes: bytes of text to be added, with the NUL after it
 * @limit: maximum of bytes of the whole text
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOSPC: over @limit; -ENOMEM.
 */
int pgwalk_text_reserve(struct pgwalk_text *out, size_t bytes, size_t limit)
{
	size_t room = max3(out->len + bytes, 2 * out->room, ROOM_FIRST);
	char *text;

	if (out->room - out->len >= bytes)
		return 0;
	if (out->len + bytes > limit)
		return -ENOSPC;
	room = min(room, limit);
	text = kvmalloc(room, GFP_KERNEL_ACCOUNT);
	if (!text)
		return -ENOMEM;
	memcpy(text, out->text, out->len);
	kvfree(out->text);
	out->text = text;
	out->room = room;
	return 0;
}

/**
 * pgwalk_text_printf - append formatted text
 * @out: room was reserved with pgwalk_text_reserve()
 * @fmt: as for printf()
 *
 * Context: any.
 */
void pgwalk_text_printf(struct pgwalk_text *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	out->len += vscnprintf(out->text + out->len, out->room - out->len,
			       fmt, args);
	va_end(args);
}

/**
 * pgwalk_text_free - free the text
 * @out: empty afterwards
 *
 * Context: process context.
 */
void pgwalk_text_free(struct pgwalk_text *out)
{
	kvfree(out->text);
	*out = (struct pgwalk_text) {};
}

/**
 * pgwalk_transaction_open - open a file for requests
 * @inode: inode of the file
 * @file: its private_data is set
 *
 * Context: process context.
 * Return: 0; -EPERM; -ENOMEM.
 */
int pgwalk_transaction_open(struct inode *inode, struct file *file)
{
	struct transaction *transaction;
	int err = pgwalk_access_check();

	if (err)
		return err;
	transaction = kzalloc(sizeof(*transaction), GFP_KERNEL_ACCOUNT);
	if (!transaction)
		return -ENOMEM;
	mutex_init(&transaction->lock);
	file->private_data = transaction;
	return 0;
}

/**
 * pgwalk_transaction_replace - replace the response
 * @file: open file
 * @out: ownership is taken; on an error it is unchanged
 *
 * The file position does not change: the next read begins at that position.
 *
 * Context: process context, may sleep.
 * Return: 0; -EINTR: a fatal signal.
 */
int pgwalk_transaction_replace(struct file *file, struct pgwalk_text *out)
{
	struct transaction *transaction = file->private_data;

	if (mutex_lock_killable(&transaction->lock))
		return -EINTR;
	swap(transaction->response, *out);
	mutex_unlock(&transaction->lock);
	pgwalk_text_free(out);
	return 0;
}

/**
 * pgwalk_transaction_read - read the response
 * @file: open file
 * @to: user memory of the reader
 * @count: bytes in @to
 * @pos: file position
 * @hint: text to return before the first request
 *
 * Context: process context, may sleep.
 * Return: number of bytes read; -EPERM; -EINTR: a fatal signal; -EFAULT.
 */
ssize_t pgwalk_transaction_read(struct file *file, char __user *to, size_t count, loff_t *pos,
				const char *hint)
{
	struct transaction *transaction = file->private_data;
	ssize_t ret = pgwalk_access_check_opener(file);

	if (ret)
		return ret;
	if (mutex_lock_killable(&transaction->lock))
		return -EINTR;
	if (transaction->response.text)
		ret = simple_read_from_buffer(to, count, pos, transaction->response.text,
					      transaction->response.len);
	else
		ret = simple_read_from_buffer(to, count, pos, hint, strlen(hint));
	mutex_unlock(&transaction->lock);
	return ret;
}

/**
 * pgwalk_transaction_release - close a file for requests
 * @inode: inode of the file
 * @file: open file
 *
 * Context: process context.
 * Return: 0.
 */
int pgwalk_transaction_release(struct inode *inode, struct file *file)
{
	struct transaction *transaction = file->private_data;

	pgwalk_text_free(&transaction->response);
	kfree(transaction);
	return 0;
}

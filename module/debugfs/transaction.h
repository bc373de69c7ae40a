/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Text responses to requests that are written to a file. */
#ifndef PGWALK_TRANSACTION_H
#define PGWALK_TRANSACTION_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct file;
struct inode;

/**
 * struct pgwalk_text - a growing text; all zero is an empty one
 * @len:	bytes of text
 * @room:	bytes allocated
 * @text:	text, to be freed with pgwalk_text_free()
 */
struct pgwalk_text {
	size_t len;
	size_t room;
	char *text;
};

int pgwalk_text_reserve(struct pgwalk_text *out, size_t bytes, size_t limit);
__printf(2, 3) void pgwalk_text_printf(struct pgwalk_text *out, const char *fmt, ...);
void pgwalk_text_free(struct pgwalk_text *out);

int pgwalk_transaction_open(struct inode *inode, struct file *file);
int pgwalk_transaction_replace(struct file *file, struct pgwalk_text *out);
ssize_t pgwalk_transaction_read(struct file *file, char __user *to, size_t count, loff_t *pos,
				const char *hint);
int pgwalk_transaction_release(struct inode *inode, struct file *file);

#endif /* PGWALK_TRANSACTION_H */

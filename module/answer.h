/* SPDX-License-Identifier: GPL-2.0 */
/* The text that answers what was written to a file. */
#ifndef PGWALK_ANSWER_H
#define PGWALK_ANSWER_H

#include <linux/compiler_attributes.h>
#include <linux/types.h>

struct file;
struct inode;

/**
 * struct pgwalk_answer - text that is being put together; all zero is an empty one
 * @len:	bytes of it
 * @room:	bytes there are
 * @text:	the bytes, to be freed with pgwalk_answer_free()
 */
struct pgwalk_answer {
	size_t len;
	size_t room;
	char *text;
};

int pgwalk_answer_reserve(struct pgwalk_answer *answer, size_t bytes, size_t limit);
__printf(2, 3) void pgwalk_say(struct pgwalk_answer *answer, const char *fmt, ...);
void pgwalk_answer_free(struct pgwalk_answer *answer);

int pgwalk_answer_open(struct inode *inode, struct file *file);
int pgwalk_answer_give(struct file *file, struct pgwalk_answer *answer);
ssize_t pgwalk_answer_read(struct file *file, char __user *to, size_t count, loff_t *pos,
			   const char *hint);
int pgwalk_answer_release(struct inode *inode, struct file *file);

#endif /* PGWALK_ANSWER_H */

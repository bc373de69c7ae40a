// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Parses the line that is written to a control file: words, process ids, addresses.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../arch/pgtable.h"
#include "query.h"

/**
 * pgwalk_query_copy - copy a line from user space
 * @line: set to the line without the newline and blanks around it
 * @from: line in user memory
 * @count: bytes in @from
 *
 * Context: process context, may sleep.
 * Return: 0; -EINVAL: the line is too long or contains a NUL; -EFAULT.
 */
int pgwalk_query_copy(char line[PGWALK_QUERY_MAX], const char __user *from, size_t count)
{
	char buf[PGWALK_QUERY_MAX];

	if (count >= PGWALK_QUERY_MAX)
		return -EINVAL;
	if (copy_from_user(buf, from, count))
		return -EFAULT;
	buf[count] = '\0';
	if (strlen(buf) != count)
		return -EINVAL;
	strscpy(line, strim(buf), PGWALK_QUERY_MAX);
	return 0;
}

/**
 * pgwalk_query_word - take the next word of a line
 * @rest: in: rest of the line; out: rest after the word and the blanks that follow it
 *
 * Context: any.
 * Return: the word; "" if there is none.
 */
char *pgwalk_query_word(char **rest)
{
	char *word = *rest;
	char *end = strpbrk(word, " \t");

	if (end)
		*end++ = '\0';
	*rest = end ? skip_spaces(end) : word + strlen(word);
	return word;
}

/**
 * pgwalk_query_pid - parse a decimal process id
 * @word: the whole word is parsed
 * @nr: set on success
 *
 * Context: any.
 * Return: 0; -EINVAL: malformed; -ESRCH: a number that no process can have.
 */
int pgwalk_query_pid(const char *word, pid_t *nr)
{
	int err;

	if (!isdigit(*word))		/* kstrtoint() accepts a sign */
		return -EINVAL;
	err = kstrtoint(word, 10, nr);
	return err == -ERANGE ? -ESRCH : err;
}

/**
 * pgwalk_query_address - parse a hexadecimal address of the user half, with or without 0x
 * @word: the whole word is parsed
 * @addr: set on success
 *
 * Context: any.
 * Return: 0; -EINVAL: malformed; -ERANGE: not in the user half, or not canonical.
 */
int pgwalk_query_address(const char *word, unsigned long *addr)
{
	unsigned long value;
	int err;

	if (!isxdigit(*word))
		return -EINVAL;
	err = kstrtoul(word, 16, &value);
	if (err)
		return err;
	if (value >= pgwalk_arch_user_end())
		return -ERANGE;
	*addr = value;
	return 0;
}

/**
 * pgwalk_query_offset - parse a hexadecimal offset into a segment, with or without 0x
 * @word: the whole word is parsed; it may begin with a minus sign
 * @offset: set on success: 64 bits that wrap around
 *
 * Context: any.
 * Return: 0; -EINVAL: malformed; -ERANGE: more than 64 bits.
 */
int pgwalk_query_offset(const char *word, u64 *offset)
{
	bool negative = *word == '-';
	u64 value;
	int err;

	word += negative;
	if (!isxdigit(*word))
		return -EINVAL;
	err = kstrtou64(word, 16, &value);
	if (!err)
		*offset = negative ? -value : value;
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/* Numbers of the command line, strictly: nothing in front, nothing behind. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>

#include "run.h"

/**
 * number__hex - read an address or a frame number: hexadecimal, 0x or not
 * @text: what was written
 * @n: filled
 *
 * Return: 0 or -EINVAL.
 */
int number__hex(const char *text, uint64_t *n)
{
	char *end;

	if (!isxdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*n = strtoull(text, &end, 16);
	return errno || *end || (end[-1] == 'x' || end[-1] == 'X') ? -EINVAL : 0;
}

/**
 * number__decimal - read a count or an id
 * @text: what was written
 * @max: the largest that is taken
 * @n: filled
 *
 * Return: 0 or -EINVAL.
 */
int number__decimal(const char *text, uint64_t max, uint64_t *n)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*n = strtoull(text, &end, 10);
	return errno || *end || *n > max ? -EINVAL : 0;
}

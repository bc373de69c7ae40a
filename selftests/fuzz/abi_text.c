// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Rules for the files that are written to, from Documentation/abi/debugfs-pgwalk: valid lines, and errors of others. */
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"

#define E(n)		ABI_ERROR(n)
#define LONGEST		63
#define WORDS		3

/**
 * struct request - a line split into words
 * @run:	execution that writes it
 * @text:	copy of the line, with NULs between words
 * @word:	first words; "" if the line has fewer
 * @words:	number of words
 */
struct request {
	const struct run *run;
	char text[LONGEST + 1];
	const char *word[WORDS];
	int words;
};

/* isspace() of the kernel: Latin-1 */
static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0;
}

/* kstrtoull() allows a newline after a number */
static bool ends_at(const char *rest)
{
	return !*rest || !strcmp(rest, "\n");
}

/* Parse the id of a process; return the error */
static __u64 read_process(const char *word, long long *number)
{
	__u64 wrong = ends_at(word + strspn(word, "0123456789")) ? 0 : E(EINVAL);

	*number = 0;
	if (!isdigit((unsigned char)*word))
		return E(EINVAL);
	errno = 0;
	*number = strtoll(word, NULL, 10);
	return wrong | (errno || *number > INT_MAX ? E(ESRCH) : 0);
}

/* Parse a hexadecimal number, with or without 0x */
static __u64 read_hex(const char *word, __u64 *value)
{
	const char *digits = word[0] == '0' && (word[1] | 32) == 'x' ? word + 2 : word;
	size_t good = strspn(digits, "0123456789abcdefABCDEF");
	__u64 broken = good && ends_at(digits + good) ? 0 : E(EINVAL);

	errno = 0;
	*value = strtoull(digits, NULL, 16);
	return broken | (good && errno ? E(ERANGE) : 0);
}

/* Errors for a process with a valid id */
static struct abi_verdict of_process(const struct run *run, long long number)
{
	const __u64 *value = run->subject->value;
	struct abi_verdict verdict = { 0, 0 };

	if (number == (long long)value[SYMBOL_GONE])
		verdict.must = E(ESRCH);
	else if (number == (long long)value[SYMBOL_KTHREAD])
		verdict.must = E(ENXIO);
	else if (number != (long long)value[SYMBOL_TARGET] &&
		 number != (long long)value[SYMBOL_THREAD] &&
		 number != (long long)value[SYMBOL_SELF])
		verdict.may = E(ESRCH) | E(ENXIO);
	return verdict;
}

static struct abi_verdict broken(__u64 must)
{
	return (struct abi_verdict){ .must = must };
}

static bool is_listed(const struct run *run, long long number)
{
	const char *at = run->attached;

	while (*at) {
		if (strtoll(at, (char **)&at, 10) == number)
			return true;
		while (*at == '\n')
			at++;
	}
	return false;
}

/* Return the process of a thread */
static long long process_of(const struct run *run, long long number)
{
	const __u64 *value = run->subject->value;

	return number == (long long)value[SYMBOL_THREAD] ?
	       (long long)value[SYMBOL_TARGET] : number;
}

static struct abi_verdict of_attach(const struct request *q)
{
	bool drop = q->word[0][0] == '-';
	struct abi_verdict verdict;
	long long number;
	__u64 wrong = read_process(q->word[0] + drop, &number);
	bool listed = is_listed(q->run, process_of(q->run, number));

	if (q->words != 1)
		wrong |= E(EINVAL);
	if (wrong)
		return broken(wrong);
	if (drop)
		return broken(listed ? 0 : E(ESRCH));
	verdict = of_process(q->run, number);
	if (listed)
		verdict.must |= E(EEXIST);
	else if (verdict.may)
		verdict.may |= E(EEXIST) | E(ENOSPC);
	return verdict;
}

static bool is_register(const char *word, const char *colon)
{
	static const char names[] = "cs ss ds es fs gs ";
	char name[4] = "";

	if (colon - word != 2)
		return false;
	name[0] = (char)tolower((unsigned char)word[0]);
	name[1] = (char)tolower((unsigned char)word[1]);
	name[2] = ' ';
	return strstr(names, name);
}

static __u64 read_address(const struct run *run, const char *word)
{
	const char *colon = strchr(word, ':');
	__u64 value, wrong;

	if (colon && run->input->entry == ENTRY_WRITE_TRANSLATE)
		return (is_register(word, colon) ? 0 : E(EINVAL)) |
		       read_hex(colon + 1 + (colon[1] == '-'), &value);
	wrong = read_hex(word, &value);
	if (!wrong && value >= run->subject->value[SYMBOL_USER_END])
		wrong = E(ERANGE);
	return wrong;
}

/* "PID ADDRESS" */
static struct abi_verdict of_address(const struct request *q)
{
	struct abi_verdict verdict;
	long long number;
	__u64 wrong = read_process(q->word[0], &number);

	wrong |= read_address(q->run, q->word[1]);
	if (q->words != 2)
		wrong |= E(EINVAL);
	if (wrong)
		return broken(wrong);
	verdict = of_process(q->run, number);
	return verdict;
}

static struct abi_verdict of_rmap(const struct request *q)
{
	struct abi_verdict verdict;
	__u64 pfn, wrong;

	if (!strcmp(q->word[0], "pfn")) {
		wrong = read_hex(q->word[1], &pfn);
		return broken(wrong | (q->words != 2 ? E(EINVAL) : 0));
	}
	verdict = of_address(q);
	verdict.may |= E(ENOENT) | E(EAGAIN);
	return verdict;
}

static struct abi_verdict of_frame(struct request *q)
{
	bool pfn = !strcmp(q->word[0], "pfn");
	char *word = (char *)q->word[pfn], *plus = strchr(word, '+');
	__u64 first, count = 1, wrong;

	if (plus)
		*plus++ = 0;
	wrong = read_hex(word, &first);
	if (plus)
		wrong |= read_hex(plus, &count);
	if (q->words != 1 + pfn || !count)
		wrong |= E(EINVAL);
	if (first + count < first || count >= LLONG_MAX)
		wrong |= E(ERANGE);
	return broken(wrong);
}

/* Words are separated by blanks and tabs, and surrounded by any white space */
static void split(struct request *q, const struct run *run)
{
	char *at = q->text, *end;
	size_t n = run->size;
	int i;

	memset(q, 0, sizeof(*q));
	q->run = run;
	memcpy(q->text, run->data, n);
	while (n && is_space((unsigned char)q->text[n - 1]))
		q->text[--n] = 0;
	for (i = 0; i < WORDS; i++)
		q->word[i] = "";
	while (is_space((unsigned char)*at))
		at++;
	for (; *at; q->words++) {
		end = at + strcspn(at, " \t");
		if (q->words < WORDS)
			q->word[q->words] = at;
		at = end;
		if (*at)
			*at++ = 0;
		while (is_space((unsigned char)*at))
			at++;
	}
}

struct abi_verdict abi_of_text(const struct run *run)
{
	struct guarded_buf_reach reach = guarded_buf_reach(&run->argument, run->at);
	__u8 place = run->input->place;
	struct request q;
	__u64 wrong = 0;

	/* access_ok() checks the address even for a write of no bytes */
	if (reach.readable < run->size || place == PLACE_KERNEL ||
	    place == PLACE_NONCANONICAL)
		wrong |= E(EFAULT);
	if (run->size > LONGEST || memchr(run->data, 0, run->size))
		wrong |= E(EINVAL);
	if (wrong)
		return broken(wrong | (run->size ? 0 : E(EINVAL)));
	split(&q, run);
	switch (run->input->entry) {
	case ENTRY_WRITE_ATTACH:
		return of_attach(&q);
	case ENTRY_WRITE_TRANSLATE:
		return of_address(&q);
	case ENTRY_WRITE_RMAP:
		return of_rmap(&q);
	}
	return of_frame(&q);
}

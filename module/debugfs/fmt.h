/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Formatting of values for the text views. */
#ifndef PGWALK_FMT_H
#define PGWALK_FMT_H

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/types.h>

/* Room for every flag with a separator. */
#define PGWALK_FMT_FLAGS	160
#define PGWALK_FMT_SIZE		8
#define PGWALK_FMT_PROT		5
#define PGWALK_FMT_HEX		16
#define PGWALK_FMT_DECIMAL	20

const char *pgwalk_fmt_level(unsigned int level);
const char *pgwalk_fmt_kind(unsigned int kind);
const char *pgwalk_fmt_vma_kind(unsigned int kind);
char *pgwalk_fmt_size(char buf[PGWALK_FMT_SIZE], unsigned int shift);
char *pgwalk_fmt_flags(char buf[PGWALK_FMT_FLAGS], u64 flags, unsigned int pkey,
		       char separator);
char *pgwalk_fmt_prot(char buf[PGWALK_FMT_PROT], unsigned int prot);
char *pgwalk_fmt_decimals(char *to, u64 value);
char *pgwalk_fmt_string(char *to, const char *string);

/**
 * pgwalk_fmt_decimal - format a number as %llu does
 * @to: at most PGWALK_FMT_DECIMAL bytes are written
 * @value: number
 *
 * Context: any.
 * Return: end of the text, which has no NUL.
 */
static __always_inline char *pgwalk_fmt_decimal(char *to, u64 value)
{
	if (value > 9)
		return pgwalk_fmt_decimals(to, value);
	*to = '0' + value;
	return to + 1;
}

/* Return the eight hexadecimal digits of a value, the first one in the highest byte. */
static __always_inline u64 pgwalk_fmt_digits(u32 value)
{
	const u64 ones = 0x0101010101010101ULL;
	u64 digits = value, letters;

	digits = (digits | digits << 16) & 0x0000ffff0000ffffULL;
	digits = (digits | digits << 8) & 0x00ff00ff00ff00ffULL;
	digits = (digits | digits << 4) & 0x0f0f0f0f0f0f0f0fULL;
	letters = (digits + 6 * ones) >> 4 & ones;	/* 1 for digits above 9 */
	return digits + '0' * ones + letters * ('a' - '0' - 10);
}

/**
 * pgwalk_fmt_hex - format a number as %llx does
 * @to: PGWALK_FMT_HEX bytes are written
 * @value: number
 * @least: minimum of digits, padded with zeroes, at least 1
 *
 * Context: any.
 * Return: end of the text. The bytes that were written after it have no meaning.
 */
static __always_inline char *pgwalk_fmt_hex(char *to, u64 value, unsigned int least)
{
	unsigned int nr = max_t(unsigned int, least, (fls64(value) + 3) / 4);

	__be64 digits[2];

	value <<= 4 * (PGWALK_FMT_HEX - nr);
	digits[0] = cpu_to_be64(pgwalk_fmt_digits(value >> 32));
	digits[1] = nr > 8 ? cpu_to_be64(pgwalk_fmt_digits(value)) : 0;
	memcpy(to, digits, PGWALK_FMT_HEX);
	return to + nr;
}

#endif /* PGWALK_FMT_H */

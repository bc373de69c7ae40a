// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Writes the digits of numbers, exactly as printf() does in the C locale. */
#include <float.h>
#include <stdio.h>
#include <string.h>

#include "digits.h"

#define DECIMAL_MAX	20	/* digits of 2^64 - 1 */
#define HEX_MAX		16

/**
 * digits__decimal - write a number as printf("%llu")
 * @to: buffer of DIGITS_MAX bytes
 * @n: the number
 *
 * Return: the NUL after the digits.
 */
char *digits__decimal(char *to, uint64_t n)
{
	char text[DECIMAL_MAX], *at = text + sizeof(text);
	size_t len;

	if (n < 10) {
		to[0] = (char)('0' + n);
		to[1] = '\0';
		return to + 1;
	}
	do {
		*--at = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	len = (size_t)(text + sizeof(text) - at);
	memcpy(to, at, len);
	to[len] = '\0';
	return to + len;
}

/**
 * digits__hex - write a number as printf("%0*llx")
 * @to: buffer of DIGITS_MAX bytes
 * @n: the number
 * @least: number of digits, with zeros in front; at most 16
 *
 * Return: the NUL after the digits.
 */
char *digits__hex(char *to, uint64_t n, unsigned int least)
{
	unsigned int len = n ? (67 - (unsigned int)__builtin_clzll(n)) / 4 : 1;
	unsigned int i;

	if (least > HEX_MAX)
		least = HEX_MAX;
	if (len < least)
		len = least;
	for (i = len; i; n >>= 4)
		to[--i] = "0123456789abcdef"[n & 15];
	to[len] = '\0';
	return to + len;
}

/**
 * digits__range - write two addresses as /proc/PID/maps does
 * @to: buffer of DIGITS_RANGE_MAX bytes
 * @start: first address
 * @end: address after the last
 *
 * Return: the NUL after the range.
 */
char *digits__range(char *to, uint64_t start, uint64_t end)
{
	to = digits__hex(to, start, 8);
	*to++ = '-';
	return digits__hex(to, end, 8);
}

#define MANTISSA_BITS	52
#define EXPONENT_BIAS	(1023 + MANTISSA_BITS)

_Static_assert(DBL_MANT_DIG == MANTISSA_BITS + 1 && sizeof(double) == sizeof(uint64_t),
	       "a double is that of IEEE 754");

/*
 * Return the product of a number below 2^50 and 1, 10 or 100, rounded to the even integer. The
 * product with the mantissa fits into 60 bits, so that nothing is rounded before.
 */
static uint64_t round_even(double v, uint64_t scale)
{
	uint64_t bits, product, n, rest, half;
	unsigned int shift;

	memcpy(&bits, &v, sizeof(bits));
	shift = EXPONENT_BIAS - (unsigned int)(bits >> MANTISSA_BITS);
	if (shift > 63)		/* below 2^-11, or 0 */
		return 0;
	product = ((bits & ((1ULL << MANTISSA_BITS) - 1)) | 1ULL << MANTISSA_BITS) * scale;
	half = 1ULL << (shift - 1);
	n = product >> shift;
	rest = product & (2 * half - 1);
	return n + (rest > half || (rest == half && n & 1));
}

/**
 * digits__fixed - write a number as printf("%.*f"): halves are rounded to the even digit
 * @to: buffer of DIGITS_MAX bytes
 * @v: the number, from 0 to 10^15
 * @decimals: digits after the point, at most 2
 *
 * Return: the NUL after the digits.
 */
char *digits__fixed(char *to, double v, unsigned int decimals)
{
	static const uint64_t scales[] = { 1, 10, 100 };
	const uint64_t scale = scales[decimals];
	uint64_t n = round_even(v, scale);

	to = digits__decimal(to, n / scale);
	if (!decimals)
		return to;
	*to++ = '.';
	if (decimals == 2)
		*to++ = (char)('0' + n % scale / 10);
	*to++ = (char)('0' + n % 10);
	*to = '\0';
	return to;
}

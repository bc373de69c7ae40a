// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of digits, units, safe text and CPU budgets. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../userspace/lib/cpu_budget.h"
#include "../../../userspace/lib/digits.h"
#include "../../../userspace/lib/text.h"
#include "../../../userspace/lib/units.h"
#include "../../../userspace/present/json_writer.h"
#include "unit.h"

static const char *rate(double v)
{
	static char buf[QUANTITY_MAX];

	return units__rate(buf, sizeof(buf), v);
}

static const char *bytes(uint64_t v)
{
	static char buf[QUANTITY_MAX];

	return units__bytes(buf, sizeof(buf), v);
}

static const char *duration(uint64_t v)
{
	static char buf[QUANTITY_MAX];

	return units__time(buf, sizeof(buf), v);
}

static void rates_are_formatted_with_three_digits_and_a_unit(void)
{
	EXPECT_TEXT(rate(0), "0");
	EXPECT_TEXT(rate(0.01), "<0.1");
	EXPECT_TEXT(rate(0.5), "0.5");
	EXPECT_TEXT(rate(9.94), "9.9");
	EXPECT_TEXT(rate(9.96), "10");
	EXPECT_TEXT(rate(812), "812");
	EXPECT_TEXT(rate(9999), "9999");
	EXPECT_TEXT(rate(9999.6), "10.0k");
	EXPECT_TEXT(rate(18312), "18.3k");
	EXPECT_TEXT(rate(99960), "100k");
	EXPECT_TEXT(rate(999400), "999k");
	EXPECT_TEXT(rate(999600), "1.00M");
	EXPECT_TEXT(rate(1234567), "1.23M");
}

static void sizes_are_formatted_with_a_binary_unit(void)
{
	EXPECT_TEXT(bytes(0), "0");
	EXPECT_TEXT(bytes(512), "0.5K");
	EXPECT_TEXT(bytes(4096), "4K");
	EXPECT_TEXT(bytes(24 << 20), "24M");
	EXPECT_TEXT(bytes(1887437), "1.8M");
	EXPECT_TEXT(bytes(1023 << 10), "1.0M");
	EXPECT_TEXT(bytes(1ULL << 30), "1G");
	EXPECT_TEXT(bytes(1181116006), "1.1G");
	EXPECT_TEXT(bytes(~0ULL), "16E");
}

static void durations_are_formatted_with_a_unit(void)
{
	EXPECT_TEXT(duration(0), "0ns");
	EXPECT_TEXT(duration(5), "5ns");
	EXPECT_TEXT(duration(999), "999ns");
	EXPECT_TEXT(duration(1000), "1.0us");
	EXPECT_TEXT(duration(9940), "9.9us");
	EXPECT_TEXT(duration(9960), "10us");
	EXPECT_TEXT(duration(88000), "88us");
	EXPECT_TEXT(duration(999600), "1.0ms");
	EXPECT_TEXT(duration(1234567), "1.2ms");
	EXPECT_TEXT(duration(2000000000), "2.0s");
}

static void no_quantity_is_wider_than_its_column(void)
{
	uint64_t v;

	for (v = 1; v < 1ULL << 40; v += v / 29 + 1) {
		EXPECT(strlen(bytes(v)) <= 4);
		EXPECT(v >= 1000000000000 || strlen(duration(v)) <= 5);
		EXPECT(strlen(rate((double)v)) <= 5);
	}
}

static void only_the_whole_is_shown_as_100_percent(void)
{
	char buf[QUANTITY_MAX];

	EXPECT_TEXT(units__share(buf, sizeof(buf), 61, 100), "61%");
	EXPECT_TEXT(units__share(buf, sizeof(buf), 999, 1000), "99%");
	EXPECT_TEXT(units__share(buf, sizeof(buf), 7, 7), "100%");
	EXPECT_TEXT(units__share(buf, sizeof(buf), 0, 0), "-");
	EXPECT_TEXT(units__coverage(buf, sizeof(buf), 0, 0), "100.00%");
	EXPECT_TEXT(units__coverage(buf, sizeof(buf), 999999999, 1000000000), "99.99%");
	EXPECT_TEXT(units__coverage(buf, sizeof(buf), ~0ULL - 1, ~0ULL), "99.99%");
	EXPECT_TEXT(units__coverage(buf, sizeof(buf), 1, 3), "33.33%");
}

/* Check UTF-8 independently of the product: decode, encode again, and compare the bytes */
static bool is_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		unsigned int len = *s < 0x80 ? 1 : *s >> 5 == 6 ? 2 : *s >> 4 == 14 ? 3 :
				   *s >> 3 == 30 ? 4 : 0, code, i;

		if (!len)
			return false;
		code = len == 1 ? *s : *s & (0x7F >> len);
		for (i = 1; i < len; i++) {
			if (s[i] >> 6 != 2)
				return false;
			code = code << 6 | (s[i] & 0x3F);
		}
		if ((len == 2 && code < 0x80) || (len == 3 && code < 0x800) ||
		    (len == 4 && (code < 0x10000 || code > 0x10FFFF)) ||
		    (code >= 0xD800 && code < 0xE000))
			return false;
		s += len;
	}
	return true;
}

/* Write @src as a JSON string, and return the string that json-c reads; NULL: not valid JSON */
static char *through_json(const char *src)
{
	char *text = NULL, *string = NULL;
	struct json_object *o, *member;
	struct json_writer w;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	json_writer__begin(&w, out);
	json_writer__text(&w, "k", src);
	json_writer__end(&w);
	fclose(out);
	o = json_tokener_parse(text);
	if (json_object_object_get_ex(o, "k", &member) && json_object_object_length(o) == 1)
		string = strdup(json_object_get_string(member));
	json_object_put(o);
	free(text);
	return string;
}

static void any_bytes_become_valid_json(void)
{
	unsigned int round, i;
	char src[17] = "";

	srand(23);
	for (round = 0; round < 50000; round++) {
		char *text;

		for (i = 0; i < 16; i++)	/* mostly bytes that UTF-8 gives a meaning */
			src[i] = (char)(rand() % 3 ? 0x80 + rand() % 128 : 1 + rand() % 255);
		if (round % 4 == 0)		/* or bytes that JSON gives a meaning */
			for (i = 0; i < 16; i++)
				src[i] = (char)(rand() % 2 ? 1 + rand() % 127 : "\\\"/ub"[rand() % 5]);
		text = through_json(src);
		EXPECT(text);
		EXPECT(text && is_utf8(text));
		EXPECT(text && (!is_utf8(src) || !strcmp(src, text)));
		free(text);
	}
}

static void numbers_have_the_digits_of_printf(void)
{
	char buf[DIGITS_RANGE_MAX], expected[64];
	unsigned int round;

	srand(23);
	for (round = 0; round < 50000; round++) {
		uint64_t n = ((uint64_t)rand() << 40 ^ (uint64_t)rand() << 20 ^ (uint64_t)rand()) >>
			     rand() % 64;
		unsigned int least = 1 + rand() % 16, decimals = rand() % 3;
		/* halves and their neighbours, and any numbers */
		double v = round % 2 ? (double)(n % 100000) / 8 :
				       (double)(n % 1000000) / (1 + rand() % 1000);

		snprintf(expected, sizeof(expected), "%llu", (unsigned long long)n);
		EXPECT(*digits__decimal(buf, n) == '\0');
		EXPECT_TEXT(buf, expected);
		snprintf(expected, sizeof(expected), "%0*llx", (int)least, (unsigned long long)n);
		EXPECT(*digits__hex(buf, n, least) == '\0');
		EXPECT_TEXT(buf, expected);
		snprintf(expected, sizeof(expected), "%08llx-%08llx", (unsigned long long)n,
			 (unsigned long long)n + least);
		digits__range(buf, n, n + least);
		EXPECT_TEXT(buf, expected);
		snprintf(expected, sizeof(expected), "%.*f", (int)decimals, v);
		EXPECT(*digits__fixed(buf, v, decimals) == '\0');
		EXPECT_TEXT(buf, expected);
	}
	digits__decimal(buf, UINT64_MAX);
	EXPECT_TEXT(buf, "18446744073709551615");
	digits__hex(buf, UINT64_MAX, 1);
	EXPECT_TEXT(buf, "ffffffffffffffff");
}

static void text_for_a_terminal_has_no_control_characters_and_fits(void)
{
	char buf[64];

	EXPECT(text__fit(buf, sizeof(buf), "libc.so.6", 20) == 9);
	EXPECT_TEXT(buf, "libc.so.6");
	EXPECT(text__fit(buf, sizeof(buf), "libc.so.6", 9) == 9);
	EXPECT_TEXT(buf, "libc.so.6");
	EXPECT(text__fit(buf, sizeof(buf), "libc.so.6", 8) == 8);
	EXPECT_TEXT(buf, "libc.so~");
	text__fit(buf, sizeof(buf), "\x1b[2J\n\x7f\xc2\x9b", 20);
	EXPECT_TEXT(buf, "?[2J???");
	EXPECT(text__fit(buf, sizeof(buf), "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac", 2) == 2);
	EXPECT_TEXT(buf, "\xe2\x82\xac~");
	EXPECT(text__fit(buf, sizeof(buf), "", 5) == 0);
	/* wide characters take two columns */
	EXPECT(text__fit(buf, sizeof(buf), "缺页a", 5) == 5);
	EXPECT_TEXT(buf, "缺页a");
	EXPECT(text__fit(buf, sizeof(buf), "缺页a", 4) == 3);
	EXPECT_TEXT(buf, "缺~");
	EXPECT(text__fit(buf, sizeof(buf), "缺页次数", 7) == 7);
	EXPECT_TEXT(buf, "缺页次~");
	/* lines end at blanks, and between wide characters, not before punctuation */
	EXPECT(text__line("two words", 9) == 9);
	EXPECT(text__line("two words", 8) == 3);
	EXPECT(text__line("twowords", 5) == 5);
	EXPECT(text__line("缺页次数", 5) == 6);
	EXPECT(text__line("缺页，次", 4) == 3);
	EXPECT(text__line("缺页 fault", 8) == 6);
}

/* Over a long time, the time spent is at most the share plus one purse */
static void a_cpu_budget_is_kept_for_calls_of_any_cost(void)
{
	const uint64_t costs[] = { 1000, 5000000, 900000000 };
	struct cpu_budget b;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		uint64_t now, spent = 0, times = 0, end = 1000 * 1000000000ULL;

		cpu_budget__init(&b, 50, 20000000, 0);
		for (now = 0; now < end; now += 100000000) {
			while (cpu_budget__may_spend(&b, now) && times < 30000000) {
				cpu_budget__spend(&b, costs[i]);
				spent += costs[i];
				times++;
			}
		}
		EXPECT(spent <= end / 50 + 20000000 + costs[i]);
		EXPECT(spent + costs[i] >= end / 50);
		EXPECT(times > 0);
	}
}

const struct unit_test lib_tests[] = {
	{ "rates are formatted with three digits and a unit", rates_are_formatted_with_three_digits_and_a_unit },
	{ "sizes are formatted with a binary unit", sizes_are_formatted_with_a_binary_unit },
	{ "durations are formatted with a unit", durations_are_formatted_with_a_unit },
	{ "no quantity is wider than its column", no_quantity_is_wider_than_its_column },
	{ "only the whole is shown as 100 percent", only_the_whole_is_shown_as_100_percent },
	{ "numbers have the digits of printf", numbers_have_the_digits_of_printf },
	{ "any bytes become valid JSON", any_bytes_become_valid_json },
	{ "text for a terminal has no control characters and fits", text_for_a_terminal_has_no_control_characters_and_fits },
	{ "a CPU budget is kept for calls of any cost", a_cpu_budget_is_kept_for_calls_of_any_cost },
	{ 0 },
};

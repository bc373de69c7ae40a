// SPDX-License-Identifier: GPL-2.0
/* Quantities, safe text and budgets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../userspace/lib/budget.h"
#include "../../userspace/lib/quantity.h"
#include "../../userspace/lib/text.h"
#include "unit.h"

static const char *rate(double v)
{
	static char buf[QUANTITY_MAX];

	return quantity__rate(buf, sizeof(buf), v);
}

static const char *bytes(uint64_t v)
{
	static char buf[QUANTITY_MAX];

	return quantity__bytes(buf, sizeof(buf), v);
}

static const char *duration(uint64_t v)
{
	static char buf[QUANTITY_MAX];

	return quantity__time(buf, sizeof(buf), v);
}

static void rates_read_well(void)
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

static void bytes_read_well(void)
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

static void times_read_well(void)
{
	EXPECT_TEXT(duration(0), "0n");
	EXPECT_TEXT(duration(5), "5n");
	EXPECT_TEXT(duration(999), "999n");
	EXPECT_TEXT(duration(1000), "1.0u");
	EXPECT_TEXT(duration(9940), "9.9u");
	EXPECT_TEXT(duration(9960), "10u");
	EXPECT_TEXT(duration(88000), "88u");
	EXPECT_TEXT(duration(999600), "1.0m");
	EXPECT_TEXT(duration(1234567), "1.2m");
	EXPECT_TEXT(duration(2000000000), "2.0s");
}

static void no_quantity_is_wider_than_its_column(void)
{
	uint64_t v;

	for (v = 1; v < 1ULL << 40; v += v / 29 + 1) {
		EXPECT(strlen(bytes(v)) <= 4);
		EXPECT(v >= 1000000000000 || strlen(duration(v)) <= 4);
		EXPECT(strlen(rate((double)v)) <= 5);
	}
}

static void only_all_of_it_is_100_percent(void)
{
	char buf[QUANTITY_MAX];

	EXPECT_TEXT(quantity__share(buf, sizeof(buf), 61, 100), "61%");
	EXPECT_TEXT(quantity__share(buf, sizeof(buf), 999, 1000), "99%");
	EXPECT_TEXT(quantity__share(buf, sizeof(buf), 7, 7), "100%");
	EXPECT_TEXT(quantity__share(buf, sizeof(buf), 0, 0), "-");
	EXPECT_TEXT(quantity__coverage(buf, sizeof(buf), 0, 0), "100.00%");
	EXPECT_TEXT(quantity__coverage(buf, sizeof(buf), 999999999, 1000000000), "99.99%");
	EXPECT_TEXT(quantity__coverage(buf, sizeof(buf), ~0ULL - 1, ~0ULL), "99.99%");
	EXPECT_TEXT(quantity__coverage(buf, sizeof(buf), 1, 3), "33.33%");
}

/* A second opinion on UTF-8: decode, and see whether encoding gives the same bytes */
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

static void any_bytes_become_utf8(void)
{
	char src[17] = "", dst[TEXT_UTF8_SIZE(16)], small[8];
	unsigned int round, i;

	srand(23);
	for (round = 0; round < 50000; round++) {
		for (i = 0; i < 16; i++)	/* mostly bytes that matter */
			src[i] = (char)(rand() % 3 ? 0x80 + rand() % 128 : 1 + rand() % 255);
		text__utf8(dst, sizeof(dst), src);
		EXPECT(is_utf8(dst));
		EXPECT(!is_utf8(src) || !strcmp(src, dst));
		text__utf8(small, sizeof(small), src);
		EXPECT(is_utf8(small));
		EXPECT(!strncmp(small, dst, strlen(small)));
	}
}

static void text_for_a_terminal_is_harmless_and_fits(void)
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
}

/* What was spent, over a long time, is the share asked for and one purse more */
static void a_budget_is_kept_however_much_a_thing_costs(void)
{
	const uint64_t costs[] = { 1000, 5000000, 900000000 };
	struct budget b;
	unsigned int i;

	for (i = 0; i < 3; i++) {
		uint64_t now, spent = 0, times = 0, end = 1000 * 1000000000ULL;

		budget__init(&b, 50, 20000000, 0);
		for (now = 0; now < end; now += 100000000) {
			while (budget__may_spend(&b, now) && times < 30000000) {
				budget__spend(&b, costs[i]);
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
	{ "rates read well", rates_read_well },
	{ "bytes read well", bytes_read_well },
	{ "times read well", times_read_well },
	{ "no quantity is wider than its column", no_quantity_is_wider_than_its_column },
	{ "only all of it is 100 percent", only_all_of_it_is_100_percent },
	{ "any bytes become UTF-8", any_bytes_become_utf8 },
	{ "text for a terminal is harmless and fits", text_for_a_terminal_is_harmless_and_fits },
	{ "a budget is kept however much a thing costs", a_budget_is_kept_however_much_a_thing_costs },
	{ 0 },
};

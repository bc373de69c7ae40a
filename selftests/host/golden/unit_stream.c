// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests damaged streams up to text and JSON: no content of a file crashes the reader or a presenter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "../../../userspace/collect/record/record.h"
#include "../../../userspace/present/batch.h"
#include "../../../userspace/present/folded.h"
#include "../../../userspace/present/json.h"
#include "../../../userspace/session/ingest.h"
#include "unit.h"

#define ROUNDS	300

static unsigned int shown;

static int show(void *ctx, const struct snapshot *s)
{
	const struct batch_options batch = { .width = 79, .memory = ~0U };
	const struct folded_options folded = { .weight = FOLDED_COUNT, .class = FOLDED_ALL };
	FILE *nowhere = ctx;

	shown++;
	json__format(nowhere, s, true, ~0U);
	return batch__format(nowhere, s, &batch) ||
	       folded__format(nowhere, s, &folded);
}

/* xorshift, so that each run has the same damage */
static uint64_t prng_next(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

static void put(struct recorder *r, enum record_type type, void *record, size_t size)
{
	EXPECT(!recorder__write(r, record, type, size));
}

static void put_faults(struct recorder *r, unsigned int n)
{
	struct record_fault f = {
		.key = { .mm = 1, .start = 0x10000 + 0x1000ULL * n, .end = 0x11000 + 0x1000ULL * n,
			 .class = 1 + n % (PGWALK_FAULT_CLASS_NR - 1), .scope = n % 3,
			 .id = (__s32)(n % 3 ? n : 0) },
		.row = { .count = 3, .major = 1, .write = 3, .latency_ns = 3000, .max_ns = 1500,
			 .name = "name" },
	};

	f.row.hist[35] = 3;
	put(r, RECORD_FAULT, &f, sizeof(f));
}

static void put_beside(struct recorder *r, unsigned int n)
{
	struct record_event e = { .event = { .addr = 0x10000 + 0x1000 * n, .class = 2, .tid = 5 } };
	struct record_stack s = { .stack = { .key = { .class = 2 }, .count = 2, .latency_ns = 7,
					     .stack = (__s32)n } };
	struct record_page p = { .run.run = { .start = 0x10000, .end = 0x11000, .kind = PGWALK_KIND_PRESENT } };
	struct record_system y = { .flags = 3, .swap_in = 1 };
	struct {
		struct record_frames r;
		__u64 ip[2];
	} f = { .r = { .stack = (__s32)n, .count = 2 }, .ip = { 0x400000 + n, 0x500000 } };
	struct {
		struct record_symbol r;
		char text[16];
	} t = { .r = { .ip = 0x400000 + n, .name_len = 8, .module_len = 8 }, .text = "functio\0/module" };

	put(r, RECORD_EVENT, &e, sizeof(e));
	put(r, RECORD_FRAMES, &f, sizeof(f));
	put(r, RECORD_SYMBOL, &t, sizeof(t));
	put(r, RECORD_STACK, &s, sizeof(s));
	put(r, RECORD_PAGE, &p, sizeof(p));
	put(r, RECORD_SYSTEM, &y, sizeof(y));
}

static void put_mappings(struct recorder *r)
{
	struct record_vmas v = { .now_ns = 1 };
	struct {
		struct record_vma r;
		char name[8];
	} m = { .r.vma = { .start = 0x10000, .end = 0x40000, .kind = PGWALK_VMA_HEAP, .name_len = 6,
			   .counted = 1, .resident = 4096 }, .name = "[heap]" };

	m.r.vma.size = sizeof(m) - sizeof(struct record);
	put(r, RECORD_VMAS_BEGIN, &v, sizeof(v));
	put(r, RECORD_VMA, &m, sizeof(m));
	v.addr = ~0ULL;
	put(r, RECORD_VMAS_END, &v, sizeof(v));
}

static void make_stream(const char *path)
{
	struct record_target t = { .pid = 7, .flags = RECORD_TARGET_MODULE, .comm = "seven" };
	struct record_trace l = { .start = 0x10000, .end = 0x40000 };
	struct record_interval i = { .span_ns = 1000, .flags = RECORD_INTERVAL_THREADS };
	struct recorder *r;
	unsigned int n, k;

	EXPECT(!recorder__create(&r, path, 0600));
	put(r, RECORD_TARGET, &t, sizeof(t));
	put(r, RECORD_TRACE, &l, sizeof(l));
	for (k = 0; k < 3; k++) {
		put_mappings(r);
		for (n = 0; n < 24; n++)
			put_faults(r, n);
		for (n = 0; n < 3; n++)
			put_beside(r, n);
		i.now_ns += 1000;
		put(r, RECORD_INTERVAL, &i, sizeof(i));
	}
	EXPECT(!recorder__destroy(r));
}

static void play(const char *path, FILE *nowhere)
{
	const struct record *record;
	struct player *p;
	struct ingest *f;

	if (player__create(&p, path))
		return;
	EXPECT(!ingest__create(&f, true, show, nowhere));
	while (player__next(p, &record) > 0 && !ingest__record(f, record))
		;
	ingest__destroy(f);
	player__destroy(p);
}

static void damaged_streams_are_shown_as_text_and_json_without_a_crash(void)
{
	static unsigned char whole[1 << 16], bad[1 << 16];
	char path[] = "/tmp/golden-XXXXXX";
	FILE *nowhere = fopen("/dev/null", "we"), *f;
	int fd = mkstemp(path), round, n;
	size_t size;
	gzFile gz;

	close(fd);
	make_stream(path);
	shown = 0;
	play(path, nowhere);
	EXPECT(shown == 3);
	gz = gzopen(path, "rb");
	size = (size_t)gzread(gz, whole, sizeof(whole));
	gzclose(gz);
	EXPECT(size > 1000 && size < sizeof(whole));
	shown = 0;
	for (round = 0; round < ROUNDS; round++) {
		memcpy(bad, whole, size);
		for (n = (int)(prng_next() % 4); n >= 0; n--)
			bad[32 + prng_next() % (size - 32)] = (unsigned char)prng_next();
		f = fopen(path, "we");
		fwrite(bad, 1, size, f);
		fclose(f);
		play(path, nowhere);
	}
	EXPECT(shown > ROUNDS);		/* most of the streams have at least one interval */
	fclose(nowhere);
	unlink(path);
}

const struct unit_test stream_tests[] = {
	{ "damaged streams are shown as text and JSON without a crash", damaged_streams_are_shown_as_text_and_json_without_a_crash },
	{ 0 },
};

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Keeps inputs; the first are valid ones made from the ABI. */
#include <stdlib.h>
#include <string.h>
#include <pgwalk.h>

#include "corpus.h"
#include "entrypoints.h"

#define NEWEST	32

int corpus_keep(struct corpus *corpus, const struct input *input, struct prng *prng)
{
	unsigned int at = corpus->nr;

	if (at == CORPUS_MAX)
		at = corpus->good + prng_below(prng, CORPUS_MAX - corpus->good);
	else
		corpus->input[corpus->nr++] = malloc(sizeof(*input));
	if (!corpus->input[at])
		return -1;
	*corpus->input[at] = *input;
	return 0;
}

/* Pick each entry point with equal probability, independent of its number of inputs */
static const struct input *pick_by_entry(const struct corpus *corpus, struct prng *prng)
{
	__u8 entry = (__u8)prng_below(prng, ENTRY_NR);
	const struct input *input;

	do {
		input = corpus->input[prng_below(prng, corpus->nr)];
	} while (input->entry != entry);
	return input;
}

/* With probability 1/2 pick one of the newest inputs */
const struct input *corpus_pick(const struct corpus *corpus, struct prng *prng)
{
	__u32 newest = corpus->nr - corpus->good;

	if (newest > NEWEST)
		newest = NEWEST;
	if (newest && prng_one_in(prng, 2))
		return corpus->input[corpus->nr - 1 - prng_below(prng, newest)];
	return pick_by_entry(corpus, prng);
}

static const struct input_patch none;

/* Add an input with a struct and up to three patches */
static void add(struct corpus *corpus, __u8 entry, const void *data, size_t size,
		struct input_patch first, struct input_patch second,
		struct input_patch third)
{
	struct input input = {
		.entry = entry, .size = (__u16)size, .place = PLACE_END,
		.opened = OPENED_ATTACHED, .patch = { first, second, third },
	};
	struct prng never = { 0 };

	memcpy(input.data, data, size);
	corpus_keep(corpus, &input, &never);
}

#define PATCH(type, field, what)					\
	((struct input_patch){ offsetof(type, field),			\
	  sizeof(((type *)0)->field), what })
#define BUFFER(type, field)						\
	PATCH(type, field, SYMBOL_BUFFER + PLACE_END)
#define ADD(entry, value, ...)						\
	add(corpus, entry, &(value), sizeof(value), __VA_ARGS__)

static void add_small(struct corpus *corpus)
{
	struct pgwalk_info info = { .size = sizeof(info) };
	struct pgwalk_attach attach = { .size = sizeof(attach) };
	struct pgwalk_gdt gdt = { .size = sizeof(gdt) };
	struct pgwalk_mm mm = { .size = sizeof(mm), .nr_records = 4 };
	struct pgwalk_tables tables = { .size = sizeof(tables), .nr_records = 16 };

	ADD(ENTRY_INFO, info, none, none, none);
	ADD(ENTRY_ATTACH, attach, PATCH(struct pgwalk_attach, pid, SYMBOL_TARGET),
	    none, none);
	corpus->input[corpus->nr - 1]->opened = OPENED_FRESH;
	ADD(ENTRY_GDT, gdt, none, none, none);
	ADD(ENTRY_MM, mm, BUFFER(struct pgwalk_mm, tasks), none, none);
	ADD(ENTRY_TABLES, tables, BUFFER(struct pgwalk_tables, records), none, none);
}

static void add_scans(struct corpus *corpus)
{
	struct pgwalk_scan scan = { .size = sizeof(scan), .nr_records = 64 };
	struct pgwalk_vmas vmas = { .size = sizeof(vmas), .bytes = 8192 };
	__u32 flags;

	for (flags = 0; flags <= PGWALK_SCAN_EXCLUSIVE; flags++) {
		scan.flags = flags;
		ADD(ENTRY_SCAN, scan, BUFFER(struct pgwalk_scan, records),
		    PATCH(struct pgwalk_scan, start, SYMBOL_START),
		    PATCH(struct pgwalk_scan, end, SYMBOL_END));
		ADD(ENTRY_SCAN, scan, BUFFER(struct pgwalk_scan, records),
		    PATCH(struct pgwalk_scan, end, SYMBOL_USER_END), none);
		vmas.flags = flags & 3;
		ADD(ENTRY_VMAS, vmas, BUFFER(struct pgwalk_vmas, records),
		    PATCH(struct pgwalk_vmas, start, SYMBOL_START),
		    PATCH(struct pgwalk_vmas, end, SYMBOL_USER_END));
	}
	add(corpus, ENTRY_SCAN, &(struct pgwalk_scan){
		.size = PGWALK_SCAN_SIZE_1, .nr_records = 8,
		.require = PGWALK_F_WRITE, .kinds = 1 << PGWALK_KIND_PRESENT },
	    PGWALK_SCAN_SIZE_1, BUFFER(struct pgwalk_scan, records),
	    PATCH(struct pgwalk_scan, end, SYMBOL_USER_END), none);
}

static void add_translations(struct corpus *corpus)
{
	struct pgwalk_translate linear = { .size = sizeof(linear) };
	struct pgwalk_translate logical = {
		.size = sizeof(logical), .reg = PGWALK_SEGMENT_FS, .addr = 0x28,
	};
	struct pgwalk_segments segments = {
		.size = sizeof(segments), .nr_records = 4, .nr_ldt = 4,
	};

	ADD(ENTRY_TRANSLATE, linear, PATCH(struct pgwalk_translate, addr, SYMBOL_PAGE),
	    none, none);
	ADD(ENTRY_TRANSLATE, logical, PATCH(struct pgwalk_translate, tid, SYMBOL_THREAD),
	    none, none);
	ADD(ENTRY_SEGMENTS, segments, BUFFER(struct pgwalk_segments, threads),
	    BUFFER(struct pgwalk_segments, ldt), none);
}

static void add_frames(struct corpus *corpus)
{
	struct pgwalk_frames frames = {
		.size = sizeof(frames), .count = 16, .nr_records = 16,
	};
	struct pgwalk_rmap rmap = { .size = sizeof(rmap), .nr_records = 8 };

	ADD(ENTRY_FRAMES, frames, BUFFER(struct pgwalk_frames, records),
	    PATCH(struct pgwalk_frames, pfn, SYMBOL_PFN), none);
	ADD(ENTRY_RMAP, rmap, BUFFER(struct pgwalk_rmap, records),
	    PATCH(struct pgwalk_rmap, pfn, SYMBOL_SHARED_PFN), none);
	rmap.flags = PGWALK_RMAP_ADDRESS;
	ADD(ENTRY_RMAP, rmap, BUFFER(struct pgwalk_rmap, records),
	    PATCH(struct pgwalk_rmap, addr, SYMBOL_PAGE), none);
}

static void add_texts(struct corpus *corpus)
{
	static const struct { __u8 entry; const char *text; } texts[] = {
		{ ENTRY_WRITE_ATTACH, "\1" }, { ENTRY_WRITE_ATTACH, "-\1\n" },
		{ ENTRY_WRITE_ATTACH, "\4" }, { ENTRY_WRITE_ATTACH, "-\4" },
		{ ENTRY_WRITE_ATTACH, "\5" }, { ENTRY_WRITE_ATTACH, "\3" },
		{ ENTRY_WRITE_TRANSLATE, "\1 \7" },
		{ ENTRY_WRITE_TRANSLATE, "\1 0x\6\n" },
		{ ENTRY_WRITE_TRANSLATE, "\2 fs:28" },
		{ ENTRY_WRITE_TRANSLATE, "\1 GS:-0x8" },
		{ ENTRY_WRITE_TRANSLATE, "\4 ds:\7" },
		{ ENTRY_WRITE_RMAP, "\1 \7" }, { ENTRY_WRITE_RMAP, "pfn \20\n" },
		{ ENTRY_WRITE_RMAP, "pfn 0x\21" },
		{ ENTRY_WRITE_FRAME, "pfn \20" }, { ENTRY_WRITE_FRAME, "\20+4\n" },
		{ ENTRY_WRITE_FRAME, "pfn 0x\21+0x10" },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add(corpus, texts[i].entry, texts[i].text, strlen(texts[i].text),
		    none, none, none);
}

static void add_others(struct corpus *corpus)
{
	struct entrypoint_read request = { .size = 4096 };
	struct pgwalk_info info = { .size = sizeof(info) };

	for (request.view = 0; entrypoint_views[request.view]; request.view++)
		ADD(ENTRY_READ, request, none, none, none);
	ADD(ENTRY_ANY, info, none, none, none);
	corpus->input[corpus->nr - 1]->request = PGWALK_IOC_GDT + 1;
}

int corpus_create(struct corpus *corpus)
{
	memset(corpus, 0, sizeof(*corpus));
	add_small(corpus);
	add_scans(corpus);
	add_translations(corpus);
	add_frames(corpus);
	add_texts(corpus);
	add_others(corpus);
	corpus->good = corpus->nr;
	return 0;
}

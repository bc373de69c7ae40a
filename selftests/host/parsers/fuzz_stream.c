// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * libFuzzer target: arbitrary recorded streams, from the file to text, JSON and folded stacks. The
 * first byte selects whether the other bytes are a file, or records after a valid header.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../userspace/collect/record/record.h"
#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/present/batch.h"
#include "../../../userspace/present/folded.h"
#include "../../../userspace/present/json.h"
#include "../../../userspace/session/ingest.h"
#include "parsers.h"

/* The ways of output, one after the other */
static unsigned int shown;

static int show(void *ctx, const struct snapshot *snapshot)
{
	static const char *const keys[] = { NULL, "major", "p99", "max", "res" };
	struct batch_options batch = {
		.width = 40 + shown % 100, .rows = shown % 7 ? 0 : 3,
		.sort = keys[shown % 5], .memory = shown % 2 ? ~0U : 0,
	};
	struct folded_options folded = {
		.weight = shown % 2 ? FOLDED_LATENCY : FOLDED_COUNT,
		.class = FOLDED_ALL,
	};
	FILE *nothing = ctx;

	shown++;
	batch__format(nothing, snapshot, &batch);
	json__format(nothing, snapshot, shown % 3 == 0, batch.memory);
	folded__format(nothing, snapshot, &folded);
	rewind(nothing);
	return 0;
}

static void play(const char *path, FILE *nothing)
{
	const struct record *record;
	struct player *player;
	struct ingest *feed;

	page_size__current = 0;		/* each input may be of another machine */
	if (player__create(&player, path))
		return;
	if (!ingest__create(&feed, true, show, nothing)) {
		while (player__next(player, &record) > 0)
			if (ingest__record(feed, record))
				break;
		ingest__destroy(feed);
	}
	player__destroy(player);
}

/* Feed unpacked records, as the reader returns them: most bytes are meaningful */
static void feed_records(const uint8_t *data, size_t size, FILE *nothing)
{
	struct record head, *record;
	struct ingest *feed;
	int err = 0;

	if (ingest__create(&feed, false, show, nothing))
		return;
	while (size >= sizeof(head) && !err) {
		memcpy(&head, data, sizeof(head));
		head.size &= 8191 & ~7U;
		if (head.size < sizeof(head) || head.size > size)
			break;
		/* An allocation of its own size, so that the sanitizer sees reads beyond the end */
		record = malloc(head.size);
		memcpy(record, data, head.size);
		record->size = head.size;
		data += head.size;
		size -= head.size;
		if (record__is_known(record) && record__is_valid(record))
			err = ingest__record(feed, record);
		free(record);
	}
	ingest__destroy(feed);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	return parsers_mutate_records(data, size, max_size, seed, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *nothing;
	char path[32];
	int fd;

	if (!nothing)
		nothing = fopen("/dev/null", "w");
	if (!size)
		return 0;
	if (*data == 'r') {
		feed_records(data + 1, size - 1, nothing);
		return 0;
	}
	fd = parsers_file(data + 1, size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	play(path, nothing);
	close(fd);
	return 0;
}

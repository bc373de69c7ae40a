// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: recorded streams that hold anything, from the file to text, JSON and
 * folded stacks. The first byte says whether the bytes are a file as it is on disk, or
 * records that stand behind a good head.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../userspace/collect/record.h"
#include "../../userspace/present/batch.h"
#include "../../userspace/present/folded.h"
#include "../../userspace/present/json.h"
#include "../../userspace/session/feed.h"
#include "parsers.h"

/* How it is shown; all ways in turn */
static unsigned int shown;

static int show(void *ctx, const struct snapshot *snapshot)
{
	static const char *const keys[] = { NULL, "major", "p99", "max", "res" };
	struct batch_options batch = {
		.width = 40 + shown % 100, .rows = shown % 7 ? 0 : 3,
		.sort = keys[shown % 5],
	};
	struct folded_options folded = {
		.weight = shown % 2 ? FOLDED_LATENCY : FOLDED_COUNT,
		.class = FOLDED_ALL,
	};
	FILE *nothing = ctx;

	shown++;
	batch__format(nothing, snapshot, &batch);
	json__format(nothing, snapshot, shown % 3 == 0);
	folded__format(nothing, snapshot, &folded);
	rewind(nothing);
	return 0;
}

static void play(const char *path, FILE *nothing)
{
	const struct record *record;
	struct player *player;
	struct feed *feed;

	if (player__create(&player, path))
		return;
	if (!feed__create(&feed, true, show, nothing)) {
		while (player__next(player, &record) > 0)
			if (feed__record(feed, record))
				break;
		feed__destroy(feed);
	}
	player__destroy(player);
}

/* Records as the reader gives them, unpacked: so most bytes mean something */
static void feed_records(const uint8_t *data, size_t size, FILE *nothing)
{
	union {
		struct record head;
		char bytes[8192];
	} record;
	struct feed *feed;

	if (feed__create(&feed, false, show, nothing))
		return;
	while (size >= sizeof(record.head)) {
		memcpy(&record.head, data, sizeof(record.head));
		record.head.size &= 8191 & ~7U;
		if (record.head.size < sizeof(record.head) ||
		    record.head.size > size)
			break;
		memcpy(&record.head + 1, data + sizeof(record.head),
		       record.head.size - sizeof(record.head));
		data += record.head.size;
		size -= record.head.size;
		if (record__is_known(&record.head) &&
		    record__is_whole(&record.head) &&
		    feed__record(feed, &record.head))
			break;
	}
	feed__destroy(feed);
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

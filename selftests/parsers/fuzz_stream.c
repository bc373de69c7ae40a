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
	struct record head, *record;
	struct feed *feed;
	int err = 0;

	if (feed__create(&feed, false, show, nothing))
		return;
	while (size >= sizeof(head) && !err) {
		memcpy(&head, data, sizeof(head));
		head.size &= 8191 & ~7U;
		if (head.size < sizeof(head) || head.size > size)
			break;
		/* Of its own size: what is read behind it is seen */
		record = malloc(head.size);
		memcpy(record, data, head.size);
		record->size = head.size;
		data += head.size;
		size -= head.size;
		if (record__is_known(record) && record__is_whole(record))
			err = feed__record(feed, record);
		free(record);
	}
	feed__destroy(feed);
}

/* Where a record begins, any of them; 0: there is none */
static size_t some_record(const uint8_t *data, size_t size, unsigned int seed)
{
	unsigned int left = seed % 64;
	size_t at = 1, first = 0;
	struct record head;

	while (size - at >= sizeof(head)) {
		memcpy(&head, data + at, sizeof(head));
		if (head.size < sizeof(head) || head.size > size - at)
			break;
		first = at;
		if (!left--)
			break;
		at += head.size;
	}
	return first;
}

/* Half the time a number in a record becomes one that is seldom right; else as libFuzzer has it */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed)
{
	static const uint64_t numbers[] = {
		0, 1, 15, 64, 127, 255, 4000, 0x7fff, 0xffff, 0x7fffffff,
		0xffffffff, 1ULL << 47, ~0ULL >> 1, ~0ULL, 0x4141414141414141ULL,
	};
	size_t record = size > 1 && *data == 'r' ? some_record(data, size, seed) : 0;
	unsigned int width = 1U << (seed >> 8) % 4, at;
	struct record head;

	if (!record || seed >> 31)
		return LLVMFuzzerMutate(data, size, max_size);
	memcpy(&head, data + record, sizeof(head));
	/* Most of what is not text stands in front */
	at = (seed >> 10) % ((seed >> 30 & 1) ? 64 : head.size) / width * width;
	if (at + width <= head.size)
		memcpy(data + record + at,
		       &numbers[(seed >> 20) % (sizeof(numbers) / sizeof(numbers[0]))],
		       width);
	return size;
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

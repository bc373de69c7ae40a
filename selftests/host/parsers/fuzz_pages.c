// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * libFuzzer target: arbitrary files of pgwalk snapshot, from the file to the text and JSON of pgwalk diff. After the byte
 * 'f' the input is one file, which is compared with itself; after 'r' two readings as unpacked records.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../userspace/collect/record/record.h"
#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/verb/verb.h"
#include "parsers.h"

#define RECORDS	8	/* offset of the records */

static void compare(const char *a, const char *b, unsigned int how)
{
	static unsigned int shown;
	struct verb_options options = {
		.json = shown++ % 2, .all = how & 1, .single = how & 2, .proc = "/proc", .nr_args = 2,
		.arg = { (char *)(unsigned long)a, (char *)(unsigned long)b },
	};
	struct error error;

	verb__run(&diff_verb, &options, &error);
}

/* Write records, as far as they have valid sizes, in the way of the product; it does not check them */
static int pack(const char *path, const uint8_t *data, size_t size)
{
	struct record head, *record;
	struct recorder *r;
	int err = recorder__create(&r, path, 0600);

	if (err)
		return err;
	while (size >= sizeof(head) && !err) {
		memcpy(&head, data, sizeof(head));
		head.size &= 8191 & ~7U;
		if (head.size < sizeof(head) || head.size > size)
			break;
		record = malloc(head.size);
		memcpy(record, data, head.size);
		err = recorder__write(r, record, head.type, head.size);
		free(record);
		data += head.size;
		size -= head.size;
	}
	return recorder__destroy(r);
}

static void feed_records(const uint8_t *data, size_t size)
{
	const size_t all = size - RECORDS;
	char path[2][32];
	uint32_t first;
	int fd[2], i;

	memcpy(&first, data + 4, sizeof(first));
	first &= ~7U;
	if (first > all)
		first = (uint32_t)all;
	for (i = 0; i < 2; i++) {
		fd[i] = parsers_file(data, 0);
		snprintf(path[i], sizeof(path[i]), "/proc/self/fd/%d", fd[i]);
	}
	if (!pack(path[0], data + RECORDS, first) && !pack(path[1], data + RECORDS + first, all - first))
		compare(path[0], path[first == all ? 0 : 1], data[1]);
	close(fd[0]);
	close(fd[1]);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return parsers_mutate_records(data, size, max_size, seed, RECORDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int replaced;
	char path[32];
	int fd;

	page_size__current = 0;		/* each input may be of another machine */
	if (!replaced++) {
		fd = open("/dev/null", O_WRONLY);
		if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
			abort();
		close(fd);
	}
	if (size < RECORDS)
		return 0;
	if (*data == 'r') {
		feed_records(data, size);
		return 0;
	}
	fd = parsers_file(data + 1, size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	compare(path, path, 0);
	close(fd);
	return 0;
}

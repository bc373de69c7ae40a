// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens bytes as a file, for parsers that read files; changes records. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../userspace/collect/record/record.h"
#include "parsers.h"

int parsers_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	return fd;
}

/* Return the offset of a record, or 0 if none exists */
static size_t some_record(const uint8_t *data, size_t size, unsigned int seed, size_t at)
{
	unsigned int left = seed % 64;
	size_t first = 0;
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

/* With probability 1/2 replace a number in a record by an extreme value; else use libFuzzer's mutator */
size_t parsers_mutate_records(uint8_t *data, size_t size, size_t max_size, unsigned int seed, size_t begin)
{
	static const uint64_t numbers[] = {
		0, 1, 15, 64, 127, 255, 4000, 0x7fff, 0xffff, 0x7fffffff,
		0xffffffff, 1ULL << 47, ~0ULL >> 1, ~0ULL, 0x4141414141414141ULL,
	};
	size_t record = size > begin && *data == 'r' ? some_record(data, size, seed, begin) : 0;
	unsigned int width = 1U << (seed >> 8) % 4, at;
	struct record head;

	if (!record || seed >> 31)
		return LLVMFuzzerMutate(data, size, max_size);
	memcpy(&head, data + record, sizeof(head));
		/* Numbers are at the front of a record, text at the end */
	at = (seed >> 10) % ((seed >> 30 & 1) ? 64 : head.size) / width * width;
	if (at + width <= head.size)
		memcpy(data + record + at,
		       &numbers[(seed >> 20) % (sizeof(numbers) / sizeof(numbers[0]))],
		       width);
	return size;
}

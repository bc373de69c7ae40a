// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer: text of /proc and of perf's symbol maps that holds anything. What the
 * tools open is the input, whatever they call it: fopen() and openat() are wrapped.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../userspace/collect/preempt.h"
#include "../../userspace/collect/proc.h"
#include "../../userspace/collect/process.h"
#include "../../userspace/collect/symbol_map.h"
#include "../../userspace/collect/symbol_maps.h"
#include "../../userspace/collect/vmstat.h"
#include "parsers.h"

static const uint8_t *input;
static size_t input_size;

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);

FILE *__wrap_fopen(const char *path, const char *mode)
{
	if (strncmp(path, "/proc/", 6) && strncmp(path, "/sys/", 5))
		return __real_fopen(path, mode);
	return fdopen(parsers_file(input, input_size), "r");
}

/* In the directory of a process */
int __wrap_openat(int dir, const char *path, int flags, ...)
{
	(void)dir;
	(void)path;
	(void)flags;
	return parsers_file(input, input_size);
}

/* A record that a parser says it made must be one */
static int take_vma(void *ctx, const struct pgwalk_vma *vma)
{
	unsigned int *left = ctx;

	if (vma->size % 8 || vma->size < sizeof(*vma) + vma->name_len + 1 ||
	    strlen(vma->name) != vma->name_len)
		abort();
	return !--*left;
}

static void read_process(void)
{
	struct symbol_maps maps = { .nr = 0 };
	unsigned int left = 1000;
	__u64 tables;
	__u32 threads;
	char comm[32] = "";
	pid_t tgid;

	proc__process(1, &tgid);
	proc__comm(1, comm, sizeof(comm));
	process__comm("/proc", 1, comm, sizeof(comm));
	proc__sizes(1, &tables, &threads);
	proc__ftrace_is_off();
	preempt__read(comm, sizeof(comm));
	proc__maps(-1, take_vma, &left);
	if (!symbol_maps__look(&maps, -1))
		symbol_maps__find(&maps, 0x1000);
	/* Twice: what is known of the first list goes over to the second */
	symbol_maps__look(&maps, -1);
	symbol_maps__clear(&maps);
}

static void read_symbols(void)
{
	static const uint64_t asked[] = { 0, 1, 0x1000, 0x400500, 1ULL << 47, ~0ULL };
	struct symbol_map *map;
	uint64_t start;
	size_t i;
	int fd;

	if (symbol_map__create(&map))
		return;
	fd = parsers_file(input, input_size);
	symbol_map__read(map, fd);
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		const char *name = symbol_map__find(map, asked[i], &start);

		if (name && (start > asked[i] || strlen(name) > 1 << 20))
			abort();
	}
	symbol_map__destroy(map);
	close(fd);
}

static void read_counts(void)
{
	__u64 count[VMSTAT_COUNTS];
	char *text = malloc(input_size + 1);

	memcpy(text, input, input_size);
	text[input_size] = 0;
	vmstat__parse(text, count);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	input = data + 1;
	input_size = size - 1;
	switch (*data % 4) {
	case 0:
		read_symbols();
		break;
	case 1:
		read_counts();
		break;
	default:
		read_process();
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * libFuzzer target: arbitrary text in files of /proc and in perf maps. fopen() and openat() are
 * wrapped and open the input for each path below /proc and /sys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../userspace/collect/probes/preempt.h"
#include "../../../userspace/collect/procfs/identity.h"
#include "../../../userspace/collect/procfs/proc.h"
#include "../../../userspace/collect/procfs/process.h"
#include "../../../userspace/collect/symbols/perf_map.h"
#include "../../../userspace/collect/symbols/proc_maps.h"
#include "../../../userspace/collect/procfs/vmstat.h"
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

/* Paths relative to the directory of a process */
int __wrap_openat(int dir, const char *path, int flags, ...)
{
	(void)dir;
	(void)path;
	(void)flags;
	return parsers_file(input, input_size);
}

/* A record that a parser returns must be valid */
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
	struct record_pages_begin begin;
	struct proc_maps maps = { .nr = 0 };
	unsigned int left = 1000;
	__u64 tables;
	__u32 threads;
	struct process_stat stat;
	char comm[32] = "";
	char text[1024];
	size_t size = input_size < sizeof(text) ? input_size : sizeof(text) - 1;
	pid_t tgid;

	identity__start_ticks("/proc", 1);
	identity__read(&begin, "/proc", 1);
	if (!memchr(begin.boot_id, 0, sizeof(begin.boot_id)) || !memchr(begin.comm, 0, sizeof(begin.comm)))
		abort();
	proc__process(1, &tgid);
	proc__comm(1, comm, sizeof(comm));
	memcpy(text, input, size);
	text[size] = '\0';
	if (!process__parse_stat(text, &stat) && strlen(stat.comm) >= sizeof(stat.comm))
		abort();
	process__comm("/proc", 1, comm, sizeof(comm));
	proc__sizes("/proc", 1, &tables, &threads);
	proc__ftrace_is_off();
	preempt__read(comm, sizeof(comm));
	proc__maps(-1, take_vma, &left);
	if (!proc_maps__read(&maps, -1))
		proc_maps__find(&maps, 0x1000);
	/* Twice: counts of the first list are kept for the second */
	proc_maps__read(&maps, -1);
	proc_maps__clear(&maps);
}

static void read_symbols(void)
{
	static const uint64_t addrs[] = { 0, 1, 0x1000, 0x400500, 1ULL << 47, ~0ULL };
	struct perf_map *map;
	uint64_t start;
	size_t i;
	int fd;

	if (perf_map__create(&map))
		return;
	fd = parsers_file(input, input_size);
	perf_map__read(map, fd);
	for (i = 0; i < sizeof(addrs) / sizeof(addrs[0]); i++) {
		const char *name = perf_map__find(map, addrs[i], &start);

		if (name && (start > addrs[i] || strlen(name) > 1 << 20))
			abort();
	}
	perf_map__destroy(map);
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

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads /tmp/perf-PID.map, which run-time compilers write for perf: one line "START SIZE NAME" per
 * function, in hexadecimal. Of overlapping functions the last line is valid. Each read continues
 * after the last complete line.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "perf_map.h"
#include "symtab.h"

/* Limit of the bytes read from a file: the target writes the file and may be faulty */
#define BYTES_MAX	(64 << 20)
#define BLOCK		(64 << 10)

/**
 * struct perf_map - functions read from a file
 * @table: functions
 * @at: bytes read
 * @line: number of lines read
 * @dev, @ino: identity of the file
 */
struct perf_map {
	struct symtab *table;
	off_t at;
	uint32_t line;
	dev_t dev;
	ino_t ino;
};

/**
 * perf_map__create - create an empty map
 * @out: filled
 *
 * Return: 0 or -ENOMEM.
 */
int perf_map__create(struct perf_map **out)
{
	struct perf_map *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	err = symtab__create(&m->table);
	if (err) {
		free(m);
		return err;
	}
	*out = m;
	return 0;
}

/** perf_map__destroy - free the map; NULL is fine */
void perf_map__destroy(struct perf_map *m)
{
	if (!m)
		return;
	symtab__destroy(m->table);
	free(m);
}

/* Parse a line without its newline. A malformed line is skipped */
static int add_line(struct perf_map *m, const char *line)
{
	struct symbol_range range = { .rank = ++m->line };
	char *end;

	range.start = strtoull(line, &end, 16);
	if (end == line || *end != ' ')
		return 0;
	line = end + 1;
	range.size = strtoull(line, &end, 16);
	if (end == line || *end != ' ' || !end[1] || !range.size)
		return 0;
	return symtab__add(m->table, &range, end + 1, strlen(end + 1));
}

/* Parse complete lines; the rest is read again. Return the bytes parsed or -errno */
static long add_lines(struct perf_map *m, char *text, size_t len)
{
	char *at = text, *newline;

	while ((newline = memchr(at, '\n', len - (size_t)(at - text)))) {
		int err;

		*newline = '\0';
		err = add_line(m, at);
		if (err)
			return err;
		at = newline + 1;
	}
	/* a line longer than a block is skipped */
	return at == text && len == BLOCK ? BLOCK : at - text;
}

static int restart(struct perf_map *m, const struct stat *st)
{
	struct symtab *table;
	int err = symtab__create(&table);

	if (err)
		return err;
	symtab__destroy(m->table);
	*m = (struct perf_map){
		.table = table, .dev = st->st_dev, .ino = st->st_ino,
	};
	return 0;
}

static int read_lines(struct perf_map *m, int fd, char *block)
{
	while (m->at < BYTES_MAX) {
		ssize_t n = pread(fd, block, BLOCK, m->at);
		long taken;

		if (n <= 0)
			return n ? -errno : 0;
		taken = add_lines(m, block, (size_t)n);
		if (taken <= 0)
			return (int)taken;
		m->at += taken;
	}
	return 0;
}

/**
 * perf_map__read - read the lines added since the last call
 * @m: the map
 * @fd: descriptor of the file; a different or a shorter file is read from its beginning
 *
 * Return: 0 or -errno.
 */
int perf_map__read(struct perf_map *m, int fd)
{
	char *block;
	off_t before;
	struct stat st;
	int err = 0;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_dev != m->dev || st.st_ino != m->ino || st.st_size < m->at)
		err = restart(m, &st);
	if (err)
		return err;
	before = m->at;
	block = malloc(BLOCK);
	if (!block)
		return -ENOMEM;
	err = read_lines(m, fd, block);
	free(block);
	if (m->at != before)
		symtab__sort(m->table);
	return err;
}

/**
 * perf_map__find - find the function at an address
 * @m: the map
 * @addr: the address
 * @start: filled with the first address of the function
 *
 * Return: its name, valid until the next perf_map__read(); or NULL.
 */
const char *perf_map__find(const struct perf_map *m, uint64_t addr,
			   uint64_t *start)
{
	return symtab__find(m->table, addr, start);
}

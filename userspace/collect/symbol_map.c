// SPDX-License-Identifier: GPL-2.0
/*
 * Reads /tmp/perf-PID.map, which run-time compilers write for perf: a line "START SIZE
 * NAME" for each function, in hexadecimal. Where two lie over each other the later one
 * is true. It goes on reading where it stopped, and does not open files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "symbol_map.h"
#include "symbol_table.h"

/* What is read of a file, at most: the target writes it and may be in error */
#define BYTES_MAX	(64 << 20)
#define BLOCK		(64 << 10)

/**
 * struct symbol_map - what was read
 * @table: functions
 * @at: bytes read
 * @line: their number
 * @dev, @ino: of the file
 */
struct symbol_map {
	struct symbol_table *table;
	off_t at;
	uint32_t line;
	dev_t dev;
	ino_t ino;
};

/**
 * symbol_map__create - begin with none
 * @out: filled
 *
 * Return: 0 or -ENOMEM.
 */
int symbol_map__create(struct symbol_map **out)
{
	struct symbol_map *m = calloc(1, sizeof(*m));
	int err;

	if (!m)
		return -ENOMEM;
	err = symbol_table__create(&m->table);
	if (err) {
		free(m);
		return err;
	}
	*out = m;
	return 0;
}

/** symbol_map__destroy - free it; NULL is fine */
void symbol_map__destroy(struct symbol_map *m)
{
	if (!m)
		return;
	symbol_table__destroy(m->table);
	free(m);
}

/* A line without its end; one that makes no sense is passed over */
static int add_line(struct symbol_map *m, const char *line)
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
	return symbol_table__add(m->table, &range, end + 1, strlen(end + 1));
}

/* Whole lines; the rest is read again. Returns bytes taken or -errno */
static long add_lines(struct symbol_map *m, char *text, size_t len)
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
	/* a line that no block can hold */
	return at == text && len == BLOCK ? BLOCK : at - text;
}

static int start_anew(struct symbol_map *m, const struct stat *st)
{
	struct symbol_table *table;
	int err = symbol_table__create(&table);

	if (err)
		return err;
	symbol_table__destroy(m->table);
	*m = (struct symbol_map){
		.table = table, .dev = st->st_dev, .ino = st->st_ino,
	};
	return 0;
}

static int read_on(struct symbol_map *m, int fd, char *block)
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
 * symbol_map__read - read what has come since the last time
 * @m: what was read
 * @fd: of the file; another one, or one that is shorter now, is read from its beginning
 *
 * Return: 0 or -errno.
 */
int symbol_map__read(struct symbol_map *m, int fd)
{
	char *block;
	off_t before;
	struct stat st;
	int err = 0;

	if (fstat(fd, &st))
		return -errno;
	if (st.st_dev != m->dev || st.st_ino != m->ino || st.st_size < m->at)
		err = start_anew(m, &st);
	if (err)
		return err;
	before = m->at;
	block = malloc(BLOCK);
	if (!block)
		return -ENOMEM;
	err = read_on(m, fd, block);
	free(block);
	if (m->at != before)
		symbol_table__sort(m->table);
	return err;
}

/**
 * symbol_map__find - the function at an address
 * @m: what was read
 * @addr: the address
 * @start: filled with where it begins
 *
 * Return: its name, good until the next symbol_map__read(); or NULL.
 */
const char *symbol_map__find(const struct symbol_map *m, uint64_t addr,
			     uint64_t *start)
{
	return symbol_table__find(m->table, addr, start);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Settings of the machine that a workload changes, restored when the program ends: files
 * with a single number or word.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "workload.h"

#define MAX_SETTINGS	8

static struct {
	char path[128], value[64];
} saved[MAX_SETTINGS];
static unsigned int nr_saved;

static bool write_word(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 && write(fd, value, strlen(value)) > 0;

	if (fd >= 0)
		close(fd);
	return ok;
}

static void restore_all(void)
{
	while (nr_saved) {
		nr_saved--;
		write_word(saved[nr_saved].path, saved[nr_saved].value);
	}
}

bool setting_write(const char *path, const char *value)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0 || nr_saved == MAX_SETTINGS)
		return false;
	n = read(fd, saved[nr_saved].value, sizeof(saved->value) - 1);
	close(fd);
	if (n <= 0 || !write_word(path, value))
		return false;
	snprintf(saved[nr_saved].path, sizeof(saved->path), "%s", path);
	if (!nr_saved++)
		atexit(restore_all);
	return true;
}

long setting_read(const char *path)
{
	FILE *f = fopen(path, "re");
	long value = -1;

	if (!f)
		return -1;
	if (fscanf(f, "%ld", &value) != 1)
		value = -1;
	fclose(f);
	return value;
}

void setting_raise(const char *path, long least)
{
	char text[32];

	if (setting_read(path) >= least)
		return;
	snprintf(text, sizeof(text), "%ld", least);
	setting_write(path, text);
}

/* Set path to that of a file of the pool */
static const char *pool_path(char *path, size_t size, const char *name)
{
	snprintf(path, size, "/sys/kernel/mm/hugepages/hugepages-%lukB/%s", HUGE >> 10, name);
	return path;
}

void setting_raise_pool(unsigned int pages)
{
	char path[sizeof(saved->path)];
	long available;

	setting_raise(pool_path(path, sizeof(path), "nr_hugepages"), pages);
	available = setting_read(pool_path(path, sizeof(path), "free_hugepages"));
	if (available < (long)pages)
		skip("%ld of %u pages of %lu kB in the pool", available, pages, HUGE >> 10);
}

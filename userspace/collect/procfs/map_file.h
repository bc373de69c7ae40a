/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The file of a mapping, opened through /proc/PID/map_files; and THPeligible of mappings. */
#ifndef PGWALK_COLLECT_MAP_FILE_H
#define PGWALK_COLLECT_MAP_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct map_file;
struct map_eligible;

struct map_file *map_file__open(const char *proc, pid_t pid, uint64_t start, uint64_t end);
void map_file__close(struct map_file *file);
bool map_file__is_shmem(const struct map_file *file);
bool map_file__is_unlinked(const struct map_file *file);
uint64_t map_file__size(const struct map_file *file);
unsigned int map_file__hugetlb_shift(const char *proc, pid_t pid, uint64_t start, uint64_t end);
int map_file__has_data(struct map_file *file, uint64_t offset, uint64_t bytes);

struct map_eligible *map_eligible__open(const char *proc, pid_t pid);
void map_eligible__close(struct map_eligible *e);
int map_eligible__at(struct map_eligible *e, uint64_t start);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Finds processes by name, and a thread of a process that still has its memory. */
#ifndef PGWALK_COLLECT_PROCESS_H
#define PGWALK_COLLECT_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef void (*process_fn)(void *ctx, pid_t pid, const char *comm);
typedef int (*process_id_fn)(void *ctx, pid_t pid);

/**
 * struct process_stat - fields of /proc/PID/stat
 * @comm: name, any bytes
 * @state: letter of the state of the main thread
 * @kernel: a kernel thread
 * @minor: minor faults of all threads since the start, field 10
 * @major: major faults, field 12
 * @start_time: clock ticks between boot and start: with the PID it identifies the process
 */
struct process_stat {
	char comm[64];
	char state;
	bool kernel;
	uint64_t minor;
	uint64_t major;
	uint64_t start_time;
};

/** PROCESS_DIR_MAX - size of the longest path of process__dir(), with its NUL */
#define PROCESS_DIR_MAX	64

int process__find(const char *proc, const char *name, process_fn fn, void *ctx,
		  pid_t *zombie);
bool process__is_own(const char *proc);
int process__dir(const char *proc, pid_t pid, char *dir, size_t size);
int process__list(const char *proc, process_id_fn fn, void *ctx);
int process__parse_stat(const char *text, struct process_stat *stat);
int process__stat(const char *proc, pid_t pid, struct process_stat *stat);
uint64_t process__map_limit(const char *proc);

/** PROCESS_COMMAND_MAX - size of the text of process__command(), with its NUL */
#define PROCESS_COMMAND_MAX	(4 * 66 + 1)

void process__command(const char *proc, pid_t pid, char *text, size_t size);
void process__comm(const char *proc, pid_t pid, char *comm, size_t size);

#endif

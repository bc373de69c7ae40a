/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* A sample process with known addresses of functions: symbol/target.c. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * struct sample - a running sample
 * @pid: the process
 * @in: its stdin
 * @out: its stdout
 * @visible: address of a function; the following members are addresses, too, and named in sample.c
 */
struct sample {
	pid_t pid;
	FILE *in;
	FILE *out;
	uint64_t visible, local, first, mangled, rusty, label, vdso;
};

void sample_path(char *path, size_t size, const char *file);
void sample_start(struct sample *l, const char *program);
void sample_fork(struct sample *l, const char *program, const int *gate);
void sample_read_addresses(struct sample *l);
uint64_t sample_send(struct sample *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t sample_load(struct sample *l, const char *path, const char *name, uint64_t *hidden);
void sample_kill(struct sample *l);

#endif

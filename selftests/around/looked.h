/* SPDX-License-Identifier: GPL-2.0 */
/* A process of ours whose addresses are known: symbol/target.c. */
#ifndef LOOKED_H
#define LOOKED_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * struct looked - it
 * @pid: the process
 * @in: what it is told
 * @out: what it says
 * @at: where its functions are, by the names in looked.c
 */
struct looked {
	pid_t pid;
	FILE *in;
	FILE *out;
	uint64_t visible, local, first, mangled, rusty, label, vdso;
};

void looked_path(char *path, size_t size, const char *file);
void looked_start(struct looked *l, const char *program);
void looked_prepare(struct looked *l, const char *program, const int *gate);
void looked_listen(struct looked *l);
uint64_t looked_tell(struct looked *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
uint64_t looked_open(struct looked *l, const char *path, const char *name, uint64_t *hidden);
void looked_end(struct looked *l);

#endif

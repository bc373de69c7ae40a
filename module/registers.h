/* SPDX-License-Identifier: GPL-2.0 */
/* The segment registers of the threads of a process. */
#ifndef PGWALK_REGISTERS_H
#define PGWALK_REGISTERS_H

#include "uapi/pgwalk.h"

struct pgwalk_target;
struct pgwalk_threads;

#define PGWALK_REGISTERS_BATCH	16

/**
 * struct pgwalk_registers - a batch of threads, in the order of their ids
 * @filled:	of @thread
 * @thread:	records
 */
struct pgwalk_registers {
	unsigned int filled;
	struct pgwalk_thread thread[PGWALK_REGISTERS_BATCH];
};

int pgwalk_registers_fill(const struct pgwalk_target *target, struct pgwalk_threads *threads,
			  pid_t after, unsigned int nr, struct pgwalk_registers *batch);
int pgwalk_registers_read(const struct pgwalk_target *target, pid_t tid,
			  struct pgwalk_thread *thread);

#endif /* PGWALK_REGISTERS_H */

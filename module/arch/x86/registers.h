/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The segment registers of the threads of a process. */
#ifndef PGWALK_REGISTERS_H
#define PGWALK_REGISTERS_H

#include "../../uapi/pgwalk.h"

struct pgwalk_target;
struct pgwalk_threads;

#define PGWALK_REGISTERS_BATCH	16

/**
 * struct pgwalk_registers - a batch of threads, in the order of their ids
 * @filled:	number of threads in @thread
 * @thread:	records
 */
struct pgwalk_registers {
	unsigned int filled;
	struct pgwalk_thread thread[PGWALK_REGISTERS_BATCH];
};

/**
 * struct pgwalk_pkru - the PKRU register of a thread
 * @tid:	id of the thread in the caller's pid namespace; 0: no thread was read
 * @value:	value that was saved, or the current one if the caller is the thread
 * @running:	the thread was running: @value is that of its last switch
 */
struct pgwalk_pkru {
	pid_t tid;
	u32 value;
	bool running;
};

int pgwalk_registers_fill(const struct pgwalk_target *target, struct pgwalk_threads *threads,
			  pid_t after, unsigned int nr, struct pgwalk_registers *batch);
int pgwalk_registers_read(const struct pgwalk_target *target, pid_t tid,
			  struct pgwalk_thread *thread);
int pgwalk_registers_pkru(const struct pgwalk_target *target, pid_t tid,
			  struct pgwalk_pkru *pkru);
struct pgwalk_pkru pgwalk_registers_first_pkru(const struct pgwalk_target *target);

#endif /* PGWALK_REGISTERS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Creates processes in the states that a target can have, without a workload. */
#ifndef PGWALK_ORACLE_PROCESS_H
#define PGWALK_ORACLE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Sleeps until process_end(); dies with the caller */
pid_t process_sleeper(void);
/* Has exited and was not waited for */
pid_t process_zombie(void);
/* Its leader has exited, one thread is alive: *tid */
pid_t process_headless(pid_t *tid);
/* Shares the caller's memory, so that a thousand are cheap */
pid_t process_sharing(void);
/* Sleeps until process_go() makes it execute sleep(1) */
pid_t process_before_exec(int *go);
pid_t process_sharing_before_exec(int *go);
void process_go(int go, pid_t pid);
/* Executes sleep(1) and sleeps; process_stack() returns the address of a page of its stack */
pid_t process_program(void);
unsigned long process_stack(pid_t pid);
/* Bind the caller to this CPU */
bool process_run_on(unsigned int cpu);
void process_end(pid_t pid);
bool process_await(bool (*is)(pid_t pid), pid_t pid, int seconds);

#endif

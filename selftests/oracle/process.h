/* SPDX-License-Identifier: GPL-2.0 */
/* Processes in the states that a target can be in, made without a workload. */
#ifndef PGWALK_ORACLE_PROCESS_H
#define PGWALK_ORACLE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* Sleeps until it is ended; dies with the caller */
pid_t process_sleeper(void);
/* Has exited and waits to be waited for */
pid_t process_zombie(void);
/* Its leader has exited, a thread of it lives; *tid is that thread */
pid_t process_headless(pid_t *tid);
/* Shares the caller's memory, so that a thousand of them are cheap */
pid_t process_sharing(void);
/* Sleeps; process_go makes it execute sleep(1) */
pid_t process_before_exec(int *go);
pid_t process_sharing_before_exec(int *go);
void process_go(int go, pid_t pid);
/* sleep(1), which sleeps; and the address of a page that it alone has: of its stack */
pid_t process_program(void);
unsigned long process_stack(pid_t pid);
/* The caller, on this CPU alone */
bool process_run_on(unsigned int cpu);
void process_end(pid_t pid);
bool process_await(bool (*is)(pid_t pid), pid_t pid, int seconds);

#endif

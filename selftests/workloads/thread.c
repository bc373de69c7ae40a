// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A thread that makes no faults of its own: its stack is populated before it starts, and fork
 * does not write-protect it.
 */
#include <sys/mman.h>

#include "workload.h"

#define STACK_SIZE	(64 * 1024)

pthread_t thread_start(void *(*body)(void *), void *arg)
{
	char *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;

	if (stack == MAP_FAILED || madvise(stack, STACK_SIZE, MADV_DONTFORK))
		fail("stack");
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, STACK_SIZE);
	if (pthread_create(&thread, &attr, body, arg))
		fail("pthread_create");
	return thread;
}

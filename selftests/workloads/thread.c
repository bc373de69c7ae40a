// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A thread that makes no faults of its own: its stack is populated before it starts, and fork
 * does not write-protect it.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "workload.h"

#define STACK_LEAST	(64L * 1024)

pthread_t thread_start(void *(*body)(void *), void *arg)
{
	/* 16K on x86, 128K on arm64 */
	long least = sysconf(_SC_THREAD_STACK_MIN);
	size_t size = (size_t)(least > STACK_LEAST ? least : STACK_LEAST);
	char *stack = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	pthread_attr_t attr;
	pthread_t thread;

	if (stack == MAP_FAILED || madvise(stack, size, MADV_DONTFORK))
		fail("stack");
	pthread_attr_init(&attr);
	if (pthread_attr_setstack(&attr, stack, size))
		fail("pthread_attr_setstack");
	if (pthread_create(&thread, &attr, body, arg))
		fail("pthread_create");
	return thread;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Handles SIGBUS while libelf reads a file through a mapping: a file can be truncated during the
 * read, and the signal must not kill pgtop. Missing pages read as zeroes.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sigbus_guard.h"

static _Thread_local volatile sig_atomic_t guarded, torn;
static uintptr_t page_size;

/*
 * If the page cannot be replaced, restore the default action; the repeated access then kills the
 * process
 */
static void on_bus(int sig, siginfo_t *info, void *context)
{
	void *page = (void *)((uintptr_t)info->si_addr & -page_size);
	int err = errno;

	(void)context;
	if (guarded && info->si_code == BUS_ADRERR &&
	    mmap(page, page_size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED)
		torn = 1;
	else
		signal(sig, SIG_DFL);
	errno = err;
}

/**
 * sigbus_guard__begin - handle SIGBUS from here on
 * @guard: filled
 *
 * One thread at a time; calls cannot be nested.
 */
void sigbus_guard__begin(struct sigbus_guard *guard)
{
	struct sigaction ours = { .sa_sigaction = on_bus,
				  .sa_flags = SA_SIGINFO };

	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	torn = 0;
	guarded = 1;
	sigaction(SIGBUS, &ours, &guard->before);
}

/**
 * sigbus_guard__end - restore the action of SIGBUS
 * @guard: from sigbus_guard__begin()
 *
 * Return: was a file truncated? The data read is then invalid.
 */
bool sigbus_guard__end(const struct sigbus_guard *guard)
{
	sigaction(SIGBUS, &guard->before, NULL);
	guarded = 0;
	return torn;
}

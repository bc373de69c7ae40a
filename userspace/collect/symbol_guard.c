// SPDX-License-Identifier: GPL-2.0
/*
 * libelf reads files through mappings, and whoever may write to a file can cut it short
 * meanwhile: the kernel answers with SIGBUS, of which pgtop must not die. What is missing
 * reads as zeroes here. It knows nothing of what is read.
 */
#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbol_guard.h"

static _Thread_local volatile sig_atomic_t guarded, torn;
static uintptr_t page_size;

/* Where it cannot be mended the access is made again, and ends us as it would have */
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
 * symbol_guard__begin - files may be cut short from now on
 * @guard: filled
 *
 * In one thread at a time, and not twice.
 */
void symbol_guard__begin(struct symbol_guard *guard)
{
	struct sigaction ours = { .sa_sigaction = on_bus,
				  .sa_flags = SA_SIGINFO };

	page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
	torn = 0;
	guarded = 1;
	sigaction(SIGBUS, &ours, &guard->before);
}

/**
 * symbol_guard__end - and now no longer
 * @guard: as it was filled
 *
 * Return: whether one was: what was read of it is not to be believed.
 */
bool symbol_guard__end(const struct symbol_guard *guard)
{
	sigaction(SIGBUS, &guard->before, NULL);
	guarded = 0;
	return torn;
}

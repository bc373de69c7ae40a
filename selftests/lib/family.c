// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Creates trees of processes. */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "family.h"

#define SECONDS	60

static void begin(struct family *family, int k)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	family->pid[k] = getpid();
}

static void be_all(struct family *family, bool (*after)(struct family *family, int k))
{
	int k = 0, child = 1;

	begin(family, k);
	while (child <= 2 * k + 2 && child < family->nr) {
		pid_t pid = fork();

		if (!pid) {
			k = child;
			begin(family, k);
			child = 2 * k;
		}
		if (pid < 0)
			family->failed = 1;
		child++;
	}
	if (after && !after(family, k))
		family->failed = 1;
	__atomic_add_fetch(&family->ready, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

struct family *family_start(int nr, bool (*before)(struct family *family),
			    bool (*after)(struct family *family, int k))
{
	struct family *family = mmap(NULL, sizeof(*family), PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t first;

	family->nr = nr;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	first = fork();
	if (!first) {
		prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
		if (before && !before(family))
			family->failed = 1;
		be_all(family, after);
	}
	family->pid[0] = first;
	for (int i = 0; i < SECONDS * 100; i++, usleep(10000))
		if (__atomic_load_n(&family->ready, __ATOMIC_SEQ_CST) == nr)
			break;
	if (family->ready == nr && !family->failed)
		return family;
	family_end(family);
	return NULL;
}

/* The descendants die with their parents and become children of the caller, a subreaper */
void family_end(struct family *family)
{
	pid_t first = family->pid[0];

	munmap(family, sizeof(*family));
	kill(first, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
}

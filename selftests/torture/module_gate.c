// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Lets threads use the module, and unloads and loads it. The module is always loaded again
 * at the end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "lib/loader.h"
#include "module_gate.h"
#include "counts.h"

#define TRIES		30	/* attempts with users */
/*
 * Attempts without users, 50 ms apart: ten minutes. The kernel frees BPF programs after grace
 * periods of RCU tasks, which took more than a minute in a debug guest with half a CPU.
 */
#define QUIET_TRIES	12000

static pthread_rwlock_t lock;
static atomic_uint staying;
static atomic_bool closed;
static int file = -1;

bool module_gate_init(const char *path)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&lock, &attr);
	file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	return file >= 0;
}

unsigned int module_gate_enter(void)
{
	pthread_rwlock_rdlock(&lock);
	return atomic_load(&counts->loads);
}

void module_gate_leave(void)
{
	pthread_rwlock_unlock(&lock);
}

bool module_gate_unloaded_since(unsigned int entry)
{
	return entry & 1 || atomic_load(&counts->loads) != entry;
}

bool module_gate_try_hold(void)
{
	atomic_fetch_add(&staying, 1);
	if (!atomic_load(&closed))
		return true;
	atomic_fetch_sub(&staying, 1);
	return false;
}

void module_gate_release(void)
{
	atomic_fetch_sub(&staying, 1);
}

bool module_gate_is_unheld(void)
{
	atomic_store(&closed, true);
	return !atomic_load(&staying);
}

/* Return 0: unloaded and loaded again. Loads is odd in between */
static int unload_and_load(void)
{
	int err;

	atomic_fetch_add(&counts->loads, 1);
	err = loader_unload();
	if (!err)
		err = loader_load_file(file);
	atomic_fetch_add(&counts->loads, 1);
	if (!err)
		counts_increment(COUNTS_RELOAD);
	return err;
}

static void turn_under_users(void)
{
	int err;

	for (int i = 0; i < TRIES; i++) {
		err = unload_and_load();
		if (!err)
			return;
		if (err != -EWOULDBLOCK && err != -EBUSY) {
			counts_fail("rmmod and insmod under users: %s", strerror(-err));
			return;
		}
		counts_increment(COUNTS_RMMOD_BUSY);
		usleep(1 + prng_below(20000));
	}
}

static void turn_without_users(void)
{
	int err = -EBUSY;

	for (int i = 0; i < QUIET_TRIES && err; i++) {
		err = unload_and_load();
		if (err)
			usleep(50000);
	}
	if (err)
		counts_fail("rmmod and insmod without users: %s", strerror(-err));
}

void module_gate_reload(void (*drop)(void), void (*take)(void))
{
	turn_under_users();
	pthread_rwlock_wrlock(&lock);
	drop();
	turn_without_users();
	take();
	pthread_rwlock_unlock(&lock);
	atomic_store(&closed, prng_below(3));
}

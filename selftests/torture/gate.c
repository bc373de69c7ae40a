// SPDX-License-Identifier: GPL-2.0
/*
 * Lets users of the module in, and the module out. It must not end with the module gone, and
 * must not wait for users whom it has not asked to leave.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "oracle/loader.h"
#include "gate.h"
#include "tally.h"

#define TRIES		30	/* from under its users */
/*
 * With none. The kernel frees BPF programs after grace periods of RCU tasks, which took more than a
 * minute in a debug guest that got half a processor: ten minutes.
 */
#define QUIET_TRIES	12000

static pthread_rwlock_t lock;
static atomic_uint staying;
static atomic_bool closed;
static int file = -1;

bool gate_init(const char *path)
{
	pthread_rwlockattr_t attr;

	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&lock, &attr);
	file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	return file >= 0;
}

unsigned int gate_enter(void)
{
	pthread_rwlock_rdlock(&lock);
	return atomic_load(&tally->loads);
}

void gate_leave(void)
{
	pthread_rwlock_unlock(&lock);
}

bool gate_away_since(unsigned int entry)
{
	return entry & 1 || atomic_load(&tally->loads) != entry;
}

bool gate_stay(void)
{
	atomic_fetch_add(&staying, 1);
	if (!atomic_load(&closed))
		return true;
	atomic_fetch_sub(&staying, 1);
	return false;
}

void gate_go(void)
{
	atomic_fetch_sub(&staying, 1);
}

bool gate_is_left(void)
{
	atomic_store(&closed, true);
	return !atomic_load(&staying);
}

/* 0: it went, and is there again; loads is odd meanwhile */
static int unload_and_load(void)
{
	int err;

	atomic_fetch_add(&tally->loads, 1);
	err = loader_unload();
	if (!err)
		err = loader_load_file(file);
	atomic_fetch_add(&tally->loads, 1);
	if (!err)
		tally_did(TALLY_RELOAD);
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
			tally_fail("rmmod and insmod under users: %s", strerror(-err));
			return;
		}
		tally_did(TALLY_RMMOD_BUSY);
		usleep(1 + chance(20000));
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
		tally_fail("rmmod and insmod without users: %s", strerror(-err));
}

void gate_turn(void (*drop)(void), void (*take)(void))
{
	turn_under_users();
	pthread_rwlock_wrlock(&lock);
	drop();
	turn_without_users();
	take();
	pthread_rwlock_unlock(&lock);
	atomic_store(&closed, chance(3));
}

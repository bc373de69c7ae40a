// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Segments of processes with many threads: each thread that exists all the time is read
 * exactly once, however many there are and however small the pieces; also while other
 * threads start and exit, which may be where the kernel's list was left.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/creds.h"

#define MANY		4001	/* more than 31 times the threads read in one RCU section */
#define STAY		150	/* more than one section, before and after those that exit */
#define EXIT		400
#define ROUNDS		7
#define PIECE		23
#define SMALL_STACK	32768

/**
 * struct crowd - a process of many threads, in memory that both see
 * @ready:	threads that run
 * @gone:	threads of those that were to exit that have begun to
 * @go:		lets them exit; a futex
 * @stay:	ids of those that stay
 * @nr_stay:	of these
 */
struct crowd {
	atomic_int ready;
	atomic_int gone;
	atomic_int go;
	int nr_stay;
	pid_t stay[MANY];
};

static struct crowd *crowd;

static void *stay(void *arg)
{
	*(pid_t *)arg = (pid_t)syscall(SYS_gettid);
	crowd->ready++;
	for (;;)
		pause();
	return NULL;
}

static void *leave(void *arg)
{
	unsigned int seed = (unsigned int)(unsigned long)arg;

	crowd->ready++;
	while (!crowd->go)
		syscall(SYS_futex, &crowd->go, FUTEX_WAIT, 0, NULL, NULL, 0);
	usleep((useconds_t)rand_r(&seed) % 100000);
	crowd->gone++;
	return NULL;
}

static void *pass_by(void *arg)
{
	return arg;
}

/* New threads all the time, each of which ends at once */
static void *start_others(void *arg)
{
	pthread_attr_t *attr = arg;
	pthread_t thread;

	for (;;)
		if (!pthread_create(&thread, attr, pass_by, NULL))
			pthread_join(thread, NULL);
	return NULL;
}

static void create(const pthread_attr_t *attr, void *(*run)(void *), void *arg)
{
	pthread_t thread;

	if (pthread_create(&thread, attr, run, arg))
		_exit(1);
}

static void create_stay(const pthread_attr_t *attr, int nr)
{
	for (int i = 0; i < nr; i++)
		create(attr, stay, &crowd->stay[crowd->nr_stay++]);
}

static void create_all(int nr_stay, int nr_exit)
{
	static pthread_attr_t attr;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, SMALL_STACK);
	crowd->stay[crowd->nr_stay++] = getpid();
	create_stay(&attr, nr_exit ? nr_stay / 2 : nr_stay);
	for (int i = 0; i < nr_exit; i++)
		create(&attr, leave, (void *)(long)i);
	if (nr_exit) {
		create_stay(&attr, nr_stay / 2);
		create(&attr, start_others, &attr);
	}
	for (;;)
		pause();
}

static pid_t crowd_start(int nr_stay, int nr_exit)
{
	pid_t pid;

	crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		     -1, 0);
	if (crowd == MAP_FAILED)
		return -1;
	pid = fork();
	if (!pid)
		create_all(nr_stay, nr_exit);
	while (crowd->ready < nr_stay + nr_exit)
		if (usleep(10000) || waitpid(pid, NULL, WNOHANG))
			return -1;
	return pid;
}

static void crowd_stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	munmap(crowd, sizeof(*crowd));
}

static int by_number(const void *a, const void *b)
{
	return *(const pid_t *)a - *(const pid_t *)b;
}

/* Threads of @wanted that are missing in @got, both in order; -1: one is there twice */
static int count_missing(const pid_t *got, int nr, const pid_t *wanted, int nr_wanted)
{
	int missing = 0, at = 0;

	for (int i = 1; i < nr; i++)
		if (got[i] <= got[i - 1])
			return -1;
	for (int i = 0; i < nr_wanted; i++) {
		while (at < nr && got[at] < wanted[i])
			at++;
		missing += at == nr || got[at] != wanted[i];
	}
	return missing;
}

/* All threads, a piece at a call; how many, or -errno */
static int read_pieces(int fd, pid_t *got, int room)
{
	static struct pgwalk_thread threads[PIECE];
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)threads, .nr_records = PIECE,
	};
	int nr = 0;

	do {
		int err = interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg);

		if (err)
			return err;
		for (unsigned int i = 0; i < arg.filled && nr < room; i++)
			got[nr++] = threads[i].tid;
	} while (arg.resume);
	return nr;
}

/* The first line of each thread in the view */
static int read_view(pid_t pid, pid_t *got, int room)
{
	int fd = interface_open_view(pid, "segments"), nr = 0;
	char *text = interface_read_all(fd, 65536, NULL), *rest = text, *line;

	while (text && (line = strsep(&rest, "\n")) && nr < room) {
		char reg[8];
		int tid;

		if (sscanf(line, "%d %7s", &tid, reg) == 2 && !strcmp(reg, "cs"))
			got[nr++] = tid;
	}
	free(text);
	close(fd);
	return nr;
}

FIXTURE(many) {
	pid_t pid;
	int fd;
};

FIXTURE_SETUP(many)
{
}

static void begin(struct __test_metadata *_metadata, FIXTURE_DATA(many) *self, int nr_stay,
		  int nr_exit)
{
	self->pid = crowd_start(nr_stay, nr_exit);
	ASSERT_LT(0, self->pid);
	self->fd = interface_open_device(self->pid);
	ASSERT_LE(0, self->fd);
	qsort(crowd->stay, (size_t)crowd->nr_stay, sizeof(pid_t), by_number);
}

static void end(FIXTURE_DATA(many) *self)
{
	close(self->fd);
	if (self->pid > 0)
		crowd_stop(self->pid);
	self->pid = 0;
}

FIXTURE_TEARDOWN(many)
{
	if (self->pid)
		end(self);
}

TEST_F_TIMEOUT(many, each_is_read_once, 200)
{
	static pid_t got[2 * MANY];
	int nr;

	begin(_metadata, self, MANY - 1, 0);
	nr = read_pieces(self->fd, got, 2 * MANY);
	EXPECT_EQ(MANY, nr);
	EXPECT_EQ(0, count_missing(got, nr, crowd->stay, MANY));
	ASSERT_EQ(0, interface_attach(self->pid));
	nr = read_view(self->pid, got, 2 * MANY);
	EXPECT_EQ(MANY, nr);
	EXPECT_EQ(0, count_missing(got, nr, crowd->stay, MANY));
	interface_attach(-self->pid);
}

static int read_while_others_exit(struct __test_metadata *_metadata, FIXTURE_DATA(many) *self)
{
	static pid_t got[65536];
	int passes = 0;

	begin(_metadata, self, STAY, EXIT);
	crowd->go = 1;
	syscall(SYS_futex, &crowd->go, FUTEX_WAKE, EXIT, NULL, NULL, 0);
	do {
		int nr = read_pieces(self->fd, got, 65536);

		EXPECT_LE(crowd->nr_stay, nr);
		EXPECT_EQ(0, count_missing(got, nr, crowd->stay, crowd->nr_stay));
		passes++;
	} while (crowd->gone < EXIT);
	end(self);
	return passes;
}

TEST_F_TIMEOUT(many, those_that_stay_are_read_once_while_others_start_and_exit, 200)
{
	int passes = 0;

	for (int i = 0; i < ROUNDS; i++)
		passes += read_while_others_exit(_metadata, self);
	EXPECT_LE(ROUNDS, passes);
	TH_LOG("%d passes", passes);
}

/* The number of threads that one call reads after a thread, or -errno */
static int read_after(int fd, pid_t tid)
{
	struct pgwalk_thread threads[PIECE];
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)threads, .nr_records = PIECE,
		.resume = tid,
	};
	int err = interface_ioctl(fd, PGWALK_IOC_SEGMENTS, &arg);

	return err ?: (int)arg.filled;
}

static int read_after_first(void *arg)
{
	return read_after(*(int *)arg, crowd->stay[0]);
}

/* Ids are those of the caller's pid namespace; an open file may have callers in several */
TEST_F(many, ids_of_one_namespace_are_not_used_in_another)
{
	const struct creds stranger = {
		"root of another pid namespace", creds_enter_pid_namespace, true,
	};
	struct pgwalk_thread thread;
	struct pgwalk_segments arg = {
		.size = sizeof(arg), .threads = (unsigned long)&thread, .nr_records = 1,
	};

	begin(_metadata, self, 9, 0);
	/* The list of all ten is kept for the next call */
	ASSERT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_SEGMENTS, &arg));
	EXPECT_EQ(crowd->stay[0], arg.resume);
	EXPECT_EQ(0, creds_run(&stranger, read_after_first, &self->fd));
	EXPECT_EQ(6, read_after(self->fd, crowd->stay[3]));
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Two threads that fault on the same page at once: the second fault is spurious. How often
 * this happens depends on the scheduler; the total number of faults does not.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

#define BALLAST		(32UL << 20)
#define LEAD_NS		700000L		/* until fork() copies pages */

struct racer {
	pthread_t thread;
	long minor, major;
};

static struct run *race;
static pthread_barrier_t barrier;
static struct timespec meeting;

static void sleep_until(long before_ns)
{
	struct timespec at = meeting;

	at.tv_nsec -= before_ns;
	if (at.tv_nsec < 0) {
		at.tv_nsec += 1000000000L;
		at.tv_sec--;
	}
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
		;
}

static void arrange_meeting(void)
{
	clock_gettime(CLOCK_MONOTONIC, &meeting);
	meeting.tv_nsec += 5000000L;
	if (meeting.tv_nsec >= 1000000000L) {
		meeting.tv_nsec -= 1000000000L;
		meeting.tv_sec++;
	}
}

static void *racer_run(void *arg)
{
	struct racer *racer = arg;
	long minor[2], major[2];

	for (unsigned int i = 0; i < race->times; i++) {
		volatile char *p = race->start + i * race->step;

		pthread_barrier_wait(&barrier);
		sleep_until(0);
		stage_faults(&minor[0], &major[0]);
		*p = 1;
		stage_faults(&minor[1], &major[1]);
		racer->minor += minor[1] - minor[0];
		racer->major += major[1] - major[0];
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

/*
 * fork() holds the locks that a fault takes while it copies the ballast, which lies above the
 * mapping. Both threads wake up in that time, block on the locks and continue one after the
 * other.
 */
static void fork_in_the_way(void)
{
	pid_t pid;

	sleep_until(LEAD_NS);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static void map_ballast(void)
{
	char *p = mmap(NULL, BALLAST, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	if (p == MAP_FAILED)
		fail("ballast");
}

static void make_race(struct run *run)
{
	struct racer racers[2] = { };

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	map_ballast();
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	race = run;
	pthread_barrier_init(&barrier, NULL, 3);
	for (int i = 0; i < 2; i++)
		racers[i].thread = thread_start(racer_run, &racers[i]);
	stage_gate(run);
	for (unsigned int i = 0; i < run->times; i++) {
		arrange_meeting();
		pthread_barrier_wait(&barrier);
		fork_in_the_way();
		pthread_barrier_wait(&barrier);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(racers[i].thread, NULL);
	stage_print_faults(run, "any", racers[0].minor + racers[1].minor,
			  racers[0].major + racers[1].major);
	stage_print_pages(run, PAGE, "present", "P,US");
}

const struct workload race_workloads[] = {
	WORKLOADS_RACE(WORKLOAD_ROW)
	{ }
};

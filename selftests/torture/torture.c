// SPDX-License-Identifier: GPL-2.0
/*
 * Everything that pgwalk can be asked, all at once, of processes that do all they can to
 * their memory while the module goes and comes; and of one that stands still, whose every
 * page is known. Prints how often each thing was done, as TAP. It leaves the machine as it
 * likes: it must not run but in a guest.
 *
 *	torture [-s SEED] [-n] [SECONDS]
 *
 * -n: without BPF, for guests with a thread a processor. A run can be repeated by its seed
 * as far as chance goes; the order of threads is nobody's.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "held.h"
#include "kfuncs.h"
#include "gate.h"
#include "machine.h"
#include "special.h"
#include "tally.h"
#include "targets.h"
#include "walkers.h"

#define TURN_SECONDS	3	/* between two departures of the module */
#define PUSH_SECONDS	2	/* between two compactions */
#define LONGER		600	/* seconds, if something was not done yet */
#define REST		2	/* times what judging took, for those who are judged */
#define TELL_SECONDS	60	/* between two lines of what was done */
#define NICE		-10	/* of who judges: the others are many */
#define LEFT_PAGES	1024	/* of 4K, that may be there and were not before */
#define LEFT_SECONDS	20	/* for what has been killed to go */

static bool with_bpf = true;
static unsigned int seconds = 20;
static uint64_t seed;
static int tally_fd, huge_file;

static void nothing(void)
{
}

static void lack_bpf(void)
{
	tally_lack(TALLY_KFUNC_PROBE);
	tally_lack(TALLY_KFUNC_PRESENT);
	tally_lack(TALLY_PGTOP);
	tally_lack(TALLY_HELD_KFUNC);
}

static void parse(int argc, char **argv)
{
	int option;

	seed = (uint64_t)time(NULL);
	while ((option = getopt(argc, argv, "s:n")) != -1) {
		if (option == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (option == 'n')
			with_bpf = false;
		else
			exit(2);
	}
	if (optind < argc)
		seconds = (unsigned int)atoi(argv[optind]);
}

static void set_up_machine(void)
{
	const char *build = getenv("PGWALK_BUILD");
	char workload[300];

	snprintf(workload, sizeof(workload), "%s/selftests/workloads/workload",
		 build ? build : "build");
	machine_set_up(workload);
	huge_file = special_create_file();
}

/*
 * The sentinel comes first: what it has is made before anything moves memory about. NULL,
 * or what could not be done.
 */
static const char *set_up(struct sentinel **sentinel)
{
	tally_fd = tally_create(seed);
	if (tally_fd < 0)
		return "no shared memory";
	*sentinel = sentinel_start();
	if (!*sentinel)
		return "no process can be held still";
	set_up_machine();
	if (!sentinel_locate(*sentinel))
		return "the pages of the sentinel are not where they were";
	if (!held_note(*sentinel))
		return "the sentinel cannot be asked for";
	if (!kfuncs_hold_page())
		return "no page can be locked";
	return gate_init(getenv("PGWALK_KO")) ? NULL : "PGWALK_KO names no module";
}

/* On a machine that is busy with other things some kind may take its time */
static bool is_over(time_t start)
{
	time_t passed = time(NULL) - start;

	return atomic_load(&tally->failures) || passed >= LONGER + (time_t)seconds ||
	       (passed >= (time_t)seconds && tally_is_complete());
}

/* When to do it again: most of the time the module is there, however slow the machine is */
static time_t take_turn(void)
{
	time_t began = time(NULL), now;

	gate_turn(with_bpf ? kfuncs_drop : nothing, with_bpf ? kfuncs_take : nothing);
	now = time(NULL);
	return now + TURN_SECONDS + 2 * (now - began);
}

/* Who judges comes first and would leave nothing to the others */
static void rest(void)
{
	static struct timespec last;
	struct timespec now;
	useconds_t took;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	took = (useconds_t)((now.tv_sec - last.tv_sec) * 1000000 +
			    (now.tv_nsec - last.tv_nsec) / 1000);
	usleep(REST * took);
	last = now;
}

static void judge(const struct sentinel *sentinel)
{
	held_check(sentinel);
	if (with_bpf)
		kfuncs_check();
	targets_check();
	rest();
}

static void run(const struct sentinel *sentinel)
{
	time_t start = time(NULL), turn = start + TURN_SECONDS, push = start, told = start;

	setpriority(PRIO_PROCESS, 0, NICE);
	while (!is_over(start)) {
		judge(sentinel);
		if (!chance(20))
			targets_replace(tally_fd, huge_file);
		if (time(NULL) >= push) {
			machine_push();
			push = time(NULL) + PUSH_SECONDS;
		}
		if (time(NULL) >= told + TELL_SECONDS) {
			told = time(NULL);
			tally_tell_progress((unsigned int)(told - start));
		}
		if (time(NULL) >= turn && gate_is_left())
			turn = take_turn();
	}
}

/* A lost reference to an address space would keep its pages for good */
static bool pages_are_back(unsigned long before)
{
	unsigned long now = 0;

	for (int i = 0; i < LEFT_SECONDS * 10; i++, usleep(100000)) {
		now = machine_pages();
		if (now <= before + LEFT_PAGES)
			return true;
	}
	tally_fail("%lu pages are left of processes that are gone; %lu were before", now, before);
	return false;
}

static int tell(bool all_ended, bool pages_back)
{
	unsigned int failures = atomic_load(&tally->failures), failed;

	printf("%sok 1 - every answer is right or well formed%s%s\n", failures ? "not " : "",
	       failures ? " # " : "", tally->failure);
	printf("%sok 2 - nobody is stuck\n", all_ended ? "" : "not ");
	printf("%sok 3 - nothing is left of processes that are gone\n", pages_back ? "" : "not ");
	failed = tally_tell(4);
	return failures || !all_ended || !pages_back || failed;
}

/* All at once, and the end of it */
static int torture(struct sentinel *sentinel)
{
	unsigned long pages;
	bool ended, back;

	setlinebuf(stdout);
	printf("TAP version 13\n1..%d\n# seed %llu, %u seconds\n", TALLY_NR + 3,
	       (unsigned long long)seed, seconds);
	if (with_bpf)
		kfuncs_take();
	else
		lack_bpf();
	pages = machine_pages();
	targets_start(tally_fd, huge_file);
	walkers_start(with_bpf);
	run(sentinel);
	atomic_store(&tally->over, true);
	ended = walkers_end();
	ended &= targets_end();
	machine_push();
	if (with_bpf)
		kfuncs_drop();
	back = pages_are_back(pages);
	sentinel_end(sentinel);
	return tell(ended, back);
}

int main(int argc, char **argv)
{
	struct sentinel *sentinel = NULL;
	const char *problem;

	if (argc == 4 && !strcmp(argv[1], "--target") && tally_map(atoi(argv[2])))
		targets_live(atoi(argv[2]), atoi(argv[3]));
	parse(argc, argv);
	problem = set_up(&sentinel);
	if (!problem)
		return torture(sentinel);
	printf("Bail out! %s\n", problem);
	return 1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the screen of pgtop on a made-up snapshot: keys are obeyed, space and the keys
 * that need a new interval show the next one. For run.py, and to look at it by hand.
 *
 *	screen SCENE [threads] [replay] [timed]
 *
 * "timed" tells on stderr how long each key took, in microseconds.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../userspace/present/tui/tui.h"
#include "scene.h"

static volatile sig_atomic_t resized, ended;

static void on_signal(int number)
{
	if (number == SIGWINCH)
		resized = 1;
	else
		ended = 1;
}

static double microseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return 1e6 * (double)now.tv_sec + 1e-3 * (double)now.tv_nsec;
}

static bool flag(int argc, char **argv, const char *name)
{
	int i;

	for (i = 2; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return false;
}

static void write_screen(struct tui *t)
{
	const char *path = getenv("SCREEN_FILE");
	FILE *out = path ? fopen(path, "w") : NULL;

	if (!out) {
		tui__note(t, "cannot write");
		return;
	}
	tui__write(t, out);
	fclose(out);
	tui__note(t, "written");
}

static void obey(struct tui *t, const char *scene, const struct tui_wish *wish, uint64_t *number)
{
	static bool by_thread, stacks;
	static uint64_t look;

	if (wish->close || wish->by_thread != by_thread || wish->stacks != stacks ||
	    wish->look_start != look)
		tui__show(t, scene__make(scene, ++*number));
	by_thread = wish->by_thread;
	stacks = wish->stacks;
	look = wish->look_start;
	if (wish->ask) {
		struct snapshot_answer answer;

		scene__answer(scene, wish->ask, &answer);
		tui__answer(t, &answer);
	}
	if (wish->write)
		write_screen(t);
}

static int run(struct tui *t, const char *scene, bool timed)
{
	struct pollfd fd = { .fd = tui__fd(t), .events = POLLIN };
	struct tui_wish wish = { 0 };
	uint64_t number = 1;

	tui__show(t, scene__make(scene, number));
	while (!wish.quit && !ended) {
		double before;

		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			return 1;
		if (fd.revents & (POLLHUP | POLLERR))
			return 1;
		if (resized) {
			resized = 0;
			tui__resize(t);
		}
		before = microseconds();
		tui__input(t, &wish);
		if (timed)
			fprintf(stderr, "%.0f\n", microseconds() - before);
		obey(t, scene, &wish, &number);
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct tui_options options = {
		.interval = 1,
		.by_thread = flag(argc, argv, "threads"),
		.replay = flag(argc, argv, "replay"),
	};
	struct sigaction action = { .sa_handler = on_signal };
	struct tui *t;
	int err, status;

	if (argc < 2 || !scene__make(argv[1], 1)) {
		fprintf(stderr, "screen SCENE: there is no such scene\n");
		return 2;
	}
	sigaction(SIGWINCH, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = tui__create(&t, &options);
	if (err) {
		fprintf(stderr, "screen: %s\n", strerror(-err));
		return 3;
	}
	status = run(t, argv[1], flag(argc, argv, "timed"));
	tui__destroy(t);
	return status;
}

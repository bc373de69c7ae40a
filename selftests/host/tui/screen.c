// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Runs the screen of pgtop on a fake snapshot: keys are processed; space and keys that need a new
 * interval show the next one. For run.py, and for use by hand.
 *
 *	screen SCENE [threads] [replay] [timed] [late]
 *
 * "late" shows no interval of an entered process before the next key that ends one.
 * "timed" prints the microseconds of each key on stderr.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../../userspace/present/tui/tui.h"
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

static void run_command(struct tui *t, const char *scene, bool late, struct tui_command *command, uint64_t *number)
{
	static bool by_thread, stacks, inside;
	static uint64_t look;

	if (command->enter || command->leave) {
		inside = command->enter;
		tui__restart(t, inside, command);
		if (late && inside)
			tui__note(t, command->pause || command->by_thread || command->stacks ? "as before" :
				  "counts anew");
		else
			tui__show(t, scene__make(inside ? "server" : scene, ++*number));
		by_thread = stacks = false;
		look = 0;
		return;
	}
	if (inside)
		scene = "server";
	if (command->close || command->by_thread != by_thread || command->stacks != stacks ||
	    command->trace_start != look)
		tui__show(t, scene__make(scene, ++*number));
	by_thread = command->by_thread;
	stacks = command->stacks;
	look = command->trace_start;
	if (command->query_addr) {
		struct snapshot_page_details answer;

		scene__page(scene, command->query_addr, &answer);
		tui__show_details(t, &answer);
	}
	if (command->write)
		write_screen(t);
}

static int run(struct tui *t, const char *scene, bool timed, bool late)
{
	struct pollfd fd = { .fd = tui__fd(t), .events = POLLIN };
	struct tui_command command = { 0 };
	uint64_t number = 1;

	tui__show(t, scene__make(scene, number));
	while (!command.quit && !ended) {
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
		tui__input(t, &command);
		if (timed)
			fprintf(stderr, "%.0f\n", microseconds() - before);
		run_command(t, scene, late, &command, &number);
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

	setlocale(LC_CTYPE, "");
	if (argc < 2 || !scene__make(argv[1], 1)) {
		fprintf(stderr, "screen: %s: no such scene\n", argc > 1 ? argv[1] : "");
		return 2;
	}
	sigaction(SIGWINCH, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = tui__create(&t, &options);
	if (err) {
		fprintf(stderr, "screen: %s\n", strerror(-err));
		return 3;
	}
	status = run(t, argv[1], flag(argc, argv, "timed"), flag(argc, argv, "late"));
	tui__destroy(t);
	return status;
}

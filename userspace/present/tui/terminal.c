// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Sets up the terminal and restores it, also when pgtop crashes. The other files of the
 * screen do I/O only through curses.
 */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <ncurses.h>
#include <term.h>

#include "terminal.h"

/* Capabilities that undo the modes of a full screen */
#define UNDO_MAX	256

/* Signals of a crash: the terminal is restored first */
static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define NR_FATAL	(sizeof(fatal) / sizeof(fatal[0]))

struct terminal {
	FILE *in;		/* keys; stdin may belong to the command */
	SCREEN *screen;
	int out_fd;
	bool utf8;
	bool colour;
	struct winsize size;	/* last known */
	struct termios saved;
	bool has_saved;
	char undo[UNDO_MAX];
	size_t undo_len;
	struct sigaction before[NR_FATAL];
};

/* For the signal handler, which has no other argument */
static struct terminal *current;

/* Async-signal-safe: no curses */
static void restore(struct terminal *t)
{
	ssize_t done = write(t->out_fd, t->undo, t->undo_len);

	(void)done;	/* no way to report an error */
	if (t->has_saved)
		tcsetattr(t->out_fd, TCSANOW, &t->saved);
}

static void on_fatal(int number)
{
	struct terminal *t = current;
	size_t i;

	if (!t)
		return;
	current = NULL;
	restore(t);
	for (i = 0; i < NR_FATAL; i++)
		sigaction(fatal[i], &t->before[i], NULL);
	raise(number);
}

static void catch_fatal(struct terminal *t)
{
	struct sigaction action = { .sa_handler = on_fatal };
	size_t i;

	sigemptyset(&action.sa_mask);
	/* a second signal gets the previous action */
	action.sa_flags = SA_NODEFER;
	current = t;
	for (i = 0; i < NR_FATAL; i++)
		sigaction(fatal[i], &action, &t->before[i]);
}

static void leave_fatal(struct terminal *t)
{
	size_t i;

	if (current != t)
		return;
	for (i = 0; i < NR_FATAL; i++)
		sigaction(fatal[i], &t->before[i], NULL);
	current = NULL;
}

/* Append a capability, without the padding of old terminals: "$<5>" */
static void add_undo(struct terminal *t, const char *name)
{
	const char *s = tigetstr((char *)name);

	if (!s || s == (char *)-1)
		return;
	while (*s && t->undo_len < UNDO_MAX) {
		if (s[0] == '$' && s[1] == '<') {
			s += strcspn(s, ">");
			s += !!*s;
		} else {
			t->undo[t->undo_len++] = *s++;
		}
	}
}

static void set_modes(struct terminal *t)
{
	const char *no_colour = getenv("NO_COLOR");

	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	/* ms; a lone Esc takes effect after this time */
	set_escdelay(25);
	curs_set(0);
	if (has_colors() && !(no_colour && *no_colour)) {
		start_color();
		use_default_colors();
		t->colour = true;
	}
	add_undo(t, "sgr0");
	add_undo(t, "rmkx");
	add_undo(t, "cnorm");
	add_undo(t, "rmcup");
}

/**
 * terminal__create - set up the terminal
 * @out: set on success
 *
 * Output goes to stdout. Keys come from the controlling terminal, because stdin may belong
 * to the command, and from stdin if there is none.
 *
 * Return: 0; -ENOTTY: stdout is no terminal; -ENOTSUP: it cannot move its cursor, or its
 * type is unknown; -ENOMEM.
 */
int terminal__create(struct terminal **out)
{
	struct terminal *t;
	const char *place;

	if (!isatty(STDOUT_FILENO))
		return -ENOTTY;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	t->out_fd = STDOUT_FILENO;
	t->has_saved = !tcgetattr(t->out_fd, &t->saved);
	ioctl(t->out_fd, TIOCGWINSZ, &t->size);
	t->in = fopen("/dev/tty", "re");
	t->screen = newterm(NULL, stdout, t->in ? t->in : stdin);
	place = t->screen ? tigetstr("cup") : NULL;
	if (!place || place == (char *)-1) {
		terminal__destroy(t);
		return -ENOTSUP;
	}
	set_modes(t);
	catch_fatal(t);
	*out = t;
	return 0;
}

/**
 * terminal__destroy - restore the terminal
 * @t: may be NULL
 */
void terminal__destroy(struct terminal *t)
{
	if (!t)
		return;
	leave_fatal(t);
	if (t->screen) {
		curs_set(1);
		endwin();
		delscreen(t->screen);
	}
	if (t->in)
		fclose(t->in);
	free(t);
}

/**
 * terminal__fd - return the descriptor of the keys
 * @t: the terminal
 *
 * Return: a descriptor to poll.
 */
int terminal__fd(const struct terminal *t)
{
	return t->in ? fileno(t->in) : STDIN_FILENO;
}

/**
 * terminal__utf8 - test if characters outside of ASCII can be shown
 * @t: the terminal
 *
 * Return: true if the locale has UTF-8.
 */
bool terminal__utf8(const struct terminal *t)
{
	return t->utf8;
}

/**
 * terminal__colour - test if colours can be shown
 * @t: the terminal
 *
 * Return: false without colours, and if NO_COLOR is set.
 */
bool terminal__colour(const struct terminal *t)
{
	return t->colour;
}

/**
 * terminal__fit - follow a change of size
 * @t: the terminal
 *
 * Called before each drawing, because the owner of the signals may keep SIGWINCH from
 * curses. $LINES and $COLUMNS apply until the first change.
 */
void terminal__fit(struct terminal *t)
{
	struct winsize now = { 0 };

	if (ioctl(t->out_fd, TIOCGWINSZ, &now) || !now.ws_row || !now.ws_col)
		return;
	if (now.ws_row == t->size.ws_row && now.ws_col == t->size.ws_col)
		return;
	t->size = now;
	resizeterm(now.ws_row, now.ws_col);
	clearok(stdscr, TRUE);
}

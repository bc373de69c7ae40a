// SPDX-License-Identifier: GPL-2.0
/*
 * Takes the terminal over and gives it back, also when pgtop dies of a fault of
 * its own. The only file of the screen that does I/O other than by curses.
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

/* The few capabilities that undo what a full screen sets */
#define UNDO_MAX	256

/* A program that dies by one of these has its terminal given back first */
static const int fatal[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define NR_FATAL	(sizeof(fatal) / sizeof(fatal[0]))

struct terminal {
	FILE *in;		/* the keys; stdin may be the command's */
	SCREEN *screen;
	int out_fd;
	bool utf8;
	bool colour;
	struct winsize size;	/* as last seen */
	struct termios saved;
	bool has_saved;
	char undo[UNDO_MAX];
	size_t undo_len;
	struct sigaction before[NR_FATAL];
};

/* For the handler alone, which gets nothing but a number */
static struct terminal *taken;

/* Only what is safe in a signal handler: no curses */
static void restore(struct terminal *t)
{
	ssize_t done = write(t->out_fd, t->undo, t->undo_len);

	(void)done;	/* there is nobody to tell */
	if (t->has_saved)
		tcsetattr(t->out_fd, TCSANOW, &t->saved);
}

static void on_fatal(int number)
{
	struct terminal *t = taken;
	size_t i;

	if (!t)
		return;
	taken = NULL;
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
	/* the second time it is for who was there before */
	action.sa_flags = SA_NODEFER;
	taken = t;
	for (i = 0; i < NR_FATAL; i++)
		sigaction(fatal[i], &action, &t->before[i]);
}

static void leave_fatal(struct terminal *t)
{
	size_t i;

	if (taken != t)
		return;
	for (i = 0; i < NR_FATAL; i++)
		sigaction(fatal[i], &t->before[i], NULL);
	taken = NULL;
}

/* What undoes the full screen, without the padding of old terminals: "$<5>" */
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
	/* a lone Esc is one: nobody types the rest of a sequence by hand */
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
 * terminal__create - take the terminal over
 * @out: filled on success
 *
 * Shown is on stdout; keys come from the controlling terminal, for stdin may be
 * another's, and from stdin where there is none.
 *
 * Return: 0; -ENOTTY: stdout is no terminal; -ENOTSUP: it cannot place its cursor, or
 * nobody knows how; -ENOMEM.
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
	setlocale(LC_CTYPE, "");
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
 * terminal__destroy - give the terminal back as it was
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
 * terminal__fd - where keys come from
 * @t: the terminal
 *
 * Return: a descriptor to wait for.
 */
int terminal__fd(const struct terminal *t)
{
	return t->in ? fileno(t->in) : STDIN_FILENO;
}

/**
 * terminal__utf8 - may other characters than those of ASCII be shown?
 * @t: the terminal
 *
 * Return: whether the locale is one of UTF-8.
 */
bool terminal__utf8(const struct terminal *t)
{
	return t->utf8;
}

/**
 * terminal__colour - may colours be shown?
 * @t: the terminal
 *
 * Return: false without colours, and where NO_COLOR is set.
 */
bool terminal__colour(const struct terminal *t)
{
	return t->colour;
}

/**
 * terminal__fit - follow a change of size
 * @t: the terminal
 *
 * Cheap: asked before each drawing. Whoever owns the signals may keep SIGWINCH from
 * curses, and $LINES and $COLUMNS hold until the first change.
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

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Starts a sample process and sends it commands. */
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "symbols.h"
#include "sample.h"

/* Return the path of a file in the directory of this program */
void sample_path(char *path, size_t size, const char *file)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	snprintf(path, size, "%s/%s", dirname(self), file);
}

static uint64_t read_address(struct sample *l, char *name)
{
	unsigned long addr = 0;
	char line[512];

	name[0] = '\0';
	if (fgets(line, sizeof(line), l->out))
		sscanf(line, "%255s %lx", name, &addr);
	return addr;
}

/* Read the addresses that the sample prints at its start */
void sample_read_addresses(struct sample *l)
{
	const struct {
		const char *name;
		uint64_t *at;
	} known[] = {
		{ "visible_function", &l->visible }, { "local_function", &l->local },
		{ "asm_first", &l->first }, { "mangled", &l->mangled }, { "rusty", &l->rusty },
		{ "asm_label", &l->label }, { "vdso", &l->vdso },
	};
	char name[256];

	do {
		uint64_t addr = read_address(l, name);
		size_t i;

		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strcmp(name, known[i].name))
				*known[i].at = addr;
	} while (name[0] && strcmp(name, "end"));
	EXPECT(!strcmp(name, "end") && l->visible && l->label);
}

/* Fork a process that executes the program after a byte arrives at the gate; at once if gate is NULL */
void sample_fork(struct sample *l, const char *program, const int *gate)
{
	int to[2], from[2];

	*l = (struct sample){ 0 };
	EXPECT(!pipe(to) && !pipe(from));
	l->pid = fork();
	if (!l->pid) {
		char byte;

		dup2(to[0], 0);
		dup2(from[1], 1);
		close(to[1]);
		close(from[0]);
		if (gate && read(gate[0], &byte, 1) != 1)
			_exit(126);
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	l->in = fdopen(to[1], "w");
	l->out = fdopen(from[0], "r");
}

void sample_start(struct sample *l, const char *program)
{
	sample_fork(l, program, NULL);
	sample_read_addresses(l);
}

uint64_t sample_send(struct sample *l, const char *format, ...)
{
	char name[256];
	va_list args;

	va_start(args, format);
	vfprintf(l->in, format, args);
	va_end(args);
	fputc('\n', l->in);
	fflush(l->in);
	return read_address(l, name);
}

/* Load a library; return the addresses of its two functions */
uint64_t sample_load(struct sample *l, const char *path, const char *name, uint64_t *hidden)
{
	char word[256];

	*hidden = sample_send(l, "open %s %s", path, name);
	return read_address(l, word);
}

void sample_kill(struct sample *l)
{
	if (l->pid > 0) {
		kill(l->pid, SIGKILL);
		waitpid(l->pid, NULL, 0);
	}
	fclose(l->in);
	fclose(l->out);
}

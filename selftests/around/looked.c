// SPDX-License-Identifier: GPL-2.0
/* Starts a process whose addresses are known, and talks with it. */
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "around.h"
#include "looked.h"

/* Programs and libraries stand beside this one */
void looked_path(char *path, size_t size, const char *file)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n > 0 ? n : 0] = '\0';
	snprintf(path, size, "%s/%s", dirname(self), file);
}

static uint64_t answer(struct looked *l, char *name)
{
	unsigned long addr = 0;
	char line[512];

	name[0] = '\0';
	if (fgets(line, sizeof(line), l->out))
		sscanf(line, "%255s %lx", name, &addr);
	return addr;
}

/* What it says of itself when it begins */
void looked_listen(struct looked *l)
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
		uint64_t addr = answer(l, name);
		size_t i;

		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strcmp(name, known[i].name))
				*known[i].at = addr;
	} while (name[0] && strcmp(name, "end"));
	EXPECT(!strcmp(name, "end") && l->visible && l->label);
}

/* It waits for a byte before it begins; gate NULL: it does not wait */
void looked_prepare(struct looked *l, const char *program, const int *gate)
{
	int to[2], from[2];

	*l = (struct looked){ 0 };
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

void looked_start(struct looked *l, const char *program)
{
	looked_prepare(l, program, NULL);
	looked_listen(l);
}

uint64_t looked_tell(struct looked *l, const char *format, ...)
{
	char name[256];
	va_list args;

	va_start(args, format);
	vfprintf(l->in, format, args);
	va_end(args);
	fputc('\n', l->in);
	fflush(l->in);
	return answer(l, name);
}

/* A library: where its two functions are */
uint64_t looked_open(struct looked *l, const char *path, const char *name, uint64_t *hidden)
{
	char word[256];

	*hidden = looked_tell(l, "open %s %s", path, name);
	return answer(l, word);
}

void looked_end(struct looked *l)
{
	if (l->pid > 0) {
		kill(l->pid, SIGKILL);
		waitpid(l->pid, NULL, 0);
	}
	fclose(l->in);
	fclose(l->out);
}

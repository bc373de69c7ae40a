// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Makes the mapping of a run, touches its pages and prints the expected state. It contains
 * no code for a single workload.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "workload.h"

void skip(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	printf("skip ");
	vprintf(format, ap);
	printf("\n");
	va_end(ap);
	exit(EXIT_SKIP);
}

void fail(const char *format, ...)
{
	int error = errno;
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "workload: ");
	vfprintf(stderr, format, ap);
	fprintf(stderr, " (%s)\n", strerror(error));
	va_end(ap);
	exit(1);
}

void stage_set(struct run *run, char *start, char *end, size_t step)
{
	run->start = start;
	run->end = end;
	run->step = step;
	printf("map %lx %lx\n", (unsigned long)start, (unsigned long)end);
}

/*
 * The guards are shared memory without access: the mapping between them never merges with
 * either of them.
 */
char *stage_map_aligned(struct run *run, size_t step, size_t align, int prot,
			int flags, int fd)
{
	size_t size = run->times * step;
	char *guard = mmap(NULL, size + 2 * align, PROT_NONE,
			   MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char *start;

	if (guard == MAP_FAILED)
		fail("%s: cannot reserve %zu bytes", run->name, size);
	start = (char *)(((uintptr_t)guard + align) & -align);
	if (mmap(start, size, prot, flags | MAP_FIXED, fd, 0) == MAP_FAILED)
		fail("%s: cannot map", run->name);
	stage_set(run, start, start + size, step);
	return start;
}

char *stage_map(struct run *run, size_t step, int prot, int flags, int fd)
{
	return stage_map_aligned(run, step, HUGE, prot, flags, fd);
}

void stage_faults(long *minor, long *major)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	*minor = usage.ru_minflt;
	*major = usage.ru_majflt;
}

/* The value is never 0, so that a written page differs from the zero page */
void stage_each(const struct run *run, enum access access)
{
	for (unsigned int i = 0; i < run->times; i++) {
		volatile char *p = run->start + i * run->step;

		if (access == ACCESS_WRITE)
			*p = (char)(i + 1);
		else
			(void)*p;
	}
}

static void print_faults(const char *word, const struct run *run,
			const char *class, long minor, long major)
{
	printf("%s %s %ld %lx %lx minor %ld major %ld\n", word, class,
	       minor + major, (unsigned long)run->start,
	       (unsigned long)run->end, minor, major);
}

void stage_print_faults(const struct run *run, const char *class, long minor,
		       long major)
{
	print_faults("fault", run, class, minor, major);
}

/*
 * Touch every page and read the kernel's count of faults: a workload that makes another number of
 * faults fails.
 */
static void touch_counted(const char *word, const struct run *run,
			  const char *class, enum access access)
{
	long minor[2], major[2];

	stage_faults(&minor[0], &major[0]);
	stage_each(run, access);
	stage_faults(&minor[1], &major[1]);
	minor[1] -= minor[0];
	major[1] -= major[0];
	print_faults(word, run, class, minor[1], major[1]);
	errno = 0;
	if (minor[1] + major[1] != run->times)
		fail("%s: %u pages took %ld minor and %ld major faults", class,
		     run->times, minor[1], major[1]);
}

void stage_prepare(struct run *run, const char *class, enum access access)
{
	touch_counted("prepare", run, class, access);
}

void stage_gate(struct run *run)
{
	char c = 0;

	if (!run->gated)
		return;
	run->gated = false;
	printf("armed\n");
	fflush(stdout);
	while (c != '\n' && read(STDIN_FILENO, &c, 1) == 1)
		;
}

void stage_hit(struct run *run, const char *class, enum access access)
{
	stage_gate(run);
	touch_counted("fault", run, class, access);
}

static const char *size_name(size_t size)
{
	static char name[16];
	unsigned int unit = (63 - (unsigned int)__builtin_clzl(size)) / 10;

	snprintf(name, sizeof(name), "%lu%c", (unsigned long)size >> 10 * unit, "BKMGT"[unit]);
	return name;
}

static void print_page(const char *start, const char *end, size_t size,
		      const char *kind, const char *flags)
{
	printf("page %lx %lx %s %s %s", (unsigned long)start,
	       (unsigned long)end, size_name(size), kind, flags);
}

void stage_print_page(const char *start, const char *end, size_t size,
		     const char *kind, const char *flags)
{
	print_page(start, end, size, kind, flags);
	printf("\n");
}

void stage_print_frame(const char *start, const char *end, size_t size,
		      const char *kind, const char *flags, unsigned long pfn)
{
	print_page(start, end, size, kind, flags);
	printf(" pfn %lx\n", pfn);
}

void stage_print_pages(const struct run *run, size_t size, const char *kind,
		       const char *flags)
{
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * run->step;

		stage_print_page(p, p + size, size, kind, flags);
	}
}

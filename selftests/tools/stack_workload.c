// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults 23 times in each of two functions with known names and callers, each in a mapping of its own, for
 * selftests/tools/pgtop_stacks.sh. With "wait" it prints its pid, and faults when it reads a line.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define NR	23

static volatile char sum;

/* gcc sets up no frame for a function without calls, even with -fno-omit-frame-pointer */
__attribute__((noipa)) static void called(void)
{
	sum++;
}

/* Fault once on each of the new pages */
__attribute__((noipa)) void write_pages(char *p)
{
	int i;

	called();
	for (i = 0; i < NR; i++)
		*(volatile char *)(p + i * PAGE) = 1;
	called();
}

/* Map the zero page once at each of the pages */
__attribute__((noipa)) void read_pages(char *p)
{
	int i;

	called();
	for (i = 0; i < NR; i++)
		sum += *(volatile char *)(p + i * PAGE);
	called();
}

__attribute__((noipa)) void outer_function(char *written, char *only_read)
{
	write_pages(written);
	read_pages(only_read);
	called();
}

/* Map new pages; mappings of other permissions are not merged */
static char *map_pages(int prot)
{
	char *p = mmap(NULL, NR * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED || madvise(p, NR * PAGE, MADV_NOHUGEPAGE) ? NULL : p;
}

int main(int argc, char **argv)
{
	char *written = map_pages(PROT_READ | PROT_WRITE), *only_read = map_pages(PROT_READ);
	char line[16];

	if (!written || !only_read)
		return 1;
	if (argc > 1 && !strcmp(argv[1], "wait")) {
		printf("%d\n", getpid());
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	outer_function(written, only_read);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Faults 23 times in each of two functions, known by name and by who calls them, for
 * selftests/pgtop_stacks.sh. "wait": it says its pid, and faults once a line comes.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define NR	23

static volatile char sum;

/* A function that calls nobody gets no frame from gcc, whatever it is told */
__attribute__((noipa)) static void called(void)
{
	sum++;
}

/* New pages, one by one */
__attribute__((noipa)) void write_pages(char *p)
{
	int i;

	called();
	for (i = 0; i < NR; i++)
		*(volatile char *)(p + i * PAGE) = 1;
	called();
}

/* The page of zeroes, one by one */
__attribute__((noipa)) void read_pages(char *p)
{
	int i;

	called();
	for (i = 0; i < NR; i++)
		sum += *(volatile char *)(p + i * PAGE);
	called();
}

__attribute__((noipa)) void outer_function(char *p)
{
	write_pages(p);
	read_pages(p + NR * PAGE);
	called();
}

int main(int argc, char **argv)
{
	char line[16], *p = mmap(NULL, 2 * NR * PAGE, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED || madvise(p, 2 * NR * PAGE, MADV_NOHUGEPAGE))
		return 1;
	if (argc > 1 && !strcmp(argv[1], "wait")) {
		printf("%d\n", getpid());
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 1;
	}
	outer_function(p);
	return 0;
}

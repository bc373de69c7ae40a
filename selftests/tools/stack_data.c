// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Faults while the frame pointer points to data, as it does in code compiled without frame
 * pointers, for selftests/tools/stack_data.sh. Starts when it reads a line, and writes its mappings
 * to a file at the end.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define NR	46
#define FRAMES	4
#define PARTS	4

/* The two words that a frame-pointer walk reads: next frame and return address */
struct frame {
	struct frame *next;
	union {
		char text[8];
		uint64_t word;
	};
};

/*
 * Each function writes to page %rdi with the frame pointer at %rsi; store_both() writes with two
 * instructions. caller() is never called: its address serves as a return address.
 */
#define STORE(name, second) \
__attribute__((naked, noinline)) \
static void name(char *page __attribute__((unused)), struct frame *data __attribute__((unused))) \
{ \
	asm("push %rbp; mov %rsi, %rbp; movb $1, (%rdi); " second "pop %rbp; ret"); \
}
STORE(store_key, "")
STORE(copy_key, "")
STORE(store_both, "movb $1, 4096(%rdi); ")

__attribute__((naked, noinline))
static void caller(void)
{
	asm("nop; nop; ret");
}

static volatile int sum;

/* Fill the frames with text that occurs in no file, and with addresses of data */
static void fill(struct frame *frame, char *page, int i)
{
	char text[16];
	int n;

	for (n = 0; n < FRAMES; n++) {
		frame[n].next = n + 1 < FRAMES ? &frame[n + 1] : NULL;
		snprintf(text, sizeof(text), "%c%c%05d!", 'Z', 'q', 100 * n + i);
		memcpy(frame[n].text, text, sizeof(frame[n].text));
		if ((n + i) % 2)
			frame[n].word = (uint64_t)page + i;
	}
}

__attribute__((noipa)) static void called(void)
{
	sum++;
}

__attribute__((noipa)) void inner_function(char *page)
{
	called();
	*(volatile char *)page = 1;
	called();
}

__attribute__((noipa)) void outer_function(char *page)
{
	inner_function(page);
	called();
}

static int copy_maps(const char *to)
{
	FILE *in = fopen("/proc/self/maps", "r"), *out = fopen(to, "w");
	char line[5000];

	if (!in || !out)
		return 1;
	while (fgets(line, sizeof(line), in))
		fputs(line, out);
	fclose(in);
	return fclose(out) != 0;
}

int main(int argc, char **argv)
{
	size_t bytes = (PARTS + 1) * NR * PAGE;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct frame frame[FRAMES];
	char line[16];
	int i;

	printf("%d\n", getpid());
	fflush(stdout);
	if (argc < 2 || !fgets(line, sizeof(line), stdin) || p == MAP_FAILED || madvise(p, bytes, MADV_NOHUGEPAGE))
		return 1;
	for (i = 0; i < NR; i++) {
		fill(frame, p, i);
		store_key(p + i * PAGE, frame);
		frame[0].word = (uint64_t)caller + 2;
		copy_key(p + (NR + i) * PAGE, frame);
		fill(frame, p, i);
		store_both(p + (2 * NR + 2 * i) * PAGE, frame);
		outer_function(p + (4 * NR + i) * PAGE);
	}
	memset(frame, 0, sizeof(frame));
	return copy_maps(argv[1]);
}

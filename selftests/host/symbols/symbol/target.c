// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A sample process: prints the addresses of its functions, then runs commands from stdin, one a
 * line, and prints an address for each.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noipa)) int visible_function(int a)
{
	return a * 23 + 1;
}

__attribute__((noipa)) static int local_function(int a)
{
	return a * 29 + 2;
}

/* Two adjacent functions, a mangled name of C++ and of Rust, and a label without a size */
int asm_first(void), asm_second(void), asm_label(void);
int mangled(void) __asm__("_ZN5outer5innerEi");
int rusty(void) __asm__("_ZN4core3fmt5write17h0123456789abcdefE");

__asm__(".text\n"
	".globl asm_first, asm_second, _ZN5outer5innerEi, _ZN4core3fmt5write17h0123456789abcdefE\n"
	".type asm_first,@function\n"
	"asm_first: .skip 16, 0x90\n"
	".size asm_first, 16\n"
	".type asm_second,@function\n"
	"asm_second: .skip 16, 0x90\n"
	".size asm_second, 16\n"
	".type _ZN5outer5innerEi,@function\n"
	"_ZN5outer5innerEi: .skip 16, 0x90\n"
	".size _ZN5outer5innerEi, 16\n"
	".type _ZN4core3fmt5write17h0123456789abcdefE,@function\n"
	"_ZN4core3fmt5write17h0123456789abcdefE: .skip 16, 0x90\n"
	".size _ZN4core3fmt5write17h0123456789abcdefE, 16\n"
	"asm_label: .skip 32, 0x90\n");

static void print_addr(const char *name, const void *addr)
{
	printf("%s %lx\n", name, (unsigned long)addr);
	fflush(stdout);
}

/* Map another file over the mapping that contains an address */
static void *map_over(const char *path, unsigned long addr)
{
	unsigned long start, end, offset;
	FILE *maps = fopen("/proc/self/maps", "re");
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *p = NULL;
	char line[512];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 &&
		    addr >= start && addr < end)
			p = mmap((void *)start, end - start, PROT_READ | PROT_EXEC,
				 MAP_PRIVATE | MAP_FIXED, fd, (off_t)offset);
	if (maps)
		fclose(maps);
	close(fd);
	return p;
}

static void run_command(const char *word, const char *path, const char *rest)
{
	void *handle, *p = NULL;

	if (!strcmp(word, "open")) {
		void *(*hidden_at)(void);
		char name[300];

		handle = dlopen(path, RTLD_NOW);
		snprintf(name, sizeof(name), "%s_hidden_at", rest);
		hidden_at = handle ? dlsym(handle, name) : NULL;
		print_addr("hidden", hidden_at ? hidden_at() : NULL);
		print_addr(rest, handle ? dlsym(handle, rest) : NULL);
	} else if (!strcmp(word, "over")) {
		print_addr("over", map_over(path, strtoul(rest, NULL, 16)));
	} else if (!strcmp(word, "made")) {
		p = mmap(NULL, 4096, PROT_READ | PROT_EXEC,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		print_addr("made", p);
	} else if (!strcmp(word, "exec")) {
		execl(path, path, (char *)NULL);
		print_addr("exec", NULL);
	}
}

int main(void)
{
	char line[1024], word[16], path[512], rest[256];
	void *vdso = dlopen("linux-vdso.so.1", RTLD_NOW | RTLD_NOLOAD);

	print_addr("visible_function", visible_function);
	print_addr("local_function", local_function);
	print_addr("asm_first", asm_first);
	print_addr("mangled", mangled);
	print_addr("rusty", rusty);
	print_addr("asm_label", asm_label);
	print_addr("vdso", vdso ? dlsym(vdso, "__vdso_clock_gettime") : NULL);
	print_addr("end", NULL);
	while (fgets(line, sizeof(line), stdin)) {
		path[0] = '\0';
		rest[0] = '\0';
		if (sscanf(line, "%15s %511s %255s", word, path, rest) >= 1)
			run_command(word, path, rest);
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Symbols of live processes: programs and libraries built in every way. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../userspace/collect/symbol_image.h"
#include "around.h"
#include "asked.h"

static void expect_program(const char *program)
{
	char want[256];
	struct looked l;
	struct symbols *s = begin(&l, program);

	snprintf(want, sizeof(want), "visible_function+1 %s", program);
	EXPECT_TEXT(resolve(s, l.visible + 1), want);
	snprintf(want, sizeof(want), "local_function+0 %s", program);
	EXPECT_TEXT(resolve(s, l.local), want);
	snprintf(want, sizeof(want), "asm_label+31 %s", program);
	EXPECT_TEXT(resolve(s, l.label + 31), want);
	snprintf(want, sizeof(want), "outer::inner(int)+3 %s", program);
	EXPECT_TEXT(resolve(s, l.mangled + 3), want);
	snprintf(want, sizeof(want), "core::fmt::write+3 %s", program);
	EXPECT_TEXT(resolve(s, l.rusty + 3), want);
	EXPECT_TEXT(resolve(s, 0x10), "-+0 -");
	EXPECT_TEXT(resolve(s, ~0ULL), "-+0 -");
	end(s, &l);
}

static void programs_are_known(void)
{
	expect_program("target");
	expect_program("target-no-pie");
}

/* The address a call returns to is behind the call, and may be another function's */
static void returns_belong_to_the_call(void)
{
	struct looked l;
	struct symbols *s = begin(&l, "target");

	EXPECT_TEXT(resolve_as(s, l.first + 5, true), "asm_first+5 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, true), "asm_first+16 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, false), "asm_second+0 target");
	EXPECT_TEXT(resolve_as(s, l.first + 17, true), "asm_second+1 target");
	end(s, &l);
}

static void the_vdso_is_known(void)
{
	char text[128];
	struct looked l;
	struct symbols *s = begin(&l, "target");

	EXPECT(l.vdso);
	snprintf(text, sizeof(text), "%s", resolve(s, l.vdso + 1));
	EXPECT(!strcmp(text, "clock_gettime+1 [vdso]") || !strcmp(text, "__vdso_clock_gettime+1 [vdso]"));
	end(s, &l);
}

/* What came after the first look is found after the next one; a stripped one tells what it can */
static void libraries_are_known(void)
{
	static const struct {
		const char *file, *name, *hidden;
	} library[] = {
		{ "full.so", "lib_name+2 full.so", "lib_name_hidden+2 full.so" },
		{ "mini.so", "lib_name+2 mini.so", "lib_name_hidden+2 mini.so" },
		{ "stripped.so", "lib_name+2 stripped.so", "-+0 stripped.so" },
	};
	struct looked l;
	struct symbols *s = begin(&l, "target-stripped");
	size_t i;

	EXPECT_TEXT(resolve(s, l.visible), "-+0 target-stripped");
	for (i = 0; i < 3; i++) {
		uint64_t visible, hidden;
		char path[PATH_MAX];

		looked_path(path, sizeof(path), library[i].file);
		visible = looked_open(&l, path, "lib_name", &hidden);
		EXPECT(visible && hidden);
		EXPECT_TEXT(resolve(s, visible + 2), "-+0 -");
		symbols__refresh(s);
		EXPECT_TEXT(resolve(s, visible + 2), library[i].name);
		EXPECT_TEXT(resolve(s, hidden + 2), library[i].hidden);
	}
	end(s, &l);
}

/* Symbols in a file of their own, below the root of the process */
static void a_debug_file_is_found_by_build_id(void)
{
	struct symbol_image_file file = { .root = -1 };
	struct symbol_image *image = NULL, *without = NULL;
	uint64_t visible, hidden, within;
	const char *name;
	char path[PATH_MAX];
	struct looked l;
	struct symbols *s = begin(&l, "target");

	looked_path(path, sizeof(path), "apart.so");
	visible = looked_open(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, hidden), "-+0 apart.so");
	file.fd = open(path, O_RDONLY | O_CLOEXEC);
	looked_path(path, sizeof(path), "root");
	EXPECT(!symbol_image__create(&without, &file));
	file.root = open(path, O_PATH | O_CLOEXEC);
	EXPECT(file.fd >= 0 && file.root >= 0 && !symbol_image__create(&image, &file));
	close(file.fd);
	close(file.root);
	/* the first segments of such a file are where they are in memory, but for the base */
	hidden = (hidden & 0xfff) | 0x1000;
	visible = (visible & 0xfff) | 0x1000;
	name = symbol_image__find(without, hidden, &within);
	EXPECT(!name);
	name = symbol_image__find(without, visible, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name");
	name = symbol_image__find(image, hidden, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name_hidden");
	symbol_image__destroy(image);
	symbol_image__destroy(without);
	end(s, &l);
}

/* More addresses than are remembered: each is answered as before */
static void many_addresses_are_answered(void)
{
	struct looked l;
	struct symbols *s = begin(&l, "target");
	unsigned int round, wrong = 0;
	uint64_t i;

	for (round = 0; round < 3; round++)
		for (i = 0; i < 40000; i++) {
			struct symbol symbol;

			symbols__resolve(s, l.first + i % 4096 + (i << 20), false, &symbol);
			symbols__resolve(s, l.first + i % 16, false, &symbol);
			wrong += !symbol.name || strcmp(symbol.name, "asm_first") || symbol.offset != i % 16;
		}
	EXPECT(!wrong);
	end(s, &l);
}

/* A file that is no ELF file, cut or full of nonsense does no harm */
static void damaged_files_are_survived(void)
{
	char path[PATH_MAX], text[32768];
	struct symbol_image_file file = { .root = -1 };
	struct symbol_image *image;
	char name[] = "/tmp/around-XXXXXX";
	uint64_t within;
	size_t size, cut, i;
	int fd = mkstemp(name);
	FILE *f;

	looked_path(path, sizeof(path), "full.so");
	f = fopen(path, "re");
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	for (cut = 0; cut < size; cut += cut < 1024 ? 61 : 1021) {
		image = NULL;
		EXPECT(!ftruncate(fd, 0) && pwrite(fd, text, cut, 0) == (ssize_t)cut);
		file.fd = fd;
		if (!symbol_image__create(&image, &file))
			symbol_image__find(image, 0x1100, &within);
		symbol_image__destroy(image);
	}
	srand(23);
	for (i = 0; i < 400; i++) {
		size_t at = i < 200 ? (size_t)rand() % 1024 : (size_t)rand() % size;
		char was = text[at];

		image = NULL;
		text[at] = (char)rand();
		EXPECT(pwrite(fd, text, size, 0) == (ssize_t)size);
		if (!symbol_image__create(&image, &file))
			symbol_image__find(image, 0x1100, &within);
		symbol_image__destroy(image);
		text[at] = was;
	}
	close(fd);
	unlink(name);
}

const struct unit_test symbol_tests[] = {
	{ "symbol: programs are known, PIE or not", programs_are_known },
	{ "symbol: where a call returns to belongs to the call", returns_belong_to_the_call },
	{ "symbol: the vdso is known", the_vdso_is_known },
	{ "symbol: libraries are known, opened late or stripped", libraries_are_known },
	{ "symbol: a debug file is found by its build id", a_debug_file_is_found_by_build_id },
	{ "symbol: many addresses are answered", many_addresses_are_answered },
	{ "symbol: damaged files are survived", damaged_files_are_survived },
	{ 0 },
};

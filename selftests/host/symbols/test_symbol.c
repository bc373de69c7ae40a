// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of the symbols of live processes: programs and libraries with symbols in every form. */
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../userspace/collect/symbols/elf_syms.h"
#include "symbols.h"
#include "resolve.h"

static void expect_program(const char *program)
{
	char want[256];
	struct sample l;
	struct symbols *s = start_sample(&l, program);

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
	end_sample(s, &l);
}

static void functions_of_programs_are_found_pie_or_not(void)
{
	expect_program("target");
	expect_program("target-no-pie");
}

/* A return address is one byte past the call, where another function may start */
static void a_return_address_belongs_to_the_function_of_the_call(void)
{
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	EXPECT_TEXT(resolve_as(s, l.first + 5, true), "asm_first+5 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, true), "asm_first+16 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, false), "asm_second+0 target");
	EXPECT_TEXT(resolve_as(s, l.first + 17, true), "asm_second+1 target");
	end_sample(s, &l);
}

static void functions_of_the_vdso_are_found(void)
{
	char text[128];
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	EXPECT(l.vdso);
	snprintf(text, sizeof(text), "%s", resolve(s, l.vdso + 1));
	EXPECT(!strcmp(text, "clock_gettime+1 [vdso]") || !strcmp(text, "__vdso_clock_gettime+1 [vdso]"));
	end_sample(s, &l);
}

/* Libraries loaded after a refresh are found at the next one; a stripped one has its dynamic symbols */
static void functions_of_libraries_are_found_loaded_late_or_stripped(void)
{
	static const struct {
		const char *file, *name, *hidden;
	} library[] = {
		{ "full.so", "lib_name+2 full.so", "lib_name_hidden+2 full.so" },
		{ "mini.so", "lib_name+2 mini.so", "lib_name_hidden+2 mini.so" },
		{ "stripped.so", "lib_name+2 stripped.so", "-+0 stripped.so" },
	};
	struct sample l;
	struct symbols *s = start_sample(&l, "target-stripped");
	size_t i;

	EXPECT_TEXT(resolve(s, l.visible), "-+0 target-stripped");
	for (i = 0; i < 3; i++) {
		uint64_t visible, hidden;
		char path[PATH_MAX];

		sample_path(path, sizeof(path), library[i].file);
		visible = sample_load(&l, path, "lib_name", &hidden);
		EXPECT(visible && hidden);
		EXPECT_TEXT(resolve(s, visible + 2), "-+0 -");
		symbols__refresh(s);
		EXPECT_TEXT(resolve(s, visible + 2), library[i].name);
		EXPECT_TEXT(resolve(s, hidden + 2), library[i].hidden);
	}
	end_sample(s, &l);
}

/* Symbols in a debug file, below the root directory of the process */
static void a_debug_file_is_found_by_its_build_id(void)
{
	struct elf_file file = { .root = -1 };
	struct elf_syms *image = NULL, *without = NULL;
	uint64_t visible, hidden, within;
	const char *name;
	char path[PATH_MAX];
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	sample_path(path, sizeof(path), "apart.so");
	visible = sample_load(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, hidden), "-+0 apart.so");
	file.fd = open(path, O_RDONLY | O_CLOEXEC);
	sample_path(path, sizeof(path), "root");
	EXPECT(!elf_syms__create(&without, &file));
	file.root = open(path, O_PATH | O_CLOEXEC);
	EXPECT(file.fd >= 0 && file.root >= 0 && !elf_syms__create(&image, &file));
	close(file.fd);
	close(file.root);
		/* the addresses in such a file are those in memory minus the base */
	hidden = (hidden & 0xfff) | 0x1000;
	visible = (visible & 0xfff) | 0x1000;
	name = elf_syms__find(without, hidden, &within);
	EXPECT(!name);
	name = elf_syms__find(without, visible, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name");
	name = elf_syms__find(image, hidden, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name_hidden");
	elf_syms__destroy(image);
	elf_syms__destroy(without);
	end_sample(s, &l);
}

/* Resolve more addresses than the cache holds: the results do not change */
static void more_addresses_than_the_cache_holds_are_resolved(void)
{
	struct sample l;
	struct symbols *s = start_sample(&l, "target");
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
	end_sample(s, &l);
}

/* Files that are not ELF, truncated or invalid cause no crash */
static void damaged_files_cause_no_crash(void)
{
	char path[PATH_MAX], text[32768];
	struct elf_file file = { .root = -1 };
	struct elf_syms *image;
	char name[] = "/tmp/around-XXXXXX";
	uint64_t within;
	size_t size, cut, i;
	int fd = mkstemp(name);
	FILE *f;

	sample_path(path, sizeof(path), "full.so");
	f = fopen(path, "re");
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	for (cut = 0; cut < size; cut += cut < 1024 ? 61 : 1021) {
		image = NULL;
		EXPECT(!ftruncate(fd, 0) && pwrite(fd, text, cut, 0) == (ssize_t)cut);
		file.fd = fd;
		if (!elf_syms__create(&image, &file))
			elf_syms__find(image, 0x1100, &within);
		elf_syms__destroy(image);
	}
	srand(23);
	for (i = 0; i < 400; i++) {
		size_t at = i < 200 ? (size_t)rand() % 1024 : (size_t)rand() % size;
		char was = text[at];

		image = NULL;
		text[at] = (char)rand();
		EXPECT(pwrite(fd, text, size, 0) == (ssize_t)size);
		if (!elf_syms__create(&image, &file))
			elf_syms__find(image, 0x1100, &within);
		elf_syms__destroy(image);
		text[at] = was;
	}
	close(fd);
	unlink(name);
}

const struct unit_test symbol_tests[] = {
	{ "symbols: functions of programs are found, PIE or not", functions_of_programs_are_found_pie_or_not },
	{ "symbols: a return address belongs to the function of the call", a_return_address_belongs_to_the_function_of_the_call },
	{ "symbols: functions of the vdso are found", functions_of_the_vdso_are_found },
	{ "symbols: functions of libraries are found, loaded late or stripped", functions_of_libraries_are_found_loaded_late_or_stripped },
	{ "symbols: a debug file is found by its build id", a_debug_file_is_found_by_its_build_id },
	{ "symbols: more addresses than the cache holds are resolved", more_addresses_than_the_cache_holds_are_resolved },
	{ "symbols: damaged files cause no crash", damaged_files_cause_no_crash },
	{ 0 },
};

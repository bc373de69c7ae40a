// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of output: a block is written as a whole, or an error is returned if memory is short. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../../userspace/lib/memory_stream.h"
#include "../../../userspace/lib/output.h"
#include "../../../userspace/lib/page_size.h"
#include "../../../userspace/present/explain.h"
#include "../../../userspace/present/tui/pager.h"
#include "unit.h"
#include "unit_wrap.h"

#define LINES	20000

static size_t limit = SIZE_MAX;	/* of one piece of memory */

void *__wrap_realloc(void *memory, size_t size)
{
	return size > limit ? NULL : __real_realloc(memory, size);
}

/* Lines of all lengths up to the ones that are longer than the buffers on the way */
static void put_lines(FILE *out, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		fprintf(out, "%*u\n", i % 1000 ? i % 7 : 9000, i);
}

static void a_memory_stream_keeps_each_byte(void)
{
	struct memory_stream m = { .file = NULL };
	unsigned int i;
	char *at, *end;

	EXPECT(memory_stream__open(&m) && !memory_stream__close(&m));
	EXPECT(m.text && !m.size && !m.text[0]);
	memory_stream__fini(&m);
	EXPECT(memory_stream__open(&m));
	put_lines(m.file, LINES);
	EXPECT(!memory_stream__close(&m) && strlen(m.text) == m.size);
	at = m.text;
	for (i = 0; i < LINES && at; i++, at = end + 1) {
		EXPECT(strtoul(at, &end, 10) == i && *end == '\n');
		if (*end != '\n')
			break;
	}
	EXPECT(i == LINES && !*at);
	memory_stream__fini(&m);
}

static void a_memory_stream_reports_missing_memory(void)
{
	struct memory_stream m = { .file = NULL };
	unsigned int count;

	for (limit = 0; limit < 1 << 19; limit = limit * 2 + 1) {
		EXPECT(memory_stream__open(&m));
		put_lines(m.file, LINES);
		EXPECT(memory_stream__close(&m) == -ENOMEM);
		memory_stream__fini(&m);
	}
	/* also if no byte, or a byte that is still in the buffer of the stream, was written */
	limit = 0;
	for (count = 0; count < 2; count++) {
		EXPECT(memory_stream__open(&m));
		fputs(count ? "x" : "", m.file);
		EXPECT(memory_stream__close(&m) == -ENOMEM);
		memory_stream__fini(&m);
	}
	limit = SIZE_MAX;
}

static void a_block_without_memory_is_not_written(void)
{
	char path[] = "/tmp/golden-XXXXXX";
	struct output *o = NULL;
	int fd = mkstemp(path);

	EXPECT(!output__create(&o, path));
	put_lines(output__begin(o), 100);
	limit = 8192;
	put_lines(output__begin(o), LINES);
	EXPECT(output__end(o) == -ENOMEM);
	limit = SIZE_MAX;
	EXPECT(!lseek(fd, 0, SEEK_END));
	fputs("whole\n", output__begin(o));
	EXPECT(!output__end(o));
	EXPECT(lseek(fd, 0, SEEK_END) == 6);
	output__destroy(o);
	close(fd);
	unlink(path);
}

static int write_lines(FILE *out, void *arg)
{
	put_lines(out, *(unsigned int *)arg);
	return 0;
}

static void a_pager_without_memory_keeps_its_text(void)
{
	unsigned int few = 2, many = LINES;
	struct pager g = { .text = NULL };

	EXPECT(!pager__set(&g, write_lines, &few) && g.list.count == 2);
	limit = 65536;
	EXPECT(pager__set(&g, write_lines, &many) == -ENOMEM);
	limit = SIZE_MAX;
	EXPECT(g.list.count == 2);
	EXPECT_TEXT(g.line[1], "1");
	pager__fini(&g);
}

/* A record of a machine with pages of 64K */
static void an_explanation_has_the_page_size_of_the_records(void)
{
	struct pgwalk_translate t = {
		.addr = 0x7f0000123456, .linear = 0x7f0000123456, .status = PGWALK_TRANSLATE_DONE, .nr_steps = 1,
		.vma_start = 0x7f0000000000, .vma_end = 0x7f0000200000, .vma_kind = PGWALK_VMA_ANON,
		.step[0].entry = { .pfn = 0x23, .kind = PGWALK_KIND_PRESENT, .level = PGWALK_LEVEL_PTE, .shift = 16 },
	};
	const struct pgwalk_info info = {
		.nr_levels = 1, .geometry[0] = { .level = PGWALK_LEVEL_PTE, .shift = 16, .entries = 8192, .leaf = 1 },
	};
	const unsigned int before = page_size__current;
	struct memory_stream m = { .file = NULL };

	page_size__current = 16;
	EXPECT(memory_stream__open(&m));
	explain__walk(m.file, &t, &info);
	explain__result(m.file, &t);
	EXPECT(!memory_stream__close(&m));
	EXPECT(strstr(m.text, "Physical address: frame 23 * 10000 + offset 3456 = 233456\n"));
	EXPECT(strstr(m.text, "= pa 233456 size 64K "));
	EXPECT(strstr(m.text, "    bits 15-0   3456  offset (hexadecimal)\n"));
	memory_stream__fini(&m);
	page_size__current = before;
}

const struct unit_test output_tests[] = {
	{ "an explanation has the page size of the records", an_explanation_has_the_page_size_of_the_records },
	{ "a memory stream keeps each byte", a_memory_stream_keeps_each_byte },
	{ "a memory stream reports missing memory", a_memory_stream_reports_missing_memory },
	{ "a block without memory is not written", a_block_without_memory_is_not_written },
	{ "a pager without memory keeps its text", a_pager_without_memory_keeps_its_text },
	{ 0 },
};

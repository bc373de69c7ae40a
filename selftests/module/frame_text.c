// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The text of frame: each column shows the value that PGWALK_IOC_FRAMES returns for the frame,
 * in the words of the documentation; requests and their errors. frame.c tests the values.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/kpage.h"
#include "../lib/pagemap.h"
#include "../lib/sizes.h"

static const char *const kinds[] = {
	[PGWALK_FRAME_NONE] = "none", [PGWALK_FRAME_OFFLINE] = "offline",
	[PGWALK_FRAME_DEVICE] = "device", [PGWALK_FRAME_FREE] = "free",
	[PGWALK_FRAME_ANON] = "anon", [PGWALK_FRAME_KSM] = "ksm", [PGWALK_FRAME_FILE] = "file",
	[PGWALK_FRAME_SHMEM] = "shmem", [PGWALK_FRAME_HUGETLB] = "hugetlb",
	[PGWALK_FRAME_SLAB] = "slab", [PGWALK_FRAME_PGTABLE] = "pgtable",
	[PGWALK_FRAME_ZERO] = "zero", [PGWALK_FRAME_RESERVED] = "reserved",
	[PGWALK_FRAME_OTHER] = "other", [PGWALK_FRAME_HWPOISON] = "hwpoison",
};

static const char *const zones[] = {
	[PGWALK_ZONE_NONE] = "-", [PGWALK_ZONE_DMA] = "DMA", [PGWALK_ZONE_DMA32] = "DMA32",
	[PGWALK_ZONE_NORMAL] = "Normal", [PGWALK_ZONE_MOVABLE] = "Movable",
	[PGWALK_ZONE_DEVICE] = "Device",
};

static const char *const lrus[] = {
	[PGWALK_LRU_UNSET] = "-", [PGWALK_LRU_NONE] = "-",
	[PGWALK_LRU_INACTIVE_ANON] = "inactive-anon", [PGWALK_LRU_ACTIVE_ANON] = "active-anon",
	[PGWALK_LRU_INACTIVE_FILE] = "inactive-file", [PGWALK_LRU_ACTIVE_FILE] = "active-file",
	[PGWALK_LRU_UNEVICTABLE] = "unevictable",
};

/* By number of the flag: the names and letters of page-types. One has two, see below */
#define OWNER_2	34
static const char *names[64] = {
	"Llocked", "Eerror", "Rreferenced", "Uuptodate", "Ddirty", "llru", "Aactive", "Sslab",
	"Wwriteback", "Ireclaim", "Bbuddy", "Mmmap", "aanonymous", "sswapcache", "bswapbacked",
	"Hcompound_head", "Tcompound_tail", "Ghuge", "uunevictable", "Xhwpoison", "nnopage",
	"xksm", "tthp", "ooffline", "zzero_page", "iidle_page", "gpgtable",
	[32] = "rreserved", "mmlocked", "dmappedtodisk", "Pprivate", "pprivate_2",
	"Oowner_private", "harch", "cuncached",
};

struct line {
	char text[600];
	size_t len;
};

static __attribute__((format(printf, 2, 3))) void say(struct line *line, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	line->len += vsnprintf(line->text + line->len, sizeof(line->text) - line->len, format,
			       ap);
	va_end(ap);
}

static void say_known(struct line *line, bool known, long long value)
{
	if (known)
		say(line, " %lld", value);
	else
		say(line, " -");
}

/* Letters, or names with commas; those of no flag at all are "-" */
static void say_flags(struct line *line, __u64 flags, bool letters)
{
	bool any = false;

	for (int i = 0; i < 64; i++) {
		if (!(flags & 1ULL << i) || !names[i])
			continue;
		if (letters)
			say(line, "%c", names[i][0]);
		else
			say(line, "%s%s", any ? "," : "", names[i] + 1);
		any = true;
	}
	if (!any)
		say(line, "-");
}

static bool is_indexed(const struct pgwalk_frame *f)
{
	return f->kind == PGWALK_FRAME_ANON || f->kind == PGWALK_FRAME_KSM ||
	       f->kind == PGWALK_FRAME_FILE || f->kind == PGWALK_FRAME_SHMEM ||
	       f->kind == PGWALK_FRAME_HUGETLB;
}

/* Format a record as the documentation defines it */
static void make_line(struct line *line, const struct pgwalk_frame *f)
{
	bool paged = f->zone != PGWALK_ZONE_NONE;

	*line = (struct line){ };
	say(line, "%llx %s ", f->pfn, kinds[f->kind]);
	say_flags(line, f->flags, true);
	say_known(line, paged && f->mapcount >= 0, f->mapcount);
	say_known(line, paged, f->refcount);
	say_known(line, paged && f->folio_mapcount >= 0, f->folio_mapcount);
	say_known(line, paged, f->order);
	if (paged)
		say(line, " %llx", f->head_pfn);
	else
		say(line, " -");
	say_known(line, f->node >= 0, f->node);
	say(line, " %s %s", zones[f->zone], lrus[f->lru]);
	say_known(line, f->gen >= 0, f->gen);
	if (is_indexed(f))
		say(line, " %llx", f->index);
	else
		say(line, " -");
	if (f->ino)
		say(line, " %02x:%02x %llu", f->dev_major, f->dev_minor, f->ino);
	else
		say(line, " - -");
	say_known(line, f->memcg_ino, f->memcg_ino);
	say(line, " %llx %u ", f->raw_flags, f->changed);
	say_flags(line, f->flags, false);
	say(line, "\n");
}

FIXTURE(text) {
	int fd, device;
};

FIXTURE_SETUP(text)
{
	self->fd = interface_open("frame", O_RDWR);
	self->device = interface_open_device(0);
	ASSERT_LE(0, self->fd);
	ASSERT_LE(0, self->device);
}

FIXTURE_TEARDOWN(text)
{
	close(self->fd);
	close(self->device);
}

static char *ask(int fd, const char *question, size_t chunk)
{
	if (write(fd, question, strlen(question)) != (ssize_t)strlen(question))
		return NULL;
	lseek(fd, 0, SEEK_SET);
	return interface_read_all(fd, chunk, NULL);
}

/* Find @nr frames that the kernel has reserved at boot, and for nothing else; 0: there are none */
static __u64 find_reserved(unsigned int nr)
{
	unsigned int found = 0;

	for (__u64 pfn = 1; pfn < 1 << 19; pfn++) {
		found = pagemap_kpageflags(pfn) == 1ULL << KPAGE_RESERVED ? found + 1 : 0;
		if (found == nr)
			return pfn - nr + 1;
	}
	return 0;
}

/* Reserved frames never change: each line equals the record of the device */
TEST_F(text, agrees_with_the_device)
{
	struct pgwalk_frame frames[16];
	char request[40], *text, *line;
	__u64 first = find_reserved(16);
	int n = 0;

	ASSERT_NE(0, first);
	snprintf(request, sizeof(request), "pfn %llx+10", first);
	text = ask(self->fd, request, 4096);
	ASSERT_NE(NULL, text);
	ASSERT_EQ(0, kpage_frames(self->device, first, 16, frames));
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		__u64 pfn, head;
		char kind[16], letters[40];
		int mapcount, refcount, folio, order;

		if (*line == '#')
			continue;
		if (sscanf(line, "%llx %15s %39s %d %d %d %d %llx", &pfn, kind,
			   letters, &mapcount, &refcount, &folio, &order, &head) != 8)
			ASSERT_EQ(NULL, line);
		EXPECT_EQ(frames[n].pfn, pfn);
		EXPECT_EQ(0, strcmp("reserved", kind));
		EXPECT_EQ(0, strcmp("r", letters));
		EXPECT_EQ(frames[n].mapcount, mapcount);
		EXPECT_EQ(frames[n].refcount, refcount);
		EXPECT_EQ(frames[n].head_pfn, head);
		n++;
	}
	EXPECT_EQ(16, n);
}

TEST_F(text, streams_in_pieces_of_any_size)
{
	char *text = ask(self->fd, "0xa0+0x40", 1 << 16), *other;
	static const size_t chunks[] = { 1, 61, 4096 };

	ASSERT_NE(NULL, text);
	for (int i = 0; i < 3; i++) {
		other = ask(self->fd, "pfn a0+40", chunks[i]);
		ASSERT_NE(NULL, other);
		EXPECT_EQ(0, strcmp(text, other));
	}
	/* All of memory and far beyond: only the lines that are read are generated */
	other = NULL;
	EXPECT_EQ(17, write(self->fd, "0+7fffffffffffffe", 17));
	lseek(self->fd, 0, SEEK_SET);
	other = malloc(5000);
	EXPECT_LT(0, read(self->fd, other, 5000));
}

TEST_F(text, wrong_questions)
{
	static const struct { const char *text; int error; } wrong[] = {
		{ " ", EINVAL }, { "pfn", EINVAL }, { "x", EINVAL }, { "1 2", EINVAL },
		{ "pfn 1 2", EINVAL }, { "1+", EINVAL }, { "+1", EINVAL }, { "1+0", EINVAL },
		{ "1+1+1", EINVAL }, { "-1", EINVAL }, { "10000000000000000", ERANGE },
		{ "ffffffffffffffff+2", ERANGE },
	};
	char *text = ask(self->fd, "pfn a0", 4096);

	ASSERT_NE(NULL, text);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		char *again;

		errno = 0;
		EXPECT_EQ(-1, write(self->fd, wrong[i].text, strlen(wrong[i].text)));
		EXPECT_EQ(wrong[i].error, errno) {
			TH_LOG("\"%s\"", wrong[i].text);
		}
		lseek(self->fd, 0, SEEK_SET);
		again = interface_read_all(self->fd, 4096, NULL);
		EXPECT_EQ(0, strcmp(text, again));
	}
}

static __u64 pfn_of(const volatile char *p)
{
	__u64 entry = pagemap_one(getpid(), (unsigned long)p);

	return entry & PM_PRESENT ? PM_PFN(entry) : 0;
}

static __u64 find_frame(int flag)
{
	for (__u64 pfn = 1 << 12; pfn < 1 << 19; pfn++)
		if (pagemap_kpageflags(pfn) >> flag & 1)
			return pfn;
	return 0;
}

/* If the records before and after the line are equal, the line must match them */
static bool is_told(int fd, int device, __u64 pfn, struct line *expected, char **text)
{
	struct pgwalk_frame before, after;
	char question[32], *line;

	snprintf(question, sizeof(question), "pfn %llx", pfn);
	for (int i = 0; i < 100; i++) {
		if (kpage_frames(device, pfn, 1, &before))
			return false;
		*text = ask(fd, question, 4096);
		if (!*text || kpage_frames(device, pfn, 1, &after))
			return false;
		if (memcmp(&before, &after, sizeof(before)))
			continue;
		/* The kernel reused the bit in 6.12, and page-types renamed it */
		names[OWNER_2] = strstr(*text, "owner_2") ? "downer_2" : "dmappedtodisk";
		make_line(expected, &before);
		line = strstr(*text, " flags\n");	/* the end of the header */
		return line && !strcmp(line + 7, expected->text);
	}
	return false;
}

TEST_F(text, every_column_is_that_of_the_record)
{
	volatile char *anon = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	volatile char *shared = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	volatile char *huge = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct line expected;
	char *got = NULL;

	*anon = *shared = 1;
	huge = (char *)(((unsigned long)huge + HUGE - 1) & -HUGE);
	madvise((void *)huge, HUGE, MADV_HUGEPAGE);
	*huge = 1;
	const struct { const char *what; __u64 pfn; } frames[] = {
		{ "anonymous, locked", pfn_of(anon) }, { "shared", pfn_of(shared) },
		{ "huge, first", pfn_of(huge) }, { "huge, last", pfn_of(huge) + TABLE_ENTRIES - 1 },
		{ "of a program", pfn_of((char *)kpage_frames) },
		{ "free", find_frame(KPAGE_BUDDY) }, { "slab", find_frame(KPAGE_SLAB) },
		{ "page table", find_frame(KPAGE_PGTABLE) }, { "reserved", find_reserved(1) },
		{ "no memory", 0xfee00 }, { "nowhere", 1ULL << 50 },
	};

	for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
		EXPECT_NE(0, frames[i].pfn);
		EXPECT_TRUE(is_told(self->fd, self->device, frames[i].pfn, &expected, &got)) {
			TH_LOG("%s: %s is not %s", frames[i].what, got, expected.text);
		}
	}
}

TEST_HARNESS_MAIN

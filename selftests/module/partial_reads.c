// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Readers that do not read a view from its beginning to its end: they stop half way, seek,
 * read a byte at a time, share the open file. Whatever they do, each byte is the one that
 * stands at that place. Other tests check the content of the views.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/view.h"
#include "../lib/sizes.h"

#define PIECE	211		/* bytes, so that pieces begin anywhere in a line */
#define TRIES	5
#define THREADS	3
#define OTHERS	8		/* attached too, so that there is something to list */
#define FAR	(1LL << 40)

FIXTURE(reader) {
	pid_t pid, others[OTHERS];
	__u64 address;
};

FIXTURE_SETUP(reader)
{
	self->pid = process_program();
	ASSERT_LT(0, self->pid);
	self->address = process_stack(self->pid);
	ASSERT_NE(0, self->address);
	ASSERT_EQ(0, interface_attach(self->pid));
	for (int i = 0; i < OTHERS; i++) {
		self->others[i] = process_sleeper();
		ASSERT_EQ(0, interface_attach(self->others[i]));
	}
}

FIXTURE_TEARDOWN(reader)
{
	for (int i = 0; i < OTHERS; i++) {
		interface_attach(-self->others[i]);
		process_end(self->others[i]);
	}
	interface_attach(-self->pid);
	process_end(self->pid);
}

/* Return the text read from an open file in some order, of that size; NULL: see errno */
typedef char *way_fn(int fd, size_t size);

/*
 * The text is read as a whole before and after. It is the expected text only if both
 * readings are equal.
 */
static const char *compare(const struct view *view, pid_t pid, __u64 address, way_fn *way)
{
	const char *wrong = "changes each time";
	size_t size, size_after;

	for (int i = 0; i < TRIES && wrong && strcmp(wrong, "differs"); i++) {
		int fd = view_open(view, pid, address);
		char *before = interface_pread_all(fd, 1 << 16, &size);
		char *got = before ? way(fd, size) : NULL;
		char *after = interface_pread_all(fd, 1 << 16, &size_after);

		close(fd);
		if (!got || !after)
			wrong = strerror(errno);
		else if (size == size_after && !memcmp(before, after, size))
			wrong = memcmp(before, got, size) || !size ? "differs" : NULL;
		free(before);
		free(got);
		free(after);
	}
	return wrong;
}

#define EXPECT_WAY(self, way) do { \
	for (const struct view *view = views; view->name; view++) { \
		const char *wrong; \
		if (view->flags & VIEW_CHANGES) \
			continue; \
		wrong = compare(view, (self)->pid, (self)->address, way); \
		EXPECT_EQ(NULL, wrong) { TH_LOG("%s: %s", view->name, wrong); } \
	} \
} while (0)

static bool read_at(int fd, char *text, size_t size, size_t from, size_t bytes)
{
	if (from + bytes > size)
		bytes = size - from;
	for (size_t done = 0; done < bytes;) {
		ssize_t n = pread(fd, text + from + done, bytes - done, (off_t)(from + done));

		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static char *read_bytes(int fd, size_t size)
{
	size_t got = 0;
	char *text;

	lseek(fd, 0, SEEK_SET);
	text = interface_read_all(fd, 1, &got);
	return text && got == size ? text : NULL;
}

TEST_F_TIMEOUT(reader, one_byte_at_a_time_equals_whole, 300)
{
	EXPECT_WAY(self, read_bytes);
}

/* Each piece once, the last one first, then from both ends to the middle */
static char *read_pieces(int fd, size_t size)
{
	size_t nr = (size + PIECE - 1) / PIECE;
	char *text = calloc(1, size + 1);

	for (size_t i = 0; i < nr; i++) {
		size_t piece = i % 2 ? i / 2 : nr - 1 - i / 2;

		if (!read_at(fd, text, size, piece * PIECE, PIECE))
			return NULL;
	}
	return text;
}

TEST_F_TIMEOUT(reader, pieces_in_any_order_make_the_whole, 300)
{
	EXPECT_WAY(self, read_pieces);
}

/* The second half, some of it again, past the end, and then the first half */
static char *read_by_seeking(int fd, size_t size)
{
	char *text = calloc(1, size + 1), again[7];
	size_t half = size / 2 + 1, got = half;
	ssize_t n;

	if (lseek(fd, (off_t)half, SEEK_SET) != (off_t)half)
		return NULL;
	while ((n = read(fd, text + got, size - got)) > 0)
		got += (size_t)n;
	if (got != size || lseek(fd, -(off_t)sizeof(again), SEEK_CUR) < 0 ||
	    read(fd, again, sizeof(again)) != sizeof(again) ||
	    memcmp(again, text + size - sizeof(again), sizeof(again)))
		return NULL;
	if (lseek(fd, FAR, SEEK_SET) != FAR || read(fd, again, 1) || lseek(fd, 0, SEEK_SET))
		return NULL;
	for (got = 0; got < half; got += (size_t)n) {
		n = read(fd, text + got, half - got);
		if (n <= 0)
			return NULL;
	}
	return text;
}

TEST_F_TIMEOUT(reader, seeks_back_and_forth, 120)
{
	EXPECT_WAY(self, read_by_seeking);
}

/* After readers stop half way, others read it whole; nothing is leaked (see kmemleak) */
static char *read_beside_those_who_stopped(int fd, size_t size)
{
	char some[PIECE], *text = calloc(1, size + 1);

	for (size_t i = 1; i < 4; i++) {
		if (lseek(fd, (off_t)(size * i / 4), SEEK_SET) < 0 ||
		    read(fd, some, sizeof(some)) < 0)
			return NULL;
	}
	return read_at(fd, text, size, 0, size) ? text : NULL;
}

TEST_F_TIMEOUT(reader, stops_half_way, 120)
{
	for (const struct view *view = views; view->name; view++)
		for (int i = 0; i < 23; i++) {
			int fd = view_open(view, self->pid, self->address);
			char c;

			ASSERT_LE(0, fd);
			EXPECT_EQ(1, pread(fd, &c, 1, i));
			close(fd);
		}
	EXPECT_WAY(self, read_beside_those_who_stopped);
}

struct sharer {
	pthread_t thread;
	int fd, seed;
	size_t size;
	char *text;
	bool right;
};

/* Seek to and fro in a file that another thread reads at the same time */
static void *read_shared(void *arg)
{
	struct sharer *sharer = arg;
	char some[PIECE];

	sharer->right = true;
	for (size_t i = 0; i < 60; i++) {
		size_t from = (i * 7919 + (size_t)sharer->seed * 104729) % sharer->size;
		ssize_t n = pread(sharer->fd, some, sizeof(some), (off_t)from);

		if (n <= 0 || memcmp(some, sharer->text + from, (size_t)n))
			sharer->right = false;
	}
	return NULL;
}

static char *read_by_threads(int fd, size_t size)
{
	struct sharer sharers[THREADS];
	char *text = calloc(1, size + 1);
	bool right = read_at(fd, text, size, 0, size);

	for (int i = 0; i < THREADS; i++) {
		sharers[i] = (struct sharer){ .fd = fd, .seed = i, .size = size, .text = text };
		pthread_create(&sharers[i].thread, NULL, read_shared, &sharers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(sharers[i].thread, NULL);
		right &= sharers[i].right;
	}
	if (!right)
		text[0] ^= 1;
	return text;
}

TEST_F_TIMEOUT(reader, threads_share_an_open_file, 300)
{
	EXPECT_WAY(self, read_by_threads);
}

/* Threads that share the place, too: between them they get each byte once */
static void *read_what_is_left(void *arg)
{
	struct sharer *sharer = arg;
	char some[PIECE];
	ssize_t n;

	while ((n = read(sharer->fd, some, sizeof(some))) > 0)
		sharer->size += (size_t)n;
	sharer->right = !n;
	return NULL;
}

static char *read_from_one_place(int fd, size_t size)
{
	struct sharer sharers[THREADS];
	char *text = calloc(1, size + 1);
	bool right = read_at(fd, text, size, 0, size);
	size_t got = 0;

	lseek(fd, 0, SEEK_SET);
	for (int i = 0; i < THREADS; i++) {
		sharers[i] = (struct sharer){ .fd = fd };
		pthread_create(&sharers[i].thread, NULL, read_what_is_left, &sharers[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(sharers[i].thread, NULL);
		right &= sharers[i].right;
		got += sharers[i].size;
	}
	if (!right || got != size)
		text[0] ^= 1;
	return text;
}

TEST_F_TIMEOUT(reader, threads_share_the_place_in_a_file, 120)
{
	EXPECT_WAY(self, read_from_one_place);
}

TEST_F(reader, no_data_after_the_end_and_no_mmap)
{
	for (const struct view *view = views; view->name; view++) {
		int fd = view_open(view, self->pid, self->address);
		char c;

		ASSERT_LE(0, fd);
		EXPECT_EQ(0, pread(fd, &c, 1, FAR));
		EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0)) {
			TH_LOG("%s", view->name);
		}
		close(fd);
	}
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Concurrent writers to "attach": of two that attach the same process, one succeeds; and no
 * other writer waits for a writer that waits for a slow reader.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/sizes.h"

#define WRITERS	4
#define ROUNDS	50

struct writer {
	pthread_t thread;
	pid_t pid;
	pthread_barrier_t *barrier;
	int attached[ROUNDS], dropped[ROUNDS];
};

static void *write_often(void *arg)
{
	struct writer *writer = arg;

	for (int i = 0; i < ROUNDS; i++) {
		pthread_barrier_wait(writer->barrier);
		writer->attached[i] = interface_attach(writer->pid);
		pthread_barrier_wait(writer->barrier);
		writer->dropped[i] = interface_attach(-writer->pid);
	}
	return NULL;
}

TEST(one_of_several_concurrent_attaches_succeeds)
{
	struct writer writers[WRITERS];
	pthread_barrier_t barrier;
	pid_t pid = process_sleeper();

	pthread_barrier_init(&barrier, NULL, WRITERS);
	for (int k = 0; k < WRITERS; k++) {
		writers[k] = (struct writer){ .pid = pid, .barrier = &barrier };
		pthread_create(&writers[k].thread, NULL, write_often, &writers[k]);
	}
	for (int k = 0; k < WRITERS; k++)
		pthread_join(writers[k].thread, NULL);
	for (int i = 0; i < ROUNDS; i++) {
		int attached = 0, dropped = 0;

		for (int k = 0; k < WRITERS; k++) {
			int a = writers[k].attached[i], d = writers[k].dropped[i];

			attached += !a;
			dropped += !d;
			EXPECT_TRUE(!a || a == -EEXIST) {
				TH_LOG("attach gave %d", a);
			}
			EXPECT_TRUE(!d || d == -ESRCH) {
				TH_LOG("drop gave %d", d);
			}
		}
		EXPECT_EQ(1, attached);
		EXPECT_EQ(1, dropped);
	}
	process_end(pid);
}

/* A reader with memory that is slow to come: its read() takes until it is given a page */
struct slow_reader {
	pthread_t thread;
	int file, uffd;
	char *page;
	ssize_t got;
};

static void *read_slowly(void *arg)
{
	struct slow_reader *reader = arg;

	reader->got = read(reader->file, reader->page, PAGE);
	return NULL;
}

static bool slow_start(struct slow_reader *reader)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct pollfd poll_for;

	reader->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	reader->page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	range.range.start = (unsigned long)reader->page;
	range.range.len = PAGE;
	if (reader->uffd < 0 || ioctl(reader->uffd, UFFDIO_API, &api) ||
	    ioctl(reader->uffd, UFFDIO_REGISTER, &range))
		return false;
	pthread_create(&reader->thread, NULL, read_slowly, reader);
	poll_for = (struct pollfd){ .fd = reader->uffd, .events = POLLIN };
	return poll(&poll_for, 1, 20000) == 1;
}

static bool slow_end(struct slow_reader *reader)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (unsigned long)reader->page, .len = PAGE },
	};

	if (ioctl(reader->uffd, UFFDIO_ZEROPAGE, &zero))
		return false;
	pthread_join(reader->thread, NULL);
	close(reader->uffd);
	munmap(reader->page, PAGE);
	return reader->got > 0;
}

static pid_t attach_beside(pid_t pid)
{
	pid_t child = fork();

	if (!child)
		_exit(-interface_attach(pid));
	return child;
}

/* Search the kernel messages logged since @log was opened at its end */
static bool has_said(int log, const char *what)
{
	char line[1024];
	ssize_t n;

	while ((n = read(log, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		line[n > 0 ? n : 0] = 0;
		if (strstr(line, what))
			return true;
	}
	return false;
}

TEST(no_other_process_waits_for_a_slow_reader)
{
	pid_t pid = process_program(), other = process_sleeper(), waiter, victim;
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC), status;
	struct slow_reader reader;

	lseek(log, 0, SEEK_END);
	ASSERT_EQ(0, interface_attach(pid));
	reader.file = interface_open_view(pid, "vmas");
	ASSERT_LE(0, reader.file);
	ASSERT_TRUE(slow_start(&reader));
	/* Neither a writer that detaches nor one with another process waits */
	EXPECT_EQ(0, interface_attach(-pid));
	EXPECT_EQ(0, interface_attach(other));
	EXPECT_EQ(0, interface_attach(-other));
	/* A new directory of the same name has to wait, and a signal ends the wait */
	waiter = attach_beside(pid);
	victim = attach_beside(pid);
	usleep(500000);
	EXPECT_EQ(0, waitpid(waiter, &status, WNOHANG));
	EXPECT_EQ(0, kill(victim, SIGKILL));
	EXPECT_EQ(victim, waitpid(victim, &status, 0));
	EXPECT_TRUE(WIFSIGNALED(status));
	EXPECT_EQ(0, interface_attach(other));
	EXPECT_EQ(0, interface_attach(-other));
	EXPECT_TRUE(slow_end(&reader));
	EXPECT_EQ(waiter, waitpid(waiter, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_FALSE(has_said(log, "already present"));
	close(reader.file);
	EXPECT_EQ(0, interface_attach(-pid));
	process_end(other);
	process_end(pid);
	close(log);
}

TEST_HARNESS_MAIN

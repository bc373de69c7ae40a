// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A target for selftests/tools/lifecycle that runs commands from stdin, one a line. Prints
 * "done" after each, and before it "made NAME FAULTS" for each mapping with a known count.
 *
 *	threads N	starts and joins N threads, each with faults of its own
 *	maps N		maps, touches and unmaps N times, at changing addresses and lengths
 *	children N	forks N children that fault and exit
 *	storm		repeats threads, maps and children without end
 *	hold N		maps N single pages, each a mapping of its own, and keeps them
 *	fill N		maps N pages in one mapping and keeps them, so that exit takes long
 *	drop 0		frees the pages of the last fill, with MADV_DONTNEED
 *	split FILE	23 faults in each third of a mapping, the middle split off and merged again
 *	move FILE	23 faults before and 23 after mremap() to another address
 *	grow FILE	23 faults before and 23 after mremap() to twice the length
 *	again FILE	23 faults before munmap() and 23 after a mmap() at the same address
 *	cover A B	23 faults each in both ends of A and in B, which is mapped over its middle
 *	fork FILE	23 faults, 23 of a child, and 23 after the child has exited
 *	userfault	23 faults that userfaultfd resolves; each is retried
 *	poke FILE	23 faults in a child's mapping, made by this process
 *	exec ARG...	executes itself with ARG as the first command
 *	exit
 *
 * FILE has 69 pages. Each of the 23 faults is a write to a private page of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE	4096UL
#define PART	23UL
#define PLACE	((char *)0x200000000000UL)

static void die(const char *what)
{
	fprintf(stderr, "puppet: %s: %s\n", what, strerror(errno));
	_exit(1);
}

static void touch(char *at, unsigned long pages)
{
	for (unsigned long i = 0; i < pages; i++)
		((volatile char *)at)[i * PAGE] = 1;
}

static char *map_file(const char *path, char *at, unsigned long offset, unsigned long pages)
{
	int fd = open(path, O_RDONLY);
	char *p;

	if (fd < 0)
		die(path);
	p = mmap(at, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | (at ? MAP_FIXED : 0), fd,
		 (off_t)(offset * PAGE));
	if (p == MAP_FAILED)
		die("mmap");
	close(fd);
	return p;
}

static char *map_anon(unsigned long pages)
{
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? die("mmap"), p : p;
}

static void made(const char *path, unsigned long faults)
{
	printf("made %s %lu\n", strrchr(path, '/') ? strrchr(path, '/') + 1 : path, faults);
}

static void *thread(void *arg)
{
	char *p = map_anon(2);

	touch(p, 2);
	munmap(p, 2 * PAGE);
	return arg;
}

static void threads(long n)
{
	pthread_t t[4];

	for (; n > 0; n -= 4) {
		for (int i = 0; i < 4; i++)
			if (pthread_create(&t[i], NULL, thread, NULL))
				die("pthread_create");
		for (int i = 0; i < 4; i++)
			pthread_join(t[i], NULL);
	}
}

/* The address changes each time: no two mappings are equal */
static void maps(long n)
{
	static unsigned long turn;

	for (; n > 0; n--, turn++) {
		unsigned long pages = 2 + turn % 5;
		char *at = PLACE + (1UL << 36) + (turn * 8 % (1UL << 22)) * PAGE;
		char *p = mmap(at, pages * PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

		if (p == MAP_FAILED)
			die("mmap");
		touch(p, 2);
		munmap(p, pages * PAGE);
	}
}

static void children(long n)
{
	for (; n > 0; n--) {
		pid_t pid = fork();

		if (!pid) {
			touch(map_anon(5), 5);
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, NULL, 0) != pid)
			die("fork");
	}
}

static void hold(long n)
{
	char *p = map_anon((unsigned long)n * 2);

	for (long i = 0; i < n; i++)	/* every second page becomes another mapping */
		mprotect(p + (2 * i + 1) * (long)PAGE, PAGE, PROT_NONE);
	for (long i = 0; i < n; i++)
		touch(p + 2 * i * (long)PAGE, 1);
}

static char *filled;
static unsigned long filled_size;

static void fill(long n)
{
	filled = map_anon((unsigned long)n);
	filled_size = (unsigned long)n * PAGE;
	madvise(filled, filled_size, MADV_NOHUGEPAGE);
	touch(filled, (unsigned long)n);
}

static void drop(long n)
{
	(void)n;
	if (madvise(filled, filled_size, MADV_DONTNEED))
		die("madvise");
}

static void split(const char *path)
{
	char *p = map_file(path, NULL, 0, 3 * PART), *middle = p + PART * PAGE;

	touch(p, PART);
	mprotect(middle, PART * PAGE, PROT_READ);
	touch(p + 2 * PART * PAGE, PART);
	mprotect(middle, PART * PAGE, PROT_READ | PROT_WRITE);
	touch(middle, PART);
	made(path, 3 * PART);
}

static void move(const char *path)
{
	char *p = map_file(path, NULL, 0, 2 * PART);

	touch(p, PART);
	p = mremap(p, 2 * PART * PAGE, 2 * PART * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, PLACE);
	if (p == MAP_FAILED)
		die("mremap");
	touch(p, 2 * PART);	/* the pages touched before have moved along: no fault */
	made(path, 2 * PART);
}

static void grow(const char *path)
{
	char *p = map_file(path, PLACE + (1UL << 32), 0, PART);

	touch(p, PART);
	p = mremap(p, PART * PAGE, 2 * PART * PAGE, MREMAP_MAYMOVE);
	if (p == MAP_FAILED)
		die("mremap");
	touch(p, 2 * PART);
	made(path, 2 * PART);
}

static void again(const char *path)
{
	char *at = PLACE + (2UL << 32);

	touch(map_file(path, at, 0, PART), PART);
	munmap(at, PART * PAGE);
	touch(map_file(path, at, 0, PART), PART);
	made(path, 2 * PART);
}

static void cover(const char *a, const char *b)
{
	char *p = map_file(a, NULL, 0, 3 * PART), *middle = p + PART * PAGE;

	touch(p, PART);
	map_file(b, middle, PART, PART);
	touch(middle, PART);
	touch(p + 2 * PART * PAGE, PART);
	made(a, 2 * PART);
	made(b, PART);
}

static void forked(const char *path)
{
	char *p = map_file(path, NULL, 0, PART);
	pid_t pid;

	touch(p, PART);
	pid = fork();
	if (!pid) {
		touch(p, PART);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork");
	touch(p, PART);
	made(path, 2 * PART);
}

static void *resolve_faults(void *arg)
{
	static char page[PAGE];
	int fd = *(int *)arg;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	struct uffd_msg msg;

	for (unsigned long i = 0; i < PART; i++) {
		struct uffdio_copy copy = { .src = (unsigned long)page, .len = PAGE };

		poll(&poll_fd, 1, -1);
		if (read(fd, &msg, sizeof(msg)) != sizeof(msg))
			die("userfaultfd");
		copy.dst = msg.arg.pagefault.address & ~(PAGE - 1);
		if (ioctl(fd, UFFDIO_COPY, &copy))
			die("UFFDIO_COPY");
	}
	return NULL;
}

static void userfault(void)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	char *p = map_anon(PART);
	struct uffdio_register range = {
		.range = { (unsigned long)p, PART * PAGE },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	pthread_t t;

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range))
		die("userfaultfd");
	if (pthread_create(&t, NULL, resolve_faults, &fd))
		die("pthread_create");
	touch(p, PART);
	pthread_join(t, NULL);
	close(fd);
	printf("made userfault %lu\n", PART);
}

static void poke(const char *path)
{
	char *p = map_file(path, NULL, 0, PART);
	pid_t pid = fork();

	if (!pid) {
		pause();
		_exit(0);
	}
	for (unsigned long i = 0; i < PART; i++) {
		struct iovec from = { "x", 1 }, to = { p + i * PAGE, 1 };

		if (process_vm_writev(pid, &from, 1, &to, 1, 0) != 1)
			die("process_vm_writev");
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	made(path, PART);
}

static void storm(void)
{
	for (;;) {
		threads(4);
		maps(16);
		children(1);
	}
}

/* argv[1] is the first command of the new program */
static void execute(char *first)
{
	execl("/proc/self/exe", "puppet", first, NULL);
	die("execl");
}

static void run_command(char *line)
{
	char *verb = strtok(line, "\n "), *a = strtok(NULL, "\n "), *b = strtok(NULL, "\n ");
	static const struct {
		const char *verb;
		void (*number)(long n);
		void (*file)(const char *path);
	} verbs[] = {
		{ "threads", threads, NULL }, { "maps", maps, NULL }, { "children", children, NULL },
		{ "hold", hold, NULL }, { "fill", fill, NULL }, { "drop", drop, NULL },
		{ "split", NULL, split }, { "move", NULL, move },
		{ "grow", NULL, grow }, { "again", NULL, again }, { "fork", NULL, forked },
		{ "poke", NULL, poke },
	};

	for (unsigned int i = 0; verb && a && i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verb, verbs[i].verb))
			continue;
		if (verbs[i].number)
			verbs[i].number(atol(a));
		else
			verbs[i].file(a);
		return;
	}
	if (verb && !strcmp(verb, "cover") && b)
		cover(a, b);
	else if (verb && !strcmp(verb, "exec") && b)
		a[strlen(a)] = ' ', execute(a);
	else if (verb && !strcmp(verb, "userfault"))
		userfault();
	else if (verb && !strcmp(verb, "storm"))
		storm();
	else if (verb && !strcmp(verb, "exit"))
		_exit(0);
	else
		die("no such command");
}

int main(int argc, char **argv)
{
	char line[8192];

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		snprintf(line, sizeof(line), "%s", argv[1]);
		run_command(line);
		puts("done");
	}
	while (fgets(line, sizeof(line), stdin)) {
		run_command(line);
		puts("done");
	}
	return 0;
}

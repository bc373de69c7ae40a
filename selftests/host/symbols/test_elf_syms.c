// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests reading ELF files that another thread truncates at the same time. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../userspace/collect/symbols/sigbus_guard.h"
#include "../../../userspace/collect/symbols/elf_syms.h"
#include "symbols.h"

#define PAGES	4
#define PAGE	4096
#define ROUNDS	20000

static void pages_beyond_the_end_of_a_truncated_file_read_as_zeroes(void)
{
	int fd = memfd_create("short", 0);
	struct sigbus_guard guard;
	volatile char *p;
	int i;

	EXPECT(!ftruncate(fd, PAGES * PAGE));
	p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	for (i = 0; i < PAGES; i++)
		p[i * PAGE] = 'x';
	sigbus_guard__begin(&guard);
	EXPECT(p[(PAGES - 1) * PAGE] == 'x');
	EXPECT(!sigbus_guard__end(&guard));
	EXPECT(!ftruncate(fd, PAGE));
	sigbus_guard__begin(&guard);
	for (i = 1; i < PAGES; i++)
		EXPECT(!p[i * PAGE]);
	EXPECT(p[0] == 'x');
	EXPECT(sigbus_guard__end(&guard));
	sigbus_guard__begin(&guard);
	EXPECT(!sigbus_guard__end(&guard));
	munmap((void *)p, PAGES * PAGE);
	close(fd);
}

struct cut {
	int from, to;
	off_t size;
	atomic_int whole, over;
};

/* Write the whole file, then truncate it, again and again */
static void *truncate_repeatedly(void *arg)
{
	struct cut *c = arg;
	volatile int spin;
	off_t at;

	while (!c->over) {
		at = 0;
		while (at < c->size && sendfile(c->to, c->from, &at, (size_t)(c->size - at)) > 0)
			;
		c->whole++;
		for (spin = c->whole % 64 * 200; spin > 0; spin--)
			;
		if (ftruncate(c->to, PAGE) || lseek(c->to, 0, SEEK_SET))
			break;
	}
	return NULL;
}

/* The test program itself is the ELF file: it is large, so that reads take long */
static void a_file_that_is_truncated_during_a_read_is_refused(void)
{
	struct cut c = { .from = open("/proc/self/exe", O_RDONLY),
			 .to = memfd_create("cut", 0) };
	struct elf_file file = { .fd = c.to, .root = -1 };
	int i, read = 0, refused = 0;
	pthread_t thread;
	struct stat st;

	EXPECT(!fstat(c.from, &st));
	c.size = st.st_size;
	EXPECT(!pthread_create(&thread, NULL, truncate_repeatedly, &c));
	for (i = 0; i < ROUNDS && !refused; i++) {
		struct elf_syms *image = NULL;
		int err, before = c.whole;

		while (c.whole == before)
			sched_yield();
		err = elf_syms__create(&image, &file);
		EXPECT(err == 0 || err == -EBADMSG);
		read += !err;
		refused += err == -EBADMSG;
		elf_syms__destroy(image);
	}
	c.over = 1;
	pthread_join(thread, NULL);
	printf("# %d read, %d refused\n", read, refused);
	EXPECT(refused);
	close(c.from);
	close(c.to);
}

const struct unit_test elf_syms_tests[] = {
	{ "elf_syms: pages beyond the end of a truncated file read as zeroes", pages_beyond_the_end_of_a_truncated_file_read_as_zeroes },
	{ "elf_syms: a file that is truncated during a read is refused",
	  a_file_that_is_truncated_during_a_read_is_refused },
	{ 0 },
};

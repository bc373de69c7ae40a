// SPDX-License-Identifier: GPL-2.0
/* Files that are read for symbols while somebody else cuts them short. */
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

#include "../../userspace/collect/symbol_guard.h"
#include "../../userspace/collect/symbol_image.h"
#include "around.h"

#define PAGES	4
#define PAGE	4096
#define ROUNDS	20000

static void what_is_cut_off_reads_as_zeroes(void)
{
	int fd = memfd_create("short", 0);
	struct symbol_guard guard;
	volatile char *p;
	int i;

	EXPECT(!ftruncate(fd, PAGES * PAGE));
	p = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	for (i = 0; i < PAGES; i++)
		p[i * PAGE] = 'x';
	symbol_guard__begin(&guard);
	EXPECT(p[(PAGES - 1) * PAGE] == 'x');
	EXPECT(!symbol_guard__end(&guard));
	EXPECT(!ftruncate(fd, PAGE));
	symbol_guard__begin(&guard);
	for (i = 1; i < PAGES; i++)
		EXPECT(!p[i * PAGE]);
	EXPECT(p[0] == 'x');
	EXPECT(symbol_guard__end(&guard));
	symbol_guard__begin(&guard);
	EXPECT(!symbol_guard__end(&guard));
	munmap((void *)p, PAGES * PAGE);
	close(fd);
}

struct cut {
	int from, to;
	off_t size;
	atomic_int whole, over;
};

/* It is whole at the beginning, when it is seen to be an ELF file, and then it is not */
static void *cut_short(void *arg)
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

/* Of itself, which is large; each time it gets as far as it gets */
static void a_file_that_is_cut_short_meanwhile_is_refused(void)
{
	struct cut c = { .from = open("/proc/self/exe", O_RDONLY),
			 .to = memfd_create("cut", 0) };
	struct symbol_image_file file = { .fd = c.to, .root = -1 };
	int i, read = 0, refused = 0;
	pthread_t thread;
	struct stat st;

	EXPECT(!fstat(c.from, &st));
	c.size = st.st_size;
	EXPECT(!pthread_create(&thread, NULL, cut_short, &c));
	for (i = 0; i < ROUNDS && !refused; i++) {
		struct symbol_image *image = NULL;
		int err, before = c.whole;

		while (c.whole == before)
			sched_yield();
		err = symbol_image__create(&image, &file);
		EXPECT(err == 0 || err == -EBADMSG);
		read += !err;
		refused += err == -EBADMSG;
		symbol_image__destroy(image);
	}
	c.over = 1;
	pthread_join(thread, NULL);
	printf("# %d read, %d refused\n", read, refused);
	EXPECT(refused);
	close(c.from);
	close(c.to);
}

const struct unit_test image_tests[] = {
	{ "image: what is cut off reads as zeroes", what_is_cut_off_reads_as_zeroes },
	{ "image: a file that is cut short meanwhile is refused",
	  a_file_that_is_cut_short_meanwhile_is_refused },
	{ 0 },
};

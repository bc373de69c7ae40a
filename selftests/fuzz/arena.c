// SPDX-License-Identifier: GPL-2.0
/* Memory with nothing behind it, in a file so that it can be mapped twice. It judges nothing. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"

#define PAGE		4096
#define KERNEL		0xffff888000001000UL
#define NONCANONICAL	0x8000000000001000UL

/* The next to be mapped; no address of a program that differs from these in some bytes only is in use */
static unsigned long next_base = 0x135790000000UL;

/* With a page in front and behind that nothing is in */
static void *map(int fd, int prot)
{
	unsigned char *whole = mmap((void *)next_base, ARENA_BYTES + 2 * PAGE, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	void *base;

	next_base += 1UL << 32;
	if (whole == MAP_FAILED)
		return NULL;
	base = mmap(whole + PAGE, ARENA_BYTES, prot,
		    MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0);
	return base == MAP_FAILED ? NULL : base;
}

int arena_create(struct arena *arena)
{
	int fd = memfd_create("arena", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, ARENA_BYTES))
		return -1;
	arena->base = map(fd, PROT_READ | PROT_WRITE);
	arena->readonly = map(fd, PROT_READ);
	arena->before = mmap(NULL, ARENA_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	close(fd);
	return arena->base && arena->readonly && arena->before != MAP_FAILED ?
	       0 : -1;
}

/* As near to the end as so many bytes, aligned to 8 or not, allow */
static unsigned char *at_end(const struct arena *arena, size_t size)
{
	return arena->base + ARENA_BYTES - (size < ARENA_BYTES ? size : ARENA_BYTES);
}

void *arena_place(const struct arena *arena, enum input_place place, size_t size)
{
	switch (place) {
	case PLACE_ZEROES:
	case PLACE_DIRTY:
		return arena->base + 1024;
	case PLACE_END:
		return at_end(arena, size);
	case PLACE_STRADDLE:
		return at_end(arena, (size / 2 + 7) & ~7UL);
	case PLACE_ODD:
		return arena->base + 1025;
	case PLACE_READONLY:
		return (void *)(arena->readonly + 1024);
	case PLACE_UNMAPPED:
		return arena->base + ARENA_BYTES;
	case PLACE_KERNEL:
		return (void *)KERNEL;
	case PLACE_NONCANONICAL:
		return (void *)NONCANONICAL;
	case PLACE_NULL:
	case PLACE_NR:
		break;
	}
	return NULL;
}

struct arena_reach arena_reach(const struct arena *arena, const void *at)
{
	struct arena_reach reach = { 0, 0 };
	const unsigned char *p = at;

	if (p >= arena->base && p < arena->base + ARENA_BYTES)
		reach.readable = reach.writable =
			(size_t)(arena->base + ARENA_BYTES - p);
	else if (p >= arena->readonly && p < arena->readonly + ARENA_BYTES)
		reach.readable = (size_t)(arena->readonly + ARENA_BYTES - p);
	return reach;
}

void arena_fill(struct arena *arena, unsigned char with)
{
	memset(arena->base, with, ARENA_BYTES);
}

void arena_remember(struct arena *arena)
{
	memcpy(arena->before, arena->base, ARENA_BYTES);
}

bool arena_is_same(const struct arena *arena, const void *but, size_t size)
{
	size_t from = ARENA_BYTES, to = ARENA_BYTES;
	const unsigned char *p = but;

	if (p >= arena->base && p < arena->base + ARENA_BYTES) {
		from = (size_t)(p - arena->base);
		to = size < ARENA_BYTES - from ? from + size : ARENA_BYTES;
	}
	return !memcmp(arena->base, arena->before, from) &&
	       !memcmp(arena->base + to, arena->before + to, ARENA_BYTES - to);
}

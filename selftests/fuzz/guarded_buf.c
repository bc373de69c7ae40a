// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Buffers between unmapped pages, in a file so that they can be mapped twice. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "guarded_buf.h"

#define PAGE		4096
#define KERNEL		0xffff888000001000UL
#define NONCANONICAL	0x8000000000001000UL

/* The next address to map: pointers of the fuzzer that differ from it in one byte or two are not in use */
static unsigned long next_base = 0x135790000000UL;

/* Map with an unmapped page before and after */
static void *map(int fd, int prot)
{
	unsigned char *whole = mmap((void *)next_base, GUARDED_BUF_BYTES + 2 * PAGE, PROT_NONE,
				    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	void *base;

	next_base += 1UL << 32;
	if (whole == MAP_FAILED)
		return NULL;
	base = mmap(whole + PAGE, GUARDED_BUF_BYTES, prot,
		    MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd, 0);
	return base == MAP_FAILED ? NULL : base;
}

int guarded_buf_create(struct guarded_buf *buf)
{
	int fd = memfd_create("buf", MFD_CLOEXEC);

	if (fd < 0 || ftruncate(fd, GUARDED_BUF_BYTES))
		return -1;
	buf->base = map(fd, PROT_READ | PROT_WRITE);
	buf->readonly = map(fd, PROT_READ);
	buf->before = mmap(NULL, GUARDED_BUF_BYTES, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	close(fd);
	return buf->base && buf->readonly && buf->before != MAP_FAILED ?
	       0 : -1;
}

/* Return the address from which @size bytes reach to the end of the buffer */
static unsigned char *at_end(const struct guarded_buf *buf, size_t size)
{
	return buf->base + GUARDED_BUF_BYTES - (size < GUARDED_BUF_BYTES ? size : GUARDED_BUF_BYTES);
}

void *guarded_buf_place(const struct guarded_buf *buf, enum input_place place, size_t size)
{
	switch (place) {
	case PLACE_ZEROES:
	case PLACE_DIRTY:
		return buf->base + 1024;
	case PLACE_END:
		return at_end(buf, size);
	case PLACE_STRADDLE:
		return at_end(buf, (size / 2 + 7) & ~7UL);
	case PLACE_ODD:
		return buf->base + 1025;
	case PLACE_READONLY:
		return (void *)(buf->readonly + 1024);
	case PLACE_UNMAPPED:
		return buf->base + GUARDED_BUF_BYTES;
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

struct guarded_buf_reach guarded_buf_reach(const struct guarded_buf *buf, const void *at)
{
	struct guarded_buf_reach reach = { 0, 0 };
	const unsigned char *p = at;

	if (p >= buf->base && p < buf->base + GUARDED_BUF_BYTES)
		reach.readable = reach.writable =
			(size_t)(buf->base + GUARDED_BUF_BYTES - p);
	else if (p >= buf->readonly && p < buf->readonly + GUARDED_BUF_BYTES)
		reach.readable = (size_t)(buf->readonly + GUARDED_BUF_BYTES - p);
	return reach;
}

void guarded_buf_fill(struct guarded_buf *buf, unsigned char with)
{
	memset(buf->base, with, GUARDED_BUF_BYTES);
}

void guarded_buf_remember(struct guarded_buf *buf)
{
	memcpy(buf->before, buf->base, GUARDED_BUF_BYTES);
}

bool guarded_buf_is_same(const struct guarded_buf *buf, const void *but, size_t size)
{
	size_t from = GUARDED_BUF_BYTES, to = GUARDED_BUF_BYTES;
	const unsigned char *p = but;

	if (p >= buf->base && p < buf->base + GUARDED_BUF_BYTES) {
		from = (size_t)(p - buf->base);
		to = size < GUARDED_BUF_BYTES - from ? from + size : GUARDED_BUF_BYTES;
	}
	return !memcmp(buf->base, buf->before, from) &&
	       !memcmp(buf->base + to, buf->before + to, GUARDED_BUF_BYTES - to);
}

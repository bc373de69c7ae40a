// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes a gzip file. After a write that failed, the file is cut to the data of the last flush and gets the end of a
 * gzip member there; what follows is another member, as RFC 1952 allows.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "gzip_file.h"

/* Close to the smallest size in a third of the time of the best level */
#define LEVEL	3
#define WINDOW	(15 + 16)	/* the largest, with the head and end of gzip */
#define MEMORY	8
#define BUFFER	16384

/**
 * struct gzip_file - a file
 * @fd: the file
 * @regular: it can be cut
 * @failed: a write failed, and the file was not cut since
 * @z: the compressor
 * @size: bytes written
 * @begin: offset of the member
 * @flushed: offset after the last flush; @begin: there was none
 * @crc: checksum of the data before @flushed
 * @length: bytes of the data before @flushed
 * @buffer: compressed data
 */
struct gzip_file {
	int fd;
	bool regular;
	bool failed;
	z_stream z;
	uint64_t size;
	uint64_t begin;
	uint64_t flushed;
	uint32_t crc;
	uint32_t length;
	unsigned char buffer[BUFFER];
};

/**
 * gzip_file__create - begin a file
 * @out: filled; untouched on failure
 * @fd: an empty file, closed by gzip_file__destroy(); not closed on failure
 *
 * Return: 0 or -ENOMEM.
 */
int gzip_file__create(struct gzip_file **out, int fd)
{
	struct gzip_file *f = calloc(1, sizeof(*f));
	struct stat st;

	if (!f)
		return -ENOMEM;
	if (deflateInit2(&f->z, LEVEL, Z_DEFLATED, WINDOW, MEMORY, Z_DEFAULT_STRATEGY) != Z_OK) {
		free(f);
		return -ENOMEM;
	}
	f->fd = fd;
	f->regular = !fstat(fd, &st) && S_ISREG(st.st_mode);
	*out = f;
	return 0;
}

static int write_all(struct gzip_file *f, const unsigned char *data, size_t size)
{
	while (size) {
		ssize_t n = write(f->fd, data, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			data += n;
			size -= (size_t)n;
			f->size += (uint64_t)n;
		}
	}
	return 0;
}

/* Compress all input, and write the compressed data */
static int compress_input(struct gzip_file *f, int flush)
{
	int err;

	do {
		f->z.next_out = f->buffer;
		f->z.avail_out = BUFFER;
		deflate(&f->z, flush);
		err = write_all(f, f->buffer, BUFFER - f->z.avail_out);
	} while (!err && !f->z.avail_out);
	f->failed |= !!err;
	return err;
}

/** gzip_file__write - append data. Return: 0 or -errno */
int gzip_file__write(struct gzip_file *f, const void *data, size_t size)
{
	f->z.next_in = (void *)(uintptr_t)data;
	f->z.avail_in = (uInt)size;
	return compress_input(f, Z_NO_FLUSH);
}

/** gzip_file__flush - write all data, so that it can be read after a crash. Return: 0 or -errno */
int gzip_file__flush(struct gzip_file *f)
{
	int err = compress_input(f, Z_SYNC_FLUSH);

	if (err)
		return err;
	f->flushed = f->size;
	f->crc = (uint32_t)f->z.adler;
	f->length = (uint32_t)f->z.total_in;
	return 0;
}

static void put_32(unsigned char *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

/* Cut the file after the last flush, and end the member there. A flush ends at a byte */
static int cut(struct gzip_file *f)
{
	unsigned char end[10] = { 0x03, 0x00 };	/* an empty last block */

	if (!f->regular)
		return -ESPIPE;
	if (ftruncate(f->fd, (off_t)f->flushed) || lseek(f->fd, (off_t)f->flushed, SEEK_SET) < 0)
		return -errno;
	f->size = f->flushed;
	if (f->flushed == f->begin)
		return 0;
	put_32(end + 2, f->crc);
	put_32(end + 6, f->length);
	/* a part of the end is cut by the next call */
	return write_all(f, end, sizeof(end));
}

/**
 * gzip_file__resume - begin another member after a write that failed
 * @f: the file
 *
 * The data since the last flush are lost.
 *
 * Return: 0; -ESPIPE: no regular file; or -errno: it may be called again.
 */
int gzip_file__resume(struct gzip_file *f)
{
	int err = cut(f);

	if (err)
		return err;
	deflateReset(&f->z);
	f->begin = f->flushed = f->size;
	f->failed = false;
	return 0;
}

/** gzip_file__size - return the bytes of the file */
uint64_t gzip_file__size(const struct gzip_file *f)
{
	return f->size;
}

/**
 * gzip_file__destroy - end the file; NULL is fine
 * @f: the file; after a write that failed it is cut
 *
 * Return: 0, or -errno if some data could not be written.
 */
int gzip_file__destroy(struct gzip_file *f)
{
	int err;

	if (!f)
		return 0;
	err = f->failed ? cut(f) : compress_input(f, Z_FINISH);
	if (err && f->regular)
		cut(f);
	if (close(f->fd) && !err)
		err = -errno;
	deflateEnd(&f->z);
	free(f);
	return err;
}

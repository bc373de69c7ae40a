// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads recorded streams. A reader gets whole, checked records or is
 * told where the file ends being one; what they mean is not decided here.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record.h"

/* The largest record is a mapping with a name of 4095 bytes */
#define RECORD_MAX	8192

struct recorder {
	FILE *file;
};

/**
 * struct player - a stream that is read
 * @file: where it comes from
 * @buf: the last record
 */
struct player {
	FILE *file;
	union {
		struct record head;
		struct record_header header;
		struct record_vma vma;
		char bytes[RECORD_MAX];
		__u64 align;
	} buf;
};

/**
 * recorder__create - begin a stream
 * @out: filled; untouched on failure
 * @path: the file to make
 *
 * Return: 0 or -errno.
 */
int recorder__create(struct recorder **out, const char *path)
{
	struct record_header header = {
		.magic = RECORD_MAGIC,
		.version = RECORD_VERSION,
		.abi = PGWALK_ABI_VERSION,
	};
	struct recorder *r = malloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->file = fopen(path, "we");
	if (!r->file) {
		err = -errno;
		free(r);
		return err;
	}
	err = recorder__write(r, &header.head, RECORD_HEADER, sizeof(header));
	if (err) {
		recorder__destroy(r);
		return err;
	}
	*out = r;
	return 0;
}

/**
 * recorder__destroy - end the stream; NULL is fine
 * @r: the recorder
 *
 * Return: 0, or -errno if not all of it could be written.
 */
int recorder__destroy(struct recorder *r)
{
	int err = 0;

	if (!r)
		return 0;
	if (fclose(r->file))
		err = -errno;
	free(r);
	return err;
}

/**
 * recorder__write - append a record; an INTERVAL is written through
 * @r: the recorder
 * @record: its head is filled in
 * @type: what it is
 * @size: bytes of it, a multiple of 8
 *
 * Return: 0 or -errno.
 */
int recorder__write(struct recorder *r, struct record *record,
		    enum record_type type, size_t size)
{
	record->type = type;
	record->size = (__u32)size;
	if (fwrite(record, size, 1, r->file) != 1)
		return -EIO;
	if (type == RECORD_INTERVAL && fflush(r->file))
		return -errno;
	return 0;
}

/* Bytes that a record of a type must have at least; 0: of no known type */
static size_t least_size(__u32 type)
{
	switch (type) {
	case RECORD_HEADER:
		return sizeof(struct record_header);
	case RECORD_TARGET:
		return sizeof(struct record_target);
	case RECORD_FAULT:
		return sizeof(struct record_fault);
	case RECORD_VMAS_BEGIN:
	case RECORD_VMAS_END:
		return sizeof(struct record_vmas);
	case RECORD_VMA:
		return sizeof(struct record_vma);
	case RECORD_INTERVAL:
		return sizeof(struct record_interval);
	}
	return 0;
}

/* A mapping's name must lie in its record, or the reader would run past it */
static int vma_is_whole(const struct record_vma *r)
{
	return r->vma.name_len < r->head.size - sizeof(*r) ||
	       (!r->vma.name_len && r->head.size == sizeof(*r));
}

/**
 * player__create - open a stream
 * @out: filled; untouched on failure
 * @path: the file
 *
 * Return: 0; -EBADMSG: it is no stream, or of another version; -errno.
 */
int player__create(struct player **out, const char *path)
{
	struct player *p = calloc(1, sizeof(*p));
	const struct record *first;
	int err;

	if (!p)
		return -ENOMEM;
	p->file = fopen(path, "re");
	if (!p->file) {
		err = -errno;
		free(p);
		return err;
	}
	err = player__next(p, &first);
	if (err != 1 || first->type != RECORD_HEADER ||
	    p->buf.header.magic != RECORD_MAGIC ||
	    p->buf.header.version != RECORD_VERSION ||
	    p->buf.header.abi != PGWALK_ABI_VERSION) {
		player__destroy(p);
		return err == -EIO ? err : -EBADMSG;
	}
	*out = p;
	return 0;
}

/** player__destroy - close it; NULL is fine */
void player__destroy(struct player *p)
{
	if (!p)
		return;
	fclose(p->file);
	free(p);
}

/**
 * player__next - read the next record of a known type
 * @p: the player
 * @record: filled; good until the next call
 *
 * Return: 1; 0 at the end; -ENODATA: the file is cut within a record;
 * -EBADMSG: it is damaged from here on; -EIO: it cannot be read.
 */
int player__next(struct player *p, const struct record **record)
{
	struct record *head = &p->buf.head;
	size_t got, rest;

	do {
		memset(head, 0, sizeof(*head));
		got = fread(head, 1, sizeof(*head), p->file);
		if (got < sizeof(*head))
			return ferror(p->file) ? -EIO : got ? -ENODATA : 0;
		if (head->size < sizeof(*head) || head->size % 8 ||
		    head->size > RECORD_MAX || !head->type ||
		    head->size < least_size(head->type))
			return -EBADMSG;
		rest = head->size - sizeof(*head);
		got = fread(head + 1, 1, rest, p->file);
		if (got < rest)
			return ferror(p->file) ? -EIO : -ENODATA;
	} while (!least_size(head->type));
	if (head->type == RECORD_VMA && !vma_is_whole(&p->buf.vma))
		return -EBADMSG;
	*record = head;
	return 1;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Writes and reads recorded streams. A reader gets whole, checked records or is
 * told where the file ends being one; what they mean is not decided here.
 *
 * A stream is a gzip file (one that was unpacked is read too) of records: the
 * head, then, but of the header, which stands as it is, the rest without its
 * zeroes (pack.h).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "pack.h"
#include "record.h"

/* The largest record is a mapping with a name of PGWALK_VMA_NAME_MAX bytes */
#define RECORD_MAX	8192
#define RECORD_WORDS	(RECORD_MAX / 8)
_Static_assert(sizeof(struct record_vma) + PGWALK_VMA_NAME_MAX + 9 <= RECORD_MAX,
	       "room for the longest name");
/* Close to the smallest file for a third of the time that the best level takes */
#define MODE		"wbe3"

/**
 * struct recorder - a stream that is written
 * @file: where to
 * @words: a record without its zeroes
 */
struct recorder {
	gzFile file;
	uint64_t words[PACK_MASK(RECORD_WORDS) + RECORD_WORDS];
};

/**
 * struct player - a stream that is read
 * @file: where it comes from
 * @buf: the last record
 * @words: it without its zeroes
 */
struct player {
	gzFile file;
	union {
		struct record head;
		struct record_header header;
		char bytes[RECORD_MAX];
		uint64_t words[RECORD_WORDS];
	} buf;
	uint64_t words[PACK_MASK(RECORD_WORDS) + RECORD_WORDS];
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
	const struct record_header header = {
		.head = { RECORD_HEADER, sizeof(header) },
		.magic = RECORD_MAGIC,
		.version = RECORD_VERSION,
		.abi = PGWALK_ABI_VERSION,
	};
	struct recorder *r = malloc(sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	errno = 0;
	r->file = gzopen(path, MODE);
	if (!r->file) {
		err = errno ? -errno : -ENOMEM;
		free(r);
		return err;
	}
	if (gzwrite(r->file, &header, sizeof(header)) != sizeof(header)) {
		recorder__destroy(r);
		return -EIO;
	}
	*out = r;
	return 0;
}

/* What zlib has to say, as an errno */
static int write_error(gzFile file)
{
	int code = Z_OK;

	errno = 0;
	gzerror(file, &code);
	return code == Z_MEM_ERROR ? -ENOMEM : errno ? -errno : -EIO;
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
	errno = 0;
	if (gzclose(r->file) != Z_OK)
		err = errno ? -errno : -EIO;
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
 * Whatever ends pgtop, the intervals until then can be read.
 *
 * Return: 0 or -errno.
 */
int recorder__write(struct recorder *r, struct record *record,
		    enum record_type type, size_t size)
{
	size_t words = size / 8 - 1, bytes;

	record->type = type;
	record->size = (__u32)size;
	if (words > RECORD_WORDS)
		return -E2BIG;
	bytes = 8 * pack__words(r->words, (const uint64_t *)(record + 1), words);
	if (gzwrite(r->file, record, sizeof(*record)) != sizeof(*record) ||
	    (bytes && gzwrite(r->file, r->words, (unsigned int)bytes) !=
	     (int)bytes))
		return write_error(r->file);
	if (type == RECORD_INTERVAL && gzflush(r->file, Z_SYNC_FLUSH) != Z_OK)
		return write_error(r->file);
	return 0;
}

/*
 * Return: 1; 0: nothing is there any more; -ENODATA: not as much as there should
 * be; -EBADMSG: what zlib does not understand; -EIO.
 */
static int take(struct player *p, void *to, size_t size)
{
	int got = gzread(p->file, to, (unsigned int)size), code = Z_OK;

	if (got == (int)size)
		return 1;
	gzerror(p->file, &code);
	switch (code) {
	case Z_OK:
	case Z_STREAM_END:
		return got ? -ENODATA : 0;
	case Z_BUF_ERROR:
		return -ENODATA;
	case Z_ERRNO:
		return -EIO;
	}
	return -EBADMSG;
}

/* The first record stands as it is, so that other versions can be told apart */
static int take_header(struct player *p)
{
	int err = take(p, &p->buf.header, sizeof(p->buf.header));

	if (err != 1)
		return err == -EIO ? err : -EBADMSG;
	if (p->buf.head.type != RECORD_HEADER ||
	    p->buf.header.magic != RECORD_MAGIC)
		return -EBADMSG;
	if (p->buf.head.size != sizeof(p->buf.header) ||
	    p->buf.header.version != RECORD_VERSION ||
	    p->buf.header.abi != PGWALK_ABI_VERSION)
		return -EPROTO;
	return 0;
}

/**
 * player__create - open a stream
 * @out: filled; untouched on failure
 * @path: the file
 *
 * Return: 0; -EBADMSG: it is no stream; -EPROTO: of another version; -errno.
 */
int player__create(struct player **out, const char *path)
{
	struct player *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return -ENOMEM;
	errno = 0;
	p->file = gzopen(path, "rbe");
	if (!p->file) {
		err = errno ? -errno : -ENOMEM;
		free(p);
		return err;
	}
	err = take_header(p);
	if (err) {
		player__destroy(p);
		return err;
	}
	*out = p;
	return 0;
}

/** player__destroy - close it; NULL is fine */
void player__destroy(struct player *p)
{
	if (!p)
		return;
	gzclose_r(p->file);
	free(p);
}

/* All of a record but its head: in the middle of one a file may not end */
static int take_rest(struct player *p)
{
	size_t count = p->buf.head.size / 8 - 1, rest;
	uint64_t *after = p->words + PACK_MASK(count);
	int err;

	if (!count)
		return 1;
	err = take(p, p->words, 8 * PACK_MASK(count));
	if (err != 1)
		return err ? err : -ENODATA;
	rest = pack__rest(p->words, count);
	if (rest > count)
		return -EBADMSG;
	err = rest ? take(p, after, 8 * rest) : 1;
	if (err != 1)
		return err ? err : -ENODATA;
	pack__unpack(p->buf.words + 1, p->words, after, count);
	return 1;
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
	int err;

	do {
		err = take(p, head, sizeof(*head));
		if (err != 1)
			return err;
		if (head->size < sizeof(*head) || head->size % 8 ||
		    head->size > RECORD_MAX || !head->type)
			return -EBADMSG;
		err = take_rest(p);
		if (err != 1)
			return err;
	} while (!record__is_known(head));
	if (!record__is_whole(head))
		return -EBADMSG;
	*record = head;
	return 1;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Writes and reads recorded streams. The reader checks each record and reports where the file is
 * damaged.
 *
 * A stream is a gzip file (or an unpacked one) of records. The header is stored unchanged; of the
 * other records the head is stored unchanged and the rest without zero words (pack.h).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../../lib/page_size.h"
#include "gzip_file.h"
#include "pack.h"
#include "record.h"

#if defined(__x86_64__)
#define OWN_ARCH	PGWALK_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCH	PGWALK_ARCH_ARM64
#elif defined(__riscv) && __riscv_xlen == 64
#define OWN_ARCH	PGWALK_ARCH_RISCV64
#else
#define OWN_ARCH	PGWALK_ARCH_UNSET
#endif

/* The largest record is a mapping with a name of PGWALK_VMA_NAME_MAX bytes */
#define RECORD_MAX	8192
#define RECORD_WORDS	(RECORD_MAX / 8)
_Static_assert(sizeof(struct record_vma) + PGWALK_VMA_NAME_MAX + 9 <= RECORD_MAX,
	       "room for the longest name");
_Static_assert(sizeof(struct record_runs) + RECORD_RUNS_MAX * sizeof(struct pgwalk_frame_run) <= RECORD_MAX,
	       "room for the runs of a record");

/**
 * struct recorder - a stream being written
 * @fd: the file, with its earlier content; -1 after the first record
 * @file: the stream in the file; NULL before the first record
 * @words: packed record
 */
struct recorder {
	int fd;
	struct gzip_file *file;
	uint64_t words[PACK_MASK(RECORD_WORDS) + RECORD_WORDS];
};

/**
 * struct player - a stream being read
 * @file: the file
 * @buf: the last record
 * @words: packed record
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

/* Take the permissions of others from a file that existed. A pipe or a device keeps them */
static int make_private(int fd)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return 0;
	if (st.st_uid != geteuid())
		return -EEXIST;
	return fchmod(fd, 0600) ? -errno : 0;
}

/**
 * recorder__create - open a file for a stream
 * @out: filled; untouched on failure
 * @path: the file to create; an existing one keeps its content until the first record
 * @mode: its permissions, if it does not exist; 0600: also if it exists
 *
 * Return: 0; -EEXIST: @mode is 0600, and the file belongs to another user; or -errno.
 */
int recorder__create(struct recorder **out, const char *path, unsigned int mode)
{
	struct recorder *r = calloc(1, sizeof(*r));
	int err;

	if (!r)
		return -ENOMEM;
	r->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, mode);
	err = r->fd < 0 ? -errno : mode == 0600 ? make_private(r->fd) : 0;
	if (err) {
		if (r->fd >= 0)
			close(r->fd);
		free(r);
		return err;
	}
	*out = r;
	return 0;
}

static int write_header(struct recorder *r)
{
	const struct record_header header = {
		.head = { RECORD_HEADER, sizeof(header) },
		.magic = RECORD_MAGIC,
		.version = RECORD_VERSION,
		.abi = PGWALK_ABI_VERSION,
		.page_shift = (__u8)page_shift(),
		.arch = OWN_ARCH,
	};

	return gzip_file__write(r->file, &header, sizeof(header));
}

/* Replace the content of the file by the header. A pipe or a device has no size to set */
static int begin(struct recorder *r)
{
	int err;

	if (ftruncate(r->fd, 0) && errno != EINVAL)
		return -errno;
	err = gzip_file__create(&r->file, r->fd);
	if (err)
		return err;
	r->fd = -1;
	return write_header(r);
}

/**
 * recorder__destroy - end the stream; NULL is fine
 * @r: the recorder
 *
 * Return: 0, or -errno if some data could not be written.
 */
int recorder__destroy(struct recorder *r)
{
	int err = 0;

	if (!r)
		return 0;
	if (r->file)
		err = gzip_file__destroy(r->file);
	else if (close(r->fd))
		err = -errno;
	free(r);
	return err;
}

/**
 * recorder__write - append a record; flush after an INTERVAL
 * @r: the recorder
 * @record: the record; its head is filled in here
 * @type: type of the record
 * @size: bytes of the record, a multiple of 8
 *
 * After an abnormal end of pgtop all complete intervals can be read.
 *
 * Return: 0 or -errno.
 */
int recorder__write(struct recorder *r, struct record *record,
		    enum record_type type, size_t size)
{
	size_t words = size / 8 - 1, bytes;
	int err = r->file ? 0 : begin(r);

	if (err)
		return err;
	record->type = type;
	record->size = (__u32)size;
	if (words > RECORD_WORDS)
		return -E2BIG;
	bytes = 8 * pack__words(r->words, (const uint64_t *)(record + 1), words);
	err = gzip_file__write(r->file, record, sizeof(*record));
	if (!err && bytes)
		err = gzip_file__write(r->file, r->words, bytes);
	return !err && type == RECORD_INTERVAL ? recorder__flush(r) : err;
}

/**
 * recorder__flush - write all records to the file, so that they can be read after a crash
 * @r: the recorder, after a record
 *
 * Return: 0 or -errno.
 */
int recorder__flush(struct recorder *r)
{
	return gzip_file__flush(r->file);
}

/**
 * recorder__resume - continue the stream after a write that failed
 * @r: the recorder
 *
 * The records since the last flush are lost. The file has the head of a stream again: the records that come once must
 * be written again.
 *
 * Return: 0; -ESPIPE: not a regular file; or -errno: it may be called again.
 */
int recorder__resume(struct recorder *r)
{
	int err = r->file ? gzip_file__resume(r->file) : 0;

	return !err && r->file ? write_header(r) : err;
}

/** recorder__size - return the bytes of the file */
uint64_t recorder__size(const struct recorder *r)
{
	return r->file ? gzip_file__size(r->file) : 0;
}

/* Minimum size of a record, by type */
static const size_t least[] = {
	[RECORD_HEADER] = sizeof(struct record_header),
	[RECORD_TARGET] = sizeof(struct record_target),
	[RECORD_FAULT] = sizeof(struct record_fault),
	[RECORD_VMAS_BEGIN] = sizeof(struct record_vmas),
	[RECORD_VMA] = sizeof(struct record_vma),
	[RECORD_VMAS_END] = sizeof(struct record_vmas),
	[RECORD_INTERVAL] = sizeof(struct record_interval),
	[RECORD_EVENT] = sizeof(struct record_event),
	[RECORD_STACK] = sizeof(struct record_stack),
	[RECORD_FRAMES] = sizeof(struct record_frames),
	[RECORD_SYMBOL] = sizeof(struct record_symbol),
	[RECORD_TRACE] = sizeof(struct record_trace),
	[RECORD_PAGE] = sizeof(struct record_page),
	[RECORD_SYSTEM] = sizeof(struct record_system),
	[RECORD_PAGES_BEGIN] = sizeof(struct record_pages_begin),
	[RECORD_RUNS] = sizeof(struct record_runs),
	[RECORD_PAGES_CHANGED] = sizeof(struct record_pages_changed),
	[RECORD_PAGES_END] = sizeof(struct record_pages_end),
	[RECORD_CGROUP] = sizeof(struct record_cgroup),
	[RECORD_HOST] = sizeof(struct record_host),
	[RECORD_VMA_DETAIL] = sizeof(struct record_vma_detail),
	[RECORD_PROCESS] = sizeof(struct record_process),
};

/** record__is_known - is the type of the record known? */
bool record__is_known(const struct record *r)
{
	return r->type && r->type < sizeof(least) / sizeof(least[0]);
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

static bool target_is_valid(const struct record_target *r)
{
	return r->pid >= 0 && ends(r->comm, sizeof(r->comm)) &&
	       ends(r->preempt, sizeof(r->preempt)) &&
	       ends(r->cgroup, sizeof(r->cgroup));
}

static bool fault_is_valid(const struct record_fault *r)
{
	return r->key.class < PGWALK_FAULT_CLASS_NR &&
	       r->key.scope < PGWALK_SCOPE_NR && r->key.id >= PGWALK_ID_OUTSIDE &&
	       r->key.start <= r->key.end && r->row.major <= r->row.count &&
	       (r->row.kind & ~(PGWALK_TASK_ENDED | PGWALK_MAPPING_FOREIGN)) <
	       PGWALK_VMA_NR &&
	       ends(r->row.name, sizeof(r->row.name));
}

static bool vma_is_valid(const struct record_vma *r)
{
	size_t room = r->head.size - sizeof(*r);

	if (r->vma.start >= r->vma.end || r->vma.kind >= PGWALK_VMA_NR)
		return false;
	return r->vma.name_len ? r->vma.name_len < room &&
				 !r->vma.name[r->vma.name_len] : true;
}

static bool detail_is_valid(const struct record_vma_detail *r)
{
	return r->eligible >= -1 && r->eligible <= 1;
}

static bool frames_are_valid(const struct record_frames *r)
{
	return r->stack >= 0 && r->count <= PGWALK_STACK_MAX &&
	       r->count <= (r->head.size - sizeof(*r)) / sizeof(r->ip[0]);
}

/* Two texts in sequence; an absent text has no bytes */
static bool symbol_is_valid(const struct record_symbol *r)
{
	size_t room = r->head.size - sizeof(*r);

	if (r->name_len > room || r->module_len > room - r->name_len)
		return false;
	return (!r->name_len || !r->text[r->name_len - 1]) &&
	       (!r->module_len || !r->text[r->name_len + r->module_len - 1]);
}

static bool pages_begin_is_valid(const struct record_pages_begin *r)
{
	return r->pid > 0 && ends(r->boot_id, sizeof(r->boot_id)) && ends(r->host, sizeof(r->host)) &&
	       ends(r->release, sizeof(r->release)) && ends(r->comm, sizeof(r->comm)) && ends(r->exe, sizeof(r->exe));
}

static bool run_is_valid(const struct pgwalk_frame_run *r)
{
	const __u64 offset = page_bytes() - 1;

	return r->run.start < r->run.end && !((r->run.start | r->run.end) & offset) &&
	       r->run.kind > PGWALK_KIND_TABLE && r->run.kind < PGWALK_KIND_NR &&
	       r->run.shift >= page_shift() && r->run.shift < 64 && r->frame_kind < PGWALK_FRAME_NR;
}

/* By address, without overlap */
static bool runs_are_valid(const struct record_runs *r)
{
	__u32 i;

	if (!r->count || r->count > RECORD_RUNS_MAX || r->count > (r->head.size - sizeof(*r)) / sizeof(r->run[0]))
		return false;
	for (i = 0; i < r->count; i++)
		if (!run_is_valid(&r->run[i]) || (i && r->run[i].run.start < r->run[i - 1].run.end))
			return false;
	return true;
}

/**
 * record__is_valid - is a record of a known type valid?
 * @r: the record, all of its head.size bytes
 */
bool record__is_valid(const struct record *r)
{
	if (r->size < least[r->type])
		return false;
	switch (r->type) {
	case RECORD_TARGET:
		return target_is_valid((const void *)r);
	case RECORD_FAULT:
		return fault_is_valid((const void *)r);
	case RECORD_VMA:
		return vma_is_valid((const void *)r);
	case RECORD_EVENT:
		return ((const struct record_event *)r)->event.class <
		       PGWALK_FAULT_CLASS_NR;
	case RECORD_STACK:
		return ((const struct record_stack *)r)->stack.key.class <
		       PGWALK_FAULT_CLASS_NR;
	case RECORD_FRAMES:
		return frames_are_valid((const void *)r);
	case RECORD_SYMBOL:
		return symbol_is_valid((const void *)r);
	case RECORD_CGROUP:
		return ends(((const struct record_cgroup *)r)->path, sizeof(((const struct record_cgroup *)r)->path));
	case RECORD_HOST:
		return ends(((const struct record_host *)r)->name, sizeof(((const struct record_host *)r)->name));
	case RECORD_VMA_DETAIL:
		return detail_is_valid((const void *)r);
	case RECORD_PROCESS:
		return ((const struct record_process *)r)->pid > 0;
	case RECORD_PAGES_BEGIN:
		return pages_begin_is_valid((const void *)r);
	case RECORD_RUNS:
		return runs_are_valid((const void *)r);
	}
	return true;
}

/*
 * Read @size bytes. Return: 1; 0: end of the file; -ENODATA: truncated; -EBADMSG: not valid for
 * zlib; -EIO.
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

static int check_header(const struct player *p)
{
	if (p->buf.head.type != RECORD_HEADER ||
	    p->buf.header.magic != RECORD_MAGIC)
		return -EBADMSG;
	if (p->buf.head.size != sizeof(p->buf.header) ||
	    p->buf.header.version != RECORD_VERSION ||
	    p->buf.header.abi != PGWALK_ABI_VERSION)
		return -EPROTO;
	if (!page_size__is_valid(p->buf.header.page_shift))
		return -EBADMSG;
	return page_size__set(p->buf.header.page_shift) ? 0 : -EXDEV;
}

/* The header is not packed, so that files of other versions are recognized */
static int take_header(struct player *p)
{
	int err = take(p, &p->buf.header, sizeof(p->buf.header));

	if (err != 1)
		return err == -EIO ? err : -EBADMSG;
	return check_header(p);
}

/* The header again, where the stream was resumed; its head was read. Return as take() */
static int take_header_again(struct player *p)
{
	int err = take(p, &p->buf.head + 1, sizeof(p->buf.header) - sizeof(p->buf.head));

	if (err != 1)
		return err ? err : -ENODATA;
	return check_header(p) ? -EBADMSG : 1;
}

/**
 * player__create - open a stream
 * @out: filled; untouched on failure
 * @path: the file
 *
 * The page size of the stream is set for the whole program.
 *
 * Return: 0; -EBADMSG: not a stream; -EPROTO: another version; -EXDEV: other pages than those of a stream that was opened
 * before, or of this machine's module; or -errno.
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

/** player__destroy - close the stream; NULL is fine */
void player__destroy(struct player *p)
{
	if (!p)
		return;
	gzclose_r(p->file);
	free(p);
}

/* Read the record after its head. The end of the file here means a truncated file */
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
 * @record: filled; valid until the next call
 *
 * Return: 1; 0 at the end; -ENODATA: truncated within a record; -EBADMSG: damaged from here on;
 * -EIO: read error.
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
		err = head->type == RECORD_HEADER ? take_header_again(p) : take_rest(p);
		if (err != 1)
			return err;
	} while (!record__is_known(head) || head->type == RECORD_HEADER);
	if (!record__is_valid(head))
		return -EBADMSG;
	*record = head;
	return 1;
}

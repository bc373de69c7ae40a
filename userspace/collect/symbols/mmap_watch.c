// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Records the executable mappings of a process as they are made, through perf's mmap events on a
 * dummy counter: a command can exit before its /proc/PID/maps is read.
 */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mmap_watch.h"

#define RING_BYTES	32768	/* per CPU: about 250 mappings between two reads */
#define EVENTS_MAX	65536	/* sorted at a time */

/**
 * struct ring - ring buffer of a CPU
 * @fd: perf event; -1: no such CPU
 * @page: header page, followed by the records
 */
struct ring {
	int fd;
	struct perf_event_mmap_page *page;
};

/**
 * struct event - a record copied from a ring
 * @time: its timestamp
 * @record: the record, contiguous
 */
struct event {
	__u64 time;
	struct perf_event_header *record;
};

/**
 * struct mmap_watch - the watched process
 * @pid: the process
 * @ring: ring buffers, one per CPU
 * @nr_rings: number of @ring
 * @event: records to be sorted
 * @nr_events: number of @event
 */
struct mmap_watch {
	pid_t pid;
	struct ring *ring;
	unsigned int nr_rings;
	struct event *event;
	size_t nr_events;
};

/* Layouts that linux/perf_event.h gives in comments only */
struct mmap2 {
	struct perf_event_header head;
	__u32 pid, tid;
	__u64 addr, len, pgoff;
	__u32 major, minor;
	__u64 ino, generation;
	__u32 prot, flags;
	char path[];
};

struct comm {
	struct perf_event_header head;
	__u32 pid, tid;
};

static int open_ring(struct ring *r, pid_t pid, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY, .sample_type = PERF_SAMPLE_TIME,
		.mmap = 1, .mmap2 = 1, .comm = 1, .comm_exec = 1,
		.sample_id_all = 1, .inherit = 1, .inherit_thread = 1,
		.exclude_kernel = 1,
	};
	size_t size = (size_t)sysconf(_SC_PAGESIZE) + RING_BYTES;
	void *page;

	r->fd = (int)syscall(SYS_perf_event_open, &attr, pid, cpu, -1,
			     PERF_FLAG_FD_CLOEXEC);
	if (r->fd < 0)
		return errno == ENODEV ? 0 : -errno;	/* the CPU is offline */
	page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, r->fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	r->page = page;
	return 0;
}

/**
 * mmap_watch__create - start to record the mappings of a process
 * @out: filled; untouched on failure
 * @pid: the process, with one thread; threads it creates later are included
 *
 * Return: 0 or -errno.
 */
int mmap_watch__create(struct mmap_watch **out, pid_t pid)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	struct mmap_watch *w = calloc(1, sizeof(*w));
	int err = 0, cpu;

	if (!w)
		return -ENOMEM;
	w->pid = pid;
	w->ring = calloc((size_t)cpus, sizeof(*w->ring));
	w->event = calloc(EVENTS_MAX, sizeof(*w->event));
	if (!w->ring || !w->event)
		err = -ENOMEM;
	for (cpu = 0; !err && cpu < cpus; cpu++) {
		w->nr_rings++;
		err = open_ring(&w->ring[cpu], pid, cpu);
	}
	if (err) {
		mmap_watch__destroy(w);
		return err;
	}
	*out = w;
	return 0;
}

static void drop_events(struct mmap_watch *w)
{
	while (w->nr_events)
		free(w->event[--w->nr_events].record);
}

/** mmap_watch__destroy - stop recording; NULL is fine */
void mmap_watch__destroy(struct mmap_watch *w)
{
	size_t size = (size_t)sysconf(_SC_PAGESIZE) + RING_BYTES;
	unsigned int i;

	if (!w)
		return;
	for (i = 0; i < w->nr_rings; i++) {
		if (w->ring[i].page)
			munmap(w->ring[i].page, size);
		if (w->ring[i].fd >= 0)
			close(w->ring[i].fd);
	}
	if (w->event)
		drop_events(w);
	free(w->event);
	free(w->ring);
	free(w);
}

static void copy_out(const char *data, __u64 at, void *to, size_t size)
{
	size_t first = RING_BYTES - at % RING_BYTES;

	if (first > size)
		first = size;
	memcpy(to, data + at % RING_BYTES, first);
	memcpy((char *)to + first, data, size - first);
}

/* Copy a record from the ring. The last 8 bytes of a record are its timestamp */
static int copy_record(struct mmap_watch *w, const char *data, __u64 at, size_t size)
{
	struct event *e = &w->event[w->nr_events];

	e->record = malloc(size);
	if (!e->record)
		return -ENOMEM;
	copy_out(data, at, e->record, size);
	memcpy(&e->time, (char *)e->record + size - 8, 8);
	w->nr_events++;
	return 0;
}

static int read_ring(struct mmap_watch *w, const struct ring *r)
{
	const char *data = (const char *)r->page + sysconf(_SC_PAGESIZE);
	__u64 head = __atomic_load_n(&r->page->data_head, __ATOMIC_ACQUIRE);
	__u64 at = r->page->data_tail;
	int err = 0;

	while (!err && at < head && w->nr_events < EVENTS_MAX) {
		struct perf_event_header h;

		copy_out(data, at, &h, sizeof(h));
		if (h.size < sizeof(h) + 8)
			return -EPROTO;
		if (h.type == PERF_RECORD_MMAP2 || h.type == PERF_RECORD_COMM)
			err = copy_record(w, data, at, h.size);
		at += h.size;
	}
	__atomic_store_n(&r->page->data_tail, at, __ATOMIC_RELEASE);
	return err;
}

static int by_time(const void *a, const void *b)
{
	const struct event *x = a, *y = b;

	return x->time < y->time ? -1 : x->time > y->time;
}

static int report_mapping(const struct mmap2 *m, mmap_watch_fn fn, void *ctx)
{
	union {
		struct pgwalk_vma v;
		char room[sizeof(struct pgwalk_vma) + 4096];
	} u;
	size_t room = m->head.size - 8 - sizeof(*m), len;

	len = strnlen(m->path, room < 4095 ? room : 4095);
	if (len == 6 && !memcmp(m->path, "//anon", 6))
		len = 0;
	memset(&u.v, 0, sizeof(u.v));
	u.v.start = m->addr;
	u.v.end = m->addr + m->len;
	u.v.offset = m->pgoff;
	u.v.dev_major = m->major;
	u.v.dev_minor = m->minor;
	u.v.ino = m->ino;
	u.v.prot = PGWALK_PROT_EXEC | PGWALK_PROT_READ;
	u.v.name_len = (__u16)len;
	memcpy(u.v.name, m->path, len);
	u.v.name[len] = '\0';
	return u.v.end > u.v.start ? fn(ctx, &u.v) : 0;
}

static int report_event(const struct mmap_watch *w,
			const struct perf_event_header *h, mmap_watch_fn fn,
			void *ctx)
{
	const struct mmap2 *m = (const void *)h;
	const struct comm *c = (const void *)h;

	if (h->type == PERF_RECORD_COMM)
		return (h->misc & PERF_RECORD_MISC_COMM_EXEC) &&
		       (pid_t)c->pid == w->pid ? fn(ctx, NULL) : 0;
	if (h->size < sizeof(*m) + 8 || (pid_t)m->pid != w->pid)
		return 0;
	return report_mapping(m, fn, ctx);
}

/**
 * mmap_watch__read - report the mappings since the last call, by time
 * @w: the watched process
 * @fn: called for each mapping; a value other than 0 stops
 * @ctx: argument of @fn
 *
 * Records that did not fit into a ring (many hundreds between two calls) are missing.
 *
 * Return: 0; the value of @fn; or -errno.
 */
int mmap_watch__read(struct mmap_watch *w, mmap_watch_fn fn, void *ctx)
{
	unsigned int i;
	int err = 0;
	size_t n;

	for (i = 0; i < w->nr_rings && !err; i++)
		if (w->ring[i].page)
			err = read_ring(w, &w->ring[i]);
	qsort(w->event, w->nr_events, sizeof(*w->event), by_time);
	for (n = 0; n < w->nr_events && !err; n++)
		err = report_event(w, w->event[n].record, fn, ctx);
	drop_events(w);
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the kernel's files of page frames and compares pgwalk's records with them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "interface.h"
#include "kpage.h"

static int open_once(int *fd, const char *path)
{
	if (*fd < 0)
		*fd = open(path, O_RDONLY | O_CLOEXEC);
	return *fd;
}

static ssize_t read_words(int fd, __u64 pfn, size_t nr, __u64 *words)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, words, 8 * nr, (off_t)(8 * pfn));

	return n < 0 ? -1 : n / 8;
}

/* Return the number of frames read; -1: a file cannot be opened or read */
static ssize_t read_both(__u64 pfn, size_t nr, __u64 *flags, __u64 *count)
{
	static int flags_fd = -1, count_fd = -1;
	ssize_t n = read_words(open_once(&flags_fd, "/proc/kpageflags"), pfn, nr, flags);

	if (n < 0 || read_words(open_once(&count_fd, "/proc/kpagecount"), pfn, nr, count) != n)
		return -1;
	return n;
}

bool kpage_read(struct kpage *kpage, __u64 pfn, size_t nr)
{
	ssize_t n = read_both(pfn, nr, kpage->flags, kpage->count);

	if (n < 0)
		return false;
	kpage->nr = (size_t)n;
	return true;
}

bool kpage_cached(struct kpage_seen *seen, __u64 pfn, __u64 *flags, __u64 *count)
{
	size_t i = pfn / KPAGE_FEW % KPAGE_PLACES, at = pfn % KPAGE_FEW;

	if (seen->place[i].first != 1 + pfn - at) {
		ssize_t n = read_both(pfn - at, KPAGE_FEW, seen->place[i].flags,
				      seen->place[i].count);

		seen->place[i].first = 1 + pfn - at;
		seen->place[i].nr = n < 0 ? 0 : (size_t)n;
	}
	if (at >= seen->place[i].nr)
		return false;
	*flags = seen->place[i].flags[at];
	*count = seen->place[i].count[at];
	return true;
}

__u64 kpage_cgroup(__u64 pfn)
{
	static int fd = -1;
	__u64 ino;

	return read_words(open_once(&fd, "/proc/kpagecgroup"), pfn, 1, &ino) == 1 ?
	       ino : ~0ULL;
}

__u64 kpage_end(void)
{
	__u64 low = 0, high = 1ULL << 40;
	struct kpage one;

	while (high - low > 1) {
		__u64 middle = (low + high) / 2;

		if (kpage_read(&one, middle, 1) && one.nr)
			low = middle;
		else
			high = middle;
	}
	return high;
}

int kpage_frames(int fd, __u64 pfn, size_t nr, struct pgwalk_frame *frames)
{
	struct pgwalk_frames arg = {
		.size = sizeof(arg), .pfn = pfn, .count = nr,
		.records = (unsigned long)frames, .nr_records = (__u32)nr,
	};
	int ret = interface_ioctl(fd, PGWALK_IOC_FRAMES, &arg);

	return ret ? ret : arg.filled == nr ? 0 : -EIO;
}

static void compare_one(struct kpage_comparison *v, const struct pgwalk_frame *frame,
			const struct kpage *before, const struct kpage *after, size_t i)
{
	if (before->flags[i] != after->flags[i] || before->count[i] != after->count[i] ||
	    frame->changed) {
		v->moving++;
		return;
	}
	v->compared++;
	if (frame->flags == before->flags[i] &&
	    (__u64)(__s64)frame->mapcount == before->count[i])
		return;
	if (!v->wrong++)
		snprintf(v->first, sizeof(v->first),
			 "pfn %llx: flags %llx mapcount %d, the kernel: %llx %lld (raw %llx kind %u order %u)",
			 frame->pfn, frame->flags, frame->mapcount, before->flags[i],
			 (long long)before->count[i], frame->raw_flags, frame->kind,
			 frame->order);
}

bool kpage_compare(struct kpage_comparison *verdict, int fd, __u64 pfn, size_t nr)
{
	struct pgwalk_frame frames[KPAGE_BATCH];
	struct kpage before, after;

	if (!kpage_read(&before, pfn, nr) || kpage_frames(fd, pfn, nr, frames) ||
	    !kpage_read(&after, pfn, nr) || before.nr != after.nr)
		return false;
	for (size_t i = 0; i < before.nr; i++)
		compare_one(verdict, &frames[i], &before, &after, i);
	return true;
}

void kpage_drain(void)
{
	int fd = open("/proc/sys/vm/compact_memory", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1", 1) != 1)
		perror("# compact_memory");
	if (fd >= 0)
		close(fd);
}

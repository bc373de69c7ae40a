// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The outcome that pgwalk translate derives for the next read and the next write at an
 * address, against the access itself: it needs no fault, is resolved by the kernel or by a
 * userfaultfd, or ends in SIGBUS or SIGSEGV. Another process translates before each access.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../userspace/present/outcome.h"
#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/sizes.h"

#define PAGES		23
#define RW		(PROT_READ | PROT_WRITE)
#define HUGE_FD		(MFD_HUGETLB | HUGE_SHIFT << 26)	/* MFD_HUGE_2MB with pages of 4K */
#define GUARD_INSTALL	102				/* MADV_GUARD_INSTALL, 6.13 */
#define MAP_TYPE_ARENA	33				/* BPF_MAP_TYPE_ARENA, 6.9 */

/* linux/userfaultfd.h of newer kernels */
#define FEATURE_WP_ASYNC	(1ULL << 15)
#define FEATURE_WP_UNPOPULATED	(1ULL << 13)
#define FEATURE_RWP		(1ULL << 17)
#define MODE_RWP		(1ULL << 3)
#define RWPROTECT		_IOWR(UFFDIO, 0x09, struct uffdio_writeprotect)

enum {
	WORKS		= 1 << OUTCOME_WORKS,
	FAULT		= 1 << OUTCOME_FAULT,
	USERFAULT	= 1 << OUTCOME_USERFAULT,
	BUS		= 1 << OUTCOME_SIGBUS,
	SEGV		= 1 << OUTCOME_SIGSEGV,
	DEPENDS		= 1 << OUTCOME_DEPENDS,
};

static const char *reason;	/* why a place cannot be made here */

static void *no(const char *why)
{
	reason = why;
	return NULL;
}

static char *map(size_t size, int prot, int flags, int fd)
{
	char *p = mmap(NULL, size, prot, flags, fd, 0);

	return p == MAP_FAILED ? no("mmap") : p;
}

static char *map_anon(int prot)
{
	return map(PAGES * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fprintf(stderr, "# %s: %s\n", path, strerror(errno));
	close(fd);
}

/* Anonymous memory */

static char *anon(void)
{
	return map_anon(RW);
}

static char *anon_read_only(void)
{
	return map_anon(PROT_READ);
}

static char *anon_write_only(void)
{
	return map_anon(PROT_WRITE);
}

static char *anon_none(void)
{
	return map_anon(PROT_NONE);
}

static char *anon_written(void)
{
	char *p = map_anon(RW);

	*p = 1;
	return p;
}

static char *anon_protected(void)
{
	char *p = anon_written();

	mprotect(p, PAGES * PAGE, PROT_READ);
	return p;
}

static char *anon_forbidden(void)
{
	char *p = anon_written();

	mprotect(p, PAGES * PAGE, PROT_NONE);
	return p;
}

static char *anon_zero(void)
{
	char *p = map_anon(RW);

	(void)*(volatile char *)p;
	return p;
}

/* A child has every page too, until it is killed with its parent */
static char *anon_shared_by_fork(void)
{
	char *p = anon_written();

	if (!fork()) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return p;
}

static char *nowhere(void)
{
	char *p = map_anon(RW);

	munmap(p, PAGES * PAGE);
	return p;
}

/* The kernel keeps a gap of 256 pages below, which stays empty here */
static char *below_stack(void)
{
	char *area = map(512 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1), *top;

	munmap(area, 512 * PAGE);
	top = mmap(area + 508 * PAGE, 4 * PAGE, RW,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED, -1, 0);
	return top == MAP_FAILED ? no("MAP_GROWSDOWN") : top - PAGE;
}

static char *guard(void)
{
	char *p = map_anon(RW);

	return madvise(p, PAGES * PAGE, GUARD_INSTALL) ? no("no guards") : p;
}

/* Files */

static int file_on_disk(void)
{
	const char *where = getenv("PGWALK_SCRATCH");
	char path[200];
	int fd;

	snprintf(path, sizeof(path), "%s/outcome.XXXXXX", where ? where : "/nowhere");
	fd = mkstemp(path);
	if (fd < 0)
		return -1;
	unlink(path);
	return write(fd, path, sizeof(path)) > 0 && !ftruncate(fd, PAGES * PAGE) ? fd : -1;
}

static char *file(int flags, off_t size)
{
	int fd = file_on_disk();
	char *p;

	if (fd < 0)
		return no("no file on a disk");
	p = map(PAGES * PAGE, RW, flags, fd);
	if (ftruncate(fd, size))
		return no("ftruncate");
	close(fd);
	return p;
}

static char *file_shared(void)
{
	return file(MAP_SHARED, PAGES * PAGE);
}

static char *file_private(void)
{
	return file(MAP_PRIVATE, PAGES * PAGE);
}

static char *file_evicted(void)
{
	int fd = file_on_disk();
	char *p;

	if (fd < 0)
		return no("no file on a disk");
	p = map(PAGES * PAGE, RW, MAP_SHARED, fd);
	fsync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
	return p;
}

static char *file_in_last_page(void)
{
	char *p = file(MAP_PRIVATE, 8 * PAGE + 100);

	return p ? p + 8 * PAGE : NULL;
}

static char *truncated_private(void)
{
	char *p = file(MAP_PRIVATE, 8 * PAGE + 100);

	return p ? p + 9 * PAGE : NULL;
}

static char *truncated_shared(void)
{
	char *p = file(MAP_SHARED, 8 * PAGE);

	return p ? p + 8 * PAGE : NULL;
}

static char *memory_file(int flags, off_t size)
{
	int fd = memfd_create("outcome", MFD_CLOEXEC);
	char *p;

	if (ftruncate(fd, PAGES * PAGE))
		return no("memfd");
	p = map(PAGES * PAGE, RW, flags, fd);
	if (size != PAGES * PAGE && (pwrite(fd, "x", 1, 20 * PAGE) != 1 || ftruncate(fd, size)))
		return no("ftruncate");
	close(fd);
	return p;
}

static char *memfd_shared(void)
{
	return memory_file(MAP_SHARED, PAGES * PAGE);
}

static char *memfd_private(void)
{
	return memory_file(MAP_PRIVATE, PAGES * PAGE);
}

static char *memfd_truncated(void)
{
	char *p = memory_file(MAP_SHARED, 8 * PAGE + 100);

	return p ? p + 20 * PAGE : NULL;
}

static char *anon_shared(void)
{
	return map(PAGES * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1);
}

static char *secret(off_t size)
{
	int fd = (int)syscall(SYS_memfd_secret, O_CLOEXEC);
	char *p;

	if (fd < 0 || ftruncate(fd, size))
		return no("no memfd_secret");
	p = map(PAGES * PAGE, RW, MAP_SHARED, fd);
	close(fd);
	return p;
}

static char *secretmem(void)
{
	return secret(PAGES * PAGE);
}

static char *secretmem_end(void)
{
	char *p = secret(PAGE);

	return p ? p + PAGE : NULL;
}

/* Hugetlb */

/* Set the pool of pages of the size that mmap() uses by default: leaves of pmds */
static void pool(const char *pages, const char *overcommit)
{
	static const char format[] = "/sys/kernel/mm/hugepages/hugepages-%lukB/%s";
	char path[sizeof(format) + 40];

	snprintf(path, sizeof(path), format, HUGE >> 10, "nr_overcommit_hugepages");
	setting(path, overcommit);
	snprintf(path, sizeof(path), format, HUGE >> 10, "nr_hugepages");
	setting(path, pages);
}

static char *hugetlb(int flags)
{
	char *p = mmap(NULL, 2 * HUGE, RW, flags | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);

	return p == MAP_FAILED ? no("no huge pages") : p;
}

static char *hugetlb_reserved(void)
{
	pool("2", "0");
	return hugetlb(MAP_SHARED);
}

static char *hugetlb_private(void)
{
	pool("3", "0");
	return hugetlb(MAP_PRIVATE);
}

static char *hugetlb_without_pages(void)
{
	pool("0", "0");
	return hugetlb(MAP_PRIVATE | MAP_NORESERVE);
}

static char *hugetlb_all_reserved(void)
{
	pool("2", "0");
	if (!hugetlb(MAP_SHARED))
		return NULL;
	return hugetlb(MAP_PRIVATE | MAP_NORESERVE);
}

static char *hugetlb_overcommit(void)
{
	pool("0", "2");
	return hugetlb(MAP_PRIVATE | MAP_NORESERVE);
}

static char *hugetlb_cached(void)
{
	char *p = hugetlb_reserved();

	if (p) {
		*p = 1;
		madvise(p, HUGE, MADV_DONTNEED);
	}
	return p;
}

static char *hugetlb_written(void)
{
	char *p = hugetlb_private();

	if (p)
		*p = 1;
	return p;
}

static char *hugetlb_end(void)
{
	int fd = memfd_create("outcome", MFD_CLOEXEC | HUGE_FD);
	char *p;

	pool("2", "0");
	if (fd < 0 || ftruncate(fd, 2 * HUGE))
		return no("no hugetlb memfd");
	p = mmap(NULL, 2 * HUGE, RW, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED || ftruncate(fd, HUGE))
		return no("no huge pages");
	close(fd);
	return p + HUGE;
}

/* Protection keys, and without them */

static bool has_keys(void)
{
	int key = pkey_alloc(0, 0);

	if (key >= 0)
		pkey_free(key);
	return key >= 0;
}

static char *exec_only(void)
{
	char *p = anon_written();

	mprotect(p, PAGES * PAGE, PROT_EXEC);
	return p;
}

static char *exec_only_absent(void)
{
	char *p = map_anon(RW);

	mprotect(p, PAGES * PAGE, PROT_EXEC);
	return p;
}

static char *keyed(char *p, unsigned int rights)
{
	int key = pkey_alloc(0, rights);

	if (key < 0 || pkey_mprotect(p, PAGES * PAGE, RW, key))
		return no("no protection keys");
	return p;
}

static char *key_no_access(void)
{
	return keyed(anon_written(), PKEY_DISABLE_ACCESS);
}

static char *key_no_write(void)
{
	return keyed(anon_written(), PKEY_DISABLE_WRITE);
}

static char *key_no_access_absent(void)
{
	return keyed(map_anon(RW), PKEY_DISABLE_ACCESS);
}

static char *key_open(void)
{
	return keyed(anon_written(), 0);
}

/* userfaultfd, with a thread that resolves its faults */

static volatile unsigned int events;
static char *page_of_ones;

struct monitored {
	int uffd;
	size_t size;
};

static void resolve(const struct monitored *m, const struct uffd_msg *msg)
{
	__u64 at = msg->arg.pagefault.address & ~(m->size - 1), flags = msg->arg.pagefault.flags;
	struct uffdio_range range = { at, m->size };
	struct uffdio_writeprotect wp = { .range = range };
	struct uffdio_continue more = { .range = range };
	struct uffdio_copy copy = { .dst = at, .src = (uintptr_t)page_of_ones, .len = m->size };
	int err;

	if (flags & UFFD_PAGEFAULT_FLAG_WP)
		err = ioctl(m->uffd, UFFDIO_WRITEPROTECT, &wp);
	else if (flags & UFFD_PAGEFAULT_FLAG_MINOR)
		err = ioctl(m->uffd, UFFDIO_CONTINUE, &more);
	else if (flags & 1 << 3)	/* UFFD_PAGEFAULT_FLAG_RWP */
		err = ioctl(m->uffd, RWPROTECT, &wp);
	else
		err = ioctl(m->uffd, UFFDIO_COPY, &copy);
	if (err)
		fprintf(stderr, "# userfault %llx: %s\n", flags, strerror(errno));
}

static void *monitor(void *arg)
{
	const struct monitored *m = arg;
	struct uffd_msg msg;

	while (read(m->uffd, &msg, sizeof(msg)) == sizeof(msg)) {
		events++;
		resolve(m, &msg);
	}
	return NULL;
}

static int uffd = -1;

/* Registered, and monitored; false: this kernel cannot */
static bool registered(char *p, size_t size, size_t leaf, __u64 features, __u64 mode)
{
	static struct monitored m;
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	struct uffdio_register reg = { .range = { (uintptr_t)p, size }, .mode = mode };
	pthread_t thread;

	if (!p)
		return false;
	uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &reg)) {
		reason = "userfaultfd of this kernel cannot";
		return false;
	}
	if (!page_of_ones)
		page_of_ones = map(HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memset(page_of_ones, 1, HUGE);
	m = (struct monitored){ uffd, leaf };
	return !pthread_create(&thread, NULL, monitor, &m);
}

static char *watch(char *p, __u64 features, __u64 mode)
{
	return registered(p, PAGES * PAGE, PAGE, features, mode) ? p : NULL;
}

static char *protect(char *p)
{
	struct uffdio_writeprotect wp = {
		.range = { (uintptr_t)p, PAGES * PAGE }, .mode = UFFDIO_WRITEPROTECT_MODE_WP,
	};

	if (!p)
		return NULL;
	return ioctl(uffd, UFFDIO_WRITEPROTECT, &wp) ? no("UFFDIO_WRITEPROTECT") : p;
}

static char *uffd_missing(void)
{
	return watch(map_anon(RW), 0, UFFDIO_REGISTER_MODE_MISSING);
}

static char *uffd_missing_read_only(void)
{
	char *p = uffd_missing();

	if (p)
		mprotect(p, PAGES * PAGE, PROT_READ);
	return p;
}

static char *uffd_missing_sigbus(void)
{
	return watch(map_anon(RW), UFFD_FEATURE_SIGBUS, UFFDIO_REGISTER_MODE_MISSING);
}

static char *uffd_missing_shmem(void)
{
	return watch(memfd_shared(), UFFD_FEATURE_MISSING_SHMEM, UFFDIO_REGISTER_MODE_MISSING);
}

static char *memfd_written(void)
{
	int fd = memfd_create("outcome", MFD_CLOEXEC);
	char *p;

	if (ftruncate(fd, PAGES * PAGE) || pwrite(fd, "x", 1, 0) != 1)
		return no("memfd");
	p = map(PAGES * PAGE, RW, MAP_SHARED, fd);
	close(fd);
	return p;
}

static char *uffd_missing_cached(void)
{
	return watch(memfd_written(), UFFD_FEATURE_MISSING_SHMEM, UFFDIO_REGISTER_MODE_MISSING);
}

static char *uffd_minor(void)
{
	return watch(memfd_written(), UFFD_FEATURE_MINOR_SHMEM, UFFDIO_REGISTER_MODE_MINOR);
}

static char *uffd_minor_not_cached(void)
{
	return watch(memfd_shared(), UFFD_FEATURE_MINOR_SHMEM, UFFDIO_REGISTER_MODE_MINOR);
}

static char *uffd_end(void)
{
	char *p = memfd_truncated() ?: NULL;

	return p ? watch(p - 20 * PAGE, UFFD_FEATURE_MISSING_SHMEM,
			 UFFDIO_REGISTER_MODE_MISSING) ? p : NULL : NULL;
}

static char *uffd_wp(void)
{
	return protect(watch(anon_written(), UFFD_FEATURE_PAGEFAULT_FLAG_WP,
			     UFFDIO_REGISTER_MODE_WP));
}

static char *uffd_wp_async(void)
{
	return protect(watch(anon_written(), FEATURE_WP_ASYNC | FEATURE_WP_UNPOPULATED,
			     UFFDIO_REGISTER_MODE_WP));
}

static char *uffd_wp_removed(void)
{
	char *p = uffd_wp();
	struct uffdio_range range = { (uintptr_t)p, PAGES * PAGE };

	return p && ioctl(uffd, UFFDIO_UNREGISTER, &range) ? no("UFFDIO_UNREGISTER") : p;
}

static char *uffd_marker(void)
{
	return protect(watch(memfd_shared(), UFFD_FEATURE_WP_HUGETLBFS_SHMEM,
			     UFFDIO_REGISTER_MODE_WP));
}

static char *uffd_marker_anon(void)
{
	return protect(watch(map_anon(RW), FEATURE_WP_UNPOPULATED, UFFDIO_REGISTER_MODE_WP));
}

static char *uffd_hugetlb(void)
{
	char *p = hugetlb_reserved();

	return registered(p, 2 * HUGE, HUGE, UFFD_FEATURE_MISSING_HUGETLBFS,
			  UFFDIO_REGISTER_MODE_MISSING) ? p : NULL;
}

static char *uffd_rwp(void)
{
	char *p = watch(anon_written(), FEATURE_RWP, MODE_RWP);
	struct uffdio_writeprotect rwp = { .range = { (uintptr_t)p, PAGES * PAGE }, .mode = 1 };

	if (!p)
		return NULL;
	return ioctl(uffd, RWPROTECT, &rwp) ? no("UFFDIO_RWPROTECT") : p;
}

/* Drivers */

static char *perf_ring(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY, .disabled = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? no("no perf events") : map(17 * PAGE, RW, MAP_SHARED, fd);
}

/* Its driver forbids writes to all pages but the first one */
static char *perf_ring_read(void)
{
	char *p = perf_ring();

	if (!p)
		return NULL;
	(void)*(volatile char *)(p + 3 * PAGE);
	return p + 3 * PAGE;
}

static char *bpf_map(unsigned int type, unsigned int key, unsigned int value)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = key, .value_size = value,
		.max_entries = PAGES, .map_flags = BPF_F_MMAPABLE,
	};
	int fd = (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	return fd < 0 ? no("no such BPF map") : map(PAGES * PAGE, RW, MAP_SHARED, fd);
}

static char *bpf_array(void)
{
	return bpf_map(BPF_MAP_TYPE_ARRAY, 4, PAGE);
}

static char *packet_ring(void)
{
	struct tpacket_req ring = {
		.tp_block_size = PAGE, .tp_block_nr = PAGES,
		.tp_frame_size = PAGE, .tp_frame_nr = PAGES,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(3));	/* ETH_P_ALL */

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		return no("no packet sockets");
	return map(PAGES * PAGE, RW, MAP_SHARED, fd);
}

/* Its pages are mapped by mmap(), and by no fault */
static char *packet_ring_zapped(void)
{
	char *p = packet_ring();

	return p && madvise(p, PAGES * PAGE, MADV_DONTNEED) ? no("MADV_DONTNEED") : p;
}

static char *bpf_arena(void)
{
	return bpf_map(MAP_TYPE_ARENA, 0, 0);
}

static char *io_uring(void)
{
	struct io_uring_params params = {};
	int fd = (int)syscall(SYS_io_uring_setup, PAGES, &params);

	return fd < 0 ? no("no io_uring") : map(PAGE, RW, MAP_SHARED, fd);
}

/* The context's id is the address of its ring */
static char *aio_ring(void)
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 2000, &context))
		return no("no AIO");
	return (char *)context + PAGE;
}

static char *special(const char *name)
{
	char line[300];
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start = 0;

	while (!start && fgets(line, sizeof(line), maps))
		if (strstr(line, name))
			start = strtoul(line, NULL, 16);
	fclose(maps);
	return start ? (char *)start : no("no such mapping");
}

static char *vdso(void)
{
	return special("[vdso]");
}

static char *vvar(void)
{
	return special("[vvar]");
}

/* The reader, and the access */

static sigjmp_buf back;
static volatile int code;	/* si_code of the last signal */

static void caught(int signal, siginfo_t *info, void *context)
{
	code = info->si_code;
	siglongjmp(back, signal);
}

static long faults(long *major)
{
	struct rusage usage;

	getrusage(RUSAGE_THREAD, &usage);
	*major = usage.ru_majflt;
	return usage.ru_minflt + usage.ru_majflt;
}

/* The page as the compiler must not know it */
static void touch(volatile char *p, bool write)
{
	if (write)
		*p = 1;
	else
		(void)*p;
}

/* *@major: the page was read from a disk or from swap */
static enum outcome_effect act(char *p, bool write, bool *major)
{
	unsigned int seen = events;
	long before, majors[2];

	switch (sigsetjmp(back, 1)) {
	case 0:
		break;
	case SIGBUS:
		return OUTCOME_SIGBUS;
	default:
		return OUTCOME_SIGSEGV;
	}
	faults(&majors[0]);
	before = faults(&majors[0]);
	touch(p, write);
	before = faults(&majors[1]) - before;
	*major = majors[1] != majors[0];
	if (events != seen)
		return OUTCOME_USERFAULT;
	return before ? OUTCOME_FAULT : OUTCOME_WORKS;
}

FIXTURE(access) {
	pid_t reader;
	int ask, answer;
	bool keys;
};

FIXTURE_VARIANT(access) {
	char *(*make)(void);
	unsigned int read, write;	/* possible outcomes */
	unsigned int keyless;		/* of @read: only on a CPU without protection keys */
};

/* Translate after the thread has gone to sleep: PKRU of a running thread is outdated */
static struct pgwalk_translate translate_asleep(int fd, __u64 addr)
{
	struct pgwalk_translate t;

	do {
		t = (struct pgwalk_translate){ .size = sizeof(t), .addr = addr };
		if (interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &t))
			return (struct pgwalk_translate){};
	} while (t.thread_flags & PGWALK_THREAD_RUNNING);
	return t;
}

static void serve(int questions, int answers)
{
	struct pgwalk_translate t;
	int fd = interface_open_device(getppid());
	__u64 addr;

	while (read(questions, &addr, sizeof(addr)) == sizeof(addr)) {
		t = translate_asleep(fd, addr);
		if (write(answers, &t, sizeof(t)) != sizeof(t))
			break;
	}
	_exit(0);
}

FIXTURE_SETUP(access)
{
	struct sigaction action = { .sa_sigaction = caught, .sa_flags = SA_NODEFER | SA_SIGINFO };
	int ask[2], answer[2];

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	ASSERT_EQ(0, pipe(ask));
	ASSERT_EQ(0, pipe(answer));
	self->reader = fork();
	if (!self->reader) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ask[1]);
		serve(ask[0], answer[1]);
	}
	close(ask[0]);
	close(answer[1]);
	self->ask = ask[1];
	self->answer = answer[0];
	self->keys = has_keys();
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
}

FIXTURE_TEARDOWN(access)
{
	kill(self->reader, SIGKILL);
	pool("0", "0");
}

/* Compare the derived outcome with the outcome of the access */
static void compare(struct __test_metadata *_metadata, int ask, int answer, char *p, bool write_it,
		    unsigned int expected)
{
	struct pgwalk_translate t;
	__u64 addr = (uintptr_t)p;
	struct outcome derived;
	enum outcome_effect seen;
	bool major = false;

	ASSERT_EQ(sizeof(addr), write(ask, &addr, sizeof(addr)));
	ASSERT_EQ(sizeof(t), read(answer, &t, sizeof(t)));
	ASSERT_NE(0, t.facts & PGWALK_FACT_KNOWN);
	derived = outcome__of(&t, write_it);
	seen = act(p, write_it, &major);
	TH_LOG("%s: %s: %s; seen: %s", write_it ? "write" : "read",
	       outcome__effect(derived.effect) ?: "-", derived.text, outcome__effect(seen));
	EXPECT_NE(0, expected & 1U << derived.effect);
	if (derived.effect == OUTCOME_DEPENDS)
		return;
	/* Before 6.9 the module does not see UFFD_FEATURE_SIGBUS */
	if (derived.effect == OUTCOME_USERFAULT && !(t.facts & PGWALK_FACT_UFFD_FEATURES)) {
		EXPECT_NE(NULL, strstr(derived.text, "or ends in SIGBUS"));
		EXPECT_TRUE(seen == OUTCOME_USERFAULT || seen == OUTCOME_SIGBUS);
	} else {
		EXPECT_EQ(derived.effect, seen);
	}
	/* The reason too, as far as the kernel gives one. A retry makes other faults major, too */
	if (!strncmp(derived.text, "reads the page ", 15))
		EXPECT_TRUE(major);
	if (seen == OUTCOME_SIGSEGV) {
		EXPECT_EQ(code == SEGV_PKUERR, !!strstr(derived.text, "protection key"));
		EXPECT_EQ(code == SEGV_MAPERR, !strchr(derived.text, ':'));
	}
}

#define PLACE(id, how, why_read, why_write) \
	FIXTURE_VARIANT_ADD(access, id) { .make = how, .read = why_read, .write = why_write }

PLACE(anon, anon, FAULT, FAULT);
PLACE(anon_read_only, anon_read_only, FAULT, SEGV);
PLACE(anon_write_only, anon_write_only, FAULT, FAULT);
PLACE(anon_none, anon_none, SEGV, SEGV);
PLACE(anon_written, anon_written, WORKS, WORKS);
PLACE(anon_protected, anon_protected, WORKS, SEGV);
PLACE(anon_forbidden, anon_forbidden, SEGV, SEGV);
PLACE(anon_zero, anon_zero, WORKS, FAULT);
PLACE(anon_shared_by_fork, anon_shared_by_fork, WORKS, FAULT);
PLACE(nowhere, nowhere, SEGV, SEGV);
PLACE(below_stack, below_stack, DEPENDS, DEPENDS);
PLACE(guard, guard, SEGV, SEGV);
PLACE(file_shared, file_shared, FAULT, FAULT);
PLACE(file_private, file_private, FAULT, FAULT);
PLACE(file_evicted, file_evicted, FAULT, FAULT);
PLACE(file_in_last_page, file_in_last_page, FAULT, FAULT);
PLACE(truncated_private, truncated_private, BUS, BUS);
PLACE(truncated_shared, truncated_shared, BUS, BUS);
PLACE(memfd_shared, memfd_shared, FAULT, FAULT);
PLACE(memfd_private, memfd_private, FAULT, FAULT);
PLACE(memfd_truncated, memfd_truncated, BUS, BUS);
PLACE(anon_shared, anon_shared, FAULT, FAULT);
PLACE(secretmem, secretmem, FAULT, FAULT);
PLACE(secretmem_end, secretmem_end, BUS, BUS);
PLACE(hugetlb_reserved, hugetlb_reserved, FAULT, FAULT);
PLACE(hugetlb_private, hugetlb_private, FAULT, FAULT);
PLACE(hugetlb_without_pages, hugetlb_without_pages, BUS, BUS);
PLACE(hugetlb_all_reserved, hugetlb_all_reserved, BUS, BUS);
PLACE(hugetlb_overcommit, hugetlb_overcommit, FAULT, FAULT);
PLACE(hugetlb_cached, hugetlb_cached, FAULT, FAULT);
PLACE(hugetlb_written, hugetlb_written, WORKS, WORKS);
PLACE(hugetlb_end, hugetlb_end, BUS, BUS);
FIXTURE_VARIANT_ADD(access, exec_only) {
	.make = exec_only, .read = SEGV | WORKS, .keyless = WORKS, .write = SEGV
};
FIXTURE_VARIANT_ADD(access, exec_only_absent) {
	.make = exec_only_absent, .read = SEGV | FAULT, .keyless = FAULT, .write = SEGV
};
PLACE(key_no_access, key_no_access, SEGV, SEGV);
PLACE(key_no_write, key_no_write, WORKS, SEGV);
PLACE(key_no_access_absent, key_no_access_absent, SEGV, SEGV);
PLACE(key_open, key_open, WORKS, WORKS);
PLACE(uffd_missing, uffd_missing, USERFAULT, USERFAULT);
PLACE(uffd_missing_read_only, uffd_missing_read_only, USERFAULT, SEGV);
PLACE(uffd_missing_sigbus, uffd_missing_sigbus, BUS | USERFAULT, BUS | USERFAULT);
PLACE(uffd_missing_shmem, uffd_missing_shmem, USERFAULT, USERFAULT);
PLACE(uffd_missing_cached, uffd_missing_cached, FAULT, FAULT);
PLACE(uffd_minor, uffd_minor, USERFAULT, USERFAULT);
PLACE(uffd_minor_not_cached, uffd_minor_not_cached, FAULT, FAULT);
PLACE(uffd_end, uffd_end, BUS, BUS);
PLACE(uffd_wp, uffd_wp, WORKS, USERFAULT);
PLACE(uffd_wp_async, uffd_wp_async, WORKS, FAULT);
PLACE(uffd_wp_removed, uffd_wp_removed, WORKS, WORKS | FAULT);
PLACE(uffd_marker, uffd_marker, FAULT, USERFAULT);
PLACE(uffd_marker_anon, uffd_marker_anon, FAULT, USERFAULT);
PLACE(uffd_hugetlb, uffd_hugetlb, USERFAULT, USERFAULT);
PLACE(uffd_rwp, uffd_rwp, USERFAULT, USERFAULT);
PLACE(perf_ring, perf_ring, DEPENDS | WORKS, DEPENDS | WORKS | FAULT);
PLACE(perf_ring_read, perf_ring_read, WORKS, DEPENDS);
/* mmap() maps the pages; 7.3 leaves that to faults */
PLACE(bpf_array, bpf_array, WORKS | DEPENDS, WORKS | DEPENDS);
PLACE(packet_ring, packet_ring, WORKS, WORKS);
PLACE(packet_ring_zapped, packet_ring_zapped, BUS, BUS);
PLACE(bpf_arena, bpf_arena, DEPENDS, DEPENDS);
PLACE(io_uring, io_uring, WORKS, WORKS);
PLACE(aio_ring, aio_ring, FAULT, FAULT);
PLACE(vdso, vdso, WORKS | DEPENDS, SEGV);
PLACE(vvar, vvar, WORKS | DEPENDS, SEGV);

TEST_F(access, a_read_ends_as_derived)
{
	char *p = variant->make();

	if (!p)
		SKIP(return, "%s", reason);
	compare(_metadata, self->ask, self->answer, p, false,
		self->keys ? variant->read & ~variant->keyless : variant->read);
}

TEST_F(access, a_write_ends_as_derived)
{
	char *p = variant->make();

	if (!p)
		SKIP(return, "%s", reason);
	compare(_metadata, self->ask, self->answer, p, true,
		variant->write);
}

/* A thread may change its PKRU register at any time: nothing is derived from an old value */
TEST(key_of_a_running_thread_is_uncertain)
{
	struct pgwalk_translate t = {};
	char *p = key_open();
	pid_t pid;
	int fd;

	if (!p)
		SKIP(return, "%s", reason);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			touch(p, true);
	}
	fd = interface_open_device(pid);
	ASSERT_LE(0, fd);
	while (!(t.thread_flags & PGWALK_THREAD_RUNNING)) {
		t = (struct pgwalk_translate){ .size = sizeof(t), .addr = (uintptr_t)p };
		ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &t));
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fd);
	EXPECT_EQ(OUTCOME_DEPENDS, outcome__of(&t, false).effect);
	EXPECT_EQ(OUTCOME_DEPENDS, outcome__of(&t, true).effect);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * rmap: the processes that are reported, frames that are no pages of processes, and
 * requests that are refused, each with its error.
 */
#include <sched.h>
#include <stdarg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <linux/if_packet.h>

#include "../lib/kpage.h"
#include "rmap_check.h"
#include "../lib/sizes.h"

#define KPF_SLAB	(1ULL << 7)
#define KPF_BUDDY	(1ULL << 10)
#define KPF_NOPAGE	(1ULL << 20)
#define KPF_PGTABLE	(1ULL << 26)

TEST_F_TIMEOUT(rmap, processes_that_share_memory_are_each_reported, SECONDS)
{
	pid_t a = process_sharing(), b = process_sharing();

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	check(pfn_at(getpid(), area), PGWALK_RMAP_METHOD_ANON, 1, 3);
	ASSERT_NE(NULL, hit_of(a));
	ASSERT_NE(NULL, hit_of(b));
	ASSERT_NE(NULL, hit_of(getpid()));
	EXPECT_EQ(1, answer.found);
	process_end(a);
	process_end(b);
}

TEST_F_TIMEOUT(rmap, process_with_an_exited_leader, SECONDS)
{
	pid_t tid, pid;

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	pid = process_headless(&tid);
	ASSERT_LT(0, pid);
	rmap_result_from_device(&answer, self->fd, pfn_at(getpid(), area), 8);
	EXPECT_EQ(2, answer.mapcount);
	EXPECT_EQ(2, answer.found);
	EXPECT_NE(NULL, hit_of(pid));
	process_end(pid);
}

/* Of processes outside its namespace the caller sees only that there are some */
TEST_F_TIMEOUT(rmap, pids_are_of_the_callers_namespace, SECONDS)
{
	int status;
	__u64 pfn;
	pid_t pid;

	area = map(PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	pfn = pfn_at(getpid(), area);
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	if (!pid) {
		rmap_result_from_device(&answer, self->fd, pfn, 8);
		_exit(answer.nr == 2 && hit_of(1) && hit_of(0) && answer.found == 2 ? 0 : 1);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
}

static __u64 find_frame(__u64 flags)
{
	for (__u64 pfn = 0; pfn < 1 << 19; pfn++)
		if ((pagemap_kpageflags(pfn) & (flags | KPF_NOPAGE)) == flags)
			return pfn;
	return 0;
}

static void expect_no_page(struct __test_metadata *_metadata, int fd, __u64 pfn,
			   const char *what)
{
	rmap_result_from_device(&answer, fd, pfn, 8);
	EXPECT_EQ(0, answer.error) {
		TH_LOG("%s", what);
	}
	EXPECT_EQ(PGWALK_RMAP_NO_PAGE, answer.status) {
		TH_LOG("%s pfn %llx", what, pfn);
	}
	EXPECT_EQ(PGWALK_RMAP_METHOD_NONE, answer.method) {
		TH_LOG("%s", what);
	}
	EXPECT_EQ(0, answer.nr);
	EXPECT_EQ(0, answer.found);
}

TEST_F_TIMEOUT(rmap, frames_that_no_process_maps, SECONDS)
{
	struct pgwalk_info info;

	ASSERT_EQ(0, interface_info(&info));
	expect_no_page(_metadata, self->fd, 0xfee00, "the local APIC");
	expect_no_page(_metadata, self->fd, ~0ULL, "beyond everything");
	expect_no_page(_metadata, self->fd, ~0ULL >> PAGE_SHIFT, "beyond memory");
	expect_no_page(_metadata, self->fd, info.zero_pfn, "the page of zeroes");
	expect_no_page(_metadata, self->fd, find_frame(KPF_BUDDY), "free");
	expect_no_page(_metadata, self->fd, find_frame(KPF_SLAB), "slab");
	expect_no_page(_metadata, self->fd, find_frame(KPF_PGTABLE), "a page table");
}

static int ask_once(int fd, struct pgwalk_rmap *arg)
{
	static struct pgwalk_rmap_hit hits[8];

	arg->size = arg->size ?: sizeof(*arg);
	arg->records = arg->records ?: (unsigned long)hits;
	arg->nr_records = arg->nr_records == 99 ? 0 : arg->nr_records ?: 8;
	return interface_ioctl(fd, PGWALK_IOC_RMAP, arg);
}

TEST_F_TIMEOUT(rmap, bad_arguments_of_the_call, SECONDS)
{
	struct pgwalk_info info;
	struct pgwalk_rmap arg;

	area = map(2 * PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	ASSERT_EQ(0, interface_info(&info));
#define EXPECT_ASK(error, ...) do { \
	arg = (struct pgwalk_rmap){ __VA_ARGS__ }; \
	EXPECT_EQ(error, ask_once(self->fd, &arg)) { TH_LOG("%s", #__VA_ARGS__); } \
} while (0)
	EXPECT_ASK(-ENOTCONN, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area);
	close(self->fd);
	self->fd = interface_open_device(getpid());
	ASSERT_LE(0, self->fd);
	EXPECT_ASK(0, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area + 5);
	EXPECT_EQ(pfn_at(getpid(), area), arg.pfn);
	EXPECT_EQ(1, arg.filled);
	EXPECT_EQ(1, arg.found);
	EXPECT_ASK(-ENOENT, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area + PAGE);
	EXPECT_ASK(-ENOENT, .flags = PGWALK_RMAP_ADDRESS, .addr = PAGE);
	EXPECT_ASK(-ERANGE, .flags = PGWALK_RMAP_ADDRESS, .addr = info.user_end);
	EXPECT_ASK(-EINVAL, .flags = 2);
	EXPECT_ASK(-EINVAL, .addr = PAGE);
	EXPECT_ASK(-EINVAL, .nr_records = 99);
	EXPECT_ASK(-EINVAL, .resume = 1);
	EXPECT_ASK(-EINVAL, .size = sizeof(arg) - 8);
	EXPECT_ASK(-E2BIG, .size = 1 << 20);
	EXPECT_ASK(-EFAULT, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area,
		   .records = 16);
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_RMAP, (void *)16));
	/* A resume position that no call returned */
	EXPECT_ASK(0, .flags = PGWALK_RMAP_ADDRESS, .addr = (unsigned long)area,
		   .resume = 1, .resume_tag = 1);
	EXPECT_EQ(PGWALK_RMAP_CHANGED, arg.status);
}

TEST_F_TIMEOUT(rmap, page_that_becomes_another_one_between_calls, SECONDS)
{
	struct pgwalk_rmap arg = { .nr_records = 1 };
	struct family *family;

	area = map(NR * PAGE, MAP_PRIVATE, -1);
	family = family_start(3, write_all, NULL);
	ASSERT_NE(NULL, family);
	arg.pfn = pfn_at(family->pid[0], area);
	ASSERT_EQ(0, ask_once(self->fd, &arg));
	EXPECT_EQ(PGWALK_RMAP_MORE, arg.status);
	family_end(family);
	kpage_drain();	/* an unmapped page in a batch is still the same page */
	ASSERT_EQ(0, ask_once(self->fd, &arg));
	EXPECT_EQ(PGWALK_RMAP_CHANGED, arg.status);
	EXPECT_EQ(0, arg.filled);
}

static long long now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

static void on_alarm(int signal)
{
}

/* A page of this process alone that has no file and no anon_vma: it is found by scanning */
static char *map_packet_ring(void)
{
	struct tpacket_req ring = {
		.tp_block_size = PAGE, .tp_block_nr = 1, .tp_frame_size = PAGE, .tp_frame_nr = 1,
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);
	char *p;

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		return NULL;
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return p == MAP_FAILED ? NULL : p;
}

#define TAIL	(1536UL * NR)

static bool write_tail(struct family *family)
{
	for (unsigned long i = 0; i < TAIL; i++)
		area[i * PAGE] = 1;
	return true;
}

/* The time that a scan takes when nothing disturbs it */
static long long quickest_us(int fd, __u64 pfn)
{
	long long best = 1000000000;

	for (int i = 0; i < 7; i++) {
		long long us = now_us();

		rmap_result_from_device(&answer, fd, pfn, RMAP_RESULT_MAX);
		us = now_us() - us;
		best = us < best ? us : best;
	}
	return best;
}

/* Signals come faster than a scan of all processes ends: it must get there all the same */
TEST_F_TIMEOUT(rmap, scan_comes_to_its_end_under_signals, SECONDS)
{
	struct pgwalk_rmap arg = { };
	unsigned int calls = 0;
	struct family *family;
	struct itimerval timer;
	__u64 found = 0;
	long long us, end;
	char *ring;
	int err;

	area = map(TAIL * PAGE, MAP_PRIVATE, -1);
	family = family_start(NR, write_tail, NULL);
	ASSERT_NE(NULL, family);
	ring = map_packet_ring();
	if (!ring)
		SKIP(return, "no packet sockets");
	us = quickest_us(self->fd, pfn_at(getpid(), ring));
	ASSERT_EQ(PGWALK_RMAP_METHOD_SCAN, answer.method);
	EXPECT_EQ(1, answer.found);

	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	timer.it_interval = timer.it_value = (struct timeval){ .tv_usec = us / 2 + 1 };
	setitimer(ITIMER_REAL, &timer, NULL);
	end = now_us() + 60000000;
	/* A scan may be over before its first signal comes: then it is repeated */
	for (int try = 0; try < 100 && calls < 2; try++) {
		arg = (struct pgwalk_rmap){ .pfn = answer.pfn };
		calls = 0;
		found = 0;
		do {
			arg.nr_records = 0;
			err = ask_once(self->fd, &arg);
			found += err ? 0 : arg.found;
		} while (++calls && now_us() < end &&
			 (err == -EINTR || (!err && arg.status == PGWALK_RMAP_MORE)));
	}
	setitimer(ITIMER_REAL, &(struct itimerval){ }, NULL);
	EXPECT_EQ(0, err) {
		TH_LOG("%u calls, a signal each %lld us, at %llx %llx", calls, us / 2,
		       arg.resume_tag, arg.resume);
	}
	EXPECT_EQ(PGWALK_RMAP_DONE, arg.status);
	EXPECT_EQ(1, found);
	EXPECT_LT(1, calls);
	family_end(family);
}

static int question_error(const char *format, ...)
{
	char text[200];
	va_list ap;
	int error;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	free(rmap_result_text(text, &error));
	return error;
}

TEST_F_TIMEOUT(rmap, bad_questions, SECONDS)
{
	struct pgwalk_info info;
	pid_t pid = getpid(), zombie = process_zombie();

	area = map(2 * PAGE, MAP_PRIVATE, -1);
	area[0] = 1;
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_EQ(0, question_error("%d %lx\n", pid, (unsigned long)area));
	EXPECT_EQ(0, question_error("pfn 0x1000"));
	EXPECT_EQ(-EINVAL, question_error("pfn"));
	EXPECT_EQ(-EINVAL, question_error("pfn 1000 1"));
	EXPECT_EQ(-EINVAL, question_error("pfn -1"));
	EXPECT_EQ(-EINVAL, question_error("pfn 10x"));
	EXPECT_EQ(-ERANGE, question_error("pfn 1ffffffffffffffff"));
	EXPECT_EQ(-EINVAL, question_error("%d", pid));
	EXPECT_EQ(-EINVAL, question_error("%d %lx 1", pid, (unsigned long)area));
	EXPECT_EQ(-EINVAL, question_error("x %lx", (unsigned long)area));
	EXPECT_EQ(-EINVAL, question_error("%d 1000g", pid));
	EXPECT_EQ(-ERANGE, question_error("%d %llx", pid, info.user_end));
	EXPECT_EQ(-ENOENT, question_error("%d %lx", pid, (unsigned long)area + PAGE));
	EXPECT_EQ(-ENXIO, question_error("%d 1000", zombie));
	EXPECT_EQ(-ENXIO, question_error("2 1000"));
	waitpid(zombie, NULL, 0);
	EXPECT_EQ(-ESRCH, question_error("%d 1000", zombie));
}

TEST_F(rmap, reader_without_rights)
{
	int fd = interface_open("rmap", O_RDWR), status;
	pid_t pid;

	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fchmod(fd, 0666));
	pid = fork();
	if (!pid) {
		char path[32];

		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(255);
		_exit(open(path, O_RDWR) < 0 ? errno : 0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	fchmod(fd, 0600);
	EXPECT_EQ(EPERM, WEXITSTATUS(status));
}

TEST_HARNESS_MAIN

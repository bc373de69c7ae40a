// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk_lab.ko: each call against VmPTE, pagemap, smaps, mincore and the access of the CPU; the end of a mapping by
 * munmap, exit, kill, exec and fork; calls while other threads access and remap the memory; each allocation and copy of
 * a call fails once. The module is loaded by each test and must unload at its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <pgwalk_lab.h>

#include "../fuzz/prng.h"
#include "../lib/harness.h"
#include "../lib/creds.h"
#include "../lib/injection.h"
#include "../lib/loader.h"
#include "../lib/pagemap.h"
#include "../lib/status.h"

#define NAME	"pgwalk_lab"
#define BASE	((char *)0x200000000000)	/* below it and above it no process has mappings */
#define SIZE	(3UL << 30)
#define PAGE	4096UL
#define READ	PGWALK_LAB_PROT_READ
#define WRITE	PGWALK_LAB_PROT_WRITE

static int load(void)
{
	const char *ko = getenv("PGWALK_KO"), *end = ko ? strrchr(ko, '/') : NULL;
	char path[4096];
	int fd, err;

	if (!end)
		return -ENOENT;
	snprintf(path, sizeof(path), "%.*s/" NAME ".ko", (int)(end - ko), ko);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	err = loader_load_file(fd);
	close(fd);
	return err;
}

static int unload(void)
{
	return syscall(SYS_delete_module, NAME, O_NONBLOCK) ? -errno : 0;
}

/* The kernel may free the last file a moment after its process has ended */
static int unload_soon(void)
{
	int err = unload();

	for (int i = 0; err && err != -ENOENT && i < 100; i++) {
		usleep(50000);
		err = unload();
	}
	return err;
}

static char *map_area(int fd, int prot)
{
	return mmap(BASE, SIZE, prot, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0);
}

FIXTURE(lab) {
	int fd;
	char *area;
};

FIXTURE_SETUP(lab)
{
	/* a test that was ended by its timeout leaves the module */
	unload_soon();
	ASSERT_EQ(0, load());
	self->fd = open(PGWALK_LAB_DEVICE, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->area = map_area(self->fd, PROT_READ | PROT_WRITE);
	ASSERT_EQ(BASE, self->area);
}

FIXTURE_TEARDOWN(lab)
{
	close(self->fd);
	munmap(self->area, SIZE);
	EXPECT_EQ(0, unload_soon());
}

static struct pgwalk_lab_page last;

static int change(int fd, unsigned long cmd, void *at, unsigned int prot)
{
	last = (struct pgwalk_lab_page){ .size = sizeof(last), .addr = (unsigned long)at, .prot = prot };
	return ioctl(fd, cmd, &last) ? -errno : 0;
}

static int map(int fd, void *at, unsigned int prot)
{
	return change(fd, PGWALK_LAB_IOC_MAP, at, prot);
}

static int protect(int fd, void *at, unsigned int prot)
{
	return change(fd, PGWALK_LAB_IOC_PROTECT, at, prot);
}

static int unmap(int fd, void *at)
{
	return change(fd, PGWALK_LAB_IOC_UNMAP, at, 0);
}

static int flush(int fd, void *at)
{
	return change(fd, PGWALK_LAB_IOC_FLUSH, at, 0);
}

static _Thread_local sigjmp_buf on_signal;

static void jump(int signal)
{
	siglongjmp(on_signal, signal);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = jump, .sa_flags = SA_NODEFER };

	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

/* Access a byte. Return the signal that it raised; 0: none */
static int access_byte(volatile char *at, bool write)
{
	int signal = sigsetjmp(on_signal, 1);

	if (signal)
		return signal;
	if (write)
		*at = 7;
	else
		(void)*at;
	return 0;
}

static int reads(void *at)
{
	return access_byte(at, false);
}

static int writes(void *at)
{
	return access_byte(at, true);
}

static long long tables(void)
{
	return status_value(getpid(), "VmPTE") * 1024;
}

static unsigned int built(void)
{
	return (unsigned int)((last.tables_after - last.tables_before) / PAGE);
}

TEST_F(lab, missing_tables_are_allocated_and_counted)
{
	static const struct {
		unsigned long offset;
		unsigned int tables;
	} step[] = { { PAGE, 0 }, { 2UL << 20, 1 }, { 1UL << 30, 2 }, { (1UL << 30) + PAGE, 0 } };
	long long before = tables();

	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	/* one table for each level below the root, which each process has */
	EXPECT_TRUE(built() == 3 || built() == 4);
	EXPECT_EQ(before, (long long)last.tables_before);
	EXPECT_EQ(tables(), (long long)last.tables_after);
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		ASSERT_EQ(0, map(self->fd, self->area + step[i].offset, WRITE));
		EXPECT_EQ(step[i].tables, built());
		EXPECT_EQ(tables(), (long long)last.tables_after);
	}
	munmap(self->area, SIZE);
	EXPECT_EQ(before, tables());
}

TEST_F(lab, cpu_reads_and_writes_what_the_entry_allows)
{
	catch_signals();
	EXPECT_EQ(SIGSEGV, reads(self->area));
	ASSERT_EQ(0, map(self->fd, self->area, READ));
	EXPECT_EQ(READ, last.prot);
	EXPECT_EQ(0, reads(self->area));
	EXPECT_EQ(0, *self->area);
	EXPECT_EQ(SIGSEGV, writes(self->area));
	ASSERT_EQ(0, protect(self->fd, self->area, WRITE));
	EXPECT_EQ(0, writes(self->area));
	EXPECT_EQ(7, *self->area);
	ASSERT_EQ(0, protect(self->fd, self->area, READ));
	EXPECT_EQ(SIGSEGV, writes(self->area));
	ASSERT_EQ(0, flush(self->fd, self->area));
	EXPECT_EQ(READ, last.prot);
	EXPECT_EQ(7, *self->area);
	ASSERT_EQ(0, unmap(self->fd, self->area));
	EXPECT_EQ(0, last.prot);
	EXPECT_EQ(SIGSEGV, reads(self->area));
	EXPECT_EQ(SIGSEGV, reads(self->area + PAGE));
}

TEST_F(lab, page_keeps_its_frame_and_bytes_after_unmap)
{
	__u64 pfn;

	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	pfn = last.pfn;
	strcpy(self->area, "kept");
	ASSERT_EQ(0, unmap(self->fd, self->area));
	munmap(self->area, SIZE);
	ASSERT_EQ(BASE, map_area(self->fd, PROT_READ | PROT_WRITE));
	ASSERT_EQ(0, map(self->fd, self->area, READ));
	EXPECT_EQ(pfn, last.pfn);
	EXPECT_STREQ("kept", self->area);
}

TEST_F(lab, kernel_reports_the_same_page)
{
	unsigned char resident = 0;
	__u64 entry;

	ASSERT_EQ(0, mincore(self->area, PAGE, &resident));
	EXPECT_EQ(0, resident & 1);
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	entry = pagemap_one(getpid(), (unsigned long)self->area);
	EXPECT_TRUE(entry & PM_PRESENT);
	EXPECT_EQ(last.pfn, PM_PFN(entry));
	ASSERT_EQ(0, mincore(self->area, PAGE, &resident));
	EXPECT_EQ(1, resident & 1);
	ASSERT_EQ(0, unmap(self->fd, self->area));
	EXPECT_EQ(0, pagemap_one(getpid(), (unsigned long)self->area) & PM_PRESENT);
}

/* The value of Rss in smaps, in kB, of the mapping at BASE */
static long smaps_rss(void)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	char line[4096];
	bool here = false;
	long rss = -1;

	while (f && rss < 0 && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "200000000000-", 13))
			here = true;
		if (here)
			sscanf(line, "Rss: %ld", &rss);
	}
	if (f)
		fclose(f);
	return rss;
}

TEST_F(lab, rss_counts_each_mapped_page)
{
	EXPECT_EQ(0, smaps_rss());
	ASSERT_EQ(0, map(self->fd, self->area, READ));
	ASSERT_EQ(0, map(self->fd, self->area + PAGE, WRITE));
	EXPECT_EQ(8, smaps_rss());
	ASSERT_EQ(0, flush(self->fd, self->area));
	EXPECT_EQ(8, smaps_rss());
	ASSERT_EQ(0, unmap(self->fd, self->area));
	EXPECT_EQ(4, smaps_rss());
}

TEST_F(lab, wrong_calls_change_nothing)
{
	struct pgwalk_lab_info info = { .size = sizeof(info) };

	ASSERT_EQ(0, map(self->fd, self->area, READ));
	EXPECT_EQ(-EBUSY, map(self->fd, self->area, WRITE));
	EXPECT_EQ(-ENOENT, unmap(self->fd, self->area + PAGE));
	EXPECT_EQ(-ENOENT, protect(self->fd, self->area + PAGE, READ));
	EXPECT_EQ(-ENOENT, flush(self->fd, self->area + PAGE));
	EXPECT_EQ(-ENXIO, map(self->fd, self->area + SIZE, READ));
	EXPECT_EQ(-ENXIO, map(self->fd, (void *)((unsigned long)&last & ~(PAGE - 1)), READ));
	EXPECT_EQ(-EINVAL, map(self->fd, self->area + 1, READ));
	EXPECT_EQ(-EINVAL, map(self->fd, self->area + PAGE, 0));
	EXPECT_EQ(-EINVAL, map(self->fd, self->area + PAGE, 3));
	EXPECT_EQ(-EINVAL, change(self->fd, PGWALK_LAB_IOC_UNMAP, self->area, READ));
	EXPECT_EQ(-1, ioctl(self->fd, PGWALK_LAB_IOC_MAP, NULL));
	EXPECT_EQ(EFAULT, errno);
	EXPECT_EQ(-1, ioctl(self->fd, 0xBC63, &last));
	EXPECT_EQ(ENOTTY, errno);
	EXPECT_EQ(4, smaps_rss());
	ASSERT_EQ(0, ioctl(self->fd, PGWALK_LAB_IOC_INFO, &info));
	EXPECT_EQ(PGWALK_LAB_ABI_VERSION, info.abi);
	EXPECT_EQ(1, info.pages);
}

TEST_F(lab, pages_of_a_file_are_limited)
{
	for (unsigned long i = 0; i < PGWALK_LAB_PAGES; i++)
		ASSERT_EQ(0, map(self->fd, self->area + i * PAGE, READ));
	EXPECT_EQ(-ENOSPC, map(self->fd, self->area + PGWALK_LAB_PAGES * PAGE, READ));
	EXPECT_EQ(0, unmap(self->fd, self->area));
	EXPECT_EQ(0, map(self->fd, self->area, READ));
}

TEST_F(lab, writable_entry_needs_a_writable_mapping)
{
	munmap(self->area, SIZE);
	ASSERT_EQ(BASE, map_area(self->fd, PROT_READ));
	EXPECT_EQ(-EACCES, map(self->fd, self->area, WRITE));
	EXPECT_EQ(0, map(self->fd, self->area, READ));
	EXPECT_EQ(-EACCES, protect(self->fd, self->area, WRITE));
	EXPECT_EQ(0, reads(self->area));
}

TEST_F(lab, mapping_stays_as_it_was_made)
{
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	strcpy(self->area, "here");
	EXPECT_EQ(-1, munmap(self->area, PAGE));
	EXPECT_EQ(-1, munmap(self->area + PAGE, PAGE));
	EXPECT_EQ(-1, mprotect(self->area, SIZE, PROT_READ));
	EXPECT_EQ(-1, mprotect(self->area, PAGE, PROT_READ));
	EXPECT_EQ(-1, madvise(self->area, SIZE, MADV_DOFORK));
	EXPECT_EQ(MAP_FAILED, mremap(self->area, SIZE, SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, BASE + (1UL << 40)));
	EXPECT_EQ(MAP_FAILED, mremap(self->area, SIZE, 2 * SIZE, MREMAP_MAYMOVE));
	EXPECT_EQ(MAP_FAILED, mremap(self->area, 0, SIZE, MREMAP_MAYMOVE));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd, 0));
	EXPECT_EQ(EBUSY, errno);
	EXPECT_STREQ("here", self->area);
	EXPECT_EQ(0, map(self->fd, self->area + PAGE, WRITE));
	munmap(self->area, SIZE);
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, self->fd, 0));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ, MAP_SHARED, self->fd, PAGE));
	EXPECT_EQ(MAP_FAILED, mmap(NULL, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED, self->fd, 0));
	ASSERT_EQ(BASE, map_area(self->fd, PROT_READ | PROT_WRITE));
}

/* The kernel write-protects entries to track writes: the page stays writable */
TEST_F(lab, tracking_of_writes_raises_no_signal)
{
	int file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	catch_signals();
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	ASSERT_EQ(0, map(self->fd, self->area + PAGE, READ));
	ASSERT_EQ(1, write(file, "4", 1));
	close(file);
	EXPECT_EQ(0, writes(self->area));
	EXPECT_EQ(SIGSEGV, writes(self->area + PAGE));
}

/* MADV_DONTNEED removes the entries that MAP has written */
TEST_F(lab, entry_that_madvise_removed_can_be_written_again)
{
	catch_signals();
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	strcpy(self->area, "kept");
	if (madvise(self->area, PAGE, MADV_DONTNEED))
		SKIP(return, "this kernel refuses MADV_DONTNEED");
	EXPECT_EQ(SIGSEGV, reads(self->area));
	EXPECT_EQ(-ENOENT, unmap(self->fd, self->area));
	ASSERT_EQ(0, map(self->fd, self->area, READ));
	EXPECT_STREQ("kept", self->area);
}

TEST_F(lab, child_has_no_mapping)
{
	int status;
	pid_t pid;

	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	pid = fork();
	if (!pid) {
		catch_signals();
		if (reads(self->area) != SIGSEGV)
			_exit(1);
		if (map(self->fd, self->area + PAGE, WRITE) != -ENXIO)
			_exit(2);
		if (map_area(self->fd, PROT_READ) != MAP_FAILED || errno != EBUSY)
			_exit(3);
		_exit(0);
	}
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	EXPECT_EQ(0, status);
	EXPECT_EQ(0, writes(self->area));
}

/* A process with pages mapped in two tables, which ends in one way */
static void run_child(struct __test_metadata *_metadata, int how)
{
	pid_t pid = fork();

	if (!pid) {
		int fd = open(PGWALK_LAB_DEVICE, O_RDWR | (how == 2 ? O_CLOEXEC : 0));
		char *area = mmap(BASE + (1UL << 42), SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);

		if (area == MAP_FAILED || map(fd, area, WRITE) || map(fd, area + (1UL << 30), READ))
			_exit(1);
		if (how == 1)
			kill(getpid(), SIGKILL);
		if (how >= 2)
			execl("/bin/true", "true", NULL);
		if (how == 4)
			close(fd);
		_exit(0);
	}
	ASSERT_LT(0, pid);
	waitpid(pid, NULL, 0);
}

TEST_F(lab, every_end_of_a_process_ends_its_mapping)
{
	for (int how = 0; how <= 4; how++)
		run_child(_metadata, how);
}

TEST_F(lab, module_stays_while_it_is_mapped)
{
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	EXPECT_NE(0, unload());
	close(self->fd);
	EXPECT_NE(0, unload());
	EXPECT_EQ(0, writes(self->area));
}

/* A page that the kernel has pinned stays until it is released */
TEST_F(lab, pinned_page_outlives_entry_and_file)
{
	struct iovec iov = { .iov_base = self->area, .iov_len = 8 };
	char got[8] = "";
	int fds[2];
	ssize_t n;

	ASSERT_EQ(0, pipe(fds));
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	strcpy(self->area, "pinned!");
	n = vmsplice(fds[1], &iov, 1, 0);
	ASSERT_EQ(0, unmap(self->fd, self->area));
	munmap(self->area, SIZE);
	close(self->fd);
	if (n == 8) {
		EXPECT_EQ(8, read(fds[0], got, 8));
		EXPECT_STREQ("pinned!", got);
	} else {
		EXPECT_EQ(-1, n);
	}
	close(fds[0]);
	close(fds[1]);
}

static int open_lab(void *arg)
{
	int fd = open(PGWALK_LAB_DEVICE, O_RDWR);

	return fd < 0 ? errno : 0;
}

TEST_F(lab, only_root_opens_it)
{
	for (const struct creds *c = creds_all; c->name; c++) {
		int ret = creds_run(c, open_lab, NULL);

		if (c->admin)
			continue;
		EXPECT_TRUE(ret == EPERM || ret == EACCES) {
			TH_LOG("%s: %d", c->name, ret);
		}
	}
}

static atomic_bool stop;
static int shared_fd;

static void *toucher(void *arg)
{
	while (!stop) {
		reads(BASE);
		writes(BASE);
		reads(BASE + (2UL << 20));
	}
	return NULL;
}

static void *remapper(void *arg)
{
	while (!stop) {
		munmap(BASE, SIZE);
		mmap(BASE, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, shared_fd, 0);
		usleep(1000);
	}
	return NULL;
}

static bool is_expected(int err)
{
	return !err || err == -EBUSY || err == -ENOENT || err == -ENXIO;
}

static void *changer(void *arg)
{
	struct pgwalk_lab_page page;
	static const unsigned long cmd[] = { PGWALK_LAB_IOC_MAP, PGWALK_LAB_IOC_PROTECT, PGWALK_LAB_IOC_FLUSH, PGWALK_LAB_IOC_UNMAP };
	long wrong = 0;

	for (unsigned int i = (unsigned int)(long)arg; !stop; i++) {
		page = (struct pgwalk_lab_page){ .size = sizeof(page), .addr = (unsigned long)BASE + (i / 8 % 2) * (2UL << 20) };
		if (i % 4 < 2)
			page.prot = 1 + i / 4 % 2;
		wrong += !is_expected(ioctl(shared_fd, cmd[i % 4], &page) ? -errno : 0);
	}
	return (void *)wrong;
}

TEST_F_TIMEOUT(lab, calls_race_with_accesses_and_munmap, 300)
{
	pthread_t thread[4];
	void *wrong;

	catch_signals();
	shared_fd = self->fd;
	stop = false;
	pthread_create(&thread[0], NULL, toucher, NULL);
	pthread_create(&thread[1], NULL, remapper, NULL);
	pthread_create(&thread[2], NULL, changer, (void *)0);
	pthread_create(&thread[3], NULL, changer, (void *)3);
	for (int i = 0; i < 20; i++) {
		pid_t pid = fork();

		if (!pid) {
			map(self->fd, BASE, WRITE);
			_exit(0);
		}
		usleep(50000);
		waitpid(pid, NULL, 0);
	}
	stop = true;
	for (int i = 0; i < 4; i++) {
		pthread_join(thread[i], &wrong);
		if (i >= 2)
			EXPECT_EQ(NULL, wrong);
	}
	munmap(BASE, SIZE);
	ASSERT_EQ(BASE, map_area(self->fd, PROT_READ | PROT_WRITE));
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	EXPECT_EQ(0, writes(self->area));
}

static bool is_mapped(void *at)
{
	return pagemap_one(getpid(), (unsigned long)at) & PM_PRESENT;
}

/* Random calls and accesses against a model of the pages: what each call returns, and what the CPU and pagemap see */

#define MODEL_PAGES	48
#define MODEL_STEPS	20000

struct model_page {
	char *at;
	bool kept;		/* a page exists, with or without an entry */
	unsigned int prot;	/* of the entry; 0: none */
	char byte;
};

/* Pages of one table, of neighboured tables, and of distant ones */
static void model_init(struct model_page *page)
{
	static const unsigned long apart[] = { PAGE, 2UL << 20, 1UL << 30 };

	for (unsigned long i = 0; i < MODEL_PAGES; i++)
		page[i] = (struct model_page){ .at = BASE + i % 16 * PAGE + i / 16 * apart[i / 16] };
}

static int model_change(struct model_page *page, unsigned long cmd, unsigned int prot)
{
	const bool is_map = cmd == PGWALK_LAB_IOC_MAP;

	if (is_map && page->prot)
		return -EBUSY;
	if (!is_map && !page->prot)
		return -ENOENT;
	if (cmd != PGWALK_LAB_IOC_FLUSH)
		page->prot = prot;
	page->kept = true;
	return 0;
}

/* A struct with a wrong field is refused, whatever the state of the page. Return whether it was */
static bool is_refused(int fd, unsigned long cmd, const struct model_page *page, struct prng *prng)
{
	struct pgwalk_lab_page arg = { .size = sizeof(arg), .addr = (unsigned long)page->at,
				       .prot = cmd == PGWALK_LAB_IOC_MAP ? READ : 0 };
	int want = EINVAL;

	switch (prng_below(prng, 6)) {
	case 0:
		arg.size = prng_below(prng, sizeof(arg));
		break;
	case 1:
		arg.size = 4097 + prng_below(prng, 1 << 20);
		want = E2BIG;
		break;
	case 2:
		arg.addr += 1 + prng_below(prng, PAGE - 1);
		break;
	case 3:
		arg.prot = 3 + prng_below(prng, 1 << 30);
		break;
	case 4:
		arg.pfn = 1 + prng_next(prng) / 2;
		break;
	default:
		arg.nr_cpus = 1 + prng_below(prng, 1 << 30);
	}
	return ioctl(fd, cmd, &arg) == -1 && errno == want;
}

static int model_access(struct model_page *page, bool write)
{
	if (!page->prot || (write && page->prot != WRITE))
		return SIGSEGV;
	if (write)
		page->byte = 7;
	return 0;
}

/* Do one random step. Return whether the result is that of the model */
static bool model_step(int fd, struct model_page *page, struct prng *prng)
{
	static const unsigned long cmd[] = { PGWALK_LAB_IOC_MAP, PGWALK_LAB_IOC_MAP, PGWALK_LAB_IOC_PROTECT,
					     PGWALK_LAB_IOC_FLUSH, PGWALK_LAB_IOC_UNMAP };
	const unsigned int step = prng_below(prng, 16);
	const bool write = prng_one_in(prng, 2);
	unsigned int prot = write ? WRITE : READ;

	if (step == 15)
		return is_refused(fd, cmd[prng_below(prng, 5)], page, prng);
	if (step == 14) {
		if (!madvise(page->at, PAGE, MADV_DONTNEED))
			page->prot = 0;
		return true;
	}
	if (step >= 10)
		return access_byte(page->at, write) == model_access(page, write);
	if (cmd[step / 2] == PGWALK_LAB_IOC_FLUSH || cmd[step / 2] == PGWALK_LAB_IOC_UNMAP)
		prot = 0;
	return change(fd, cmd[step / 2], page->at, prot) == model_change(page, cmd[step / 2], prot);
}

static unsigned int model_count(const struct model_page *page)
{
	unsigned int count = 0;

	for (int i = 0; i < MODEL_PAGES; i++)
		count += page[i].kept;
	return count;
}

TEST_F_TIMEOUT(lab, random_calls_agree_with_a_model, 300)
{
	struct pgwalk_lab_info info = { .size = sizeof(info) };
	struct model_page page[MODEL_PAGES];
	struct prng prng = { .state = (__u64)time(NULL) };
	const __u64 seed = prng.state;

	catch_signals();
	model_init(page);
	for (int i = 0; i < MODEL_STEPS; i++) {
		struct model_page *one = &page[prng_below(&prng, MODEL_PAGES)];

		ASSERT_TRUE(model_step(self->fd, one, &prng)) {
			TH_LOG("seed %llu, step %d, page %p", (unsigned long long)seed, i, one->at);
		}
		ASSERT_EQ(!!one->prot, is_mapped(one->at));
		if (one->prot)
			ASSERT_EQ(one->byte, *one->at);
	}
	ASSERT_EQ(0, ioctl(self->fd, PGWALK_LAB_IOC_INFO, &info));
	EXPECT_EQ(model_count(page), info.pages);
}

/* An error changes nothing, but for one: if the result cannot be copied at the end, the change is made (EFAULT) */
static bool is_unchanged(int err)
{
	return err && err != -EFAULT;
}

/* MAP with the n-th operation failing: an error and no entry, or a complete entry */
static void map_with_fault(struct __test_metadata *_metadata, int fd, unsigned int n)
{
	int err;

	injection_set(n);
	err = map(fd, BASE, WRITE);
	injection_clear();
	EXPECT_TRUE(!err || injection_is_clean(err)) {
		TH_LOG("fault %u: %d", n, err);
	}
	if (err != -EFAULT)
		EXPECT_EQ(!err, is_mapped(BASE));
	EXPECT_EQ(is_mapped(BASE) ? -EBUSY : 0, map(fd, BASE, WRITE));
	EXPECT_EQ(0, writes(BASE));
}

TEST_F_TIMEOUT(lab, failure_of_map_leaves_no_entry, 300)
{
	long long before;

	if (!injection_begin())
		SKIP(return, "this kernel cannot make allocations fail");
	catch_signals();
	munmap(self->area, SIZE);
	before = tables();
	for_each_fault(n) {
		close(self->fd);
		self->fd = open(PGWALK_LAB_DEVICE, O_RDWR | O_CLOEXEC);
		ASSERT_EQ(BASE, map_area(self->fd, PROT_READ | PROT_WRITE));
		map_with_fault(_metadata, self->fd, n);
		munmap(self->area, SIZE);
		EXPECT_EQ(before, tables());
	}
	TH_LOG("%u faults injected", injection_end());
}

TEST_F_TIMEOUT(lab, failure_of_other_calls_leaves_the_entry, 300)
{
	if (!injection_begin())
		SKIP(return, "this kernel cannot make allocations fail");
	ASSERT_EQ(0, map(self->fd, self->area, WRITE));
	for (int call = 0; call < 3; call++)
		for_each_fault(n) {
			int err;

			injection_set(n);
			err = call == 0 ? protect(self->fd, self->area, READ) :
			      call == 1 ? flush(self->fd, self->area) : unmap(self->fd, self->area);
			injection_clear();
			EXPECT_TRUE(!err || injection_is_clean(err));
			if (call != 2 || is_unchanged(err))
				EXPECT_TRUE(is_mapped(self->area));
			if (call == 2 && !err)
				EXPECT_FALSE(is_mapped(self->area));
			EXPECT_EQ(is_mapped(self->area) ? -EBUSY : 0, map(self->fd, self->area, WRITE));
		}
	TH_LOG("%u faults injected", injection_end());
}

TEST_F_TIMEOUT(lab, failure_of_open_leaves_nothing, 300)
{
	if (!injection_begin())
		SKIP(return, "this kernel cannot make allocations fail");
	for_each_fault(n) {
		int fd;

		injection_set(n);
		fd = open(PGWALK_LAB_DEVICE, O_RDWR | O_CLOEXEC);
		injection_clear();
		if (fd >= 0)
			close(fd);
	}
	TH_LOG("%u faults injected", injection_end());
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The module with delegate=1: users without CAP_SYS_ADMIN read processes. The oracle is open() of
 * /proc/PID/pagemap by the same user at the same time: ATTACH and each call have the same result.
 * Each record of each call is searched for frames, raw entries, addresses of tables and nodes.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/call.h"
#include "../lib/creds.h"
#include "../lib/interface.h"
#include "../lib/loader.h"
#include "../lib/pagemap.h"
#include "../lib/process.h"
#include "../lib/scm_rights.h"

#define PAGE		4096UL
#define HUGE		(2UL << 20)
#define OTHER_USER	65533
#define BUFFER		(4 * HUGE)
#define EXECUTIONS	6	/* of a set-uid program, while another process attaches */
#define ATTEMPTS	200	/* to attach, for each of them */

/* A set-uid program, and one that only root can read; removed at the end */
#define SETUID_ROOT	"/tmp/delegate_root"
#define SETUID_OTHER	"/tmp/delegate_other"
#define UNREADABLE	"/tmp/delegate_unreadable"

static struct call_buffer reply;

static void reload(const char *parameters)
{
	if (!loader_unload_soon(10) || loader_load_with(parameters))
		ksft_exit_fail_msg("cannot load the module with '%s'\n", parameters);
}

/* Later suites use the module without the parameter */
static pid_t main_pid;

__attribute__((constructor)) static void remember_main(void)
{
	main_pid = getpid();
}

__attribute__((destructor)) static void restore_module(void)
{
	if (getpid() == main_pid && loader_is_delegated())
		reload("");
}

/* Copy sleep(1) */
static bool install(const char *path, uid_t uid, mode_t mode)
{
	char command[256];

	snprintf(command, sizeof(command), "cp \"$(command -v sleep)\" %s", path);
	return !system(command) && !chown(path, uid, uid) && !chmod(path, mode);
}

static bool install_all(void)
{
	return install(SETUID_ROOT, 0, 04755) && install(SETUID_OTHER, OTHER_USER, 04755) &&
	       install(UNREADABLE, 0, 0711);
}

/* The kinds of targets. Each becomes ready, and sleeps */
static void become_other(void)
{
	if (setresgid(OTHER_USER, OTHER_USER, OTHER_USER) || setresuid(OTHER_USER, OTHER_USER, OTHER_USER))
		_exit(1);
	prctl(PR_SET_DUMPABLE, 1);
}

static void become_undumpable(void)
{
	creds_become_nobody();
	prctl(PR_SET_DUMPABLE, 0);
}

static void become_roots_undumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0);
}

static void execute(const char *path)
{
	creds_become_nobody();
	execl(path, path, "1000", NULL);
	_exit(1);
}

static void execute_setuid_root(void)
{
	execute(SETUID_ROOT);
}

static void execute_setuid_other(void)
{
	execute(SETUID_OTHER);
}

static void execute_unreadable(void)
{
	execute(UNREADABLE);
}

static void become_nobody(void)
{
	creds_become_nobody();
}

static void enter_user_namespace(void)
{
	creds_become_nobody();
	if (unshare(CLONE_NEWUSER))
		_exit(1);
}

static const struct kind {
	const char *name;
	void (*become)(void);
} kinds[] = {
	{ "root's process", NULL },
	{ "a process of the same user", become_nobody },
	{ "a process of another user", become_other },
	{ "a process with dumpable=0", become_undumpable },
	{ "a process of root with dumpable=0", become_roots_undumpable },
	{ "a program with set-uid root", execute_setuid_root },
	{ "a program with set-uid of another user", execute_setuid_other },
	{ "a program that the user cannot read", execute_unreadable },
	{ "a process in a user namespace", enter_user_namespace },
};

#define NR_KINDS	(sizeof(kinds) / sizeof(kinds[0]))

static pid_t start(const struct kind *kind)
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe2(ready, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid) {
		if (kind->become)
			kind->become();
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	/* the end of the file: exec closed it, or the process itself */
	if (read(ready[0], &c, 1))
		return -1;
	close(ready[0]);
	return pid;
}

static int open_pagemap(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static int attach(int fd, pid_t pid)
{
	struct pgwalk_attach arg = { .size = sizeof(arg), .pid = pid };

	return interface_ioctl(fd, PGWALK_IOC_ATTACH, &arg);
}

static int translate(int fd, __u64 addr)
{
	struct pgwalk_translate t = { .size = sizeof(t), .addr = addr };

	return interface_ioctl(fd, PGWALK_IOC_TRANSLATE, &t);
}

/* Results of a reader, in memory that is shared with it */
struct verdict {
	pid_t pid;
	int open, pagemap, attach, call;
};

static int compare(void *arg)
{
	struct verdict *v = arg;
	int fd = interface_open_device(0);

	v->open = fd < 0 ? fd : 0;
	v->pagemap = open_pagemap(v->pid ?: getpid());
	v->attach = attach(fd, v->pid ?: getpid());
	v->call = translate(fd, 0x1000);
	close(fd);
	return 0;
}

FIXTURE(delegate) {
	struct verdict *verdict;
};

FIXTURE_SETUP(delegate)
{
	if (!loader_is_delegated())
		reload("delegate=1");
	self->verdict = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

FIXTURE_TEARDOWN(delegate)
{
}

/* With a target of each kind */
FIXTURE(targets) {
	struct verdict *verdict;
	pid_t pid[NR_KINDS];
};

FIXTURE_SETUP(targets)
{
	if (!loader_is_delegated())
		reload("delegate=1");
	ASSERT_TRUE(install_all());
	self->verdict = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (size_t i = 0; i < NR_KINDS; i++) {
		self->pid[i] = start(&kinds[i]);
		ASSERT_LT(0, self->pid[i]);
	}
}

FIXTURE_TEARDOWN(targets)
{
	for (size_t i = 0; i < NR_KINDS; i++)
		process_end(self->pid[i]);
	unlink(SETUID_ROOT);
	unlink(SETUID_OTHER);
	unlink(UNREADABLE);
}

/* A container has other PIDs than its /proc here; it has a test of its own */
static bool reads_proc(const struct creds *creds)
{
	return !creds->admin && !strstr(creds->name, "container");
}

TEST_F_TIMEOUT(targets, every_user_reads_what_pagemap_lets_it_read, 120)
{
	struct verdict *v = self->verdict;
	int allowed = 0, refused = 0;

	for (const struct creds *creds = creds_all; creds->name; creds++)
		for (size_t i = 0; reads_proc(creds) && i < NR_KINDS; i++) {
			v->pid = self->pid[i];
			ASSERT_EQ(0, creds_run(creds, compare, v));
			EXPECT_EQ(0, v->open);
			EXPECT_EQ(v->pagemap, v->attach) {
				TH_LOG("%s: %s: pagemap %d", creds->name, kinds[i].name, v->pagemap);
			}
			EXPECT_EQ(v->pagemap ? -ENOTCONN : 0, v->call);
			allowed += !v->pagemap;
			refused += !!v->pagemap;
		}
	/* The oracle itself must be able to say both */
	EXPECT_LT(4, allowed);
	EXPECT_LT(20, refused);
}

static bool become_undumpable_self(void)
{
	become_undumpable();
	return true;
}

TEST_F(delegate, process_may_read_itself_as_with_pagemap)
{
	const struct creds readers[] = { creds_all[0], { "dumpable=0", become_undumpable_self, false } };
	struct verdict *v = self->verdict;

	for (int i = 0; i < 2; i++) {
		v->pid = 0;
		ASSERT_EQ(0, creds_run(&readers[i], compare, v));
		EXPECT_EQ(v->pagemap, v->attach);
		EXPECT_EQ(i ? -EACCES : 0, v->attach);
	}
}

TEST_F(delegate, process_without_memory)
{
	struct verdict *v = self->verdict;
	pid_t tid, zombie = process_zombie(), headless = process_headless(&tid);

	v->pid = 2;	/* kthreadd, of root */
	ASSERT_EQ(0, creds_run(&creds_all[0], compare, v));
	EXPECT_EQ(-EACCES, v->attach);
	ASSERT_EQ(0, creds_run(&creds_all[1], compare, v));
	EXPECT_EQ(-ENXIO, v->attach);
	v->pid = zombie;
	ASSERT_EQ(0, creds_run(&creds_all[1], compare, v));
	EXPECT_EQ(-ENXIO, v->attach);
	/* Its leader has no memory: pagemap of the leader has none, but that of the thread has */
	v->pid = tid;
	ASSERT_EQ(0, creds_run(&creds_all[1], compare, v));
	EXPECT_EQ(0, v->pagemap);
	EXPECT_EQ(0, v->attach);
	EXPECT_EQ(0, v->call);
	v->pid = 1 << 22;
	ASSERT_EQ(0, creds_run(&creds_all[0], compare, v));
	EXPECT_EQ(-ESRCH, v->attach);
	process_end(zombie);
	process_end(headless);
}

/* A container: root of a user namespace, process 1 of a pid namespace */
static int compare_inside(void *arg)
{
	pid_t outside = *(pid_t *)arg;
	int fd = interface_open_device(0);

	if (getpid() != 1 || attach(fd, outside) != -ESRCH)
		return 1;
	if (attach(fd, 1))
		return 2;
	return call_make(&calls[4], fd, 1, (unsigned long)&fd & ~(PAGE - 1), &reply) ||
	       reply.arg.translate.flags != PGWALK_REDACTED ? 3 : 0;
}

TEST_F(targets, container_reads_its_own_processes)
{
	for (const struct creds *creds = creds_all; creds->name; creds++) {
		const bool inside = strstr(creds->name, "container");

		EXPECT_EQ(0, inside ? creds_run(creds, compare_inside, &self->pid[1]) : 0);
	}
}

/* Memory of each kind that a record of a frame could come from */
struct memory {
	char *pages, *end;
};

static void fill_memory(struct memory *m)
{
	int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	char *at;

	m->pages = mmap(NULL, BUFFER, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	m->end = m->pages + BUFFER;
	at = (char *)(((unsigned long)m->pages + HUGE - 1) & -HUGE);
	madvise(at, 2 * HUGE, MADV_HUGEPAGE);
	memset(at, 1, 2 * HUGE);
	/* every second page: frames that are not consecutive; pages of zeroes between some */
	madvise(at + 2 * HUGE, HUGE, MADV_NOHUGEPAGE);
	for (unsigned long i = 0; i < HUGE / PAGE; i += 2)
		at[2 * HUGE + i * PAGE] = 1;
	for (unsigned long i = 1; i < HUGE / PAGE; i += 16)
		(void)*(volatile char *)&at[2 * HUGE + i * PAGE];
	madvise(at + 2 * HUGE, 64 * PAGE, MADV_PAGEOUT);	/* to swap, if there is any */
	mprotect(at, HUGE / 2, PROT_NONE);
	at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
	(void)*(volatile char *)at;
	at = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memset(at, 1, 16 * PAGE);
}

#define IS_ZERO(x)	is_zero(&(x), sizeof(x))

static bool is_zero(const void *at, size_t size)
{
	const char *c = at;

	while (size--)
		if (*c++)
			return false;
	return true;
}

static bool info_is_redacted(const struct pgwalk_info *info)
{
	struct pgwalk_info want = {
		.size = sizeof(*info), .abi = PGWALK_ABI_VERSION, .paging = info->paging,
		.nr_levels = info->nr_levels, .user_end = info->user_end,
		.newest_tested = info->newest_tested, .page_shift = info->page_shift, .arch = info->arch,
		.features = info->features,
	};
	const __u64 frames = PGWALK_FEATURE_FRAMES | PGWALK_FEATURE_RMAP | PGWALK_FEATURE_KFUNC |
			     PGWALK_FEATURE_SEGMENTS;

	memcpy(want.geometry, info->geometry, sizeof(want.geometry));
	return !memcmp(&want, info, sizeof(want)) && !(info->features & frames) &&
	       info->features & PGWALK_FEATURE_REDACTED && info->features & PGWALK_FEATURE_DELEGATE;
}

static bool translate_is_redacted(const struct pgwalk_translate *t)
{
	for (int i = 0; i < PGWALK_MAX_LEVELS; i++)
		if (t->step[i].table_pfn || t->step[i].entry.value || t->step[i].entry.pfn ||
		    t->step[i].entry.swap_type ||
		    !(t->step[i].entry.flags & PGWALK_F_REDACTED) != (i >= t->nr_steps))
			return false;
	return t->flags == PGWALK_REDACTED && t->nr_steps && IS_ZERO(t->segment) && !t->facts &&
	       !t->pkru && !t->pkru_tid && !t->thread_flags;
}

static bool may_merge(const struct pgwalk_run *a, const struct pgwalk_run *b)
{
	return a->end == b->start && a->kind == b->kind && a->flags == b->flags &&
	       a->shift == b->shift && a->pkey == b->pkey && a->level == b->level;
}

/* Runs end where attributes change only, so that they do not show which frames are consecutive */
static bool runs_are_redacted(const struct pgwalk_scan *scan, const struct pgwalk_run *run)
{
	const bool pages = scan->flags & PGWALK_SCAN_PAGES;

	for (__u32 i = 0; i < scan->filled; i++) {
		/* a raced range has no flags */
		if (run[i].pfn || run[i].swap_type ||
		    (run[i].kind != PGWALK_KIND_RACED && !(run[i].flags & PGWALK_F_REDACTED)))
			return false;
		if (pages ? run[i].end - run[i].start != 1ULL << run[i].shift :
			    i && may_merge(&run[i - 1], &run[i]))
			return false;
	}
	return scan->filled && scan->flags & PGWALK_REDACTED;
}

static bool vmas_are_redacted(const struct pgwalk_vmas *vmas, const char *at)
{
	for (const char *end = at + vmas->filled; at < end; at += ((const struct pgwalk_vma *)at)->size) {
		const struct pgwalk_vma *vma = (const void *)at;

		if (vma->large || vma->ksm || !IS_ZERO(vma->node) ||
		    vma->frames_counted != (vmas->flags & PGWALK_VMAS_FRAMES ? PGWALK_VMA_FRAMES_REDACTED : 0))
			return false;
	}
	return vmas->filled && vmas->flags & PGWALK_REDACTED;
}

static bool mm_is_redacted(const struct pgwalk_mm *mm, const void *tasks)
{
	return mm->flags == PGWALK_REDACTED && !mm->pgd && !mm->pgd_pa && !mm->users && !mm->count &&
	       !mm->nr_tasks && !mm->filled && mm->rss_anon_pages && is_zero(tasks, CALL_ROOM);
}

static bool tables_are_redacted(const struct pgwalk_tables *tables, const struct pgwalk_pgtable_stats *row)
{
	for (__u32 i = 0; i < tables->filled; i++)
		if (row[i].node != -1 || (i && row[i].level >= row[i - 1].level))
			return false;
	return tables->filled && tables->flags == PGWALK_REDACTED;
}

/* Return if a response has nothing that a delegated file must not report */
static bool is_redacted(const struct call *call, const struct call_buffer *a)
{
	switch (call->request) {
	case PGWALK_IOC_INFO:
		return info_is_redacted(&a->arg.info);
	case PGWALK_IOC_TRANSLATE:
		return translate_is_redacted(&a->arg.translate);
	case PGWALK_IOC_SCAN:
		return runs_are_redacted(&a->arg.scan, (const void *)a->records);
	case PGWALK_IOC_VMAS:
		return vmas_are_redacted(&a->arg.vmas, (const void *)a->records);
	case PGWALK_IOC_MM:
		return mm_is_redacted(&a->arg.mm, a->records);
	case PGWALK_IOC_TABLES:
		return tables_are_redacted(&a->arg.tables, (const void *)a->records);
	}
	return false;
}

static bool is_refused(const struct call *call)
{
	static const char *const names[] = {
		"GDT", "FRAMES", "RMAP of a pfn", "RMAP of an address", "TRANSLATE of a segment",
		"SEGMENTS", "SCAN of frames",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(call->name, names[i]))
			return true;
	return false;
}

/* Continue a scan of the whole process, call by call. Return the bytes of present pages; -1: not redacted */
static long long scan_all(int fd, __u32 flags)
{
	long long bytes = 0;

	memset(&reply, 0, sizeof(reply));
	reply.arg.scan = (struct pgwalk_scan){
		.size = sizeof(reply.arg.scan), .flags = flags, .end = INTERFACE_USER_END,
		.records = (unsigned long)reply.records,
		.nr_records = CALL_ROOM / sizeof(struct pgwalk_run),
	};
	while (reply.arg.scan.start < reply.arg.scan.end) {
		const struct pgwalk_run *run = (const void *)reply.records;

		/* the flags of the call before contain PGWALK_REDACTED */
		if (interface_ioctl(fd, PGWALK_IOC_SCAN, &reply.arg.scan))
			return -1;
		if (reply.arg.scan.filled && !runs_are_redacted(&reply.arg.scan, run))
			return -1;
		for (__u32 i = 0; i < reply.arg.scan.filled; i++)
			bytes += run[i].end - run[i].start;
		reply.arg.scan.start = reply.arg.scan.resume;
	}
	return bytes;
}

static int read_itself(void *arg)
{
	static const __u32 refused[] = {
		PGWALK_SCAN_RAW, PGWALK_SCAN_FRAMES, PGWALK_SCAN_FRAMES | PGWALK_SCAN_EXCLUSIVE,
		PGWALK_SCAN_FRAMES | PGWALK_SCAN_PAGES, PGWALK_SCAN_RAW | PGWALK_REDACTED,
	};
	struct memory m;
	long long bytes;
	int fd;

	fill_memory(&m);
	fd = interface_open_device(getpid());
	if (fd < 0)
		return 1;
	for (const struct call *call = calls; call->name; call++) {
		int ret = call_make(call, fd, getpid(), (unsigned long)&m & -PAGE, &reply);

		if (ret != (is_refused(call) ? -EPERM : 0) ||
		    (!ret && !is_redacted(call, &reply))) {
			printf("# %s: %d%s\n", call->name, ret, ret ? "" : ", not redacted");
			return 2;
		}
	}
	for (unsigned long at = (unsigned long)m.pages; at < (unsigned long)m.end; at += 7 * PAGE)
		if (call_make(&calls[4], fd, getpid(), at, &reply) || !is_redacted(&calls[4], &reply))
			return 3;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		struct pgwalk_scan scan = {
			.size = sizeof(scan), .flags = refused[i], .end = INTERFACE_USER_END,
			.records = (unsigned long)reply.records, .nr_records = 16,
		};

		if (interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) != -EPERM)
			return 4;
	}
	if (interface_ioctl(fd, _IO(PGWALK_IOC_MAGIC, 99), &reply) != -EPERM)
		return 5;
	bytes = scan_all(fd, 0);
	return bytes > (long long)(2 * HUGE) && scan_all(fd, PGWALK_SCAN_PAGES) == bytes ? 0 : 6;
}

TEST_F_TIMEOUT(delegate, no_record_has_a_frame, 60)
{
	EXPECT_EQ(0, creds_run(&creds_all[0], read_itself, NULL));
	EXPECT_EQ(0, creds_run(&creds_all[1], read_itself, NULL));
}

/* A bit of pagemap agrees with each page of a scan */
static int compare_pages(void *arg)
{
	static struct pgwalk_run pages[BUFFER / PAGE];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_PAGES,
		.records = (unsigned long)pages, .nr_records = BUFFER / PAGE,
	};
	struct memory m;
	__u64 present[BUFFER / PAGE] = {}, found[BUFFER / PAGE] = {};
	int fd = interface_open_device(getpid()), pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);

	fill_memory(&m);
	for (int i = 0; i < 3; i++) {
		memset(found, 0, sizeof(found));
		scan.start = (unsigned long)m.pages;
		scan.end = (unsigned long)m.end;
		if (interface_ioctl(fd, PGWALK_IOC_SCAN, &scan) || scan.resume != scan.end ||
		    pread(pagemap, present, sizeof(present), (long)(scan.start / PAGE * 8)) != sizeof(present))
			return 1;
		for (__u32 n = 0; n < scan.filled; n++)
			for (__u64 at = pages[n].start; at < pages[n].end; at += PAGE)
				if (at >= scan.start && at < scan.end)
					found[(at - scan.start) / PAGE] = pages[n].kind == PGWALK_KIND_SWAP ?
									  PM_SWAP : PM_PRESENT;
		for (size_t n = 0; n < BUFFER / PAGE; n++)
			present[n] &= PM_PRESENT | PM_SWAP;
		if (!memcmp(found, present, sizeof(found)))
			return 0;
	}
	return 2;
}

TEST_F(delegate, pages_are_those_of_pagemap)
{
	EXPECT_EQ(0, creds_run(&creds_all[0], compare_pages, NULL));
}

/* A process that sets its dumpable flag to each byte that it reads */
struct switcher {
	int go[2], done[2];
	pid_t pid;
	__u64 address;
};

static void start_switcher(struct switcher *s)
{
	char dumpable;

	if (pipe(s->go) || pipe(s->done))
		_exit(2);
	s->pid = fork();
	s->address = (unsigned long)&dumpable;
	if (s->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(s->go[0], &dumpable, 1) == 1) {
		prctl(PR_SET_DUMPABLE, dumpable);
		if (write(s->done[1], &dumpable, 1) != 1)
			break;
	}
	_exit(0);
}

static int follow_changes(void *arg)
{
	static const char states[] = { 1, 0, 1, 0 };
	struct switcher s;
	int fd;

	start_switcher(&s);
	fd = interface_open_device(s.pid);
	if (fd < 0)
		return 1;
	for (size_t i = 0; i < sizeof(states); i++) {
		char c = states[i];

		if (write(s.go[1], &c, 1) != 1 || read(s.done[0], &c, 1) != 1)
			return 2;
		for (const struct call *call = calls; call->name; call++) {
			if (!call->attached || is_refused(call))
				continue;
			if (open_pagemap(s.pid) != (c ? 0 : -EACCES) ||
			    call_make(call, fd, s.pid, s.address, &reply) != open_pagemap(s.pid))
				return 3;
		}
	}
	process_end(s.pid);
	return 0;
}

TEST_F(delegate, each_call_checks_again)
{
	EXPECT_EQ(0, creds_run(&creds_all[0], follow_changes, NULL));
}

/* A descriptor that another user opened */
struct passed {
	int sockets[2];
	pid_t attach_to;	/* by the opener, before it passes the file; 0: not attached */
};

static int open_and_pass(void *arg)
{
	struct passed *p = arg;
	int fd = interface_open_device(p->attach_to);

	return fd >= 0 && scm_rights_send(p->sockets[0], fd) ? 0 : 1;
}

static int receive(struct __test_metadata *_metadata, const struct creds *opener, pid_t pid)
{
	struct passed p = { .attach_to = pid };
	int fd;

	EXPECT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, p.sockets));
	EXPECT_EQ(0, creds_run(opener, open_and_pass, &p));
	fd = scm_rights_receive(p.sockets[1]);
	EXPECT_LE(0, fd);
	close(p.sockets[0]);
	close(p.sockets[1]);
	return fd;
}

/* As root, which reads everything: the opener decides, and no frame is reported */
TEST_F(targets, root_gets_no_more_than_the_opener)
{
	const int refused[] = { 0, 2, 3, 4, 5, 6, 7 };
	int fd;

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		fd = receive(_metadata, &creds_all[0], 0);
		EXPECT_EQ(-EACCES, attach(fd, self->pid[refused[i]])) {
			TH_LOG("%s", kinds[refused[i]].name);
		}
		close(fd);
	}
	fd = receive(_metadata, &creds_all[0], self->pid[1]);
	for (const struct call *call = calls; call->name; call++) {
		EXPECT_EQ(is_refused(call) ? -EPERM : 0,
			  call_make(call, fd, self->pid[1], (unsigned long)&fd, &reply)) {
			TH_LOG("%s", call->name);
		}
		EXPECT_TRUE(is_refused(call) || is_redacted(call, &reply)) {
			TH_LOG("%s", call->name);
		}
	}
	close(fd);
}

static int use_as_nobody(void *arg)
{
	int fd = *(int *)arg;

	/* calls on the process that the opener attached */
	for (const struct call *call = calls; call->name; call++)
		if (call->attached && !is_refused(call) &&
		    call_make(call, fd, 1, 0x1000, &reply) != -EACCES)
			return 1 + (int)(call - calls);
	return 0;
}

TEST_F(targets, user_gets_no_more_than_it_has)
{
	int fd = receive(_metadata, &creds_all[1], self->pid[0]);

	/* root without CAP_SYS_ADMIN may, and so does root */
	EXPECT_EQ(0, translate(fd, 0x1000));
	EXPECT_EQ(0, creds_run(&creds_all[0], use_as_nobody, &fd));
	EXPECT_EQ(0, translate(fd, 0x1000));
	close(fd);
}

static bool is_readable(int fd)
{
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

	return poll(&poll_fd, 1, 0) == 1;
}

/* Attach while the process executes the program; then the process is as root's */
static int attach_during_exec(void *arg)
{
	int fds[ATTEMPTS], early = 0, fresh;

	for (int n = 0; n < EXECUTIONS; n++) {
		int ready[2], attached = 0, i;
		pid_t pid;
		char c;

		if (pipe2(ready, O_CLOEXEC))
			return 1;
		pid = fork();
		if (!pid) {
			execl(SETUID_ROOT, SETUID_ROOT, "1000", NULL);
			_exit(1);
		}
		close(ready[1]);
		for (i = 0; i < ATTEMPTS && !is_readable(ready[0]); i++) {
			int ret;

			fds[i] = interface_open_device(0);
			ret = attach(fds[i], pid);
			if (ret && ret != -EACCES && ret != -ESRCH)
				return 2;
			attached += !ret;
		}
		/* the end of the file: exec is over */
		if (read(ready[0], &c, 1) || open_pagemap(pid) != -EACCES)
			return 3;
		fresh = interface_open_device(0);
		if (attach(fresh, pid) != -EACCES)
			return 6;
		close(fresh);
		early += attached > 0;
		while (i-- > 0) {
			int ret = translate(fds[i], 0x1000);

			/* its old address space, or none */
			if (ret != -ESRCH && ret != -ENOTCONN && ret != -EACCES)
				return 4;
			close(fds[i]);
		}
		close(ready[0]);
		process_end(pid);
	}
	return early ? 0 : 5;
}

TEST_F_TIMEOUT(targets, set_uid_program_is_not_read, 60)
{
	EXPECT_EQ(0, creds_run(&creds_all[0], attach_during_exec, NULL));
}

static int read_and_pass(void *arg)
{
	int fd = interface_open_device(getpid());

	for (const struct call *call = calls; call->name; call++)
		call_make(call, fd, getpid(), (unsigned long)&fd, &reply);
	return scm_rights_send(*(int *)arg, fd) ? 0 : 1;
}

/* Any number of them may be open */
TEST_F(delegate, open_file_keeps_no_memory)
{
	struct pgwalk_info before, after;
	int sockets[2], fd;

	ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	ASSERT_EQ(0, interface_info(&before));
	EXPECT_EQ(0, creds_run(&creds_all[0], read_and_pass, &sockets[0]));
	fd = scm_rights_receive(sockets[1]);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, interface_info(&after));
	EXPECT_EQ(before.buffer_bytes, after.buffer_bytes);
	close(fd);
	close(sockets[0]);
	close(sockets[1]);
}

/* Root's files are as without the parameter */
TEST_F(targets, root_reads_frames)
{
	struct pgwalk_info info;
	struct stat st;
	int fd = interface_open_device(self->pid[1]);

	ASSERT_EQ(0, interface_info(&info));
	EXPECT_TRUE(info.features & PGWALK_FEATURE_DELEGATE);
	EXPECT_FALSE(info.features & PGWALK_FEATURE_REDACTED);
	EXPECT_NE(0, info.zero_pfn);
	EXPECT_EQ(0, call_make(&calls[7], fd, self->pid[1], 0, &reply));
	EXPECT_EQ(PGWALK_SCAN_FRAMES, reply.arg.scan.flags);
	EXPECT_NE(0, reply.records[offsetof(struct pgwalk_run, pfn) / 8]);
	ASSERT_EQ(0, stat(PGWALK_DEVICE, &st));
	EXPECT_EQ(0666, st.st_mode & 07777);
	close(fd);
}

/* The tools, as a user, and random calls */
static int run_command(void *arg)
{
	char command[512];
	int status;

	snprintf(command, sizeof(command), arg, getenv("PGWALK_BUILD"));
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

TEST_F_TIMEOUT(delegate, random_calls_keep_the_rules, 120)
{
	if (run_command("test -e %s/selftests/fuzz/fuzz"))
		SKIP(return, "no fuzzer for this architecture");
	EXPECT_EQ(0, run_command("%s/selftests/fuzz/fuzz -d -s 1 -n 300 selftests/fuzz/found > /tmp/delegate_fuzz; "
				 "status=$?; sed 's/^/# /' /tmp/delegate_fuzz; rm /tmp/delegate_fuzz; exit $status"));
}

TEST_F_TIMEOUT(delegate, tools_of_a_user, 120)
{
	EXPECT_EQ(0, creds_run(&creds_all[0], run_command, "selftests/tools/delegate.py %s/bin/pgwalk"));
}

static int try_open(void *arg)
{
	int fd = interface_open_device(0);

	close(fd);
	return fd < 0 ? -fd : 0;
}

TEST(module_without_the_parameter)
{
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_REDACTED, .end = INTERFACE_USER_END,
		.records = (unsigned long)reply.records, .nr_records = 16,
	};
	struct pgwalk_info info;
	struct stat st;
	int fd;

	if (loader_is_delegated())
		reload("");
	fd = interface_open_device(getpid());
	ASSERT_EQ(0, interface_info(&info));
	EXPECT_FALSE(info.features & (PGWALK_FEATURE_DELEGATE | PGWALK_FEATURE_REDACTED));
	ASSERT_EQ(0, stat(PGWALK_DEVICE, &st));
	EXPECT_EQ(0600, st.st_mode & 07777);
	EXPECT_EQ(-EINVAL, interface_ioctl(fd, PGWALK_IOC_SCAN, &scan));
	close(fd);
	ASSERT_EQ(0, chmod(PGWALK_DEVICE, 0666));
	for (const struct creds *creds = creds_all; creds->name; creds++)
		EXPECT_EQ(creds->admin ? 0 : EPERM, creds_run(creds, try_open, NULL));
	chmod(PGWALK_DEVICE, 0600);
}

/* The mount of procfs has the pid namespace of the loader: users outside of it would find no process */
TEST(parameter_is_ignored_in_a_pid_namespace)
{
	struct stat st;
	int status;
	pid_t pid;

	ASSERT_TRUE(loader_unload_soon(10));
	ASSERT_EQ(0, unshare(CLONE_NEWPID));
	pid = fork();
	ASSERT_LE(0, pid);
	if (!pid)
		_exit(!!loader_load_with("delegate=1"));
	ASSERT_EQ(pid, waitpid(pid, &status, 0));
	ASSERT_EQ(0, status);
	EXPECT_FALSE(loader_is_delegated());
	ASSERT_EQ(0, stat(PGWALK_DEVICE, &st));
	EXPECT_EQ(0600, st.st_mode & 07777);
}

TEST_HARNESS_MAIN

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The process of "pgwalk lab": maps and accesses memory as requests describe. All data that a step writes beside
 * the memory of the step is touched before, so that the faults of a step are those of its memory.
 */
#ifdef __x86_64__
#include <asm/ldt.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
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
#include <time.h>
#include <unistd.h>

#include "../../lib/page_size.h"
#include "pgwalk.h"
#include "lab.h"

#define PAGE	page_bytes()

/* State of the process, static so that its pages are touched before a step */
static struct {
	sigjmp_buf on_signal;
	cpu_set_t cpus;
	struct rusage before, after;
	struct timespec begin, end;
	struct lab_request request;
	struct lab_reply reply;
	pid_t child;
	int device;
	volatile unsigned char *thread_at;
} agent = { .device = -1 };

static void jump(int signal, siginfo_t *info, void *context)
{
	(void)context;
	agent.reply.code = info->si_code;
	siglongjmp(agent.on_signal, signal);
}

static int result(long ret)
{
	return ret < 0 ? -errno : 0;
}

static int map_at(int flags, int fd)
{
	const struct lab_request *r = &agent.request;
	void *at = mmap((void *)r->addr, r->size, PROT_READ | PROT_WRITE, flags | MAP_FIXED_NOREPLACE, fd, 0);

	return at == MAP_FAILED ? -errno : 0;
}

static int map_anonymous(void)
{
	const struct lab_request *r = &agent.request;
	int err = map_at(MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);

	if (!err)
		madvise((void *)r->addr, r->size, r->arg ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return err;
}

static int write_file(int fd)
{
	static const char line[64] = "pgwalk lab: a file of its own\n";
	uint64_t done;

	for (done = 0; done < agent.request.size; done += sizeof(line))
		if (write(fd, line, sizeof(line)) != (ssize_t)sizeof(line))
			return errno ? -errno : -EIO;
	fsync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	/* no page around the faulting one is read ahead */
	posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
	return 0;
}

static int map_file(void)
{
	const char *directory = getenv("TMPDIR");
	char path[4096];
	int fd, err;

	snprintf(path, sizeof(path), "%s/pgwalk-lab-XXXXXX", directory ? directory : "/var/tmp");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	err = write_file(fd);
	if (!err)
		err = map_at(MAP_PRIVATE, fd);
	close(fd);
	return err;
}

static int map_device(void)
{
	if (agent.device < 0)
		agent.device = open(PGWALK_LAB_DEVICE, O_RDWR | O_CLOEXEC);
	return agent.device < 0 ? -errno : map_at(MAP_SHARED, agent.device);
}

static int access_memory(bool write)
{
	const struct lab_request *r = &agent.request;
	volatile unsigned char *at = (volatile unsigned char *)r->addr;
	const uint64_t stride = r->arg ? r->arg : PAGE;
	uint64_t offset = 0;

	do {
		if (write)
			at[offset] = (unsigned char)(offset / stride + 'a');
		else
			agent.reply.byte = at[offset];
		offset += stride;
	} while (offset < r->size);
	return 0;
}

static int fork_child(void)
{
	const pid_t parent = getpid();

	if (agent.child)
		return -EBUSY;
	agent.child = fork();
	if (!agent.child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		for (;;)
			pause();
	}
	return result(agent.child);
}

static int end_child(void)
{
	if (!agent.child)
		return -ECHILD;
	kill(agent.child, SIGKILL);
	if (waitpid(agent.child, NULL, 0) < 0)
		return -errno;
	agent.child = 0;
	return 0;
}

/* Bind the thread to the nth CPU that the process may use */
static void bind_to(unsigned int nth)
{
	cpu_set_t one;
	int cpu;

	CPU_ZERO(&one);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &agent.cpus) && !nth--) {
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

static void *spin(void *ready)
{
	bind_to(1);
	__atomic_store_n((int *)ready, 1, __ATOMIC_RELEASE);
	for (;;)
		(void)*agent.thread_at;
	return NULL;
}

/* Start the thread, and wait until it runs on its CPU */
static int start_thread(void)
{
	static int ready;
	pthread_t thread;
	int err;

	agent.thread_at = (volatile unsigned char *)&agent.request;
	err = pthread_create(&thread, NULL, spin, &ready);
	while (!err && !__atomic_load_n(&ready, __ATOMIC_ACQUIRE))
		sched_yield();
	return -err;
}

static int call_device(unsigned long cmd)
{
	agent.reply.page = (struct pgwalk_lab_page){
		.size = sizeof(agent.reply.page), .prot = agent.request.arg, .addr = agent.request.addr,
	};
	return result(ioctl(agent.device, cmd, &agent.reply.page));
}

#ifdef __x86_64__
/* Entry 0 of the LDT; RPL 3, TI 1 */
static int set_ldt(void)
{
	struct user_desc desc = {
		.base_addr = (unsigned int)agent.request.addr, .limit = (unsigned int)agent.request.size - 1, .seg_32bit = 1,
		.useable = 1,
	};
	int err = result(syscall(SYS_modify_ldt, 1, &desc, sizeof(desc)));

	if (!err)
		__asm__ volatile("movw %w0, %%gs" : : "r" (7));
	return err;
}

static int read_gs(void)
{
	unsigned char byte;

	__asm__ volatile("movb %%gs:(%1), %0" : "=q" (byte) : "r" (agent.request.addr));
	agent.reply.byte = byte;
	return 0;
}
#else
static int set_ldt(void)
{
	return -EOPNOTSUPP;
}

static int read_gs(void)
{
	return -EOPNOTSUPP;
}
#endif

static int map_memory(void)
{
	switch (agent.request.op) {
	case LAB_MMAP:
		return map_anonymous();
	case LAB_MMAP_FILE:
		return map_file();
	case LAB_MMAP_LAB:
		return map_device();
	case LAB_MUNMAP:
		return result(munmap((void *)agent.request.addr, agent.request.size));
	case LAB_MADVISE:
		return result(madvise((void *)agent.request.addr, agent.request.size, (int)agent.request.arg));
	case LAB_MLOCK:
		return result(mlock((void *)agent.request.addr, agent.request.size));
	case LAB_MUNLOCK:
		return result(munlock((void *)agent.request.addr, agent.request.size));
	}
	return 0;
}

static int execute(void)
{
	switch (agent.request.op) {
	case LAB_READ:
		return access_memory(false);
	case LAB_WRITE:
		return access_memory(true);
	case LAB_FORK:
		return fork_child();
	case LAB_JOIN:
		return end_child();
	case LAB_THREAD:
		return start_thread();
	case LAB_MAP:
		return call_device(PGWALK_LAB_IOC_MAP);
	case LAB_PROTECT:
		return call_device(PGWALK_LAB_IOC_PROTECT);
	case LAB_UNMAP:
		return call_device(PGWALK_LAB_IOC_UNMAP);
	case LAB_FLUSH:
		return call_device(PGWALK_LAB_IOC_FLUSH);
	case LAB_LDT:
		return set_ldt();
	case LAB_READ_GS:
		return read_gs();
	}
	return map_memory();
}

static uint64_t elapsed(void)
{
	return (uint64_t)(agent.end.tv_sec - agent.begin.tv_sec) * 1000000000ULL + (uint64_t)agent.end.tv_nsec -
	       (uint64_t)agent.begin.tv_nsec;
}

static void measure(void)
{
	int signal;

	getrusage(RUSAGE_SELF, &agent.before);
	clock_gettime(CLOCK_MONOTONIC, &agent.begin);
	signal = sigsetjmp(agent.on_signal, 1);
	agent.reply.signal = signal;
	if (!signal)
		agent.reply.error = execute();
	clock_gettime(CLOCK_MONOTONIC, &agent.end);
	getrusage(RUSAGE_SELF, &agent.after);
	agent.reply.ns = elapsed();
	agent.reply.minor = (uint64_t)(agent.after.ru_minflt - agent.before.ru_minflt);
	agent.reply.major = (uint64_t)(agent.after.ru_majflt - agent.before.ru_majflt);
}

/* Execute an empty step, which writes all pages that a step writes: fork() makes them read-only */
static void warm_up(void)
{
	const struct lab_request request = agent.request;

	agent.request.op = LAB_NOP;
	measure();
	if (!sigsetjmp(agent.on_signal, 1))
		raise(SIGSEGV);
	agent.request = request;
	memset(&agent.reply, 0, sizeof(agent.reply));
}

/**
 * lab_agent__run - execute requests until the other end of the socket is closed
 * @fd: socket
 */
void lab_agent__run(int fd)
{
	const struct sigaction action = { .sa_sigaction = jump, .sa_flags = SA_SIGINFO | SA_NODEFER };

	sched_getaffinity(0, sizeof(agent.cpus), &agent.cpus);
	bind_to(0);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	while (recv(fd, &agent.request, sizeof(agent.request), 0) == sizeof(agent.request)) {
		warm_up();
		measure();
		if (send(fd, &agent.reply, sizeof(agent.reply), MSG_NOSIGNAL) != sizeof(agent.reply))
			break;
	}
	_exit(0);
}

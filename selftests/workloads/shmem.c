// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Shared memory: memfd, System V, shared anonymous memory, a file on tmpfs, and memory that
 * the kernel does not map. Without huge pages: each page is 4K.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

#define SYS_MEMFD_SECRET	447	/* 5.14 */

static void hit_shmem(struct run *run, enum access access, const char *flags)
{
	stage_hit(run, "shmem", access);
	stage_print_pages(run, PAGE, "present", flags);
}

static void map_fd(struct run *run, int fd, int flags)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (fd < 0 || ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("%s: no file", run->name);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, flags, fd);
}

static void make_shmem(struct run *run)
{
	map_fd(run, memfd_create("workload", MFD_CLOEXEC), MAP_SHARED);
	hit_shmem(run, ACCESS_WRITE, "P,US,RW,D");
}

static void make_shmem_read(struct run *run)
{
	map_fd(run, memfd_create("workload", MFD_CLOEXEC), MAP_SHARED);
	hit_shmem(run, ACCESS_READ, "P,US,!D");
}

static void make_shmem_anon(struct run *run)
{
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_ANONYMOUS, -1);
	hit_shmem(run, ACCESS_WRITE, "P,US,RW,D");
}

static void make_shmem_tmpfs(struct run *run)
{
	int fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		skip("no tmpfs on /dev/shm or /tmp");
	map_fd(run, fd, MAP_SHARED);
	hit_shmem(run, ACCESS_WRITE, "P,US,RW,D");
}

static void make_shmem_sysv(struct run *run)
{
	size_t size = run->times * PAGE;
	int id = shmget(IPC_PRIVATE, size, IPC_CREAT | 0600);
	char *p;

	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (id < 0)
		skip("no System V shared memory");
	p = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	if (p == (void *)-1)
		fail("shmat");
	stage_set(run, p, p + size, PAGE);
	hit_shmem(run, ACCESS_WRITE, "P,US,RW,D");
}

static void make_secretmem(struct run *run)
{
	int fd = (int)syscall(SYS_MEMFD_SECRET, O_CLOEXEC);

	if (fd < 0)
		skip("memfd_secret: %s", strerror(errno));
	if (ftruncate(fd, (off_t)(run->times * PAGE)))
		fail("ftruncate");
	stage_map(run, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	stage_prepare(run, "other", ACCESS_WRITE);
	stage_print_pages(run, PAGE, "present", "P,US,RW,D");
}

const struct workload shmem_workloads[] = {
	WORKLOADS_SHMEM(WORKLOAD_ROW)
	{ }
};

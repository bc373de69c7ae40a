// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Memory without a struct page, and memory of a device: frames mapped through /dev/mem,
 * copies of such frames, and pages that the test driver of HMM takes.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <linux/types.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "workload.h"

#define VGA_WINDOW	0xa0000UL	/* 32 pages: no RAM on any PC */
#define VGA_PAGES	32

/* lib/test_hmm_uapi.h */
struct hmm_command {
	__u64 addr, ptr, npages, cpages, faults;
};

#define HMM_MIGRATE_TO_DEV	_IOWR('H', 0x02, struct hmm_command)
#define HMM_EXCLUSIVE		_IOWR('H', 0x05, struct hmm_command)

static void map_physical(struct run *run, unsigned long physical, int flags)
{
	int fd = open("/dev/mem", O_RDWR | O_CLOEXEC);
	size_t size = run->times * PAGE;
	char *p;

	if (fd < 0)
		skip("/dev/mem: %s", strerror(errno));
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, (off_t)physical);
	if (p == MAP_FAILED)
		skip("/dev/mem at %lx: %s", physical, strerror(errno));
	stage_set(run, p, p + size, PAGE);
	close(fd);
}

static void map_vga(struct run *run, int flags)
{
	if (run->times > VGA_PAGES)
		run->times = VGA_PAGES;
	map_physical(run, VGA_WINDOW, flags);
}

static void make_pfnmap(struct run *run)
{
	map_vga(run, MAP_SHARED);
	stage_print_frame(run->start, run->end, PAGE, "special", "P,US,RW,SPEC",
			 VGA_WINDOW / PAGE);
}

/* Written pages are copied: anonymous pages between frames without a struct page */
static void make_pfnmap_cow(struct run *run)
{
	map_vga(run, MAP_PRIVATE);
	for (unsigned int i = 0; i < run->times; i += 2)
		*(volatile char *)(run->start + i * PAGE) = 1;
	for (unsigned int i = 0; i < run->times; i++) {
		char *p = run->start + i * PAGE;

		if (i & 1)
			stage_print_frame(p, p + PAGE, PAGE, "special", "P,US,!RW,SPEC",
					 VGA_WINDOW / PAGE + i);
		else
			stage_print_page(p, p + PAGE, PAGE, "present", "P,US,RW,D,!SPEC");
	}
}

/* The middle of the largest window of the PCI host: no device and no RAM there */
static unsigned long find_window(void)
{
	unsigned long start, end, size = 0, found = 0;
	FILE *f = fopen("/proc/iomem", "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (*line == ' ' || !strstr(line, ": PCI Bus ") ||
		    sscanf(line, "%lx-%lx", &start, &end) != 2 ||
		    start < 1UL << 24 || end >= 1UL << 32 || end - start <= size)
			continue;
		size = end - start;
		found = (start + size / 2) & -PAGE;
	}
	if (f)
		fclose(f);
	return found;
}

/* Above the RAM, so mapped uncached; never touched */
static void make_device_memory(struct run *run)
{
	unsigned long window = find_window();

	if (!window)
		skip("no PCI window");
	map_physical(run, window, MAP_SHARED);
	stage_print_frame(run->start, run->end, PAGE, "special", "P,US,RW,SPEC,PCD",
			 window / PAGE);
}

/* Migrate anonymous pages to the device of the driver */
static void give_to_device(struct run *run, unsigned long request)
{
	struct hmm_command command;
	int fd;

	if (access("/dev/hmm_dmirror0", F_OK) && system("modprobe -q test_hmm"))
		skip("no test_hmm");
	fd = open("/dev/hmm_dmirror0", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		skip("/dev/hmm_dmirror0: %s", strerror(errno));
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	stage_map(run, PAGE, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1);
	stage_prepare(run, "anon-new", ACCESS_WRITE);
	command = (struct hmm_command){
		.addr = (uintptr_t)run->start, .npages = run->times,
		.ptr = (uintptr_t)malloc(run->times * PAGE),
	};
	if (ioctl(fd, request, &command) || command.cpages != run->times)
		fail("test_hmm took %llu of %u pages", command.cpages, run->times);
}

static void make_device_private(struct run *run)
{
	give_to_device(run, HMM_MIGRATE_TO_DEV);
	stage_print_pages(run, PAGE, "device", "PRIVATE,WRITE,!EXCLUSIVE");
}

static void make_device_exclusive(struct run *run)
{
	give_to_device(run, HMM_EXCLUSIVE);
	stage_print_pages(run, PAGE, "device", "EXCLUSIVE,!PRIVATE");
}

const struct workload device_workloads[] = {
	WORKLOADS_DEVICE(WORKLOAD_ROW)
	{ }
};

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Memory that a driver or a subsystem of the kernel maps through a file without a page cache:
 * perf, BPF maps, io_uring, AIO, packet sockets, udmabuf. On some kernels mmap() maps the pages,
 * on others a fault does: the workload reports the number of faults that the kernel counts.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/bpf.h>
#include <linux/if_packet.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <linux/udmabuf.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "workload.h"

#define MAP_TYPE_ARENA	33	/* BPF_MAP_TYPE_ARENA, 6.9 */
#define RING_PAGES	32

/* Map the file at an address of its own; all faults are class "other" */
static void map_driver(struct run *run, int fd, size_t pages, enum access access)
{
	long minor[2], major[2];
	char *p = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		skip("mmap: %s", strerror(errno));
	if (run->times > pages)
		run->times = pages;
	stage_set(run, p, p + pages * PAGE, PAGE);
	stage_gate(run);
	stage_faults(&minor[0], &major[0]);
	stage_each(run, access);
	stage_faults(&minor[1], &major[1]);
	stage_print_faults(run, "other", minor[1] - minor[0], major[1] - major[0]);
}

static void make_perf_ring(struct run *run)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY, .disabled = 1,
	};
	int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		skip("perf_event_open: %s", strerror(errno));
	map_driver(run, fd, 1 + RING_PAGES, ACCESS_READ);
}

static int bpf_map(unsigned int type, unsigned int key, unsigned int value)
{
	union bpf_attr attr = {
		.map_type = type, .key_size = key, .value_size = value,
		.max_entries = RING_PAGES, .map_flags = BPF_F_MMAPABLE,
	};
	int fd = (int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr));

	if (fd < 0)
		skip("no BPF map of type %u: %s", type, strerror(errno));
	return fd;
}

static void make_bpf_array(struct run *run)
{
	map_driver(run, bpf_map(BPF_MAP_TYPE_ARRAY, 4, PAGE), RING_PAGES, ACCESS_WRITE);
}

static void make_bpf_arena(struct run *run)
{
	map_driver(run, bpf_map(MAP_TYPE_ARENA, 0, 0), RING_PAGES, ACCESS_WRITE);
}

static void make_io_uring(struct run *run)
{
	struct io_uring_params params = { };
	/* A ring of more than 4 pages */
	int fd = (int)syscall(SYS_io_uring_setup, PAGE / 4, &params);

	if (fd < 0)
		skip("io_uring: %s", strerror(errno));
	map_driver(run, fd, 4, ACCESS_READ);
}

/* The kernel maps the ring: the context's id is its address. A page has a head, and events of 32 bytes */
static void make_aio_ring(struct run *run)
{
	aio_context_t context = 0;
	long minor[2], major[2];

	if (syscall(SYS_io_setup, (PAGE / 32 - 1) * run->times, &context))
		skip("AIO: %s", strerror(errno));
	stage_set(run, (char *)context, (char *)context + run->times * PAGE, PAGE);
	stage_gate(run);
	stage_faults(&minor[0], &major[0]);
	stage_each(run, ACCESS_READ);
	stage_faults(&minor[1], &major[1]);
	stage_print_faults(run, "other", minor[1] - minor[0], major[1] - major[0]);
}

static void make_packet_ring(struct run *run)
{
	struct tpacket_req ring = {
		.tp_block_size = PAGE, .tp_block_nr = RING_PAGES,
		.tp_frame_size = PAGE, .tp_frame_nr = RING_PAGES,
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(3));	/* ETH_P_ALL */

	if (fd < 0 || setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof(ring)))
		skip("packet socket: %s", strerror(errno));
	map_driver(run, fd, RING_PAGES, ACCESS_READ);
}

static void make_dma_buffer(struct run *run)
{
	int driver = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), fd;
	struct udmabuf_create create = { .size = RING_PAGES * PAGE };

	if (driver < 0)
		skip("/dev/udmabuf: %s", strerror(errno));
	create.memfd = (__u32)memfd_create("udmabuf", MFD_ALLOW_SEALING);
	if (ftruncate((int)create.memfd, RING_PAGES * PAGE) ||
	    fcntl((int)create.memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		fail("memfd");
	fd = ioctl(driver, UDMABUF_CREATE, &create);
	if (fd < 0)
		skip("UDMABUF_CREATE: %s", strerror(errno));
	map_driver(run, fd, RING_PAGES, ACCESS_WRITE);
}

const struct workload driver_workloads[] = {
	WORKLOADS_DRIVER(WORKLOAD_ROW)
	{ }
};

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The list of workloads. A workload is one line here and a function make_ID() in the file of its
 * family; the program, `workload --list` and the tests of the module expand the list.
 *
 *	X(id, name, vma, in_vmas, in_pages, in_tables, in_translate, in_call, in_frames, in_mm,
 *	  what)
 *
 * @vma is the expected kind of the mapping, PGWALK_VMA_*. The columns @in_vmas to @in_mm are 1
 * if the test has a variant with the workload: vmas.c, pages.c, tables.c, translate.c,
 * translate_call.c, scan_frames.c, mm.c.
 */
#ifndef PGWALK_WORKLOADS_LIST_H
#define PGWALK_WORKLOADS_LIST_H

/* The argument, if the column is 1 */
#define WORKLOAD_IF_0(...)
#define WORKLOAD_IF_1(...)	__VA_ARGS__

#define WORKLOADS_ANON(X) \
	X(anon_new, "anon-new", ANON, 1, 1, 1, 1, 1, 1, 1, \
	  "anonymous pages, written") \
	X(anon_zero, "anon-zero", ANON, 1, 1, 1, 1, 1, 1, 1, \
	  "anonymous pages, read: the zero page") \
	X(zero_protnone, "zero-protnone", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "the zero page without access") \
	X(anon_over_zero, "anon-over-zero", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "anonymous pages, read, then written")

#define WORKLOADS_HUGE(X) \
	X(thp_new, "thp-new", ANON, 1, 1, 1, 1, 1, 1, 1, \
	  "transparent huge pages, written") \
	X(thp_split, "thp-split", ANON, 1, 1, 1, 1, 0, 1, 0, \
	  "transparent huge pages, split by a hole") \
	X(huge_zero, "huge-zero", ANON, 1, 1, 1, 1, 0, 1, 1, \
	  "the huge zero page") \
	X(huge_zero_write, "huge-zero-write", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "the huge zero page, written") \
	X(thp_free_copy, "thp-free-copy", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "clean huge pages shared with a child, written: copied") \
	X(thp_protect_copy, "thp-protect-copy", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "huge pages after mprotect, shared, written: copied") \
	X(thp_part_shared, "thp-part-shared", ANON, 1, 1, 0, 0, 0, 0, 0, \
	  "transparent huge pages, partly shared") \
	X(thp_protnone, "thp-protnone", ANON, 1, 1, 1, 1, 0, 0, 0, \
	  "transparent huge pages without access") \
	X(huge_zero_protnone, "huge-zero-protnone", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "the huge zero page without access") \
	X(thp_uffd_wp, "thp-uffd-wp", NONE, 0, 1, 1, 0, 0, 0, 0, \
	  "transparent huge pages, write-protected") \
	X(shmem_huge, "shmem-huge", SHM, 1, 1, 1, 1, 0, 0, 0, \
	  "huge pages of shared memory") \
	X(mthp, "mthp", ANON, 1, 1, 1, 0, 0, 1, 0, \
	  "folios of 64K, mapped by 4K")

#define WORKLOADS_FILE(X) \
	X(file_cached, "file-cached", RODATA, 1, 1, 1, 0, 0, 1, 1, \
	  "private file, read from the page cache") \
	X(file_read, "file-read", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "private file, read from the disk") \
	X(file_cow, "file-cow", DATA, 1, 1, 1, 0, 0, 1, 1, \
	  "private file, written where no page was mapped") \
	X(cow_file, "cow-file", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "private file, read, then written") \
	X(file_shared, "file-shared", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "shared file, read: clean") \
	X(shared_write, "shared-write", FILE, 1, 1, 1, 0, 0, 0, 0, \
	  "shared file, read, then written: dirty") \
	X(shared_write_first, "shared-write-first", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared file, written at once") \
	X(dax, "dax", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared file in the memory of a device, in part by two processes") \
	X(dax_private, "dax-private", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "private file in the memory of a device, read")

#define WORKLOADS_SHMEM(X) \
	X(shmem, "shmem", SHM, 1, 1, 1, 0, 0, 1, 1, \
	  "memfd, written") \
	X(shmem_read, "shmem-read", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "memfd, read") \
	X(shmem_anon, "shmem-anon", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "shared anonymous memory, written") \
	X(shmem_tmpfs, "shmem-tmpfs", SHM, 1, 1, 0, 0, 0, 0, 0, \
	  "a file on tmpfs, written") \
	X(shmem_sysv, "shmem-sysv", SHM, 1, 1, 0, 0, 0, 0, 0, \
	  "System V shared memory, written") \
	X(secretmem, "secretmem", FILE, 1, 1, 1, 1, 0, 0, 0, \
	  "memory that the kernel does not map (memfd_secret)")

#define WORKLOADS_COW(X) \
	X(cow_shared, "cow-shared", NONE, 0, 1, 0, 1, 0, 1, 0, \
	  "anonymous pages shared with a child") \
	X(cow_copy, "cow-copy", ANON, 1, 1, 1, 0, 0, 0, 1, \
	  "anonymous pages shared with a child, written: copied") \
	X(cow_reuse, "cow-reuse", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "anonymous pages after the child has exited, written: reused")

#define WORKLOADS_SWAP(X) \
	X(swap, "swap", ANON, 1, 1, 1, 1, 1, 0, 1, \
	  "anonymous pages, swapped out, exclusive") \
	X(swap_file, "swap-file", ANON, 1, 1, 0, 1, 0, 0, 0, \
	  "anonymous pages, swapped out to a file on the scratch disk") \
	X(swap_shared, "swap-shared", NONE, 0, 1, 1, 0, 0, 0, 0, \
	  "anonymous pages shared with a child, swapped out") \
	X(swap_read, "swap-read", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "anonymous pages, read back from the device") \
	X(swap_cached, "swap-cached", NONE, 0, 1, 0, 0, 0, 1, 0, \
	  "anonymous pages, mapped again from the swap cache") \
	X(swap_shmem, "swap-shmem", SHM, 1, 1, 0, 1, 0, 0, 0, \
	  "shared memory, swapped out") \
	X(swap_shmem_new, "swap-shmem-new", SHM, 1, 1, 0, 0, 0, 0, 0, \
	  "shared memory, swapped out, in a new mapping") \
	X(swap_shmem_protected, "swap-shmem-protected", SHM, 1, 1, 0, 0, 0, 0, 0, \
	  "shared memory, write-protected by userfaultfd, swapped out") \
	X(swap_shmem_private, "swap-shmem-private", DATA, 1, 1, 0, 0, 0, 0, 0, \
	  "shared memory mapped private, a third copied, swapped out") \
	X(swap_shmem_read, "swap-shmem-read", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared memory, read back from the device") \
	X(swap_shmem_copied, "swap-shmem-copied", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared memory, read back from the device and copied") \
	X(swap_shmem_cached, "swap-shmem-cached", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "shared memory, mapped again from the swap cache")

#define WORKLOADS_USERFAULT(X) \
	X(userfault, "userfault", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "missing pages, filled by userfaultfd") \
	X(userfault_wp, "userfault-wp", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "write protection, removed by userfaultfd") \
	X(uffd_shm, "uffd-shm", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "missing pages of shared memory, filled by userfaultfd") \
	X(uffd_shm_there, "uffd-shm-there", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared memory registered for missing pages, with all pages in the file") \
	X(uffd_shm_minor, "uffd-shm-minor", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared memory, minor faults served by userfaultfd") \
	X(uffd_shm_wp, "uffd-shm-wp", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "shared memory, write protection removed by userfaultfd") \
	X(uffd_hugetlb, "uffd-hugetlb", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "missing pages of hugetlb, filled by userfaultfd") \
	X(uffd_hugetlb_minor, "uffd-hugetlb-minor", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "hugetlb pages that the file has, minor faults served by userfaultfd") \
	X(uffd_hugetlb_wp, "uffd-hugetlb-wp", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "hugetlb, write protection removed by userfaultfd") \
	X(uffd_wp, "uffd-wp", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "pages write-protected by userfaultfd") \
	X(uffd_marker, "uffd-marker", NONE, 0, 1, 1, 1, 0, 0, 0, \
	  "memory without pages, write-protected by userfaultfd: markers")

#define WORKLOADS_MAPPING(X) \
	X(protnone, "protnone", ANON, 1, 1, 1, 1, 1, 0, 0, \
	  "pages without access") \
	X(read_only, "read-only", NONE, 0, 1, 0, 1, 1, 0, 0, \
	  "read-only pages") \
	X(executable, "executable", NONE, 0, 1, 0, 1, 1, 0, 0, \
	  "executable pages") \
	X(locked, "locked", NONE, 0, 1, 1, 0, 0, 1, 1, \
	  "locked pages") \
	X(guard, "guard", NONE, 0, 1, 1, 1, 0, 0, 0, \
	  "guard markers") \
	X(hwpoison, "hwpoison", ANON, 1, 1, 1, 1, 0, 1, 0, \
	  "pages lost to a memory failure") \
	X(keyed, "keyed", NONE, 0, 1, 0, 1, 1, 0, 0, \
	  "pages with a protection key") \
	X(high, "high", ANON, 1, 1, 1, 1, 1, 0, 0, \
	  "pages above 47 bits") \
	X(sparse, "sparse", ANON, 1, 1, 1, 1, 0, 0, 0, \
	  "pages 32G apart") \
	X(soft_dirty, "soft-dirty", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "pages, every other one soft-dirty") \
	X(many_vmas, "many-vmas", ANON, 1, 1, 1, 0, 0, 1, 1, \
	  "43 times as many pages, each in a VMA of its own") \
	X(special, "special", VDSO, 1, 1, 1, 0, 0, 1, 0, \
	  "[vdso] and [vvar]")

#define WORKLOADS_RACE(X) \
	X(race, "race", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "two threads on each page: spurious, best effort")

#define WORKLOADS_NUMA(X) \
	X(numa_marked, "numa-marked", NONE, 0, 1, 1, 1, 0, 1, 0, \
	  "pages marked by NUMA balancing") \
	X(numa_hint, "numa-hint", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "pages marked by NUMA balancing, touched")

#define WORKLOADS_HUGETLB(X) \
	X(hugetlb, "hugetlb", HUGETLB, 1, 1, 1, 1, 1, 1, 1, \
	  "hugetlb pages of 2M") \
	X(hugetlb_1g, "hugetlb-1g", HUGETLB, 1, 1, 1, 1, 1, 0, 0, \
	  "hugetlb pages of 1G, as many as the pool has") \
	X(hugetlb_protnone, "hugetlb-protnone", NONE, 0, 1, 1, 0, 0, 0, 0, \
	  "hugetlb pages of 2M without access") \
	X(hugetlb_1g_protnone, "hugetlb-1g-protnone", NONE, 0, 1, 1, 1, 0, 0, 0, \
	  "hugetlb pages of 1G without access") \
	X(hugetlb_shared, "hugetlb-shared", HUGETLB, 1, 1, 1, 1, 0, 0, 0, \
	  "hugetlb pages in a page table that two processes share") \
	X(hugetlb_hwpoison, "hugetlb-hwpoison", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "hugetlb pages, one of them poisoned") \
	X(hugetlb_marker, "hugetlb-marker", HUGETLB, 1, 1, 1, 1, 0, 0, 0, \
	  "markers instead of hugetlb pages")

#define WORKLOADS_DEVICE(X) \
	X(pfnmap, "pfnmap", DEVICE, 1, 1, 1, 1, 0, 0, 0, \
	  "frames without a struct page") \
	X(pfnmap_cow, "pfnmap-cow", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "frames without a struct page, every other one copied") \
	X(device_memory, "device-memory", DEVICE, 1, 1, 1, 1, 0, 0, 0, \
	  "device memory, not cached") \
	X(device_private, "device-private", ANON, 1, 1, 1, 1, 0, 0, 0, \
	  "pages in a device's memory") \
	X(device_exclusive, "device-exclusive", ANON, 1, 1, 0, 1, 0, 0, 0, \
	  "pages with exclusive access by a device")

#define WORKLOADS_MERGE(X) \
	X(ksm, "ksm", ANON, 1, 1, 1, 1, 0, 1, 0, \
	  "pages that KSM has merged into one") \
	X(ksm_zero, "ksm-zero", ANON, 1, 1, 0, 0, 0, 0, 0, \
	  "pages that KSM has merged into the zero page")

#define WORKLOADS_MARKER(X) \
	X(guard_file, "guard-file", SHM, 1, 1, 1, 0, 0, 0, 0, \
	  "guard markers in shared memory") \
	X(uffd_untouched, "uffd-untouched", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "write protection without a page") \
	X(poison, "poison", ANON, 1, 1, 0, 1, 0, 0, 0, \
	  "pages that userfaultfd has poisoned")

#define WORKLOADS_MOVING(X) \
	X(moving, "moving", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "pages that move from node to node") \
	X(moving_huge, "moving-huge", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "huge pages that move from node to node")

#define WORKLOADS_RWP(X) \
	X(uffd_rwp, "uffd-rwp", ANON, 1, 1, 0, 1, 1, 0, 0, \
	  "pages that userfaultfd protects against every access") \
	X(uffd_rwp_touched, "uffd-rwp-touched", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "pages with this protection, touched: removed by a monitor") \
	X(uffd_rwp_async, "uffd-rwp-async", NONE, 0, 0, 0, 0, 0, 0, 0, \
	  "pages with this protection, touched: removed by the kernel") \
	X(uffd_rwp_zero, "uffd-rwp-zero", ANON, 1, 1, 0, 0, 0, 0, 0, \
	  "the zero page with this protection") \
	X(uffd_rwp_protnone, "uffd-rwp-protnone", NONE, 0, 1, 0, 1, 0, 0, 0, \
	  "pages with this protection in a mapping without access") \
	X(uffd_rwp_shmem, "uffd-rwp-shmem", SHM, 1, 1, 0, 0, 0, 0, 0, \
	  "shared memory with this protection") \
	X(uffd_rwp_thp, "uffd-rwp-thp", ANON, 1, 1, 0, 1, 1, 0, 0, \
	  "transparent huge pages with this protection") \
	X(uffd_rwp_huge_zero, "uffd-rwp-huge-zero", ANON, 1, 1, 0, 0, 0, 0, 0, \
	  "the huge zero page with this protection") \
	X(uffd_rwp_hugetlb, "uffd-rwp-hugetlb", HUGETLB, 1, 1, 0, 1, 0, 0, 0, \
	  "hugetlb pages of 2M with this protection") \
	X(uffd_rwp_numa, "uffd-rwp-numa", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "pages with this protection between NUMA hints") \
	X(uffd_wp_numa, "uffd-wp-numa", NONE, 0, 1, 0, 0, 0, 0, 0, \
	  "write-protected pages that NUMA balancing marked")

#define WORKLOADS_DRIVER(X) \
	X(perf_ring, "perf-ring", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "the ring buffer of a perf event") \
	X(bpf_array, "bpf-array", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "the values of a BPF array") \
	X(bpf_arena, "bpf-arena", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "a BPF arena") \
	X(io_uring, "io-uring", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "the rings of io_uring") \
	X(aio_ring, "aio-ring", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "the ring of an AIO context") \
	X(packet_ring, "packet-ring", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "the ring of a packet socket") \
	X(dma_buffer, "dma-buffer", DEVICE, 1, 0, 0, 0, 0, 0, 0, \
	  "a DMA buffer made of a memfd")

#define WORKLOADS(X) \
	WORKLOADS_ANON(X) WORKLOADS_HUGE(X) WORKLOADS_FILE(X) \
	WORKLOADS_SHMEM(X) WORKLOADS_COW(X) WORKLOADS_SWAP(X) \
	WORKLOADS_USERFAULT(X) WORKLOADS_MAPPING(X) WORKLOADS_RACE(X) \
	WORKLOADS_NUMA(X) WORKLOADS_HUGETLB(X) WORKLOADS_DEVICE(X) \
	WORKLOADS_MERGE(X) WORKLOADS_MARKER(X) WORKLOADS_MOVING(X) \
	WORKLOADS_RWP(X) WORKLOADS_DRIVER(X)

#endif /* PGWALK_WORKLOADS_LIST_H */

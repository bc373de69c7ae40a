// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Calls bpf_pgwalk_probe() and bpf_pgwalk_present() for kfunc.c, in the context of the task
 * that runs a program. It must not judge the results.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "pgwalk_entry.h"

#define ROOM	64

extern int bpf_pgwalk_probe(__u64 addr, __u64 flags, void *entry, __u32 entry__sz) __ksym;
extern int bpf_pgwalk_present(__u64 start, __u64 end, __u64 flags) __ksym;

/* The arguments, and the result in a buffer that is larger than a record */
__u64 addr, flags;
__u32 size;
int ret;
char record[ROOM];

/* End of the range from @addr, and the number of present pages in it */
__u64 end;
int present;

/* Results of calls in kernel threads */
__u64 nr_kthread;
int kthread_ret, kthread_present;

/* The buffer keeps its old contents: bytes that the call does not write stay */
SEC("fentry/bpf_fentry_test1")
int on_request(void *ctx)
{
	__u32 n = size;
	char room[ROOM];

	if (n < 1 || n > ROOM)
		return 0;
	__builtin_memcpy(room, record, ROOM);
	ret = bpf_pgwalk_probe(addr, flags, room, n);
	__builtin_memcpy(record, room, ROOM);
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int on_count(void *ctx)
{
	present = bpf_pgwalk_present(addr, end, flags);
	return 0;
}

SEC("tp_btf/workqueue_execute_start")
int on_work(void *ctx)
{
	struct pgwalk_entry entry = {};

	kthread_ret = bpf_pgwalk_probe(addr, 0, &entry, sizeof(entry));
	kthread_present = bpf_pgwalk_present(addr, addr + 4096, 0);
	__sync_fetch_and_add(&nr_kthread, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";

// SPDX-License-Identifier: GPL-2.0
/*
 * Asks bpf_pgwalk_probe() and bpf_pgwalk_present() what kfunc.c wants to know, in the
 * context of whoever runs a program. It must not judge the answers.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "pgwalk_entry.h"

#define ROOM	64

extern int bpf_pgwalk_probe(__u64 addr, __u64 flags, void *entry, __u32 entry__sz) __ksym;
extern int bpf_pgwalk_present(__u64 start, __u64 end, __u64 flags) __ksym;

/* The question, and the answer in room that is larger than a record */
__u64 addr, flags;
__u32 size;
int ret;
char record[ROOM];

/* How many pages there are from @addr on, below this */
__u64 end;
int present;

/* What kernel threads were told */
__u64 nr_kthread;
int kthread_ret, kthread_present;

/* Whatever was there before: what is not written stays */
SEC("fentry/bpf_fentry_test1")
int on_ask(void *ctx)
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

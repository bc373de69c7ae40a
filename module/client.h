/* SPDX-License-Identifier: GPL-2.0 */
/* An open file of /dev/pgwalk, and the calls on it: one file for each call or pair. */
#ifndef PGWALK_CLIENT_H
#define PGWALK_CLIENT_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "target.h"
#include "threads.h"

struct file;
struct pgwalk_batch;
struct pgwalk_frame_span;
struct pgwalk_rmap_batch;
struct pgwalk_vma_batch;

/**
 * struct pgwalk_client - an open file
 * @file:	the open file, whose release frees this
 * @lock:	one call at a time: of all that follows
 * @target:	what it is attached to; no pid: nothing
 * @batch:	memory for runs, when it was needed first
 * @vmas:	memory for mappings, likewise
 * @frames:	memory for runs cut by frames, likewise
 * @threads:	of @target, from the first call of SEGMENTS until all were read
 * @rmap:	memory and position of RMAP, allocated by its first call
 */
struct pgwalk_client {
	const struct file *file;
	struct mutex lock;
	struct pgwalk_target target;
	struct pgwalk_batch *batch;
	struct pgwalk_vma_batch *vmas;
	struct pgwalk_frame_span *frames;
	struct pgwalk_threads threads;
	struct pgwalk_rmap_batch *rmap;
};

int pgwalk_client_copy_arg(void *arg, size_t size, size_t first_size, const void __user *from);
int pgwalk_client_copy_head(void *arg, size_t head, size_t size, size_t first_size,
			    const void __user *from);
int pgwalk_client_check_range(u64 start, u64 end);
int pgwalk_client_check_target(const struct pgwalk_client *client);
struct pgwalk_batch *pgwalk_client_batch(struct pgwalk_client *client);
struct pgwalk_vma_batch *pgwalk_client_vmas(struct pgwalk_client *client);
struct pgwalk_frame_span *pgwalk_client_frames(struct pgwalk_client *client);
struct pgwalk_rmap_batch *pgwalk_client_rmap(struct pgwalk_client *client);
void pgwalk_client_exit(struct pgwalk_client *client);

/* The calls: @client is locked, @user is the argument. Return: 0 or -errno. */
long pgwalk_call_translate(struct pgwalk_client *client, void __user *user);
long pgwalk_call_segments(struct pgwalk_client *client, void __user *user);
long pgwalk_call_scan(struct pgwalk_client *client, void __user *user);
long pgwalk_call_frames(struct pgwalk_client *client, void __user *user);
long pgwalk_call_rmap(struct pgwalk_client *client, void __user *user);
long pgwalk_call_vmas(struct pgwalk_client *client, void __user *user);
long pgwalk_call_mm(struct pgwalk_client *client, void __user *user);
long pgwalk_call_tables(struct pgwalk_client *client, void __user *user);
long pgwalk_call_gdt(struct pgwalk_client *client, void __user *user);

#endif /* PGWALK_CLIENT_H */

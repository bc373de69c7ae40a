// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Keeps the blocks of memory that are known to be online, so that most reads of a frame test one
 * bit and do not call pfn_to_online_page(). Makes memory hot-remove wait for the RCU sections
 * that read frames: without this, a struct page that was found online could be freed. The
 * kernel's own readers of pfns (fs/proc/page.c) have this race for the time of one page.
 */
#include <linux/memory.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/notifier.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "online.h"

#define BYTES_MAX	SZ_1M	/* of the bits: 16 TiB of memory with blocks of 2 MiB */

struct pgwalk_frame_online __rcu *pgwalk_frame_online;

/* Return the number of blocks up to @end that have a bit. */
static unsigned long nr_blocks(unsigned long end)
{
	return min_t(unsigned long, DIV_ROUND_UP(end, PGWALK_FRAME_BLOCK),
		     BYTES_MAX * BITS_PER_BYTE);
}

static struct pgwalk_frame_online *create(unsigned long nr)
{
	struct pgwalk_frame_online *online;

	online = kvzalloc(struct_size(online, bits, BITS_TO_LONGS(nr)), GFP_KERNEL);
	if (online)
		online->nr = nr;
	return online;
}

/*
 * Replace the bits if memory was added after their end. Without memory for the new bits, the added
 * blocks are never known. The notifiers of memory are serialized.
 */
static void grow(unsigned long end)
{
	struct pgwalk_frame_online *old = rcu_dereference_protected(pgwalk_frame_online, true);
	struct pgwalk_frame_online *online;

	if (nr_blocks(end) <= old->nr)
		return;
	online = create(nr_blocks(end));
	if (!online)
		return;
	rcu_assign_pointer(pgwalk_frame_online, online);
	synchronize_rcu();
	kvfree(old);
}

/*
 * Forget blocks that went offline. Memory sections are marked offline before this call, so that
 * pfn_to_online_page() fails. After the first grace period no reader that found a block online
 * before sets its bit any more. After the second, which is not needed if no bit was set, no reader
 * that found the bit set reads a struct page of the block any more. The caller of the notifier
 * frees these struct pages later. With memmap_on_memory the range begins after the frames that hold
 * the struct pages. Those frames are in its first section, which goes offline as a whole.
 */
static void forget(unsigned long start, unsigned long end)
{
	struct pgwalk_frame_online *online = rcu_dereference_protected(pgwalk_frame_online, true);
	unsigned long block = ALIGN_DOWN(start, PAGES_PER_SECTION) / PGWALK_FRAME_BLOCK;
	bool was_set = false;

	synchronize_rcu();
	for (; block < nr_blocks(end) && block < online->nr; block++)
		was_set |= test_and_clear_bit(block, online->bits);
	if (was_set)
		synchronize_rcu();
}

static int memory_changed(struct notifier_block *block, unsigned long action, void *arg)
{
	const struct memory_notify *memory = arg;

	if (action == MEM_ONLINE)
		grow(memory->start_pfn + memory->nr_pages);
	else if (action == MEM_OFFLINE)
		forget(memory->start_pfn, memory->start_pfn + memory->nr_pages);
	return NOTIFY_OK;
}

static struct notifier_block memory_block = { .notifier_call = memory_changed };

/* Return the first frame after all memory that is online. */
static unsigned long end_of_memory(void)
{
	unsigned long end = 0;
	int node;

	for_each_online_node(node)
		end = max(end, node_end_pfn(node));
	return end;
}

/**
 * pgwalk_frame_online_init - begin to keep the blocks that are online
 *
 * Context: module init.
 * Return: 0 or -errno.
 */
int pgwalk_frame_online_init(void)
{
	struct pgwalk_frame_online *online = create(nr_blocks(end_of_memory()));
	int err;

	if (!online)
		return -ENOMEM;
	rcu_assign_pointer(pgwalk_frame_online, online);
	err = register_memory_notifier(&memory_block);
	if (err)
		kvfree(online);
	return err;
}

/**
 * pgwalk_frame_online_exit - undo pgwalk_frame_online_init()
 *
 * Context: module exit; no frame is read any more.
 */
void pgwalk_frame_online_exit(void)
{
	unregister_memory_notifier(&memory_block);
	kvfree(rcu_dereference_protected(pgwalk_frame_online, true));
}

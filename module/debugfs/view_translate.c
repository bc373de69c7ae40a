// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * translate: write "PID ADDRESS" or "PID SEGMENT:OFFSET", read the walk, level by level.
 * The walk is made during the write; the response belongs to the open file, and no reference
 * to the process is held afterwards.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>

#include "../access.h"
#include "../arch/pgtable.h"
#include "../target.h"
#include "../translate.h"
#include "../uapi/pgwalk.h"
#include "fmt.h"
#include "fmt_segment.h"
#include "query.h"
#include "transaction.h"
#include "view.h"

#define RESPONSE_MAX	2048	/* more than the longest response */

/**
 * struct request - a parsed request and its result
 * @pid:	id of the process in the caller's pid namespace
 * @t:		record of the translation
 */
struct request {
	pid_t pid;
	struct pgwalk_translate t;
};

static void print_next(struct pgwalk_text *out, const struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_NONE:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
		pgwalk_text_printf(out, "%s\n", pgwalk_fmt_kind(entry->kind));
		break;
	case PGWALK_KIND_SWAP:
		pgwalk_text_printf(out, "swap  %u:%llx\n", entry->swap_type, entry->pfn);
		break;
	case PGWALK_KIND_PRESENT:
		pgwalk_text_printf(out, "page  %llx\n", entry->pfn);
		break;
	default:
		pgwalk_text_printf(out, "%-5s %llx\n", pgwalk_fmt_kind(entry->kind), entry->pfn);
	}
}

static void print_level(struct pgwalk_text *out, const struct pgwalk_step *step)
{
	const struct pgwalk_entry *entry = &step->entry;
	char flags[PGWALK_FMT_FLAGS];

	pgwalk_text_printf(out, "%-3s %7u  %-10llx %016llx   %-16s ",
			   pgwalk_fmt_level(entry->level),
			   step->index, step->table_pfn, entry->value,
			   pgwalk_fmt_flags(flags, entry->flags, entry->pkey, ' '));
	print_next(out, entry);
}

static void print_vma(struct pgwalk_text *out, const struct pgwalk_translate *t)
{
	char prot[PGWALK_FMT_PROT];

	if (t->vma_kind)
		pgwalk_text_printf(out, "vma %s %s", pgwalk_fmt_prot(prot, t->vma_prot),
				   pgwalk_fmt_vma_kind(t->vma_kind));
	else
		pgwalk_text_printf(out, "vma -");
}

static void print_page(struct pgwalk_text *out, const struct pgwalk_translate *t,
		       const struct pgwalk_entry *leaf)
{
	u64 offset = t->linear & ((1ULL << leaf->shift) - 1);
	char size[PGWALK_FMT_SIZE], rwx[PGWALK_FMT_PROT];

	/* Without p or s: an entry does not show if its mapping is shared. */
	pgwalk_fmt_prot(rwx, t->prot)[3] = '\0';
	pgwalk_text_printf(out, "= pa %016llx size %s prot %s ", (leaf->pfn << PAGE_SHIFT) + offset,
			   pgwalk_fmt_size(size, leaf->shift), rwx);
	print_vma(out, t);
	if (leaf->kind != PGWALK_KIND_PRESENT)
		pgwalk_text_printf(out, " kind %s", pgwalk_fmt_kind(leaf->kind));
	pgwalk_text_printf(out, "\n");
}

static void print_no_page(struct pgwalk_text *out, const struct pgwalk_translate *t,
			  const struct pgwalk_entry *leaf)
{
	char flags[PGWALK_FMT_FLAGS];

	switch (leaf->kind) {
	case PGWALK_KIND_NONE:
		pgwalk_text_printf(out, "= none: the entry is empty (");
		break;
	case PGWALK_KIND_SWAP:
		pgwalk_text_printf(out, "= swap type %u offset %llx (", leaf->swap_type, leaf->pfn);
		break;
	case PGWALK_KIND_MIGRATION:
		pgwalk_text_printf(out, "= migration: the page at pfn %llx is migrating (",
				   leaf->pfn);
		break;
	case PGWALK_KIND_HWPOISON:
		pgwalk_text_printf(out, "= hwpoison: the memory at pfn %llx failed (", leaf->pfn);
		break;
	case PGWALK_KIND_DEVICE:
		pgwalk_text_printf(out, "= device: the page at pfn %llx belongs to a device (",
				   leaf->pfn);
		break;
	case PGWALK_KIND_MARKER:
		pgwalk_text_printf(out, "= marker: %s (",
				   pgwalk_fmt_flags(flags, leaf->flags, 0, ' '));
		break;
	default:
		pgwalk_text_printf(out, "= bad: unknown type of entry (");
	}
	print_vma(out, t);
	pgwalk_text_printf(out, ")\n");
}

static void print_leaf(struct pgwalk_text *out, const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = &t->step[t->nr_steps - 1].entry;

	switch (leaf->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		print_page(out, t, leaf);
		break;
	case PGWALK_KIND_NONE:
		if (!t->vma_kind) {
			pgwalk_text_printf(out, "= none: no mapping at this address\n");
			break;
		}
		fallthrough;
	default:
		print_no_page(out, t, leaf);
	}
}

static void print_walk(struct pgwalk_text *out, const struct pgwalk_translate *t)
{
	unsigned int i;

	if (pgwalk_arch_paging() & PGWALK_PAGING_PTI)
		pgwalk_text_printf(out,
				   "# PTI: the kernel's pgd is walked, not the copy that user mode has\n");
	pgwalk_text_printf(out,
			   "# level index table-pfn value              flags            next\n");
	switch (t->status) {
	case PGWALK_TRANSLATE_RACED:
		pgwalk_text_printf(out, "= raced: the entries changed each time they were read (");
		print_vma(out, t);
		pgwalk_text_printf(out, ")\n");
		break;
	case PGWALK_TRANSLATE_NO_VMA:
		pgwalk_text_printf(out,
				   "# page tables are not read outside of mappings on this kernel\n");
		pgwalk_text_printf(out, "= none: no mapping at this address\n");
		break;
	default:
		for (i = 0; i < t->nr_steps; i++)
			print_level(out, &t->step[i]);
		print_leaf(out, t);
	}
}

/* Print offset, selector and base in hexadecimal. The base is the one in use. */
static void print_segment(struct pgwalk_text *out, const struct pgwalk_translate *t)
{
	char fields[PGWALK_FMT_FIELDS];

	pgwalk_text_printf(out, "# logical %s:%llx tid %d mode %s state %s\n",
			   pgwalk_fmt_register(t->reg), t->addr, t->tid,
			   t->thread_flags & PGWALK_THREAD_32BIT ? "32" : "64",
			   t->thread_flags & PGWALK_THREAD_RUNNING ? "running" : "saved");
	pgwalk_text_printf(out, "# %s\n", pgwalk_fmt_segment_title);
	pgwalk_text_printf(out, "# %s\n", pgwalk_fmt_segment(fields, &t->segment));
}

static const char *status_reason(unsigned int status)
{
	switch (status) {
	case PGWALK_SEGMENT_NULL:
		return "a null selector, which only 64-bit mode can use";
	case PGWALK_SEGMENT_OUTSIDE:
		return "the selector is beyond the end of its table";
	case PGWALK_SEGMENT_ABSENT:
		return "the descriptor is not present";
	case PGWALK_SEGMENT_PRIVILEGE:
		return "user mode may not load this descriptor";
	case PGWALK_SEGMENT_LIMIT:
		return "the offset is not within the limit";
	case PGWALK_SEGMENT_TYPE:
		return "this register cannot hold this type of descriptor";
	default:
		return "the linear address is not in the user half";
	}
}

static void print_all(struct pgwalk_text *out, const struct request *request)
{
	const struct pgwalk_translate *t = &request->t;

	pgwalk_text_printf(out, "# pgwalk translate pid %d va ", request->pid);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		pgwalk_text_printf(out, "-\n");
	else
		pgwalk_text_printf(out, "%016llx\n", t->linear);
	if (t->reg)
		print_segment(out, t);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		pgwalk_text_printf(out, "= segment: %s: %s\n",
				   pgwalk_fmt_segment_status(t->segment.status),
				   status_reason(t->segment.status));
	else
		print_walk(out, t);
}

/* Parse an address, or the name of a register and an offset after a colon. */
static int parse_address(struct pgwalk_translate *t, const char *word)
{
	const char *colon = strchr(word, ':');
	unsigned long addr;
	int err;

	if (colon) {
		t->reg = pgwalk_fmt_register_parse(word, colon - word);
		return t->reg ? pgwalk_query_offset(colon + 1, &t->addr) : -EINVAL;
	}
	err = pgwalk_query_address(word, &addr);
	if (!err)
		t->addr = addr;
	return err;
}

static int parse_request(struct request *request, char *line, pid_t *nr)
{
	int err = pgwalk_query_pid(pgwalk_query_word(&line), nr);

	if (!err)
		err = parse_address(&request->t, pgwalk_query_word(&line));
	return !err && *line ? -EINVAL : err;
}

static int translate(struct request *request, char *line)
{
	struct pgwalk_target target;
	struct pid *pid;
	pid_t nr;
	int err = parse_request(request, line, &nr);

	if (err)
		return err;
	pid = pgwalk_target_find_pid(nr);
	if (IS_ERR(pid))
		return PTR_ERR(pid);
	request->pid = pid_vnr(pid);
	/* A named thread, or for registers the thread with the id of the process. */
	if (request->t.reg || nr != request->pid)
		request->t.tid = nr;
	err = pgwalk_target_init(&target, pid);
	put_pid(pid);
	if (err)
		return err;
	err = pgwalk_translate_fill(&request->t, &target, NULL);
	pgwalk_target_exit(&target);
	return err;
}

static ssize_t translate_write(struct file *file, const char __user *from, size_t count,
			       loff_t *pos)
{
	struct pgwalk_text out = {};
	struct request request = {};
	char line[PGWALK_QUERY_MAX];
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (!err)
		err = translate(&request, line);
	if (!err)
		err = pgwalk_text_reserve(&out, RESPONSE_MAX, RESPONSE_MAX);
	if (err)
		return err;
	print_all(&out, &request);
	err = pgwalk_transaction_replace(file, &out);
	pgwalk_text_free(&out);
	return err ?: count;
}

static ssize_t translate_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return pgwalk_transaction_read(file, to, count, pos,
				       "# write \"PID ADDRESS\" or \"PID SEGMENT:OFFSET\" first, to the same open file\n");
}

const struct file_operations pgwalk_view_translate_fops = {
	.owner = THIS_MODULE,
	.open = pgwalk_transaction_open,
	.read = translate_read,
	.write = translate_write,
	.llseek = default_llseek,
	.release = pgwalk_transaction_release,
};

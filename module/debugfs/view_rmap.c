// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * rmap: write "PID ADDRESS" or "pfn N", read the mappings of that page. The search is made
 * during the write; the response belongs to the open file, and no reference to the page or
 * to a process is held afterwards.
 */
#include <linux/ctype.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/string_helpers.h>
#include <linux/stringify.h>
#include <generated/utsrelease.h>

#include "../access.h"
#include "../compat.h"
#include "../rmap/batch.h"
#include "../rmap/rmap.h"
#include "../target.h"
#include "fmt.h"
#include "query.h"
#include "transaction.h"
#include "view.h"

/* Maximum size of a response, some 150000 lines. Further lines are counted and left out. */
#define RESPONSE_MAX	(1UL << 24)
#define LINE_MAX	512
#define END_MAX		(2 * LINE_MAX)	/* room reserved for the last lines */

#define NEWEST_TESTED	__stringify(PGWALK_TESTED_MAJOR) "." __stringify(PGWALK_TESTED_MINOR)

static void print_count(struct pgwalk_text *out, int count)
{
	if (count < 0)
		pgwalk_text_printf(out, "-");
	else
		pgwalk_text_printf(out, "%d", count);
}

/* Newlines in the name are escaped, because the process chooses it. */
static void print_comm(struct pgwalk_text *out, const struct pgwalk_rmap_hit *hit)
{
	char name[4 * sizeof(hit->comm) + 1];
	int len = string_escape_mem(hit->comm, strnlen(hit->comm, sizeof(hit->comm)), name,
				    sizeof(name) - 1, ESCAPE_OCTAL, "\n\\");

	name[min_t(size_t, len, sizeof(name) - 1)] = '\0';
	pgwalk_text_printf(out, " %s\n", hit->tgid < 0 ? "-" : name);
}

/* -ENOSPC: the response has its maximum size. */
static int print_hit(struct pgwalk_text *out, const struct pgwalk_rmap_hit *hit)
{
	char size[PGWALK_FMT_SIZE], prot[PGWALK_FMT_PROT], flags[PGWALK_FMT_FLAGS];
	int err = pgwalk_text_reserve(out, LINE_MAX, RESPONSE_MAX - END_MAX);

	if (err)
		return err;
	print_count(out, hit->tgid);
	pgwalk_text_printf(out, " %08llx %-3s %-9s %s %08llx-%08llx %-7s %s %u", hit->addr,
			   pgwalk_fmt_size(size, hit->shift), pgwalk_fmt_kind(hit->kind),
			   pgwalk_fmt_prot(prot, hit->prot), hit->vma_start, hit->vma_end,
			   pgwalk_fmt_vma_kind(hit->vma_kind), pgwalk_fmt_flags(flags, hit->flags,
										0, ','),
			   hit->counted);
	print_comm(out, hit);
	return 0;
}

static const char *method_name(unsigned int method)
{
	static const char * const names[] = {
#define X(name, number, text) [PGWALK_RMAP_METHOD_##name] = text,
		PGWALK_RMAP_METHODS(X)
#undef X
	};

	return names[method];
}

static int print_head(struct pgwalk_text *out, const struct pgwalk_rmap_search *search)
{
	int err = pgwalk_text_reserve(out, LINE_MAX, RESPONSE_MAX - END_MAX);

	if (err)
		return err;
	pgwalk_text_printf(out, "# pgwalk rmap pfn %lx method %s mapcount ", search->page.pfn,
			   method_name(search->method));
	print_count(out, search->mapcount);
	pgwalk_text_printf(out,
			   "\n# pid address size kind perms vma vma-kind flags counted comm\n");
	return 0;
}

static const char *status_note(unsigned int status)
{
	switch (status) {
	case PGWALK_RMAP_BUSY:
		return " (busy: a lock was held on each try; mappings may be missing, try again)";
	case PGWALK_RMAP_CHANGED:
		return " (changed: the page was freed or reused during the search)";
	case PGWALK_RMAP_MISMATCH:
		return " (mismatch: mappings were added or removed during the search)";
	case PGWALK_RMAP_UNCOUNTED:
		return " (uncounted: this kernel keeps no mapcount of this page)";
	case PGWALK_RMAP_NO_PAGE:
		return " (no page that a process could map)";
	default:
		return "";
	}
}

static int print_end(struct pgwalk_text *out, const struct pgwalk_rmap_search *search,
		     u64 left_out)
{
	int err = pgwalk_text_reserve(out, END_MAX, RESPONSE_MAX);

	if (err)
		return err;
	if (left_out)
		pgwalk_text_printf(out,
				   "# left out %llu lines: PGWALK_IOC_RMAP returns all mappings\n",
				   left_out);
	pgwalk_text_printf(out, "# found %llu of mapcount ", search->found);
	print_count(out, search->mapcount);
	pgwalk_text_printf(out, "%s\n", status_note(search->status));
	return 0;
}

/* Run the whole search. No lock is held between two rounds. */
static int search_all(struct pgwalk_text *out, struct pgwalk_rmap_search *search)
{
	const struct pgwalk_rmap_batch *batch = search->batch;
	int err = print_head(out, search);
	u64 left_out = 0;
	unsigned int i;

	while (!err && search->status == PGWALK_RMAP_MORE) {
		if (search->paused)
			pgwalk_rmap_renew(search);
		err = pgwalk_rmap_fill(search, PGWALK_RMAP_HITS);
		for (i = 0; i < batch->nr_hits && !err; i++) {
			err = print_hit(out, &batch->hit[i]);
			left_out += err == -ENOSPC;
			err = err == -ENOSPC ? 0 : err;
		}
	}
	return err ?: print_end(out, search, left_out);
}

static int search_pfn(struct pgwalk_text *out, u64 pfn)
{
	static const struct pgwalk_rmap_cursor beginning;
	struct pgwalk_rmap_batch *batch = pgwalk_rmap_batch_create();
	struct pgwalk_rmap_search search;
	int err;

	if (!batch)
		return -ENOMEM;
	pgwalk_rmap_begin(&search, batch, pfn, &beginning);
	err = search_all(out, &search);
	pgwalk_rmap_end(&search);
	pgwalk_rmap_batch_destroy(batch);
	return err;
}

static int find_page_of(pid_t nr, unsigned long addr, u64 *pfn)
{
	struct pid *pid = pgwalk_target_find_pid(nr);
	struct pgwalk_target target;
	int err;

	if (IS_ERR(pid))
		return PTR_ERR(pid);
	err = pgwalk_target_init(&target, pid);
	put_pid(pid);
	if (err)
		return err;
	err = pgwalk_rmap_find_pfn(target.mm, addr, pfn);
	pgwalk_target_exit(&target);
	return err;
}

/* Parse a request, and find its page. */
static int find_page(char *line, u64 *pfn)
{
	const char *first = pgwalk_query_word(&line);
	const char *second = pgwalk_query_word(&line);
	unsigned long addr;
	pid_t nr;
	int err;

	if (*line)
		return -EINVAL;
	if (!strcmp(first, "pfn"))
		return isxdigit(*second) ? kstrtou64(second, 16, pfn) : -EINVAL;
	err = pgwalk_query_pid(first, &nr);
	if (!err)
		err = pgwalk_query_address(second, &addr);
	return err ?: find_page_of(nr, addr, pfn);
}

static ssize_t rmap_write(struct file *file, const char __user *from, size_t count,
			  loff_t *pos)
{
	struct pgwalk_text out = {};
	char line[PGWALK_QUERY_MAX];
	u64 pfn = 0;
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (!err && !PGWALK_RMAP)
		err = -EOPNOTSUPP;
	if (!err)
		err = find_page(line, &pfn);
	if (!err)
		err = search_pfn(&out, pfn);
	if (!err)
		err = pgwalk_transaction_replace(file, &out);
	pgwalk_text_free(&out);
	return err ?: count;
}

static ssize_t rmap_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return pgwalk_transaction_read(file, to, count, pos, PGWALK_RMAP ?
		"# write \"PID ADDRESS\" or \"pfn N\" first, to the same open file\n" :
		"# no reverse maps: this kernel (" UTS_RELEASE ") is newer than " NEWEST_TESTED
		", the newest that this\n"
		"# pgwalk.ko was tested on, and they are private structures of the kernel:\n"
		"# load a newer pgwalk.ko\n");
}

const struct file_operations pgwalk_view_rmap_fops = {
	.owner = THIS_MODULE,
	.open = pgwalk_transaction_open,
	.read = rmap_read,
	.write = rmap_write,
	.llseek = default_llseek,
	.release = pgwalk_transaction_release,
};

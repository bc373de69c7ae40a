// SPDX-License-Identifier: GPL-2.0
/*
 * rmap: write "PID ADDRESS" or "pfn N", read who maps that page. The question is answered
 * when it is written; the answer belongs to the open file, and nothing of the page or of
 * a process is held between the two.
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

#include "access.h"
#include "answer.h"
#include "compat.h"
#include "fmt.h"
#include "query.h"
#include "rmap.h"
#include "rmap_batch.h"
#include "target.h"
#include "view.h"

/* Text grows up to here, some 150000 lines; more are counted, and told to be left out. */
#define ANSWER_MAX	(1UL << 24)
#define LINE_MAX	512
#define END_MAX		(2 * LINE_MAX)	/* room that is kept for the last lines */

#define NEWEST_TESTED	__stringify(PGWALK_TESTED_MAJOR) "." __stringify(PGWALK_TESTED_MINOR)

static void say_count(struct pgwalk_answer *answer, int count)
{
	if (count < 0)
		pgwalk_say(answer, "-");
	else
		pgwalk_say(answer, "%d", count);
}

/* A line stays a line, whatever a process is called. */
static void say_comm(struct pgwalk_answer *answer, const struct pgwalk_rmap_hit *hit)
{
	char name[4 * sizeof(hit->comm) + 1];
	int len = string_escape_mem(hit->comm, strnlen(hit->comm, sizeof(hit->comm)), name,
				    sizeof(name) - 1, ESCAPE_OCTAL, "\n\\");

	name[min_t(size_t, len, sizeof(name) - 1)] = '\0';
	pgwalk_say(answer, " %s\n", hit->tgid < 0 ? "-" : name);
}

/* -ENOSPC: the answer is as long as it may be. */
static int say_hit(struct pgwalk_answer *answer, const struct pgwalk_rmap_hit *hit)
{
	char size[PGWALK_FMT_SIZE], prot[PGWALK_FMT_PROT], flags[PGWALK_FMT_FLAGS];
	int err = pgwalk_answer_reserve(answer, LINE_MAX, ANSWER_MAX - END_MAX);

	if (err)
		return err;
	say_count(answer, hit->tgid);
	pgwalk_say(answer, " %08llx %-3s %-9s %s %08llx-%08llx %-7s %s %u", hit->addr,
		   pgwalk_fmt_size(size, hit->shift), pgwalk_fmt_kind(hit->kind),
		   pgwalk_fmt_prot(prot, hit->prot), hit->vma_start, hit->vma_end,
		   pgwalk_fmt_vma_kind(hit->vma_kind), pgwalk_fmt_flags(flags, hit->flags, 0, ','),
		   hit->counted);
	say_comm(answer, hit);
	return 0;
}

static const char *method_name(unsigned int method)
{
	switch (method) {
	case PGWALK_RMAP_METHOD_ANON:
		return "anon";
	case PGWALK_RMAP_METHOD_FILE:
		return "file";
	case PGWALK_RMAP_METHOD_SCAN:
		return "scan";
	default:
		return "none";
	}
}

static int say_head(struct pgwalk_answer *answer, const struct pgwalk_rmap_search *search)
{
	int err = pgwalk_answer_reserve(answer, LINE_MAX, ANSWER_MAX - END_MAX);

	if (err)
		return err;
	pgwalk_say(answer, "# pgwalk rmap pfn %lx method %s mapcount ", search->page.pfn,
		   method_name(search->method));
	say_count(answer, search->mapcount);
	pgwalk_say(answer, "\n# pid address size kind perms vma vma-kind flags counted comm\n");
	return 0;
}

static const char *status_remark(unsigned int status)
{
	switch (status) {
	case PGWALK_RMAP_BUSY:
		return " (busy: a lock was held by others each time; this may not be all, try again)";
	case PGWALK_RMAP_CHANGED:
		return " (changed: the page became another one during the search)";
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

static int say_end(struct pgwalk_answer *answer, const struct pgwalk_rmap_search *search,
		   u64 left_out)
{
	int err = pgwalk_answer_reserve(answer, END_MAX, ANSWER_MAX);

	if (err)
		return err;
	if (left_out)
		pgwalk_say(answer, "# left out %llu lines: the device tells them all\n",
			   left_out);
	pgwalk_say(answer, "# found %llu of mapcount ", search->found);
	say_count(answer, search->mapcount);
	pgwalk_say(answer, "%s\n", status_remark(search->status));
	return 0;
}

/* Nothing is locked between two rounds. */
static int search_all(struct pgwalk_answer *answer, struct pgwalk_rmap_search *search)
{
	const struct pgwalk_rmap_batch *batch = search->batch;
	int err = say_head(answer, search);
	u64 left_out = 0;
	unsigned int i;

	while (!err && search->status == PGWALK_RMAP_MORE) {
		if (search->paused)
			pgwalk_rmap_renew(search);
		err = pgwalk_rmap_fill(search, PGWALK_RMAP_HITS);
		for (i = 0; i < batch->nr_hits && !err; i++) {
			err = say_hit(answer, &batch->hit[i]);
			left_out += err == -ENOSPC;
			err = err == -ENOSPC ? 0 : err;
		}
	}
	return err ?: say_end(answer, search, left_out);
}

static int search_pfn(struct pgwalk_answer *answer, u64 pfn)
{
	static const struct pgwalk_rmap_cursor beginning;
	struct pgwalk_rmap_batch *batch = pgwalk_rmap_batch_create();
	struct pgwalk_rmap_search search;
	int err;

	if (!batch)
		return -ENOMEM;
	pgwalk_rmap_begin(&search, batch, pfn, &beginning);
	err = search_all(answer, &search);
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

/* What the line asks for. */
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
	struct pgwalk_answer answer = {};
	char line[PGWALK_QUERY_MAX];
	u64 pfn = 0;
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (!err && !PGWALK_RMAP)
		err = -EOPNOTSUPP;
	if (!err)
		err = find_page(line, &pfn);
	if (!err)
		err = search_pfn(&answer, pfn);
	if (!err)
		err = pgwalk_answer_give(file, &answer);
	pgwalk_answer_free(&answer);
	return err ?: count;
}

static ssize_t rmap_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return pgwalk_answer_read(file, to, count, pos, PGWALK_RMAP ?
		"# write \"PID ADDRESS\" or \"pfn N\" first, to the same open file\n" :
		"# no reverse maps: this kernel (" UTS_RELEASE ") is newer than " NEWEST_TESTED
		", the newest that this\n"
		"# pgwalk.ko was tested on, and they are private structures of the kernel:\n"
		"# load a newer pgwalk.ko\n");
}

const struct file_operations pgwalk_view_rmap_fops = {
	.owner = THIS_MODULE,
	.open = pgwalk_answer_open,
	.read = rmap_read,
	.write = rmap_write,
	.llseek = default_llseek,
	.release = pgwalk_answer_release,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * translate: write "PID ADDRESS" or "PID SEGMENT:OFFSET", read the walk, level by level.
 * The question is answered when it is written; the answer belongs to the open file, and
 * nothing of the process is held between the two.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <asm/cpufeature.h>

#include "access.h"
#include "answer.h"
#include "fmt.h"
#include "fmt_segment.h"
#include "query.h"
#include "target.h"
#include "translate.h"
#include "uapi/pgwalk.h"
#include "view.h"

#define ANSWER_MAX	2048	/* all that is written here fits */

/**
 * struct question - what was asked, and what was found
 * @pid:	of the process, as the asker knows it
 * @t:		the record
 */
struct question {
	pid_t pid;
	struct pgwalk_translate t;
};

static void say_next(struct pgwalk_answer *answer, const struct pgwalk_entry *entry)
{
	switch (entry->kind) {
	case PGWALK_KIND_NONE:
	case PGWALK_KIND_MARKER:
	case PGWALK_KIND_BAD:
		pgwalk_say(answer, "%s\n", pgwalk_fmt_kind(entry->kind));
		break;
	case PGWALK_KIND_SWAP:
		pgwalk_say(answer, "swap  %u:%llx\n", entry->swap_type, entry->pfn);
		break;
	case PGWALK_KIND_PRESENT:
		pgwalk_say(answer, "page  %llx\n", entry->pfn);
		break;
	default:
		pgwalk_say(answer, "%-5s %llx\n", pgwalk_fmt_kind(entry->kind), entry->pfn);
	}
}

static void say_level(struct pgwalk_answer *answer, const struct pgwalk_step *step)
{
	const struct pgwalk_entry *entry = &step->entry;
	char flags[PGWALK_FMT_FLAGS];

	pgwalk_say(answer, "%-3s %7u  %-10llx %016llx   %-16s ", pgwalk_fmt_level(entry->level),
		   step->index, step->table_pfn, entry->value,
		   pgwalk_fmt_flags(flags, entry->flags, entry->pkey, ' '));
	say_next(answer, entry);
}

static void say_vma(struct pgwalk_answer *answer, const struct pgwalk_translate *t)
{
	char prot[PGWALK_FMT_PROT];

	if (t->vma_kind)
		pgwalk_say(answer, "vma %s %s", pgwalk_fmt_prot(prot, t->vma_prot),
			   pgwalk_fmt_vma_kind(t->vma_kind));
	else
		pgwalk_say(answer, "vma -");
}

static void say_page(struct pgwalk_answer *answer, const struct pgwalk_translate *t,
		     const struct pgwalk_entry *leaf)
{
	u64 offset = t->linear & ((1ULL << leaf->shift) - 1);
	char size[PGWALK_FMT_SIZE], rwx[PGWALK_FMT_PROT];

	/* Without the p or s: no entry knows if a page is shared. */
	pgwalk_fmt_prot(rwx, t->prot)[3] = '\0';
	pgwalk_say(answer, "= pa %016llx size %s prot %s ", (leaf->pfn << PAGE_SHIFT) + offset,
		   pgwalk_fmt_size(size, leaf->shift), rwx);
	say_vma(answer, t);
	if (leaf->kind != PGWALK_KIND_PRESENT)
		pgwalk_say(answer, " kind %s", pgwalk_fmt_kind(leaf->kind));
	pgwalk_say(answer, "\n");
}

static void say_no_page(struct pgwalk_answer *answer, const struct pgwalk_translate *t,
			const struct pgwalk_entry *leaf)
{
	char flags[PGWALK_FMT_FLAGS];

	switch (leaf->kind) {
	case PGWALK_KIND_NONE:
		pgwalk_say(answer, "= none: not yet touched (");
		break;
	case PGWALK_KIND_SWAP:
		pgwalk_say(answer, "= swap type %u offset %llx (", leaf->swap_type, leaf->pfn);
		break;
	case PGWALK_KIND_MIGRATION:
		pgwalk_say(answer, "= migration: the page at pfn %llx is moving (", leaf->pfn);
		break;
	case PGWALK_KIND_HWPOISON:
		pgwalk_say(answer, "= hwpoison: the memory at pfn %llx failed (", leaf->pfn);
		break;
	case PGWALK_KIND_DEVICE:
		pgwalk_say(answer, "= device: the page at pfn %llx is a device's (", leaf->pfn);
		break;
	case PGWALK_KIND_MARKER:
		pgwalk_say(answer, "= marker: %s (",
			   pgwalk_fmt_flags(flags, leaf->flags, 0, ' '));
		break;
	default:
		pgwalk_say(answer, "= bad: this kernel does not know such an entry (");
	}
	say_vma(answer, t);
	pgwalk_say(answer, ")\n");
}

static void say_leaf(struct pgwalk_answer *answer, const struct pgwalk_translate *t)
{
	const struct pgwalk_entry *leaf = &t->step[t->nr_steps - 1].entry;

	switch (leaf->kind) {
	case PGWALK_KIND_PRESENT:
	case PGWALK_KIND_ZERO:
	case PGWALK_KIND_SPECIAL:
	case PGWALK_KIND_PROTNONE:
	case PGWALK_KIND_NUMA_HINT:
	case PGWALK_KIND_UFFD_RWP:
		say_page(answer, t, leaf);
		break;
	case PGWALK_KIND_NONE:
		if (!t->vma_kind) {
			pgwalk_say(answer, "= none: no mapping at this address\n");
			break;
		}
		fallthrough;
	default:
		say_no_page(answer, t, leaf);
	}
}

static void say_walk(struct pgwalk_answer *answer, const struct pgwalk_translate *t)
{
	unsigned int i;

	if (boot_cpu_has(X86_FEATURE_PTI))
		pgwalk_say(answer, "# PTI: the kernel's pgd is walked, not the copy that user mode has\n");
	pgwalk_say(answer, "# level index table-pfn value              flags            next\n");
	switch (t->status) {
	case PGWALK_TRANSLATE_RACED:
		pgwalk_say(answer, "= raced: the entries changed each time they were read (");
		say_vma(answer, t);
		pgwalk_say(answer, ")\n");
		break;
	case PGWALK_TRANSLATE_NO_VMA:
		pgwalk_say(answer, "# page tables are not read outside of mappings on this kernel\n");
		pgwalk_say(answer, "= none: no mapping at this address\n");
		break;
	default:
		for (i = 0; i < t->nr_steps; i++)
			say_level(answer, &t->step[i]);
		say_leaf(answer, t);
	}
}

/* Hexadecimal as it is written, with the base that is in use. */
static void say_segment(struct pgwalk_answer *answer, const struct pgwalk_translate *t)
{
	char fields[PGWALK_FMT_FIELDS];

	pgwalk_say(answer, "# logical %s:%llx tid %d mode %s state %s\n",
		   pgwalk_fmt_register(t->reg), t->addr, t->tid,
		   t->thread_flags & PGWALK_THREAD_32BIT ? "32" : "64",
		   t->thread_flags & PGWALK_THREAD_RUNNING ? "running" : "saved");
	pgwalk_say(answer, "# %s\n", pgwalk_fmt_segment_title);
	pgwalk_say(answer, "# %s\n", pgwalk_fmt_segment(fields, &t->segment));
}

static const char *why_not(unsigned int status)
{
	switch (status) {
	case PGWALK_SEGMENT_NULL:
		return "a null selector, which only 64-bit mode can use";
	case PGWALK_SEGMENT_OUTSIDE:
		return "the selector is behind the end of its table";
	case PGWALK_SEGMENT_ABSENT:
		return "the descriptor is not present";
	case PGWALK_SEGMENT_PRIVILEGE:
		return "user mode may not load this descriptor";
	case PGWALK_SEGMENT_LIMIT:
		return "the offset is not within the limit";
	case PGWALK_SEGMENT_TYPE:
		return "such a descriptor cannot be in this register";
	default:
		return "the linear address is not of the user half";
	}
}

static void say_all(struct pgwalk_answer *answer, const struct question *q)
{
	const struct pgwalk_translate *t = &q->t;

	pgwalk_say(answer, "# pgwalk translate pid %d va ", q->pid);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		pgwalk_say(answer, "-\n");
	else
		pgwalk_say(answer, "%016llx\n", t->linear);
	if (t->reg)
		say_segment(answer, t);
	if (t->status == PGWALK_TRANSLATE_SEGMENT)
		pgwalk_say(answer, "= segment: %s: %s\n",
			   pgwalk_fmt_segment_status(t->segment.status), why_not(t->segment.status));
	else
		say_walk(answer, t);
}

/* An address, or a register with an offset behind a colon. */
static int read_address(struct pgwalk_translate *t, const char *word)
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

static int read_question(struct question *q, char *line, pid_t *nr)
{
	int err = pgwalk_query_pid(pgwalk_query_word(&line), nr);

	if (!err)
		err = read_address(&q->t, pgwalk_query_word(&line));
	return !err && *line ? -EINVAL : err;
}

static int ask(struct question *q, char *line)
{
	struct pgwalk_target target;
	struct pid *pid;
	pid_t nr;
	int err = read_question(q, line, &nr);

	if (err)
		return err;
	pid = pgwalk_target_find_pid(nr);
	if (IS_ERR(pid))
		return PTR_ERR(pid);
	q->pid = pid_vnr(pid);
	/* A thread that was named, or the registers of the one that has the process' id. */
	if (q->t.reg || nr != q->pid)
		q->t.tid = nr;
	err = pgwalk_target_init(&target, pid);
	put_pid(pid);
	if (err)
		return err;
	err = pgwalk_translate_fill(&q->t, &target);
	pgwalk_target_exit(&target);
	return err;
}

static ssize_t translate_write(struct file *file, const char __user *from, size_t count,
			       loff_t *pos)
{
	struct pgwalk_answer answer = {};
	struct question q = {};
	char line[PGWALK_QUERY_MAX];
	int err = pgwalk_access_check_opener(file) ?: pgwalk_query_copy(line, from, count);

	if (!err)
		err = ask(&q, line);
	if (!err)
		err = pgwalk_answer_reserve(&answer, ANSWER_MAX, ANSWER_MAX);
	if (err)
		return err;
	say_all(&answer, &q);
	err = pgwalk_answer_give(file, &answer);
	pgwalk_answer_free(&answer);
	return err ?: count;
}

static ssize_t translate_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return pgwalk_answer_read(file, to, count, pos,
				  "# write \"PID ADDRESS\" or \"PID SEGMENT:OFFSET\" first, to the same open file\n");
}

const struct file_operations pgwalk_view_translate_fops = {
	.owner = THIS_MODULE,
	.open = pgwalk_answer_open,
	.read = translate_read,
	.write = translate_write,
	.llseek = default_llseek,
	.release = pgwalk_answer_release,
};

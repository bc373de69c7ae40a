// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk lab: executes a scene step by step in a process of its own, and shows the walk before and after each step,
 * the tables, the faults and the time that it took. Stops after each step on a terminal.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../collect/module/query.h"
#include "../lib/i18n.h"
#include "../lib/text.h"
#include "../names/names.h"
#include "../present/inspect_columns.h"
#include "lab.h"
#include "pgwalk_fault.h"
#include "run.h"

#define HISTORY	64
#define STEP_MAX	64

/**
 * struct page - a page that steps have mapped
 * @offset: from the beginning of the area
 * @prot: PGWALK_LAB_PROT_*; 0: not mapped
 */
struct page {
	uint64_t offset;
	uint32_t prot;
};

/**
 * struct change - a change that can be undone
 * @page: the page and its protection before the change
 * @tables: bytes of page tables before the change
 */
struct change {
	struct page page;
	uint64_t tables;
};

/**
 * struct lab_run - state of the verb
 * @run: the run
 * @lab: the process
 * @scene: the scene
 * @step: number of the current step
 * @pause: wait after each step
 * @ended: the user has ended the scene
 * @page: pages of the lab device
 * @nr_pages: number of @page
 * @history: changes, the last one at the end
 * @nr_changes: number of @history
 */
struct lab_run {
	struct run *run;
	struct lab *lab;
	const struct lab_scene *scene;
	unsigned int step;
	bool pause;
	bool ended;
	struct page page[LAB_PAGES];
	unsigned int nr_pages;
	struct change history[HISTORY];
	unsigned int nr_changes;
};

static bool is_device_call(enum lab_op op)
{
	return op == LAB_MAP || op == LAB_PROTECT || op == LAB_UNMAP || op == LAB_FLUSH;
}

static bool is_access(enum lab_op op)
{
	return op == LAB_READ || op == LAB_WRITE || op == LAB_READ_GS;
}

static const struct pgwalk_entry *leaf_of(const struct pgwalk_translate *t)
{
	return t->status == PGWALK_TRANSLATE_DONE && t->nr_steps ? &t->step[t->nr_steps - 1].entry : NULL;
}

/* Class of a fault on a page that is present after it */
static unsigned int class_of_page(const struct pgwalk_entry *before, const struct pgwalk_entry *after, bool file, bool major)
{
	const bool present = before && before->kind == PGWALK_KIND_PRESENT;

	if (before && before->kind == PGWALK_KIND_SWAP)
		return major ? PGWALK_FAULT_SWAP_READ : PGWALK_FAULT_SWAP_CACHED;
	if (after->kind == PGWALK_KIND_ZERO)
		return PGWALK_FAULT_ANON_ZERO;
	if (after->kind != PGWALK_KIND_PRESENT)
		return 0;
	if (before && before->kind == PGWALK_KIND_ZERO)
		return PGWALK_FAULT_ANON_NEW;
	if (present && before->pfn == after->pfn)
		return after->flags & PGWALK_F_WRITE && !(before->flags & PGWALK_F_WRITE) ? PGWALK_FAULT_COW_REUSE : 0;
	if (present)
		return PGWALK_FAULT_COW_COPY;
	if (file)
		return major ? PGWALK_FAULT_FILE_READ : PGWALK_FAULT_FILE_CACHED;
	return after->flags & PGWALK_F_HUGE ? PGWALK_FAULT_THP_NEW : PGWALK_FAULT_ANON_NEW;
}

/* Derive the class of the fault on the shown page from the walks and the counts */
static unsigned int class_of(const struct lab_step *step, const struct inspect_lab *row, const struct lab_reply *reply)
{
	const struct pgwalk_translate *t = row->before;
	const bool file = t->vma_kind != PGWALK_VMA_ANON && t->vma_kind != PGWALK_VMA_HEAP && t->vma_kind != PGWALK_VMA_STACK;

	if (!is_access(step->op))
		return 0;
	if (reply->signal == SIGSEGV)
		return reply->code == SEGV_MAPERR ? PGWALK_FAULT_SEGV_MAP : PGWALK_FAULT_SEGV_ACCESS;
	if (reply->signal)
		return PGWALK_FAULT_SIGBUS;
	if (!(reply->minor + reply->major) || !leaf_of(row->after))
		return 0;
	return class_of_page(leaf_of(t), leaf_of(row->after), file, reply->major);
}

static int translate(struct lab_run *l, uint64_t addr, struct pgwalk_translate *t)
{
	int err;

	*t = (struct pgwalk_translate){ .addr = addr };
	err = query__translate(l->run->device, t);
	return err ? run__fail(l->run, err) : 0;
}

static int read_tables(struct lab_run *l, uint64_t *bytes)
{
	struct pgwalk_mm mm;
	const int err = query__mm(l->run->device, &mm, NULL, 0);

	*bytes = mm.pgtables_bytes;
	return err ? run__fail(l->run, err) : 0;
}

/* A comment of several words, in lines of at most 79 columns */
static void print_words(struct report *r, const char *text)
{
	const size_t width = 77;

	while (*text) {
		const size_t len = text__line(text, width);

		report__comment(r, "%.*s", (int)len, text);
		text += len;
		text += *text == ' ';
	}
}

static void print_walk(struct report *r, const struct pgwalk_translate *t)
{
	unsigned int i;

	for (i = 0; i < t->nr_steps; i++)
		report__row(r, &t->step[i]);
	if (!t->nr_steps)
		report__comment(r, "no table is read outside of mappings on this kernel");
}

static void print_flush(struct report *r, const struct inspect_lab *row)
{
	char pages[64];

	if (row->pages >= 0)
		snprintf(pages, sizeof(pages), ngettext("%d page", "%d pages", (unsigned long)row->pages), row->pages);
	else
		snprintf(pages, sizeof(pages), "%s", _("all pages"));
	if (!row->flush_known)
		report__comment(r, "flush: not known (/sys/kernel/tracing has no event tlb/tlb_flush)");
	else
		report__comment(r, "flush: local, CPU %u: %s  remote: %u requests sent, %u flushes seen", row->cpu,
				row->local ? pages : _("none"), row->sent, row->remote);
	report__comment(r, "CPUs that may hold translations: %u  ASID: not known (not exported)", row->nr_cpus);
}

/* The walk before the step, the walk after it, and a row of its results */
static int print_step(struct lab_run *l, const struct inspect_lab *row)
{
	struct report *r = &l->run->report;
	const bool same = row->before->nr_steps == row->after->nr_steps &&
			  !memcmp(row->before->step, row->after->step, sizeof(row->before->step));

	report__comment(r, "step %u  %s %llx", row->step, row->action, (unsigned long long)row->addr);
	print_words(r, _(row->text));
	if (run__columns(l->run, &step_columns))
		return -1;
	report__header(r);
	report__comment(r, "before");
	print_walk(r, row->before);
	report__comment(r, same ? N_("after: the same") : N_("after"));
	if (!same || r->json)
		print_walk(r, row->after);
	if (row->is_flush)
		print_flush(r, row);
	if (row->byte >= 0)
		report__comment(r, "byte %02x", row->byte);
	if (run__columns(l->run, &lab_columns))
		return -1;
	report__header(r);
	report__row(r, row);
	report__text(r, "\n");
	return run__flush(l->run);
}

/* An address that is relative to a segment */
static int print_logical(struct lab_run *l, unsigned int reg, uint64_t offset)
{
	struct pgwalk_translate t = { .addr = offset, .reg = (__u8)reg, .tid = l->run->pid };
	const int err = query__translate(l->run->device, &t);

	if (err)
		return run__fail(l->run, err);
	if (l->run->report.json)
		report__record(&l->run->report, &translate_columns, &t);
	report__comment(&l->run->report, "%s:%llx  selector %x  base %llx  linear %llx  %s", names__segment(reg),
			(unsigned long long)offset, t.segment.selector, (unsigned long long)t.segment.base,
			(unsigned long long)t.linear, names__segment_status(t.segment.status));
	return 0;
}

/* gs and ds of the process */
static int print_segments(struct lab_run *l, uint64_t offset)
{
	struct pgwalk_segments segments = { .flags = 0 };
	struct pgwalk_thread thread;
	struct report *r = &l->run->report;
	__u64 raw = 0;
	unsigned int i;
	int err = query__segments(l->run->device, &segments, &thread, 1, &raw, 1);

	if (err)
		return run__fail(l->run, err);
	if (run__columns(l->run, &register_columns))
		return -1;
	report__comment(r, "gs has the base of its descriptor, ds that of the flat model");
	report__header(r);
	for (i = 0; i < sizeof(thread.segment) / sizeof(thread.segment[0]); i++) {
		const struct inspect_register row = { &thread, &thread.segment[i] };

		if (row.segment->reg == PGWALK_SEGMENT_GS || row.segment->reg == PGWALK_SEGMENT_DS)
			report__row(r, &row);
	}
	if (print_logical(l, PGWALK_SEGMENT_GS, offset) || print_logical(l, PGWALK_SEGMENT_DS, l->scene->base + offset))
		return -1;
	report__text(r, "\n");
	return run__flush(l->run);
}

static struct page *find_page(struct lab_run *l, uint64_t offset)
{
	unsigned int i;

	for (i = 0; i < l->nr_pages; i++)
		if (l->page[i].offset == offset)
			return &l->page[i];
	if (l->nr_pages == LAB_PAGES)
		return NULL;
	l->page[l->nr_pages] = (struct page){ .offset = offset };
	return &l->page[l->nr_pages++];
}

static int call(struct lab_run *l, enum lab_op op, uint64_t addr, uint64_t size, uint32_t arg, struct lab_reply *reply)
{
	const struct lab_request request = { .op = op, .arg = arg, .addr = addr, .size = size };
	const int err = lab__call(l->lab, &request, reply, NULL);

	return err ? run__fail(l->run, err) : 0;
}

/* Remove the mapping, which frees its tables, make it again, and map the remaining pages */
static int rebuild(struct lab_run *l, struct lab_reply *reply)
{
	unsigned int i;
	int err = call(l, LAB_MUNMAP, LAB_AREA, LAB_AREA_SIZE, 0, reply);

	if (!err)
		err = call(l, LAB_MMAP_LAB, LAB_AREA, LAB_AREA_SIZE, 0, reply);
	for (i = 0; !err && !reply->error && i < l->nr_pages; i++)
		if (l->page[i].prot)
			err = call(l, LAB_MAP, LAB_AREA + l->page[i].offset, 0, l->page[i].prot, reply);
	return err;
}

/* Undo the last change: the entry, and the tables that it added */
static int undo(struct lab_run *l, struct lab_reply *reply)
{
	const struct change *c = &l->history[l->nr_changes - 1];
	struct page *page = find_page(l, c->page.offset);
	const uint64_t addr = LAB_AREA + c->page.offset;
	uint64_t tables;

	/* each change was made to a page of the list */
	if (!page)
		return 0;
	if (read_tables(l, &tables))
		return -1;
	l->nr_changes--;
	if (!c->page.prot && tables != c->tables) {
		page->prot = 0;
		return rebuild(l, reply);
	}
	if (page->prot && c->page.prot) {
		page->prot = c->page.prot;
		return call(l, LAB_PROTECT, addr, 0, c->page.prot, reply);
	}
	page->prot = c->page.prot;
	return call(l, page->prot ? LAB_MAP : LAB_UNMAP, addr, 0, page->prot, reply);
}

/* Note a successful change of the lab device */
static void note(struct lab_run *l, const struct lab_step *step, uint64_t tables)
{
	struct page *page = find_page(l, step->offset);

	if (step->op == LAB_FLUSH || !page)
		return;
	if (l->nr_changes == HISTORY) {
		memmove(l->history, l->history + 1, sizeof(l->history) - sizeof(l->history[0]));
		l->nr_changes--;
	}
	l->history[l->nr_changes++] = (struct change){ .page = *page, .tables = tables };
	page->prot = step->op == LAB_UNMAP ? 0 : step->arg;
}

static int execute(struct lab_run *l, const struct lab_step *step, struct lab_reply *reply, struct lab_flush *flush,
		   uint64_t tables)
{
	const struct lab_request request = {
		.op = step->op, .arg = step->arg, .addr = l->scene->base + step->offset, .size = step->size,
	};
	struct lab_request offset = request;
	struct lab_reply again;
	int err;

	if (step->op == LAB_READ_GS)
		offset.addr = step->offset;
	err = lab__call(l->lab, &offset, reply, is_device_call(step->op) ? flush : NULL);
	if (err)
		return run__fail(l->run, err);
	if (!is_device_call(step->op))
		return 0;
	if (!reply->error)
		note(l, step, tables);
	return reply->error == -ENOMEM ? rebuild(l, &again) : 0;
}

static const char *name_of_error(int error)
{
	return error ? strerrorname_np(-error) : NULL;
}

static const char *name_of_signal(int signal)
{
	return signal == SIGSEGV ? "SIGSEGV" : signal == SIGBUS ? "SIGBUS" : NULL;
}

static void fill(struct inspect_lab *row, const struct lab_step *step, const struct lab_reply *reply,
		 const struct lab_flush *flush)
{
	row->text = step->text;
	row->action = lab_step__action(step);
	row->error = name_of_error(reply->error);
	row->signal = name_of_signal(reply->signal);
	row->byte = (step->op == LAB_READ || step->op == LAB_READ_GS) && !reply->signal ? (int)reply->byte : -1;
	row->minor = reply->minor;
	row->major = reply->major;
	row->ns = reply->ns;
	row->is_flush = is_device_call(step->op) && !reply->error && step->op != LAB_MAP;
	row->flush_known = flush->known;
	row->cpu = reply->page.cpu;
	row->nr_cpus = reply->page.nr_cpus;
	row->local = flush->local;
	row->pages = flush->pages;
	row->sent = flush->sent;
	row->remote = flush->remote;
	row->class = class_of(step, row, reply);
}

static int run_step(struct lab_run *l, const struct lab_step *step)
{
	static struct pgwalk_translate before, after;
	const uint64_t offset = step->undo && l->nr_changes ? l->history[l->nr_changes - 1].page.offset :
				step->shown ? step->shown : step->offset;
	struct inspect_lab row = {
		.scene = l->scene->name, .step = ++l->step, .addr = l->scene->base + offset, .before = &before, .after = &after,
	};
	struct lab_reply reply = { .error = 0 };
	struct lab_flush flush = { .known = false };
	int err;

	if (translate(l, row.addr, &before) || read_tables(l, &row.tables_before))
		return -1;
	err = step->undo ? undo(l, &reply) : execute(l, step, &reply, &flush, row.tables_before);
	if (err || translate(l, row.addr, &after) || read_tables(l, &row.tables))
		return -1;
	fill(&row, step, &reply, &flush);
	if (print_step(l, &row))
		return -1;
	if (step->op == LAB_LDT && !reply.error && print_segments(l, offset))
		return -1;
	if (l->run->closed || (l->pause && !lab__wait()))
		l->ended = true;
	return 0;
}

static int run_text(struct lab_run *l, const char *text)
{
	struct lab_step step;
	const char *why = lab_step__parse(text, &step);

	if (!why && step.undo && !l->nr_changes)
		why = N_("nothing to undo");
	if (!why && step.op == LAB_MAP && !find_page(l, step.offset))
		why = N_("more than 64 pages");
	return why ? run__usage(l->run, text, why) : run_step(l, &step);
}

/* Check all steps before the first one is executed */
static int check_script(struct lab_run *l, const char *script)
{
	char text[STEP_MAX];
	const char *at, *why;
	struct lab_step step;

	for (at = script; *at; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, ","), at);
		why = lab_step__parse(text, &step);
		if (why)
			return run__usage(l->run, text, why);
	}
	return 0;
}

static int run_script(struct lab_run *l, const char *script)
{
	char text[STEP_MAX];
	const char *at;
	int err = check_script(l, script);

	for (at = script; !err && *at && !l->ended; at += strcspn(at, ",") + (at[strcspn(at, ",")] == ',')) {
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, ","), at);
		err = run_text(l, text);
	}
	return err;
}

/* Steps from stdin; an invalid one is reported, and the next one is read */
static int run_lines(struct lab_run *l)
{
	char line[STEP_MAX];
	bool bad = false;

	l->pause = false;
	while (!l->ended && lab__read_line(line, sizeof(line))) {
		if (strlen(line) == sizeof(line) - 1 && !strchr(line, '\n'))
			return run__usage(l->run, line, "too long for a step");
		line[strcspn(line, "\n")] = '\0';
		if (!*line)
			continue;
		if (!strcmp(line, "q"))
			break;
		if (!run_text(l, line))
			continue;
		if (l->run->error->status != ERROR_USAGE)
			return -1;
		fprintf(stderr, "pgwalk: %s\n", l->run->error->text);
		l->run->error->status = ERROR_NONE;
		bad = true;
	}
	if (bad && !lab__is_interactive())
		return error__set(l->run->error, ERROR_USAGE, "lab: invalid steps were left out, see above");
	return 0;
}

static int open_area(struct lab_run *l)
{
	struct lab_reply reply;

	if (call(l, LAB_MMAP_LAB, LAB_AREA, LAB_AREA_SIZE, 0, &reply))
		return -1;
	switch (reply.error) {
	case 0:
		return 0;
	case -ENOENT:
		return error__set(l->run->error, ERROR_PERMISSION,
				  "%s: pgwalk_lab.ko is not loaded (load it: modprobe pgwalk_lab, or insmod pgwalk_lab.ko where it was built)",
				  PGWALK_LAB_DEVICE);
	case -EPERM:
	case -EACCES:
		return error__set(l->run->error, ERROR_PERMISSION, "%s: not permitted (run as root)", PGWALK_LAB_DEVICE);
	}
	return error__set(l->run->error, ERROR_FAILURE, "%s: %s", PGWALK_LAB_DEVICE, strerror(-reply.error));
}

static int run_scene(struct lab_run *l, const char *script)
{
	const struct lab_step *step;
	struct report *r = &l->run->report;
	char text[512];
	int err = 0;

	snprintf(text, sizeof(text), _("pgwalk lab %s, process %d: %s"), l->scene->name, l->run->pid, _(l->scene->what));
	print_words(r, text);
	print_words(r, _("CLASS is derived from the entries before and after and from the fault counts, not from the probes of pgtop."));
	if (l->scene->script) {
		err = open_area(l);
		if (err)
			return err;
		if (script && !strcmp(script, "-"))
			return run_lines(l);
		return run_script(l, script ? script : l->scene->script);
	}
	for (step = l->scene->step; !err && step->text && !l->ended; step++)
		err = run_step(l, step);
	return err;
}

static int print_scenes(struct run *run)
{
	const struct lab_scene *scene;
	struct report *r = &run->report;

	int err = run__columns(run, &scene_columns);

	report__header(r);
	for (scene = lab_scenes; !err && scene->name; scene++) {
		const struct inspect_scene row = { scene->name, scene->what };

		report__row(r, &row);
	}
	return err;
}

static int run_lab(struct run *run)
{
	static struct lab_run l;
	const struct verb_options *o = run->options;
	char pid[16];
	int err;

	l = (struct lab_run){ .run = run, .scene = lab_scenes, .pause = !o->no_pause && !o->json && lab__is_interactive() };
	if (!o->nr_args)
		return print_scenes(run);
	while (l.scene->name && strcmp(l.scene->name, o->arg[0]))
		l.scene++;
	if (!l.scene->name)
		return run__usage(run, o->arg[0], "no such scene (pgwalk lab lists them)");
	if (o->nr_args > 1 && !l.scene->script)
		return run__usage(run, o->arg[1], "only the scene map takes steps");
	err = lab__start(&l.lab);
	if (err)
		return run__fail(run, err);
	snprintf(pid, sizeof(pid), "%d", lab__pid(l.lab));
	err = run__attach(run, pid);
	if (!err)
		err = run_scene(&l, o->arg[1]);
	lab__end(l.lab);
	return err;
}

static bool is_list(const struct verb_options *options)
{
	return !options->nr_args;
}

const struct verb lab_verb = {
	.name = "lab",
	.args = "[SCENE [STEPS]]",
	.max = 2,
	.options = "P",
	.columns = &lab_columns,
	.what = N_("Execute a scene step by step in a process of its own: the walk before and after, new tables, faults, time. Without SCENE: list them."),
	.more = N_("STEPS of the scene map, which needs pgwalk_lab.ko: map OFFSET r|rw, protect OFFSET r|rw, unmap OFFSET, flush OFFSET, read OFFSET, "
		"write OFFSET, thread, undo; separated by commas, or - to read them from stdin. OFFSET is hexadecimal.\n\n"
		"Two pages, one table more: pgwalk lab map 'map 0 rw, map 200000 r'"),
	.without_module = is_list,
	.frames = N_("the laboratory is not offered"),
	.run = run_lab,
};

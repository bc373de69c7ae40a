// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Checks the effects of an execution by the rules of abi.h. */
#include <stdio.h>
#include <string.h>
#include <pgwalk.h>

#include "abi.h"
#include "oracle.h"

static char complaint[160];

static bool is_changed(const struct run *run)
{
	return run->input->change_width;
}

/* Return whether the other thread changes these bytes of the argument */
static bool changes(const struct run *run, size_t at, size_t width)
{
	const struct input *input = run->input;

	return input->change_width && input->change_at < at + width &&
	       at < (size_t)input->change_at + input->change_width;
}

static struct abi_verdict verdict_of(const struct run *run)
{
	if (entrypoint_is_ioctl(run->input->entry))
		return abi_of_call(run);
	if (entrypoint_is_write(run->input->entry))
		return abi_of_text(run);
	return abi_of_read(run);
}

static const char *check_error(const struct run *run)
{
	int error = run->result < 0 ? (int)-run->result : 0;
	struct abi_verdict verdict;

	if (error && (error >= 63 && error != ENOTCONN &&
		      run->input->entry != ENTRY_ANY))
		goto unknown;
	if (error && !(abi_documented(run) & ABI_ERROR(error)))
		goto unknown;
	if (is_changed(run))
		return NULL;
	verdict = verdict_of(run);
	if (!error && !verdict.must)
		return NULL;
	if (error && (verdict.must ?: verdict.may) & ABI_ERROR(error))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s%s gives %d (%s); rules broken: %llx, allowed: %llx",
		 run->entry->name, run->entry->file ?: "", -error,
		 error ? strerror(error) : "success", verdict.must, verdict.may);
	return complaint;

unknown:
	snprintf(complaint, sizeof(complaint), "%s%s gives %d (%s), which is not documented",
		 run->entry->name, run->entry->file ?: "", -error, strerror(error));
	return complaint;
}

static bool is_within(const struct guarded_buf *buf, const void *at)
{
	return guarded_buf_reach(buf, at).readable;
}

/* Return the size of the argument's part that a call may write */
static size_t result_size(const struct run *run)
{
	size_t given = run_field(run, 0, 4);

	if (!entrypoint_is_ioctl(run->input->entry))
		return 0;
	/* An argument that ends in unmapped memory may be written up to there */
	if (run->result < 0)
		return run->result == -EFAULT ? run->entry->size : 0;
	return given < run->entry->size && !is_changed(run) ? given : run->entry->size;
}

static const char *check_argument(const struct run *run)
{
	bool pointed_to = false;
	size_t size;
	int i;

	/* ENTRY_ANY may hit a request of ours */
	if (run->input->entry == ENTRY_ANY)
		return NULL;
	for (i = 0; i < RUN_BUFFERS; i++)
		pointed_to |= is_within(&run->argument, run_array(run, i, &size)) ||
			      changes(run, run->entry->array[i].at, 8);
	if (pointed_to || guarded_buf_is_same(&run->argument, run->at, result_size(run)))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s, result %ld: bytes of the argument, or around it, are written that the call must not write",
		 run->entry->name, run->result);
	return complaint;
}

/* Return how many bytes of array @i may be written; -1 if that is unknown */
static long may_write(const struct run *run, int i, size_t size)
{
	const struct entrypoint_array *array = &run->entry->array[i];
	__u32 filled;

	if (changes(run, array->at, 8))
		return -1;
	if (changes(run, array->count_at, 4) || changes(run, 0, 8))
		return GUARDED_BUF_BYTES;
	if (run->result < 0)
		return run->result == -EFAULT || run->result == -ESRCH ? (long)size : 0;
	if (!array->filled_at || is_changed(run) ||
	    guarded_buf_reach(&run->argument, run->at).writable < run->entry->size)
		return (long)size;
	memcpy(&filled, (char *)run->at + array->filled_at, sizeof(filled));
	return (long)filled * (long)run_record_size(run, i);
}

static const char *check_array(const struct run *run, int i, const struct guarded_buf *buf,
			       bool *found)
{
	size_t size;
	void *at = run_array(run, i, &size);
	long may = may_write(run, i, size);

	if (may >= 0 && !is_within(buf, at))
		return NULL;
	*found = true;
	if (may < 0 || is_within(&run->argument, at) || !run->entry->array[i].at)
		return NULL;
	if ((size_t)may > size && !is_changed(run)) {
		snprintf(complaint, sizeof(complaint), "%s fills %ld bytes where there is room for %zu",
			 run->entry->name, may, size);
		return complaint;
	}
	if (guarded_buf_is_same(buf, at, (size_t)may))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s, result %ld: more than %ld bytes of its records are written",
		 run->entry->name, run->result, may);
	return complaint;
}

static const char *check_buffer(const struct run *run, const struct guarded_buf *buf)
{
	const char *wrong = NULL;
	bool found = false;
	int i;

	if (run->input->entry == ENTRY_ANY || entrypoint_is_write(run->input->entry))
		return NULL;
	if (run->input->entry == ENTRY_READ)
		wrong = guarded_buf_is_same(buf, run->at, run->result < 0 ? run->size :
				      (size_t)run->result) ? NULL :
			"read writes more bytes than it returns";
	for (i = 0; i < RUN_BUFFERS && !wrong && run->input->entry != ENTRY_READ; i++)
		wrong = check_array(run, i, buf, &found);
	if (wrong || found || run->input->entry == ENTRY_READ ||
	    guarded_buf_is_same(buf, NULL, 0))
		return wrong;
	snprintf(complaint, sizeof(complaint), "%s writes outside its arrays", run->entry->name);
	return complaint;
}

static bool has_frame(const struct run *run, const void *records, __u32 filled)
{
	const struct pgwalk_translate *t = run->at;
	const struct pgwalk_run *page = records;
	const struct pgwalk_vma *vma = records;

	if (run->input->entry == ENTRY_TRANSLATE) {
		for (int i = 0; i < PGWALK_MAX_LEVELS; i++)
			if (t->step[i].table_pfn || t->step[i].entry.value || t->step[i].entry.pfn)
				return true;
	}
	for (__u32 i = 0; run->input->entry == ENTRY_SCAN && i < filled; i++)
		if (page[i].pfn || page[i].swap_type ||
		    (page[i].kind != PGWALK_KIND_RACED && !(page[i].flags & PGWALK_F_REDACTED)))
			return true;
	while (run->input->entry == ENTRY_VMAS && filled) {
		if (vma->large || vma->ksm || vma->node[0] || vma->frames_counted == 1)
			return true;
		filled -= vma->size;
		vma = (const void *)((const char *)vma + vma->size);
	}
	return false;
}

/* Records of a delegated file have no frames. Skipped if the records may have been written twice */
static const char *check_redacted(const struct run *run)
{
	const struct entrypoint_array *array = &run->entry->array[0];
	__u32 filled = 0;
	size_t size;
	void *records = run_array(run, 0, &size);

	if (!run->subject->delegated || run->result || is_changed(run) || run->input->entry == ENTRY_ANY ||
	    guarded_buf_reach(&run->argument, run->at).writable < run->entry->size ||
	    is_within(&run->argument, records) || run_field(run, 0, 4) < run->entry->size)
		return NULL;
	if (array->filled_at)
		memcpy(&filled, (char *)run->at + array->filled_at, sizeof(filled));
	if (!has_frame(run, records, filled))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s on a delegated file reports a frame", run->entry->name);
	return complaint;
}

const char *oracle_check(const struct run *run)
{
	const char *wrong = check_error(run);
	int i;

	if (!wrong && run->input->entry != ENTRY_READ)
		wrong = check_argument(run);
	if (!wrong)
		wrong = check_redacted(run);
	for (i = 0; i < RUN_BUFFERS && !wrong; i++)
		wrong = check_buffer(run, &run->buffer[i]);
	return wrong;
}

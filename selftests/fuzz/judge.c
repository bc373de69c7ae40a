// SPDX-License-Identifier: GPL-2.0
/* Judges what a run left behind, by the rules of abi.h. It runs nothing. */
#include <stdio.h>
#include <string.h>
#include <pgwalk.h>

#include "abi.h"
#include "judge.h"

static char complaint[160];

static bool is_changed(const struct run *run)
{
	return run->input->change_width;
}

/* Does somebody change these bytes of the argument? */
static bool changes(const struct run *run, size_t at, size_t width)
{
	const struct input *input = run->input;

	return input->change_width && input->change_at < at + width &&
	       at < (size_t)input->change_at + input->change_width;
}

static struct abi_verdict verdict_of(const struct run *run)
{
	if (door_is_ioctl(run->input->door))
		return abi_of_call(run);
	if (door_is_write(run->input->door))
		return abi_of_text(run);
	return abi_of_read(run);
}

static const char *judge_error(const struct run *run)
{
	int error = run->result < 0 ? (int)-run->result : 0;
	struct abi_verdict verdict;

	if (error && (error >= 63 && error != ENOTCONN &&
		      run->input->door != DOOR_ANY))
		goto unknown;
	if (error && !(abi_documented(run->input->door) & ABI_ERROR(error)))
		goto unknown;
	if (is_changed(run))
		return NULL;
	verdict = verdict_of(run);
	if (!error && !verdict.must)
		return NULL;
	if (error && (verdict.must ?: verdict.may) & ABI_ERROR(error))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s%s gives %d (%s); rules broken: %llx, allowed: %llx",
		 run->door->name, run->door->file ?: "", -error,
		 error ? strerror(error) : "success", verdict.must, verdict.may);
	return complaint;

unknown:
	snprintf(complaint, sizeof(complaint), "%s%s gives %d (%s), which is not documented",
		 run->door->name, run->door->file ?: "", -error, strerror(error));
	return complaint;
}

static bool is_within(const struct arena *arena, const void *at)
{
	return arena_reach(arena, at).readable;
}

/* What an answer may change of the argument */
static size_t answer_size(const struct run *run)
{
	size_t given = run_field(run, 0, 4);

	if (!door_is_ioctl(run->input->door))
		return 0;
	/* An argument that ends too early may be written up to there */
	if (run->result < 0)
		return run->result == -EFAULT ? run->door->size : 0;
	return given < run->door->size && !is_changed(run) ? given : run->door->size;
}

static const char *judge_argument(const struct run *run)
{
	bool pointed_to = false;
	size_t told;
	int i;

	/* Another number may be one of our calls */
	if (run->input->door == DOOR_ANY)
		return NULL;
	for (i = 0; i < RUN_BUFFERS; i++)
		pointed_to |= is_within(&run->argument, run_array(run, i, &told)) ||
			      changes(run, run->door->array[i].at, 8);
	if (pointed_to || arena_is_same(&run->argument, run->at, answer_size(run)))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s, result %ld: bytes of the argument, or around it, are written that must not be",
		 run->door->name, run->result);
	return complaint;
}

/* How far array i may be written; -1: that cannot be told */
static long may_write(const struct run *run, int i, size_t told)
{
	const struct door_array *array = &run->door->array[i];
	__u32 filled;

	if (changes(run, array->at, 8))
		return -1;
	if (changes(run, array->count_at, 4) || changes(run, 0, 8))
		return ARENA_BYTES;
	if (run->result < 0)
		return run->result == -EFAULT || run->result == -ESRCH ? (long)told : 0;
	if (!array->filled_at || is_changed(run) ||
	    arena_reach(&run->argument, run->at).writable < run->door->size)
		return (long)told;
	memcpy(&filled, (char *)run->at + array->filled_at, sizeof(filled));
	return (long)filled * (long)run_record_size(run, i);
}

static const char *judge_array(const struct run *run, int i, const struct arena *arena,
			       bool *told_of)
{
	size_t told;
	void *at = run_array(run, i, &told);
	long may = may_write(run, i, told);

	if (may >= 0 && !is_within(arena, at))
		return NULL;
	*told_of = true;
	if (may < 0 || is_within(&run->argument, at) || !run->door->array[i].at)
		return NULL;
	if ((size_t)may > told && !is_changed(run)) {
		snprintf(complaint, sizeof(complaint), "%s fills %ld bytes where there is room for %zu",
			 run->door->name, may, told);
		return complaint;
	}
	if (arena_is_same(arena, at, (size_t)may))
		return NULL;
	snprintf(complaint, sizeof(complaint), "%s, result %ld: more than %ld bytes of its records are written",
		 run->door->name, run->result, may);
	return complaint;
}

static const char *judge_buffer(const struct run *run, const struct arena *arena)
{
	const char *wrong = NULL;
	bool told_of = false;
	int i;

	if (run->input->door == DOOR_ANY || door_is_write(run->input->door))
		return NULL;
	if (run->input->door == DOOR_READ)
		wrong = arena_is_same(arena, run->at, run->result < 0 ? run->size :
				      (size_t)run->result) ? NULL :
			"read writes more than it says";
	for (i = 0; i < RUN_BUFFERS && !wrong && run->input->door != DOOR_READ; i++)
		wrong = judge_array(run, i, arena, &told_of);
	if (wrong || told_of || run->input->door == DOOR_READ ||
	    arena_is_same(arena, NULL, 0))
		return wrong;
	snprintf(complaint, sizeof(complaint), "%s writes where it was not told to", run->door->name);
	return complaint;
}

const char *judge_run(const struct run *run)
{
	const char *wrong = judge_error(run);
	int i;

	if (!wrong && run->input->door != DOOR_READ)
		wrong = judge_argument(run);
	for (i = 0; i < RUN_BUFFERS && !wrong; i++)
		wrong = judge_buffer(run, &run->buffer[i]);
	return wrong;
}

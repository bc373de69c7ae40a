// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Executes an input, with actual addresses and ids. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <pgwalk.h>
#include "change.h"
#include "cover.h"
#include "lib/interface.h"
#include "run.h"

#define RESULT_BYTES	700	/* bytes that are read of a result after a write */

int run_create(struct run *run, const struct subject *subject)
{
	int i, err;

	memset(run, 0, sizeof(*run));
	run->subject = subject;
	err = guarded_buf_create(&run->argument);
	for (i = 0; i < RUN_BUFFERS && !err; i++) {
		err = guarded_buf_create(&run->buffer[i]);
		if (err)
			break;
		guarded_buf_fill(&run->buffer[i], GUARDED_BUF_FILL);
		guarded_buf_remember(&run->buffer[i]);
	}
	return err;
}

/* Return the bytes at an offset of the argument as the kernel reads them: the data, then the fill */
static __u64 found_at(const struct run *run, size_t at, size_t width)
{
	unsigned char bytes[8] = { 0 };
	__u64 value;
	size_t i;

	for (i = 0; i < width; i++)
		bytes[i] = at + i < run->size ? run->data[at + i] :
			   run->input->place == PLACE_DIRTY ? GUARDED_BUF_FILL : 0;
	memcpy(&value, bytes, sizeof(value));
	return value;
}

/* Return the size field; if the other thread changes it, the whole argument may count */
static size_t size_given(const struct run *run)
{
	bool changed = run->input->change_width && run->input->change_at < sizeof(__u32);

	return changed ? run->size : found_at(run, 0, sizeof(__u32));
}

/* The kernel reads no more than the size field; the rest of a field is 0 */
__u64 run_field(const struct run *run, size_t at, size_t width)
{
	size_t given = size_given(run);

	if (!at || at + width <= given)
		return found_at(run, at, width);
	return at < given ? found_at(run, at, given - at) : 0;
}

size_t run_record_size(const struct run *run, int i)
{
	__u64 flags = run_field(run, offsetof(struct pgwalk_scan, flags), 4);

	if (run->input->entry == ENTRY_SCAN && flags & PGWALK_SCAN_RAW)
		return sizeof(__u64);
	if (run->input->entry == ENTRY_SCAN && flags & PGWALK_SCAN_FRAMES)
		return sizeof(struct pgwalk_frame_run);
	return run->entry->array[i].record_size;
}

void *run_array(const struct run *run, int i, size_t *size)
{
	const struct entrypoint_array *array = &run->entry->array[i];

	*size = 0;
	if (!array->at)
		return NULL;
	*size = (size_t)run_field(run, array->count_at, 4) *
		run_record_size(run, i);
	return (void *)run_field(run, array->at, 8);
}

static int array_at(const struct run *run, size_t at)
{
	int i;

	for (i = 0; i < RUN_BUFFERS; i++)
		if (run->entry->array[i].at == at)
			return i;
	return 0;
}

static __u64 value_of(const struct run *run, const struct input_patch *patch)
{
	int i = array_at(run, patch->at);
	size_t size;

	if (patch->symbol < SYMBOL_TEXT_NR)
		return run->subject->value[patch->symbol];
	if (patch->symbol == SYMBOL_ARGUMENT)
		return (unsigned long)run->at;
	if (patch->symbol < SYMBOL_BUFFER)
		return 0;
	run_array(run, i, &size);
	return (unsigned long)guarded_buf_place(&run->buffer[i],
					  patch->symbol - SYMBOL_BUFFER, size);
}

/* Numbers first: the capacity of an array decides where its buffer is placed */
static void apply_patches(struct run *run)
{
	int i, pass;

	for (pass = 0; pass < 2; pass++) {
		for (i = 0; i < INPUT_PATCHES; i++) {
			const struct input_patch *patch = &run->input->patch[i];
			__u64 value;

			if (!patch->width ||
			    pass != (patch->symbol >= SYMBOL_BUFFER))
				continue;
			value = value_of(run, patch);
			memcpy(run->data + patch->at, &value, patch->width);
		}
	}
}

/* Ids of processes are decimal, all other numbers hexadecimal */
static void spell(struct run *run)
{
	const struct input *input = run->input;
	char text[24];
	size_t i, n;

	run->size = 0;
	for (i = 0; i < input->size; i++) {
		unsigned char c = input->data[i];

		text[0] = (char)c;
		n = 1;
		if (c < SYMBOL_TEXT_NR && run->subject->value[c])
			n = (size_t)sprintf(text, c <= SYMBOL_KTHREAD ? "%llu" : "%llx",
					    run->subject->value[c]);
		if (run->size + n > INPUT_DATA)
			break;
		memcpy(run->data + run->size, text, n);
		run->size += n;
	}
}

/* Write through the writable mapping, also if the call gets the read-only one */
static void put_argument(struct run *run)
{
	struct guarded_buf_reach reach = guarded_buf_reach(&run->argument, run->at);
	size_t n = run->size < reach.readable ? run->size : reach.readable;
	unsigned char *to = run->at;

	if (!n)
		return;
	if (!reach.writable)
		to = run->argument.base + ((unsigned char *)run->at - run->argument.readonly);
	memcpy(to, run->data, n);
}

static void prepare(struct run *run, const struct input *input)
{
	int i;

	run->input = input;
	run->entry = &entrypoints[input->entry];
	run->size = input->size;
	memset(run->data, 0, sizeof(run->data));
	memcpy(run->data, input->data, input->size);
	if (entrypoint_is_write(input->entry))
		spell(run);
	run->at = guarded_buf_place(&run->argument, input->place, run->size);
	if (entrypoint_is_ioctl(input->entry))
		apply_patches(run);
	guarded_buf_fill(&run->argument, input->place == PLACE_DIRTY ? GUARDED_BUF_FILL : 0);
	put_argument(run);
	guarded_buf_remember(&run->argument);
	/* The buffers equal their copies, except for bytes written by the last call */
	for (i = 0; i < RUN_BUFFERS; i++)
		if (!guarded_buf_is_same(&run->buffer[i], NULL, 0))
			guarded_buf_fill(&run->buffer[i], GUARDED_BUF_FILL);
}

/* Replace a device that the call has attached by one that is not */
static void reopen(const struct subject *subject, int fd)
{
	int other = subject_open_device(subject, 0);

	dup3(other, fd, O_CLOEXEC);
	close(other);
}

static void call_device(struct run *run)
{
	const struct input *input = run->input;
	unsigned long request = run->entry->request ?: input->request;
	bool fresh = input->opened == OPENED_FRESH;
	int fd = fresh ? subject_open_device(run->subject, 0) : run->subject->device[input->opened];

	run->result = ioctl(fd, request, run->at);
	run->result = run->result < 0 ? -errno : run->result;
	if (fresh)
		close(fd);
	else if (request == PGWALK_IOC_ATTACH && !run->result)
		reopen(run->subject, fd);
}

static void list_attached(struct run *run)
{
	ssize_t n = pread(run->subject->file[ENTRY_WRITE_ATTACH], run->attached,
			  sizeof(run->attached) - 1, 0);

	run->attached[n < 0 ? 0 : n] = 0;
}

static void call_write(struct run *run)
{
	int fd = run->subject->file[run->input->entry];

	run->result = write(fd, run->at, run->size);
	run->result = run->result < 0 ? -errno : run->result;
	if (run->result >= 0 && run->input->entry != ENTRY_WRITE_ATTACH &&
	    pread(fd, guarded_buf_place(&run->buffer[0], PLACE_END, RESULT_BYTES), RESULT_BYTES, 0) < 0)
		run->result = -errno;
}

static int open_view(const struct run *run, __u32 number)
{
	pid_t pid = (pid_t)run->subject->value[SYMBOL_TARGET];
	unsigned int count = 0;
	const char *view;

	while (entrypoint_views[count])
		count++;
	view = entrypoint_views[number % count];
	if (*view != '/')
		return interface_open(view, O_RDONLY);
	interface_attach(pid);
	return interface_open_view(pid, view + 1);
}

static void call_read(struct run *run)
{
	struct entrypoint_read request;
	size_t size;
	int fd;

	memcpy(&request, run->data, sizeof(request));
	size = request.size % (GUARDED_BUF_BYTES + 1);
	run->at = guarded_buf_place(&run->buffer[0], run->input->place, size);
	fd = open_view(run, request.view);
	run->result = pread(fd, run->at, size, request.position);
	run->result = run->result < 0 ? -errno : run->result;
	run->size = size;
	close(fd);
}

static bool can_change(const struct run *run)
{
	const struct input *input = run->input;

	return input->change_width && input->entry != ENTRY_READ &&
	       guarded_buf_reach(&run->argument, run->at).writable >=
	       (size_t)input->change_at + input->change_width;
}

void run_input(struct run *run, const struct input *input)
{
	bool changed;

	prepare(run, input);
	if (input->entry == ENTRY_WRITE_ATTACH)
		list_attached(run);
	changed = can_change(run);
	if (changed)
		change_begin((char *)run->at + input->change_at,
			     input->change_width, input->change_to);
	cover_begin();
	if (entrypoint_is_ioctl(input->entry))
		call_device(run);
	else if (entrypoint_is_write(input->entry))
		call_write(run);
	else
		call_read(run);
	if (changed)
		change_end();
}

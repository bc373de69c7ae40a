// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Mutates inputs. */
#include <string.h>
#include <pgwalk.h>

#include "corpus.h"
#include "entrypoints.h"

static const __u64 interesting[] = {
	0, 1, 2, 3, 7, 8, 15, 16, 63, 64, 72, 88, 127, 128, 255, 256, 511, 512,
	4095, 4096, 4097, 8191, 8192, 0x7fff, 0x8000, 0xffff, 0x10000, 0x1fffff,
	0x200000, 0x40000000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff,
	0x100000000ULL, 1ULL << 39, 1ULL << 47, (1ULL << 47) - 4096,
	(1ULL << 47) - 1, 1ULL << 48, 1ULL << 52, 1ULL << 56, (1ULL << 56) - 4096,
	1ULL << 57, 1ULL << 62, (1ULL << 63) - 1, 1ULL << 63,
	0xffff800000000000ULL, 0xffffffff81000000ULL, ~0ULL - 4095, ~0ULL,
};

static const char *const tokens[] = {
	" ", "\t", "\n", "-", "+", ":", "0x", "0X", "pfn", "pfn ", "cs", "ss", "ds",
	"es:", "fs:", "gs:", "\1", "\2", "\3", "\4", "\5", "\6", "\7", "\16", "\17",
	"\20", "\21", "0", "1", "ffffffffffffffff", "10000000000000000",
	"7fffffffffffffff", "2147483647", "2147483648", "4294967296", "1000", "\xa0",
	"\v", "fs:-", "+0", "+1", "+7fffffffffffffff", "pid", "-1", "#", "%s", "%n",
};

#define COUNT(array)	((__u32)(sizeof(array) / sizeof((array)[0])))

static __u64 some_number(struct prng *prng)
{
	__u64 number = interesting[prng_below(prng, COUNT(interesting))];

	switch (prng_below(prng, 4)) {
	case 0:
		return number + prng_below(prng, 17) - 8;
	case 1:
		return prng_next(prng) >> prng_below(prng, 64);
	}
	return number;
}

static __u16 some_place(const struct input *input, struct prng *prng, __u16 width)
{
	__u16 size = input->size, head = entrypoints[input->entry].head;

	/* In large structs most fields are results: prefer the request at the front */
	if (head > sizeof(__u64) && head < size && !prng_one_in(prng, 4))
		size = head;
	if (size <= width)
		return 0;
	/* Fields are aligned */
	if (prng_one_in(prng, 8))
		return (__u16)prng_below(prng, (__u32)(size - width + 1));
	return (__u16)(prng_below(prng, (__u32)(size / width)) * width);
}

static void flip_bit(struct input *input, struct prng *prng)
{
	if (input->size)
		input->data[prng_below(prng, input->size)] ^=
			(__u8)(1 << prng_below(prng, 8));
}

static void set_number(struct input *input, struct prng *prng)
{
	__u16 width = (__u16)(1 << prng_below(prng, 4));
	__u16 at = some_place(input, prng, width);
	__u64 number = some_number(prng);

	if (at + width <= input->size)
		memcpy(input->data + at, &number, width);
}

static void add_number(struct input *input, struct prng *prng)
{
	__u16 width = prng_one_in(prng, 2) ? 4 : 8;
	__u16 at = some_place(input, prng, width);
	__u64 number = 0;

	if (at + width > input->size)
		return;
	memcpy(&number, input->data + at, width);
	number += prng_below(prng, 35) - 17ULL;
	memcpy(input->data + at, &number, width);
}

/* Set the size field of a struct to a value near those with a meaning */
static void set_size(struct input *input, struct prng *prng)
{
	const struct entrypoint *entry = &entrypoints[input->entry];
	__u32 size = entry->size + prng_below(prng, 25) - 12;

	if (prng_one_in(prng, 3))
		size = prng_one_in(prng, 2) ? entry->first_size : (__u32)some_number(prng);
	if (input->size >= 4)
		memcpy(input->data, &size, 4);
}

/* Set the number of bytes, and with probability 1/2 the size field */
static void set_length(struct input *input, struct prng *prng)
{
	__u32 length = prng_below(prng, INPUT_DATA + 1);

	if (prng_one_in(prng, 2))
		length = input->size + prng_below(prng, 17) - 8U;
	if (length <= INPUT_DATA)
		input->size = (__u16)length;
}

static void set_patch(struct input *input, struct prng *prng)
{
	struct input_patch *patch = &input->patch[prng_below(prng, INPUT_PATCHES)];

	if (patch->symbol >= SYMBOL_BUFFER) {
		patch->symbol = (__u8)(SYMBOL_BUFFER +
				prng_below(prng, SYMBOL_NR - SYMBOL_BUFFER));
	} else if (prng_one_in(prng, 4)) {
		memset(patch, 0, sizeof(*patch));
	} else {
		patch->width = prng_one_in(prng, 3) ? 4 : 8;
		patch->at = patch->at && prng_one_in(prng, 2) ? patch->at :
			    some_place(input, prng, patch->width);
		patch->symbol = (__u8)prng_below(prng, SYMBOL_TEXT_NR);
	}
}

static void set_buffer(struct input *input, struct prng *prng)
{
	const struct entrypoint_array *array =
		&entrypoints[input->entry].array[prng_one_in(prng, 4)];

	if (array->at)
		input->patch[INPUT_PATCHES - 1] = (struct input_patch){
			array->at, 8, (__u8)(SYMBOL_BUFFER +
				prng_below(prng, SYMBOL_NR - SYMBOL_BUFFER)),
		};
}

static void insert_token(struct input *input, struct prng *prng)
{
	const char *token = tokens[prng_below(prng, COUNT(tokens))];
	size_t n = strlen(token), at = prng_below(prng, input->size + 1U);

	if (input->size + n > INPUT_DATA)
		return;
	memmove(input->data + at + n, input->data + at, input->size - at);
	memcpy(input->data + at, token, n);
	input->size += (__u16)n;
}

static void remove_bytes(struct input *input, struct prng *prng)
{
	__u32 at = prng_below(prng, input->size + 1U);
	__u32 n = prng_below(prng, (input->size - at < 8 ? input->size - at : 8) + 1U);

	memmove(input->data + at, input->data + at + n, input->size - at - n);
	input->size -= (__u16)n;
}

static void splice(struct input *input, const struct input *other, struct prng *prng)
{
	__u32 at = prng_below(prng, input->size + 1U);

	if (other->size <= at)
		return;
	memcpy(input->data + at, other->data + at, other->size - at);
	if (other->size > input->size || prng_one_in(prng, 2))
		input->size = other->size;
}

static void set_place(struct input *input, struct prng *prng)
{
	input->place = (__u8)prng_below(prng, PLACE_NR);
}

static void set_opened(struct input *input, struct prng *prng)
{
	input->opened = (__u8)prng_below(prng, OPENED_NR);
}

static void set_change(struct input *input, struct prng *prng)
{
	input->change_width = prng_one_in(prng, 4) ? 1 : prng_one_in(prng, 2) ? 4 : 8;
	input->change_at = some_place(input, prng, input->change_width);
	input->change_to = some_number(prng);
	if (prng_one_in(prng, 2)) {
		/* The size field is read first, and possibly twice */
		input->change_width = 4;
		input->change_at = 0;
	}
}

/* Mostly a request with our magic, of any direction and size */
static void set_request(struct input *input, struct prng *prng)
{
	input->request = (__u32)prng_next(prng);
	if (!prng_one_in(prng, 16))
		input->request = (input->request & 0xffff0000) | PGWALK_IOC_MAGIC << 8 |
				 (input->request & (prng_one_in(prng, 2) ? 15 : 255));
}

static void mutate_text(struct input *input, struct prng *prng)
{
	switch (prng_below(prng, 6)) {
	case 0:
		return flip_bit(input, prng);
	case 1:
		return remove_bytes(input, prng);
	case 2:
		return set_place(input, prng);
	}
	insert_token(input, prng);
}

static void mutate_struct(struct input *input, struct prng *prng)
{
	void (*const ways[])(struct input *input, struct prng *prng) = {
		flip_bit, set_number, set_number, add_number, set_size, set_length,
		set_patch, set_buffer, set_place, set_opened, set_request,
	};

	ways[prng_below(prng, COUNT(ways))](input, prng);
}

void mutate_input(struct input *input, const struct input *other, struct prng *prng)
{
	__u32 times = 1 + prng_below(prng, prng_one_in(prng, 4) ? 8 : 3);

	if (!prng_one_in(prng, 4))
		input->change_width = 0;
	while (times--) {
		if (prng_one_in(prng, 12))
			splice(input, other, prng);
		else if (prng_one_in(prng, 24))
			set_change(input, prng);
		else if (entrypoint_is_write(input->entry))
			mutate_text(input, prng);
		else
			mutate_struct(input, prng);
	}
	if (prng_one_in(prng, 200))
		input->entry = (__u8)prng_below(prng, ENTRY_NR);
	input_tame(input);
}

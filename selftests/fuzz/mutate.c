// SPDX-License-Identifier: GPL-2.0
/* Makes inputs of other inputs. What comes of them is not its business. */
#include <string.h>
#include <pgwalk.h>

#include "corpus.h"
#include "door.h"

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

static __u64 some_number(struct chance *chance)
{
	__u64 number = interesting[chance_below(chance, COUNT(interesting))];

	switch (chance_below(chance, 4)) {
	case 0:
		return number + chance_below(chance, 17) - 8;
	case 1:
		return chance_next(chance) >> chance_below(chance, 64);
	}
	return number;
}

static __u16 some_place(const struct input *input, struct chance *chance, __u16 width)
{
	__u16 size = input->size, head = doors[input->door].head;

	/* Where most is answer, that is where it is looked at */
	if (head > sizeof(__u64) && head < size && !chance_one_in(chance, 4))
		size = head;
	if (size <= width)
		return 0;
	/* Fields are aligned */
	if (chance_one_in(chance, 8))
		return (__u16)chance_below(chance, (__u32)(size - width + 1));
	return (__u16)(chance_below(chance, (__u32)(size / width)) * width);
}

static void flip_bit(struct input *input, struct chance *chance)
{
	if (input->size)
		input->data[chance_below(chance, input->size)] ^=
			(__u8)(1 << chance_below(chance, 8));
}

static void set_number(struct input *input, struct chance *chance)
{
	__u16 width = (__u16)(1 << chance_below(chance, 4));
	__u16 at = some_place(input, chance, width);
	__u64 number = some_number(chance);

	if (at + width <= input->size)
		memcpy(input->data + at, &number, width);
}

static void add_number(struct input *input, struct chance *chance)
{
	__u16 width = chance_one_in(chance, 2) ? 4 : 8;
	__u16 at = some_place(input, chance, width);
	__u64 number = 0;

	if (at + width > input->size)
		return;
	memcpy(&number, input->data + at, width);
	number += chance_below(chance, 35) - 17ULL;
	memcpy(input->data + at, &number, width);
}

/* The size that a struct says it has: around those that have a meaning */
static void set_size(struct input *input, struct chance *chance)
{
	const struct door *door = &doors[input->door];
	__u32 size = door->size + chance_below(chance, 25) - 12;

	if (chance_one_in(chance, 3))
		size = chance_one_in(chance, 2) ? door->first_size : (__u32)some_number(chance);
	if (input->size >= 4)
		memcpy(input->data, &size, 4);
}

/* The bytes that there are, with or without what is told of them */
static void set_length(struct input *input, struct chance *chance)
{
	__u32 length = chance_below(chance, INPUT_DATA + 1);

	if (chance_one_in(chance, 2))
		length = input->size + chance_below(chance, 17) - 8U;
	if (length <= INPUT_DATA)
		input->size = (__u16)length;
}

static void set_patch(struct input *input, struct chance *chance)
{
	struct input_patch *patch = &input->patch[chance_below(chance, INPUT_PATCHES)];

	if (patch->symbol >= SYMBOL_BUFFER) {
		patch->symbol = (__u8)(SYMBOL_BUFFER +
				chance_below(chance, SYMBOL_NR - SYMBOL_BUFFER));
	} else if (chance_one_in(chance, 4)) {
		memset(patch, 0, sizeof(*patch));
	} else {
		patch->width = chance_one_in(chance, 3) ? 4 : 8;
		patch->at = patch->at && chance_one_in(chance, 2) ? patch->at :
			    some_place(input, chance, patch->width);
		patch->symbol = (__u8)chance_below(chance, SYMBOL_TEXT_NR);
	}
}

static void set_buffer(struct input *input, struct chance *chance)
{
	const struct door_array *array =
		&doors[input->door].array[chance_one_in(chance, 4)];

	if (array->at)
		input->patch[INPUT_PATCHES - 1] = (struct input_patch){
			array->at, 8, (__u8)(SYMBOL_BUFFER +
				chance_below(chance, SYMBOL_NR - SYMBOL_BUFFER)),
		};
}

static void insert_token(struct input *input, struct chance *chance)
{
	const char *token = tokens[chance_below(chance, COUNT(tokens))];
	size_t n = strlen(token), at = chance_below(chance, input->size + 1U);

	if (input->size + n > INPUT_DATA)
		return;
	memmove(input->data + at + n, input->data + at, input->size - at);
	memcpy(input->data + at, token, n);
	input->size += (__u16)n;
}

static void remove_bytes(struct input *input, struct chance *chance)
{
	__u32 at = chance_below(chance, input->size + 1U);
	__u32 n = chance_below(chance, (input->size - at < 8 ? input->size - at : 8) + 1U);

	memmove(input->data + at, input->data + at + n, input->size - at - n);
	input->size -= (__u16)n;
}

static void splice(struct input *input, const struct input *other, struct chance *chance)
{
	__u32 at = chance_below(chance, input->size + 1U);

	if (other->size <= at)
		return;
	memcpy(input->data + at, other->data + at, other->size - at);
	if (other->size > input->size || chance_one_in(chance, 2))
		input->size = other->size;
}

static void set_place(struct input *input, struct chance *chance)
{
	input->place = (__u8)chance_below(chance, PLACE_NR);
}

static void set_opened(struct input *input, struct chance *chance)
{
	input->opened = (__u8)chance_below(chance, OPENED_NR);
}

static void set_change(struct input *input, struct chance *chance)
{
	input->change_width = chance_one_in(chance, 4) ? 1 : chance_one_in(chance, 2) ? 4 : 8;
	input->change_at = some_place(input, chance, input->change_width);
	input->change_to = some_number(chance);
	if (chance_one_in(chance, 2)) {
		/* The size is what is read first, and perhaps again */
		input->change_width = 4;
		input->change_at = 0;
	}
}

/* Mostly among our own numbers, of any direction and size */
static void set_request(struct input *input, struct chance *chance)
{
	input->request = (__u32)chance_next(chance);
	if (!chance_one_in(chance, 16))
		input->request = (input->request & 0xffff0000) | PGWALK_IOC_MAGIC << 8 |
				 (input->request & (chance_one_in(chance, 2) ? 15 : 255));
}

static void mutate_text(struct input *input, struct chance *chance)
{
	switch (chance_below(chance, 6)) {
	case 0:
		return flip_bit(input, chance);
	case 1:
		return remove_bytes(input, chance);
	case 2:
		return set_place(input, chance);
	}
	insert_token(input, chance);
}

static void mutate_struct(struct input *input, struct chance *chance)
{
	void (*const ways[])(struct input *input, struct chance *chance) = {
		flip_bit, set_number, set_number, add_number, set_size, set_length,
		set_patch, set_buffer, set_place, set_opened, set_request,
	};

	ways[chance_below(chance, COUNT(ways))](input, chance);
}

void mutate_input(struct input *input, const struct input *other, struct chance *chance)
{
	__u32 times = 1 + chance_below(chance, chance_one_in(chance, 4) ? 8 : 3);

	if (!chance_one_in(chance, 4))
		input->change_width = 0;
	while (times--) {
		if (chance_one_in(chance, 12))
			splice(input, other, chance);
		else if (chance_one_in(chance, 24))
			set_change(input, chance);
		else if (door_is_write(input->door))
			mutate_text(input, chance);
		else
			mutate_struct(input, chance);
	}
	if (chance_one_in(chance, 200))
		input->door = (__u8)chance_below(chance, DOOR_NR);
	input_tame(input);
}

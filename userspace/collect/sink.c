// SPDX-License-Identifier: GPL-2.0
/*
 * Makes records of what was collected, and hands them on. What they say is nothing
 * to it, and it keeps nothing.
 */
#include <string.h>

#include "sink.h"

/* Of a function's name, so much: some of C++ are longer than is of use to anybody */
#define SYMBOL_TEXT	1024

/**
 * sink__put - hand on a record
 * @s: the sink
 * @record: its head is filled in
 * @type: what it is
 * @size: bytes of it, a multiple of 8
 *
 * Return: what the sink returned; so do the others.
 */
int sink__put(const struct sink *s, struct record *record,
	      enum record_type type, size_t size)
{
	record->type = type;
	record->size = (__u32)size;
	return s->record(s->ctx, record);
}

/** sink__fault - a drained row */
int sink__fault(const struct sink *s, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row)
{
	struct record_fault r = { .key = *key, .row = *row };

	return sink__put(s, &r.head, RECORD_FAULT, sizeof(r));
}

/** sink__vmas - the beginning or the end of an observed range */
int sink__vmas(const struct sink *s, enum record_type type, uint64_t addr,
	       uint64_t now_ns)
{
	struct record_vmas r = { .addr = addr, .now_ns = now_ns };

	return sink__put(s, &r.head, type, sizeof(r));
}

/** sink__vma - one mapping of it; its size and name were checked where it was read */
int sink__vma(const struct sink *s, const struct pgwalk_vma *vma)
{
	union {
		struct record_vma r;
		__u64 room[(sizeof(struct record_vma) + PGWALK_VMA_NAME_MAX + 9) / 8];
	} u;

	memcpy(&u.r.vma, vma, vma->size);
	return sink__put(s, &u.r.head, RECORD_VMA,
			 sizeof(struct record) + vma->size);
}

/** sink__event - a single fault */
int sink__event(const struct sink *s, const struct pgwalk_fault_event *event)
{
	struct record_event r = { .event = *event };

	return sink__put(s, &r.head, RECORD_EVENT, sizeof(r));
}

/** sink__look - what is looked into from here on */
int sink__look(const struct sink *s, uint64_t start, uint64_t end)
{
	struct record_look r = { .start = start, .end = end };

	return sink__put(s, &r.head, RECORD_LOOK, sizeof(r));
}

/** sink__page - what a page is now */
int sink__page(const struct sink *s, const struct pgwalk_frame_run *run)
{
	struct record_page r = { .run = *run };

	return sink__put(s, &r.head, RECORD_PAGE, sizeof(r));
}

/** sink__stack - the faults of a call stack */
int sink__stack(const struct sink *s, const struct pgwalk_fault_stack *stack)
{
	struct record_stack r = { .stack = *stack };

	return sink__put(s, &r.head, RECORD_STACK, sizeof(r));
}

/** sink__frames - the addresses of a call stack, at most PGWALK_STACK_MAX */
int sink__frames(const struct sink *s, int32_t stack, const uint64_t *ip,
		 unsigned int count)
{
	union {
		struct record_frames r;
		__u64 room[sizeof(struct record_frames) / 8 + PGWALK_STACK_MAX];
	} u;

	u.r.stack = stack;
	u.r.count = count;
	memcpy(u.r.ip, ip, count * sizeof(*ip));
	return sink__put(s, &u.r.head, RECORD_FRAMES,
			 sizeof(u.r) + count * sizeof(*ip));
}

/* A text with its NUL, as much of it as may be; none has no bytes */
static __u32 put_text(char *to, const char *text)
{
	size_t len = text ? strnlen(text, SYMBOL_TEXT - 1) : 0;

	if (!text)
		return 0;
	memcpy(to, text, len);
	to[len] = '\0';
	return (__u32)len + 1;
}

/** sink__symbol - what stands at an address of code */
int sink__symbol(const struct sink *s, uint64_t ip,
		 const struct symbol *symbol)
{
	union {
		struct record_symbol r;
		__u64 room[(sizeof(struct record_symbol) + 2UL * SYMBOL_TEXT) / 8];
	} u;
	size_t size;

	memset(&u, 0, sizeof(u));
	u.r.ip = ip;
	u.r.offset = symbol->offset;
	u.r.name_len = put_text(u.r.text, symbol->name);
	u.r.module_len = put_text(u.r.text + u.r.name_len, symbol->module);
	size = sizeof(u.r) + u.r.name_len + u.r.module_len;
	return sink__put(s, &u.r.head, RECORD_SYMBOL, (size + 7) / 8 * 8);
}

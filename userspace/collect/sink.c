// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Builds records from collected data and passes them to the record sink. */
#include <stdio.h>
#include <string.h>

#include "sink.h"

/* Limit of the bytes of a symbol's name. C++ names can be longer */
#define SYMBOL_TEXT	1024

/**
 * sink__put - pass a record to the sink
 * @s: the sink
 * @record: the record; its head is filled in here
 * @type: type of the record
 * @size: bytes of the record, a multiple of 8
 *
 * Return: the value returned by the sink, as all functions of this file.
 */
int sink__put(const struct sink *s, struct record *record,
	      enum record_type type, size_t size)
{
	record->type = type;
	record->size = (__u32)size;
	return s->record(s->ctx, record);
}

/** sink__fault - emit a drained row */
int sink__fault(const struct sink *s, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row)
{
	struct record_fault r = { .key = *key, .row = *row };

	return sink__put(s, &r.head, RECORD_FAULT, sizeof(r));
}

/** sink__cgroup - emit the path of a cgroup */
int sink__cgroup(const struct sink *s, uint64_t id, const char *path)
{
	struct record_cgroup r = { .id = id };

	snprintf(r.path, sizeof(r.path), "%s", path);
	return sink__put(s, &r.head, RECORD_CGROUP, sizeof(r));
}

/** sink__vmas - emit the beginning or the end of a sampled range */
int sink__vmas(const struct sink *s, enum record_type type, uint64_t addr,
	       uint64_t now_ns)
{
	struct record_vmas r = { .addr = addr, .now_ns = now_ns };

	return sink__put(s, &r.head, type, sizeof(r));
}

/** sink__vma - emit a mapping of the range; its size and name were checked by the reader */
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

/** sink__detail - emit the frames and the eligibility of the mapping that was emitted last */
int sink__detail(const struct sink *s, uint64_t start, const struct snapshot_memory *detail)
{
	struct record_vma_detail r = {
		.start = start,
		.frames = detail->frames,
		.flags = detail->frames_known ? RECORD_VMA_DETAIL_FRAMES : 0,
		.eligible = detail->eligible,
	};

	return sink__put(s, &r.head, RECORD_VMA_DETAIL, sizeof(r));
}

/** sink__process - emit the memory of a process */
int sink__process(const struct sink *s, int32_t pid, const struct snapshot_memory *memory)
{
	struct record_process r = {
		.pid = pid,
		.resident = memory->resident,
		.hugetlb = memory->hugetlb,
		.huge = memory->huge,
		.pss = memory->pss,
		.uss = memory->uss,
		.swapped = memory->swapped,
		.lazyfree = memory->lazyfree,
		.tables = memory->tables,
	};

	return sink__put(s, &r.head, RECORD_PROCESS, sizeof(r));
}

/** sink__event - emit a single fault */
int sink__event(const struct sink *s, const struct pgwalk_fault_event *event)
{
	struct record_event r = { .event = *event };

	return sink__put(s, &r.head, RECORD_EVENT, sizeof(r));
}

/** sink__trace - emit the range traced from here on */
int sink__trace(const struct sink *s, uint64_t start, uint64_t end)
{
	struct record_trace r = { .start = start, .end = end };

	return sink__put(s, &r.head, RECORD_TRACE, sizeof(r));
}

/** sink__page - emit the current state of a page */
int sink__page(const struct sink *s, const struct pgwalk_frame_run *run)
{
	struct record_page r = { .run = *run };

	return sink__put(s, &r.head, RECORD_PAGE, sizeof(r));
}

/** sink__stack - emit the faults of a call stack */
int sink__stack(const struct sink *s, const struct pgwalk_fault_stack *stack)
{
	struct record_stack r = { .stack = *stack };

	return sink__put(s, &r.head, RECORD_STACK, sizeof(r));
}

/** sink__frames - emit the addresses of a call stack, at most PGWALK_STACK_MAX */
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

/* Copy a text with its NUL, cut to the limit. Return the bytes; 0 without a text */
static __u32 put_text(char *to, const char *text)
{
	size_t len = text ? strnlen(text, SYMBOL_TEXT - 1) : 0;

	if (!text)
		return 0;
	memcpy(to, text, len);
	to[len] = '\0';
	return (__u32)len + 1;
}

/** sink__symbol - emit the symbol at an address */
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

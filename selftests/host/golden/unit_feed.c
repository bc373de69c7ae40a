// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Feeds records to the model, with default values for all fields that the tests do not set. */
#include <string.h>

#include "../../../userspace/lib/page_size.h"
#include "unit.h"
#include "unit_feed.h"

/* Add a mapping with @counted resident bytes; 0: listed without counts */
void feed_vma(struct aspace *a, uint64_t start, uint64_t end, const char *name,
	      unsigned int counted)
{
	union {
		struct pgwalk_vma vma;
		char room[sizeof(struct pgwalk_vma) + 64];
	} u = { .vma = { .start = start, .end = end, .prot = 3, .counted = !!counted,
			 .resident = counted } };

	u.vma.name_len = (__u16)strlen(name);
	memcpy(u.vma.name, name, strlen(name));
	EXPECT(!aspace__add(a, &u.vma));
}

/* Ingest faults in writable anonymous memory of mm 1, of 1000 ns each */
void feed_faults(struct monitor *m, uint64_t start, uint64_t end, uint32_t class,
		 uint64_t count)
{
	struct pgwalk_fault_key key = {
		.mm = 1, .start = start, .end = end, .offset = start >> page_shift(),
		.vm_flags = 3, .class = class,
	};
	struct pgwalk_fault_row row = {
		.count = count, .write = count, .latency_ns = 1000 * count, .max_ns = 1000,
	};

	row.hist[35] = (__u32)count;
	EXPECT(!monitor__ingest(m, &key, &row));
}

void feed_task(struct monitor *m, uint32_t scope, int32_t id, uint32_t class,
	       uint64_t count, const char *comm)
{
	struct pgwalk_fault_key key = { .class = class, .scope = scope, .id = id };
	struct pgwalk_fault_row row = { .count = count };

	memcpy(row.name, comm, strlen(comm));
	EXPECT(!monitor__ingest(m, &key, &row));
}

void feed_event(struct monitor *m, uint64_t addr)
{
	struct pgwalk_fault_event event = { .addr = addr, .class = PGWALK_FAULT_ANON_NEW };

	EXPECT(!monitor__event(m, &event));
}

/* Ingest faults of a stack, of 10 ns each */
void feed_stack(struct monitor *m, int32_t stack, uint32_t class, uint64_t count)
{
	struct pgwalk_fault_stack s = {
		.key = { .class = class }, .count = count, .latency_ns = 10 * count, .stack = stack,
	};

	EXPECT(!monitor__stack(m, &s));
}

/* End an interval of one second */
void feed_end(struct monitor *m, struct snapshot *s)
{
	struct monitor_mark mark = { .span_ns = 1000000000, .by_thread = true };

	EXPECT(!monitor__close(m, &mark, s));
}

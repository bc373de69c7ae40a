// SPDX-License-Identifier: GPL-2.0
/* What the tests of the model tell it, in few words: the rest is as plain as can be. */
#include <string.h>

#include "unit.h"
#include "unit_told.h"

/* A mapping; @counted: with so many resident bytes, 0: only listed */
void told_vma(struct aspace *a, uint64_t start, uint64_t end, const char *name,
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

/* Anonymous memory of mm 1 that may be written; each fault took 1000 ns */
void told_faults(struct monitor *m, uint64_t start, uint64_t end, uint32_t class,
		 uint64_t count)
{
	struct pgwalk_fault_key key = {
		.mm = 1, .start = start, .end = end, .offset = start >> PGWALK_PAGE_SHIFT,
		.vm_flags = 3, .class = class,
	};
	struct pgwalk_fault_row row = {
		.count = count, .write = count, .latency_ns = 1000 * count, .max_ns = 1000,
	};

	row.hist[35] = (__u32)count;
	EXPECT(!monitor__ingest(m, &key, &row));
}

void told_task(struct monitor *m, uint32_t scope, int32_t id, uint32_t class,
	       uint64_t count, const char *comm)
{
	struct pgwalk_fault_key key = { .class = class, .scope = scope, .id = id };
	struct pgwalk_fault_row row = { .count = count };

	memcpy(row.name, comm, strlen(comm));
	EXPECT(!monitor__ingest(m, &key, &row));
}

void told_event(struct monitor *m, uint64_t addr)
{
	struct pgwalk_fault_event event = { .addr = addr, .class = PGWALK_FAULT_ANON_NEW };

	EXPECT(!monitor__event(m, &event));
}

/* Each fault took 10 ns */
void told_stack(struct monitor *m, int32_t stack, uint32_t class, uint64_t count)
{
	struct pgwalk_fault_stack s = {
		.count = count, .latency_ns = 10 * count, .class = class, .stack = stack,
	};

	EXPECT(!monitor__stack(m, &s));
}

/* A second is over */
void told_end(struct monitor *m, struct snapshot *s)
{
	struct monitor_mark mark = { .span_ns = 1000000000, .by_thread = true };

	EXPECT(!monitor__close(m, &mark, s));
}

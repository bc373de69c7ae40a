/* SPDX-License-Identifier: GPL-2.0 */
/* Who takes records, and how what was collected becomes one. */
#ifndef PGWALK_COLLECT_SINK_H
#define PGWALK_COLLECT_SINK_H

#include "record.h"
#include "symbol.h"

/**
 * struct sink - who takes records
 * @record: takes one, with its head filled in; other than 0 ends it all
 * @ctx: for it
 */
struct sink {
	int (*record)(void *ctx, struct record *record);
	void *ctx;
};

int sink__put(const struct sink *s, struct record *record,
	      enum record_type type, size_t size);
int sink__fault(const struct sink *s, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row);
int sink__vmas(const struct sink *s, enum record_type type, uint64_t addr,
	       uint64_t now_ns);
int sink__vma(const struct sink *s, const struct pgwalk_vma *vma);
int sink__event(const struct sink *s, const struct pgwalk_fault_event *event);
int sink__look(const struct sink *s, uint64_t start, uint64_t end);
int sink__page(const struct sink *s, const struct pgwalk_frame_run *run);
int sink__stack(const struct sink *s, const struct pgwalk_fault_stack *stack);
int sink__frames(const struct sink *s, int32_t stack, const uint64_t *ip,
		 unsigned int count);
int sink__symbol(const struct sink *s, uint64_t ip,
		 const struct symbol *symbol);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The record sink, and one function per type of record that emits it. */
#ifndef PGWALK_COLLECT_SINK_H
#define PGWALK_COLLECT_SINK_H

#include "../snapshot_memory.h"
#include "record/record.h"
#include "symbols/symbol.h"

/**
 * struct sink - a consumer of records
 * @record: takes a record with its head filled in; a value other than 0 ends the session
 * @ctx: argument of @record
 */
struct sink {
	int (*record)(void *ctx, struct record *record);
	void *ctx;
};

int sink__put(const struct sink *s, struct record *record,
	      enum record_type type, size_t size);
int sink__fault(const struct sink *s, const struct pgwalk_fault_key *key,
		const struct pgwalk_fault_row *row);
int sink__cgroup(const struct sink *s, uint64_t id, const char *path);
int sink__vmas(const struct sink *s, enum record_type type, uint64_t addr,
	       uint64_t now_ns);
int sink__vma(const struct sink *s, const struct pgwalk_vma *vma);
int sink__detail(const struct sink *s, uint64_t start, const struct snapshot_memory *detail);
int sink__process(const struct sink *s, int32_t pid, const struct snapshot_memory *memory);
int sink__event(const struct sink *s, const struct pgwalk_fault_event *event);
int sink__trace(const struct sink *s, uint64_t start, uint64_t end);
int sink__page(const struct sink *s, const struct pgwalk_frame_run *run);
int sink__stack(const struct sink *s, const struct pgwalk_fault_stack *stack);
int sink__frames(const struct sink *s, int32_t stack, const uint64_t *ip,
		 unsigned int count);
int sink__symbol(const struct sink *s, uint64_t ip,
		 const struct symbol *symbol);

#endif

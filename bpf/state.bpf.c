// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Data that the probes share with each other and with user space: settings,
 * counters and maps. No code.
 *
 * It is linked first: bpftool 7.1 gives a map a wrong offset in the linked object
 * if an object that only declares it precedes the one that defines it.
 */
#include "emit.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile bool cfg_module = false;
const volatile __u32 cfg_type_vma = 0, cfg_type_task = 0, cfg_type_rb_node = 0;
const volatile __u32 cfg_rows = ROWS_USUAL;
const volatile __u32 cfg_rows_max = ROWS_MAX;
const volatile __u32 cfg_scope = WATCH_PROCESS;
const volatile __u32 cfg_slots = 1;
const volatile bool cfg_cgroups = false;
const volatile __u32 cfg_instances = 1;

__s32 target = 0;
__u64 target_mm = 0;
__u32 id_level = 0;
__u64 id_namespace = 0;
__s32 watch_error = 0;
__u64 target_since = 0;
__u64 base_minor = 0, base_major = 0;
__u64 nr_live = 0, nr_freed = 0, nr_refused = 0, nr_lost = 0, nr_lost_max = 0;
__u64 seen_alive = 0, seen_dead = 0;
__u64 leader_freed = 0;
bool count_threads = false;
__u32 thp_mode = THP_NEVER;
__u32 around_bytes = 0;
__u64 cgroup_watched = 0;
__s32 cgroup_level = 0;
__u32 nr_attached = 0;
__u32 missed_signalled = 0;
__u64 nr_missed_ends = 0, nr_rescued_ends = 0;
bool attach_cuts_exits = false;
struct missed_ends_map missed_ends SEC(".maps");

const __u8 log2_of_byte[256] = {
	[2 ... 3] = 1, [4 ... 7] = 2, [8 ... 15] = 3, [16 ... 31] = 4,
	[32 ... 63] = 5, [64 ... 127] = 6, [128 ... 255] = 7,
};

__u64 rows_number = 0;
struct row_map rows SEC(".maps");
struct more_rows_map more_rows SEC(".maps");
const __u64 empty_row[sizeof(struct pgwalk_fault_row) / sizeof(__u64)] = {};

/* Not used by programs: an update of it waits for running programs */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} empty_map SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, u32);
	__array(values, typeof(empty_map));
} rcu_sync SEC(".maps") = { .values = { &empty_map } };

struct row_index_map row_index SEC(".maps");
__u64 fast_slots[SLOTS_ONE][sizeof(struct task_slot) / sizeof(__u64)];
struct task_slot_map task_slots SEC(".maps");
struct state_ref_map state_refs SEC(".maps");

const volatile bool cfg_stacks = false;
const volatile __u32 cfg_page_shift = 12;
bool stacks_paused = false;
__u64 trace_start = 0, trace_size = 0, nr_events_lost = 0, nr_stacks = 0, nr_places = 0;
struct stack_index_map stack_index SEC(".maps");
struct stack_frames_map stack_frames SEC(".maps");
struct stack_sites_map stack_sites SEC(".maps");
struct stack_place_map stack_places SEC(".maps");
struct stack_walk_map stack_walks SEC(".maps");
struct code_page_map code_pages SEC(".maps");
struct stack_buffer_map fault_stack SEC(".maps");
struct event_rings_map event_rings SEC(".maps");

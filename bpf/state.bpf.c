// SPDX-License-Identifier: GPL-2.0
/*
 * All data that the probes share with one another and with user space: settings,
 * counters and maps. No code.
 *
 * It is linked first: bpftool 7.1 gives a map a wrong offset in the linked object
 * when the object that only declares it comes before the one that defines it.
 */
#include "tell.bpf.h"

char LICENSE[] SEC("license") = "GPL";

const volatile bool cfg_module = false;
const volatile __u32 cfg_rows = ROWS_MAX;
const volatile __u32 cfg_scope = WATCH_PROCESS;
const volatile __u32 cfg_slots = 1;

__s32 target = 0;
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

struct row_map rows_a SEC(".maps"), rows_b SEC(".maps");

/* Filled by user space: libbpf 1.1 cannot link an initialiser of a map others declare */
struct row_generations generation SEC(".maps");

struct row_index_map row_index SEC(".maps");
struct task_slot_map task_slots SEC(".maps");
struct task_home_map task_homes SEC(".maps");

const volatile bool cfg_stacks = false;
bool stacks_paused = false;
__u64 look_start = 0, look_size = 0, nr_events_lost = 0, nr_stacks = 0;
struct stack_index_map stack_index SEC(".maps");
struct stack_frames_map stack_frames SEC(".maps");
struct stack_sites_map stack_sites SEC(".maps");
struct stack_buffer_map fault_stack SEC(".maps");
struct single_events_map single_events SEC(".maps");

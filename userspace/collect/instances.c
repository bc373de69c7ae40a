// SPDX-License-Identifier: GPL-2.0
/*
 * Decides how many instances of the fault probes are loaded and attached, and counts the
 * runs that the kernel skipped of each. See enter() in bpf/fault.bpf.c.
 *
 * Without preemption of BPF programs there is one instance. Elsewhere two are always attached:
 * a program that is attached after a run was skipped cannot make up for it. The third one is
 * attached while skipped runs are seen. Each costs every fault of every process two entries
 * of a program.
 */
#include <errno.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "preempt.h"
#include "probes.h"

#define QUIET_SECONDS	10	/* without a skipped run, and the third instance is detached */

_Static_assert(PROBES_INSTANCES == FAULT_INSTANCES, "one number of instances");

/* The programs of one instance, and where the skeleton keeps their links, which it destroys */
struct instance {
	struct bpf_program *enter, *leave;
	struct bpf_link **enter_link, **leave_link;
};

static struct instance instance_get(const struct probes *p, unsigned int i)
{
	struct fault_bpf *skel = p->skel;
	const struct instance instances[PROBES_INSTANCES] = {
		{ skel->progs.on_fault_enter, skel->progs.on_fault_exit,
		  &skel->links.on_fault_enter, &skel->links.on_fault_exit },
		{ skel->progs.on_fault_enter_second, skel->progs.on_fault_exit_second,
		  &skel->links.on_fault_enter_second, &skel->links.on_fault_exit_second },
		{ skel->progs.on_fault_enter_third, skel->progs.on_fault_exit_third,
		  &skel->links.on_fault_enter_third, &skel->links.on_fault_exit_third },
	};

	return instances[i];
}

/* Where the model of preemption cannot be read, the kernel may preempt */
static bool kernel_preempts(void)
{
	char mode[16];

	preempt__read(mode, sizeof(mode));
	return strcmp(mode, "none") && strcmp(mode, "voluntary");
}

/**
 * probes__size_instances - decide how many instances are loaded
 * @p:		opened, not loaded yet
 */
void probes__size_instances(struct probes *p)
{
	unsigned int i;

	p->instances = kernel_preempts() ? PROBES_INSTANCES : 1;
	p->skel->rodata->cfg_instances = p->instances;
	for (i = 1; i < PROBES_INSTANCES; i++) {
		struct instance one = instance_get(p, i);

		bpf_program__set_autoload(one.enter, i < p->instances);
		bpf_program__set_autoload(one.leave, i < p->instances);
	}
	if (p->instances > 1) {
		struct instance last = instance_get(p, p->instances - 1);

		bpf_program__set_autoattach(last.enter, false);
		bpf_program__set_autoattach(last.leave, false);
	}
}

static void instance_detach(const struct instance *one)
{
	bpf_link__destroy(*one->enter_link);
	bpf_link__destroy(*one->leave_link);
	*one->enter_link = NULL;
	*one->leave_link = NULL;
}

static int instance_attach(const struct instance *one)
{
	int err;

	*one->enter_link = bpf_program__attach(one->enter);
	if (*one->enter_link)
		*one->leave_link = bpf_program__attach(one->leave);
	if (*one->leave_link)
		return 0;
	err = -errno;
	instance_detach(one);
	return err;
}

/** probes__missed_runs - runs of @prog that the kernel skipped */
__u64 probes__missed_runs(const struct bpf_program *prog)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(prog), &info, &size))
		return 0;
	return info.recursion_misses;
}

static __u64 instance_skipped(const struct probes *p, unsigned int i)
{
	struct instance one = instance_get(p, i);

	return probes__missed_runs(one.enter) + probes__missed_runs(one.leave);
}

static __u64 seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/**
 * probes__follow_skips - attach the third instance while the kernel skips runs
 * @p:		attached
 *
 * The totals are exact without it, so a failure is not reported: the next call tries again.
 */
void probes__follow_skips(struct probes *p)
{
	struct instance third;
	__u64 skipped = 0;
	unsigned int i;

	if (p->instances < PROBES_INSTANCES)
		return;
	for (i = 0; i < PROBES_INSTANCES; i++)
		skipped += instance_skipped(p, i);
	third = instance_get(p, PROBES_INSTANCES - 1);
	if (skipped != p->skipped) {
		p->skipped_at = seconds_now();
		if (*third.enter_link || !instance_attach(&third))
			p->skipped = skipped;
	} else if (*third.enter_link && seconds_now() - p->skipped_at > QUIET_SECONDS) {
		instance_detach(&third);
	}
}

static __u64 fewer(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/**
 * probes__count_skipped - fill in the runs that the kernel skipped
 * @p:		the probes
 * @counts:	@instances, @skipped_* and @missed_* of it are filled
 *
 * An end of a fault is missed only if the kernel skipped every instance that is attached.
 */
void probes__count_skipped(const struct probes *p, struct probes_counts *counts)
{
	unsigned int i;

	counts->instances = p->instances;
	for (i = 0; i < p->instances; i++) {
		struct instance one = instance_get(p, i);

		counts->skipped_entry_runs[i] = probes__missed_runs(one.enter);
		counts->skipped_exit_runs[i] = probes__missed_runs(one.leave);
	}
	i = p->instances > 1;
	counts->missed_entry_runs = fewer(counts->skipped_entry_runs[0],
					  counts->skipped_entry_runs[i]);
	counts->missed_exit_runs = fewer(counts->skipped_exit_runs[0],
					 counts->skipped_exit_runs[i]);
	counts->missed_signal_runs = probes__missed_runs(p->skel->progs.on_signal_generate);
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads distinct frames and THPeligible of mappings, which come by address. The frames of the mappings
 * before are kept until the next pass over the address space begins. A step makes a limited number of calls, so that
 * a large mapping does not block the event loop; the next step continues the mapping.
 */
#include <errno.h>
#include <stdlib.h>

#include "../collect/module/query.h"
#include "../collect/module/vma_frames.h"
#include "../collect/procfs/map_file.h"
#include "../collect/procfs/thp.h"
#include "../model/frame_set.h"
#include "../model/huge.h"
#include "memory.h"

/**
 * struct memory - a pass over the mappings
 * @frames: frames that are mapped more than once; NULL: none were added in this pass
 * @has_rules: @thp and @huge are those of this pass
 * @thp: settings of huge pages
 * @huge: their rules
 * @smaps: smaps, opened when first needed in a pass
 * @vma: the mapping that was read last, without its name
 * @count: its frames
 * @figures: its other figures
 * @calls: number of calls that this step can still make
 */
struct memory {
	struct frame_set *frames;
	bool has_rules;
	struct inspect_thp thp;
	struct huge huge;
	struct map_eligible *smaps;
	struct pgwalk_vma vma;
	struct vma_frames count;
	struct snapshot_memory figures;
	unsigned int calls;
};

/** memory__create - prepare to read; NULL: no memory */
struct memory *memory__create(void)
{
	return calloc(1, sizeof(struct memory));
}

/** memory__begin - begin a pass over the mappings, at the first address */
void memory__begin(struct memory *m)
{
	frame_set__destroy(m->frames);
	map_eligible__close(m->smaps);
	*m = (struct memory){ .calls = MEMORY_STEP_CALLS };
}

/** memory__step - begin a step of the pass; memory__begin() and memory__continue() do, too */
void memory__step(struct memory *m)
{
	m->calls = MEMORY_STEP_CALLS;
}

/** memory__destroy - free it; NULL is fine */
void memory__destroy(struct memory *m)
{
	if (m)
		memory__begin(m);
	free(m);
}

static int64_t add_frames(void *ctx, uint64_t pfn, uint64_t nr)
{
	struct memory *m = ctx;

	if (!m->frames)
		m->frames = frame_set__create();
	return m->frames ? frame_set__add(m->frames, pfn, nr) : -ENOMEM;
}

/* smaps is opened once a pass, at the first mapping that needs it */
static int8_t read_eligible(struct memory *m, struct device *device, const struct pgwalk_vma *vma)
{
	struct pgwalk_info info;
	int known = -1;

	if (!m->has_rules) {
		device__info(device, &info);
		thp__read(&m->thp, "/proc", device__tgid(device));
		m->thp.advised_only = query__thp_advised_only(device);
		huge__init(&m->huge, &m->thp, huge__slot_shift(&info));
		m->has_rules = true;
	}
	if (!huge__is_anonymous(vma)) {
		if (!m->smaps)
			m->smaps = map_eligible__open("/proc", device__tgid(device));
		if (m->smaps)
			known = map_eligible__at(m->smaps, vma->start);
	}
	return huge__vma_eligible(&m->huge, vma, known);
}

/* Count frames of the mapping, as far as the step allows */
static int read_frames(struct memory *m, struct device *device, struct snapshot_memory *out)
{
	int err = 0;

	while (!err && m->calls && !vma_frames__is_complete(&m->count, &m->vma)) {
		m->calls--;
		err = vma_frames__continue(&m->count, device, &m->vma, add_frames, m);
	}
	if (err)
		return err;
	if (!vma_frames__is_complete(&m->count, &m->vma))
		return MEMORY_MORE;
	*out = m->figures;
	out->frames = m->count.bytes;
	out->frames_known = true;
	return 0;
}

/**
 * memory__read - read the figures of a mapping
 * @m: the pass
 * @device: attached to the process
 * @vma: the mapping, counted; its address is higher than that of the last one in this pass
 * @columns: SNAPSHOT_MEMORY_*; other figures are unknown
 * @out: filled on success: frames and eligible
 *
 * Return: 0; MEMORY_MORE: call memory__continue() in the next step; -ESRCH: the process has exited, or has executed another
 * program; -ENOMEM; or -errno.
 */
int memory__read(struct memory *m, struct device *device, const struct pgwalk_vma *vma, unsigned int columns,
		 struct snapshot_memory *out)
{
	m->figures = (struct snapshot_memory){ .eligible = -1 };
	if (columns & SNAPSHOT_MEMORY_ELIGIBLE)
		m->figures.eligible = read_eligible(m, device, vma);
	*out = m->figures;
	if (!(columns & SNAPSHOT_MEMORY_FRAMES) || !vma->frames_counted)
		return 0;
	m->vma = *vma;
	vma_frames__begin(&m->count, vma);
	return read_frames(m, device, out);
}

/**
 * memory__continue - continue to read the figures of a mapping, in another step
 * @m: the pass, after memory__read() or this function returned MEMORY_MORE
 * @device: attached to the process
 * @out: filled on success
 *
 * Return: as memory__read().
 */
int memory__continue(struct memory *m, struct device *device, struct snapshot_memory *out)
{
	memory__step(m);
	return read_frames(m, device, out);
}

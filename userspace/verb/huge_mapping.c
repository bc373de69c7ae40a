// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the properties of a mapping that decide about huge pages: facts of the kernel, whether it was written as anonymous
 * memory, and of its file size, name and mount.
 */
#include "../collect/module/query.h"
#include "../collect/procfs/tmpfs.h"
#include "huge_mapping.h"

#define KPF_ANON	(1ULL << 12)

/* Is there a page with these properties in the mapping? Return 1, 0, or -1 with the error set */
static int find_page(struct run *run, const struct huge_mapping *m, uint64_t kinds, uint64_t exclude,
		     uint64_t frame_require)
{
	struct pgwalk_frame_run found;
	struct pgwalk_scan scan = {
		.start = m->start, .end = m->end, .kinds = kinds, .exclude = exclude, .frame_require = frame_require,
	};

	while (scan.start < scan.end) {
		const int err = query__scan(run->device, &scan, &found, 1);

		if (err)
			return run__fail(run, err);
		if (scan.filled)
			return 1;
		scan.start = scan.resume;
	}
	return 0;
}

/* Has a page of the mapping been written as anonymous memory? */
static int find_written(struct run *run, struct huge_mapping *m)
{
	int found = find_page(run, m, 0, 0, KPF_ANON);

	if (!found)
		found = find_page(run, m, 1ULL << PGWALK_KIND_SWAP, PGWALK_F_SWAP_SHMEM, 0);
	if (found > 0)
		m->written = true;
	return found < 0 ? -1 : 0;
}

/* The setting of a tmpfs: its mount option, or shmem_enabled for the kernel's own mount */
static uint8_t read_mount(struct huge_source *s, const struct pgwalk_vma *vma)
{
	if (s->has_mount && s->dev_major == vma->dev_major && s->dev_minor == vma->dev_minor)
		return s->mount;
	s->dev_major = vma->dev_major;
	s->dev_minor = vma->dev_minor;
	s->has_mount = true;
	s->mount = tmpfs__huge(s->run->options->proc, s->run->pid, vma->dev_major, vma->dev_minor);
	if (s->mount == INSPECT_THP_UNKNOWN && tmpfs__is_internal(vma->dev_major, vma->dev_minor))
		s->mount = s->huge->thp->shmem;
	return s->mount;
}

static void read_shmem(struct huge_source *s, const struct pgwalk_vma *vma, struct huge_mapping *m)
{
	m->shmem = true;
	m->unlinked = !s->file || map_file__is_unlinked(s->file);
	m->file_size = s->file ? map_file__size(s->file) : m->offset + (m->end - m->start);
	m->mount = read_mount(s, vma);
}

/**
 * huge_source__read - read the properties of a mapping
 * @s: where; its file is opened
 * @vma: the mapping, of which the name may be missing
 * @m: filled in; its addresses, flags, offset and kind are set
 *
 * Return: 0, or -1 with the error of the run set.
 */
int huge_source__read(struct huge_source *s, const struct pgwalk_vma *vma, struct huge_mapping *m)
{
	struct pgwalk_translate t = { .addr = m->start };
	const char *proc = s->run->options->proc;
	const pid_t pid = s->run->pid;
	const int err = query__translate(s->run->device, &t);

	if (err)
		return run__fail(s->run, err);
	m->facts = t.facts & PGWALK_FACT_KNOWN ? t.facts : 0;
	if (m->facts & PGWALK_FACT_ANON)
		return find_written(s->run, m);
	if (m->kind != PGWALK_VMA_DEVICE && m->kind != PGWALK_VMA_VDSO && m->kind != PGWALK_VMA_HUGETLB)
		s->file = map_file__open(proc, pid, m->start, m->end);
	if (m->kind == PGWALK_VMA_HUGETLB)
		m->hugetlb_shift = map_file__hugetlb_shift(proc, pid, m->start, m->end);
	if (s->file ? map_file__is_shmem(s->file) : m->kind == PGWALK_VMA_SHM)
		read_shmem(s, vma, m);
	if (huge__needs_eligible(s->huge, m)) {
		if (!s->eligible)
			s->eligible = map_eligible__open(proc, pid);
		if (s->eligible)
			m->eligible = map_eligible__at(s->eligible, m->start);
	}
	return vma->prot & PGWALK_PROT_SHARED ? 0 : find_written(s->run, m);
}

/** huge_source__end - close the file of the current mapping */
void huge_source__end(struct huge_source *s)
{
	map_file__close(s->file);
	s->file = NULL;
}

/** huge_source__close - close all files */
void huge_source__close(struct huge_source *s)
{
	huge_source__end(s);
	map_eligible__close(s->eligible);
	s->eligible = NULL;
}

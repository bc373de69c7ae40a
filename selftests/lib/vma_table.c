// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses the mappings that pgwalk reports; does not compare them with other sources. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interface.h"
#include "names.h"
#include "vma_table.h"

/* Pads as fs/proc/task_mmu.c: the name begins in column 73 */
static void put_header(struct vma_row *row, const char *perms, __u64 offset,
		       unsigned int major, unsigned int minor, __u64 ino,
		       const char *name)
{
	int n = snprintf(row->header, 160, "%08llx-%08llx %s %08llx %02x:%02x %llu ",
			 row->start, row->end, perms, offset, major, minor, ino);

	if (*name)
		snprintf(row->header + n, sizeof(row->header) - (size_t)n,
			 "%*s%s", n < 73 ? 73 - n : 0, "", name);
}

static struct vma_row *add_row(struct vma_table *t)
{
	if (t->nr % 64 == 0)
		t->rows = realloc(t->rows, (t->nr + 64) * sizeof(*t->rows));
	memset(&t->rows[t->nr], 0, sizeof(*t->rows));
	return &t->rows[t->nr++];
}

/* N0=4,N1=8, or - */
static bool parse_nodes(struct vma_row *r, const char *word)
{
	char *end;

	if (!strcmp(word, "-"))
		return true;
	while (*word++ == 'N') {
		size_t node = strtoul(word, &end, 10);

		if (*end != '=' || node >= PGWALK_VMA_NODES || r->node[node])
			return false;
		r->node[node] = strtoull(end + 1, &end, 10);
		if (!*end)
			return true;
		word = end + 1;
	}
	return false;
}

static bool parse_row(struct vma_row *r, const char *line)
{
	unsigned int major, minor;
	char perms[8], kind[16], nodes[256];
	__u64 offset, ino;
	const char *name;
	int at = 0;

	if (sscanf(line, "%llx-%llx %7s %15s %llu %llu %llu %llu %llu %llx %llx %x:%x %llu %llu %llu %llu %llu %llu %llu %255s %llu %llu %n",
		   &r->start, &r->end, perms, kind, &r->rss, &r->dirty,
		   &r->swap, &r->huge_2m, &r->huge_1g, &r->vm_flags, &offset,
		   &major, &minor, &ino, &r->young, &r->soft_dirty, &r->exclusive,
		   &r->shared, &r->large, &r->ksm, nodes, &r->pss, &r->lazyfree,
		   &at) != 23 || !at ||
	    !parse_nodes(r, nodes))
		return false;
	name = line + at;
	r->kind = names_vma_kind(kind);
	put_header(r, perms, offset, major, minor, ino,
		   strcmp(name, "-") ? name : "");
	return r->kind >= 0 && *name;
}

static bool parse_total(struct vma_row *all, const char *line)
{
	char nodes[256];

	return sscanf(line, "# total - - %llu %llu %llu %llu %llu - - - - %llu %llu %llu %llu %llu %llu %255s %llu %llu -",
		      &all->rss, &all->dirty, &all->swap, &all->huge_2m, &all->huge_1g,
		      &all->young, &all->soft_dirty, &all->exclusive, &all->shared,
		      &all->large, &all->ksm, nodes, &all->pss,
		      &all->lazyfree) == 14 && parse_nodes(all, nodes);
}

bool vma_table_from_text(struct vma_table *t, char *text)
{
	struct vma_row *all = &t->total;
	char *line;

	*t = (struct vma_table){ };
	while ((line = strsep(&text, "\n"))) {
		if (!strncmp(line, "# total", 7))
			t->has_total = parse_total(all, line);
		if (!*line || *line == '#')
			continue;
		if (parse_row(add_row(t), line))
			continue;
		snprintf(t->error, sizeof(t->error), "cannot be read: %.160s", line);
		return false;
	}
	return true;
}

static int add_record(struct vma_table *t, const struct pgwalk_vma *v, __u32 flags)
{
	struct vma_row *r = add_row(t);
	const char perms[] = {
		v->prot & PGWALK_PROT_READ ? 'r' : '-',
		v->prot & PGWALK_PROT_WRITE ? 'w' : '-',
		v->prot & PGWALK_PROT_EXEC ? 'x' : '-',
		v->prot & PGWALK_PROT_SHARED ? 's' : 'p', 0
	};

	if (v->size % 8 || v->size < sizeof(*v) + v->name_len + 1u ||
	    strlen(v->name) != v->name_len || v->raced_pages ||
	    v->counted != !!(flags & PGWALK_VMAS_COUNT) ||
	    v->frames_counted != !!(flags & PGWALK_VMAS_FRAMES))
		return -EBADMSG;
	r->start = v->start;
	r->end = v->end;
	r->kind = v->kind;
	r->vm_flags = v->vm_flags;
	r->rss = v->resident >> 10;
	r->dirty = v->dirty >> 10;
	r->swap = v->swapped >> 10;
	r->huge_2m = v->huge_2m >> 10;
	r->huge_1g = v->huge_1g >> 10;
	r->young = v->young >> 10;
	r->soft_dirty = v->soft_dirty >> 10;
	r->exclusive = v->exclusive >> 10;
	r->shared = v->shared >> 10;
	r->large = v->large >> 10;
	r->ksm = v->ksm >> 10;
	r->pss = v->pss >> 10;
	r->lazyfree = v->lazyfree >> 10;
	for (int i = 0; i < PGWALK_VMA_NODES; i++)
		r->node[i] = v->node[i] >> 10;
	put_header(r, perms, v->offset, v->dev_major, v->dev_minor, v->ino, v->name);
	return 0;
}

int vma_table_from_device(struct vma_table *t, int fd, __u64 end, __u32 flags,
			  __u32 bytes)
{
	char *buffer = malloc(bytes);
	struct pgwalk_vmas vmas = {
		.size = sizeof(vmas), .flags = flags, .end = end,
		.records = (unsigned long)buffer, .bytes = bytes,
	};
	int ret = 0;

	*t = (struct vma_table){ };
	while (!ret && vmas.start < end) {
		const struct pgwalk_vma *v;

		ret = interface_ioctl(fd, PGWALK_IOC_VMAS, &vmas);
		if (!ret && (vmas.filled > bytes || vmas.resume <= vmas.start ||
			     vmas.resume > end))
			ret = -EBADMSG;
		for (__u32 at = 0; !ret && at < vmas.filled; at += v->size) {
			v = (const struct pgwalk_vma *)(buffer + at);
			ret = add_record(t, v, flags);
		}
		vmas.start = vmas.resume;
	}
	free(buffer);
	return ret;
}

const struct vma_row *vma_table_find(const struct vma_table *t, __u64 address)
{
	for (size_t i = 0; i < t->nr; i++)
		if (t->rows[i].start <= address && address < t->rows[i].end)
			return &t->rows[i];
	return NULL;
}

void vma_table_free(struct vma_table *t)
{
	free(t->rows);
	*t = (struct vma_table){ };
}

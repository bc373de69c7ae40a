// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * gdt: shows the global descriptor table of every CPU, one descriptor per line. The file
 * position is the CPU; one table is kept at a time.
 */
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../arch/x86/gdt.h"
#include "../arch/x86/segment.h"
#include "../uapi/pgwalk.h"
#include "fmt_segment.h"
#include "view.h"

#define POS_HEADER	0	/* then 1 + the number of a CPU */

/* Read the table of the next CPU. A CPU that goes offline during the read is left out. */
static struct pgwalk_gdt *read_next(struct seq_file *m, int cpu, loff_t *pos)
{
	struct pgwalk_gdt *gdt = m->private;

	while ((cpu = pgwalk_gdt_next(cpu)) >= 0) {
		*pos = 1 + cpu;
		if (!pgwalk_gdt_read(cpu, gdt, pgwalk_access_hides_pointers(m->file)))
			return gdt;
	}
	++*pos;
	return NULL;
}

static void *gdt_start(struct seq_file *m, loff_t *pos)
{
	if (*pos == POS_HEADER)
		return SEQ_START_TOKEN;
	return *pos > INT_MAX ? NULL : read_next(m, *pos - 2, pos);
}

static void *gdt_next(struct seq_file *m, void *v, loff_t *pos)
{
	return read_next(m, *pos - 1, pos);
}

/* No lock or reference is held between start and stop. */
static void gdt_stop(struct seq_file *m, void *v)
{
}

/* Return the base. The second of two slots has its upper half. */
static u64 base_of(const struct pgwalk_gdt *gdt, unsigned int index, unsigned int slots)
{
	u64 base = pgwalk_segment_decode(gdt->descriptor[index]).base;

	if (slots == 2 && index + 1 < gdt->nr)
		base |= gdt->descriptor[index + 1] << 32;
	return base;
}

static void show_slot(struct seq_file *m, const struct pgwalk_gdt *gdt, unsigned int index,
		      unsigned int slots)
{
	u64 value = gdt->descriptor[index];
	struct pgwalk_descriptor d = pgwalk_segment_decode(value);

	seq_printf(m, "%u %u %u %04x ", gdt->cpu, index, slots, index << 3 | d.dpl);
	if (value)
		seq_printf(m, "%016llx %08x %x %u %u %u %u %u %u %u %s", base_of(gdt, index, slots),
			   d.limit, d.type, d.s, d.dpl, d.p, d.avl, d.l, d.db, d.g,
			   pgwalk_segment_is_flat(value) ? "flat" : "-");
	else
		seq_puts(m, "- - - - - - - - - - -");
	seq_printf(m, " %016llx %s %s\n", value, pgwalk_fmt_descriptor_kind(value),
		   pgwalk_gdt_name(index));
}

static int gdt_show(struct seq_file *m, void *v)
{
	const struct pgwalk_gdt *gdt = v;
	unsigned int index, slots;

	if (v == SEQ_START_TOKEN) {
		seq_puts(m, "# cpu index slots selector base limit type s dpl p avl l db g ");
		seq_puts(m, "model descriptor kind name\n");
		return 0;
	}
	seq_printf(m, "# cpu %u gdtr %016llx limit %x tr %04x ldtr %04x\n", gdt->cpu, gdt->base,
		   gdt->limit, gdt->tr, gdt->ldtr);
	for (index = 0; index < gdt->nr; index += slots) {
		slots = pgwalk_segment_slots(gdt->descriptor[index]);
		show_slot(m, gdt, index, slots);
	}
	return 0;
}

static const struct seq_operations gdt_ops = {
	.start = gdt_start,
	.next = gdt_next,
	.stop = gdt_stop,
	.show = gdt_show,
};

static int gdt_open(struct inode *inode, struct file *file)
{
	int err = pgwalk_access_check();

	if (err)
		return err;
	return seq_open_private(file, &gdt_ops, sizeof(struct pgwalk_gdt));
}

const struct file_operations pgwalk_view_gdt_fops = {
	.owner = THIS_MODULE,
	.open = gdt_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = seq_release_private,
};

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * info: shows the paging modes of this kernel and CPU, the features of the module and its
 * cost counters: the record of PGWALK_IOC_INFO as text.
 */
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>

#include "../access.h"
#include "../info.h"
#include "../uapi/pgwalk.h"
#include "fmt.h"
#include "view.h"

/* Names in the order of the bits. */
static const char * const feature_names[] = {
	"scan", "vmas", "kfunc", "numa-hint", "frames", "rmap", "mm", "tables", "translate",
	"segments", "delegate", "redacted",
};
static const char * const paging_names[] = {
	"la57", "pti", "rcu-tables", "1g-leaf", "nx", "pku", "pcid",
};
static const char * const arch_names[PGWALK_ARCH_NR] = {
#define X(name, number, text) [PGWALK_ARCH_##name] = (text),
	PGWALK_ARCHS(X)
#undef X
};

static void show_bits(struct seq_file *m, const char *title, u64 bits,
		      const char * const *names, size_t nr)
{
	const char *separator = "";
	size_t i;

	seq_printf(m, "%s ", title);
	if (!bits)
		seq_putc(m, '-');
	for (i = 0; i < nr; i++) {
		if (!(bits & 1ULL << i))
			continue;
		seq_printf(m, "%s%s", separator, names[i]);
		separator = ",";
	}
	seq_putc(m, '\n');
}

static void show_geometry(struct seq_file *m, const struct pgwalk_info *info)
{
	char size[PGWALK_FMT_SIZE];
	unsigned int i;

	seq_puts(m, "# level shift entries leaf\n");
	for (i = 0; i < info->nr_levels; i++) {
		const struct pgwalk_geometry *g = &info->geometry[i];

		seq_printf(m, "%s %u %u %s\n", pgwalk_fmt_level(g->level), g->shift,
			   g->entries, g->leaf ? pgwalk_fmt_size(size, g->shift) : "-");
	}
}

static int info_show(struct seq_file *m, void *v)
{
	struct pgwalk_info info;

	pgwalk_info_fill(&info);
	seq_printf(m, "version %s\nabi %u\n", THIS_MODULE->version, info.abi);
	show_bits(m, "features", info.features, feature_names, ARRAY_SIZE(feature_names));
	show_bits(m, "paging", info.paging, paging_names, ARRAY_SIZE(paging_names));
	if (info.paging & PGWALK_PAGING_PTI)
		seq_puts(m, "# pti: the kernel's pgd is walked, not the copy that user mode has\n");
	seq_printf(m, "nr_levels %u\nattached %u\n", info.nr_levels, info.attached);
	seq_printf(m, "user_end %llx\nzero_pfn %llx\n", info.user_end, info.zero_pfn);
	seq_printf(m, "page_shift %u\narch %s\n", info.page_shift, arch_names[info.arch]);
	seq_printf(m, "newest_tested %u.%u\n", info.newest_tested >> 16,
		   info.newest_tested >> 8 & 0xff);
	seq_printf(m, "tables %llu\nraced %llu\nlock_holds %llu\n", info.tables, info.raced,
		   info.lock_holds);
	seq_printf(m, "lock_hold_max_ns %llu\nlock_hold_total_ns %llu\n", info.lock_hold_max_ns,
		   info.lock_hold_total_ns);
	seq_printf(m, "rmap_lock_holds %llu\nrmap_lock_hold_max_ns %llu\n", info.rmap_lock_holds,
		   info.rmap_lock_hold_max_ns);
	seq_printf(m, "rmap_max_vmas %llu\nrmap_vmas %llu\n", info.rmap_max_vmas,
		   info.rmap_vmas);
	seq_printf(m, "rmap_passes %llu\nbuffer_bytes %llu\n", info.rmap_passes,
		   info.buffer_bytes);
	show_geometry(m, &info);
	return 0;
}

static int info_open(struct inode *inode, struct file *file)
{
	int err = pgwalk_access_check();

	return err ?: single_open(file, info_show, NULL);
}

const struct file_operations pgwalk_view_info_fops = {
	.owner = THIS_MODULE,
	.open = info_open,
	.read = pgwalk_access_seq_read,
	.llseek = seq_lseek,
	.release = single_release,
};

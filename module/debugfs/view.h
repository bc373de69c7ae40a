/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Text views. Each has a file; debugfs.c lists them. */
#ifndef PGWALK_VIEW_H
#define PGWALK_VIEW_H

#include <linux/types.h>

struct file;
struct file_operations;
struct inode;
struct seq_operations;

int pgwalk_view_open(struct inode *inode, struct file *file, const struct seq_operations *ops,
		     size_t size);
bool pgwalk_view_reserve(struct file *file, size_t bytes);
void *pgwalk_view_reader(struct file *file);
int pgwalk_view_release(struct inode *inode, struct file *file);

extern const struct file_operations pgwalk_view_info_fops;
extern const struct file_operations pgwalk_view_rmap_fops;
extern const struct file_operations pgwalk_view_translate_fops;
extern const struct file_operations pgwalk_view_segments_fops;
extern const struct file_operations pgwalk_view_gdt_fops;
extern const struct file_operations pgwalk_view_frame_fops;
extern const struct file_operations pgwalk_view_vmas_fops;
extern const struct file_operations pgwalk_view_pages_fops;
extern const struct file_operations pgwalk_view_mm_fops;
extern const struct file_operations pgwalk_view_tables_fops;

#endif /* PGWALK_VIEW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The text views: one file each, listed by debugfs.c. */
#ifndef PGWALK_VIEW_H
#define PGWALK_VIEW_H

struct file_operations;

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

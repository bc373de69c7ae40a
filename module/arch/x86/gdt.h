/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The global descriptor table of a CPU. */
#ifndef PGWALK_GDT_H
#define PGWALK_GDT_H

struct pgwalk_gdt;

int pgwalk_gdt_read(unsigned int cpu, struct pgwalk_gdt *gdt, bool hide);
int pgwalk_gdt_next(int cpu);
const char *pgwalk_gdt_name(unsigned int index);

#endif /* PGWALK_GDT_H */

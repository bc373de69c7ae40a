// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copies the global descriptor table (GDT) of a CPU (x86). The copy is made on that CPU,
 * because no other CPU can read GDTR, TR and LDTR.
 */
#include <linux/cpumask.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/desc.h>
#include <asm/segment.h>

#include "../../uapi/pgwalk.h"
#include "gdt.h"
#include "segment.h"

static_assert(GDT_ENTRIES <= PGWALK_GDT_MAX);

/* Copy the GDT of this CPU. Interrupts are off. */
static void read_here(void *arg)
{
	struct pgwalk_gdt *gdt = arg;
	struct desc_ptr gdtr;
	u16 ldtr;

	native_store_gdt(&gdtr);
	store_ldt(ldtr);
	gdt->base = gdtr.address;
	gdt->limit = gdtr.size;
	gdt->tr = native_store_tr();
	gdt->ldtr = ldtr;
	gdt->nr = min_t(unsigned int, (gdtr.size + 1) / sizeof(*gdt->descriptor), PGWALK_GDT_MAX);
	memcpy(gdt->descriptor, (const void *)gdtr.address, gdt->nr * sizeof(*gdt->descriptor));
}

/* Clear the address of the table, and those of the TSS and LDT in it. */
static void hide_pointers(struct pgwalk_gdt *gdt)
{
	unsigned int i, slots;

	gdt->base = 0;
	for (i = 0; i < gdt->nr; i += slots) {
		slots = pgwalk_segment_slots(gdt->descriptor[i]);
		if (slots == 1)
			continue;
		gdt->descriptor[i] &= ~PGWALK_DESCRIPTOR_BASE;
		if (i + 1 < gdt->nr)
			gdt->descriptor[i + 1] = 0;
	}
}

/**
 * pgwalk_gdt_read - copy the GDT of a CPU
 * @cpu: number of the CPU
 * @gdt: all fields but @size are set
 * @hide: set kernel addresses to 0, see pgwalk_access_hides_pointers()
 *
 * Context: process context, may sleep; sends the CPU one interrupt.
 * Return: 0; -ENXIO: no such CPU, or it is offline.
 */
int pgwalk_gdt_read(unsigned int cpu, struct pgwalk_gdt *gdt, bool hide)
{
	*gdt = (struct pgwalk_gdt) { .size = gdt->size, .cpu = cpu };
	if (cpu >= nr_cpu_ids || smp_call_function_single(cpu, read_here, gdt, true))
		return -ENXIO;
	if (hide)
		hide_pointers(gdt);
	gdt->next_cpu = pgwalk_gdt_next(cpu);
	return 0;
}

/**
 * pgwalk_gdt_next - find the next CPU that is online
 * @cpu: CPU to begin after; -1: begin with the first
 *
 * Context: any; the CPU may go offline at any time.
 * Return: its number; -1: there is none.
 */
int pgwalk_gdt_next(int cpu)
{
	unsigned int next = cpumask_next(cpu, cpu_online_mask);

	return next < nr_cpu_ids ? next : -1;
}

static const char * const slot_names[GDT_ENTRIES] = {
	[0] = "null",
	[GDT_ENTRY_KERNEL32_CS] = "kernel code, 32 bits",
	[GDT_ENTRY_KERNEL_CS] = "kernel code",
	[GDT_ENTRY_KERNEL_DS] = "kernel data",
	[GDT_ENTRY_DEFAULT_USER32_CS] = "user code, 32 bits",
	[GDT_ENTRY_DEFAULT_USER_DS] = "user data",
	[GDT_ENTRY_DEFAULT_USER_CS] = "user code",
	[GDT_ENTRY_TSS] = "task state segment",
	[GDT_ENTRY_LDT] = "local descriptor table",
	[GDT_ENTRY_TLS_MIN] = "thread-local storage 0",
	[GDT_ENTRY_TLS_MIN + 1] = "thread-local storage 1",
	[GDT_ENTRY_TLS_MIN + 2] = "thread-local storage 2",
	[GDT_ENTRY_CPUNODE] = "CPU and node number",
};

static_assert(GDT_ENTRY_TLS_ENTRIES == 3);

/**
 * pgwalk_gdt_name - return the purpose of a slot in this kernel's GDT
 * @index: number of the slot
 *
 * Context: any.
 * Return: a constant string; "-" for an unused slot.
 */
const char *pgwalk_gdt_name(unsigned int index)
{
	return index < GDT_ENTRIES && slot_names[index] ? slot_names[index] : "-";
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * gdt: the descriptors of every CPU match the results of LAR, LSL, VERR and VERW in user mode
 * on that CPU.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/interface.h"
#include "../lib/process.h"
#include "../lib/segmented.h"

#define TSS	8	/* index, on x86-64 */
#define CPUNODE	15

FIXTURE(gdt) {
	int fd;
	struct pgwalk_gdt gdt;
};

FIXTURE_SETUP(gdt)
{
	self->fd = interface_open_device(0);
	ASSERT_LE(0, self->fd);
	self->gdt = (struct pgwalk_gdt){ .size = sizeof(self->gdt) };
}

FIXTURE_TEARDOWN(gdt)
{
	close(self->fd);
}

#define ask(self)	interface_ioctl((self)->fd, PGWALK_IOC_GDT, &(self)->gdt)

static bool write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* User mode can read segments of its own privilege level, and conforming code */
static bool is_visible(__u64 value)
{
	bool is_user = (value >> 45 & 3) == 3;
	bool conforms = (value >> 44 & 1) && (value >> 42 & 3) == 3;

	return (value >> 44 & 1) && (is_user || conforms);
}

static __u32 limit_of(__u64 value)
{
	__u32 limit = (value & 0xffff) | (value >> 32 & 0xf0000);

	return value >> 55 & 1 ? limit << 12 | 0xfff : limit;
}

static unsigned int expect_as_the_cpu_says(struct __test_metadata *_metadata,
					   const struct pgwalk_gdt *gdt)
{
	unsigned int visible = 0;

	for (unsigned int i = 0; i < gdt->nr; i++) {
		unsigned short selector = (unsigned short)(i << 3 | 3);
		__u64 value = gdt->descriptor[i];
		bool code = value >> 43 & 1, second = value >> 41 & 1;
		__u32 rights, limit;
		bool lar = segmented_lar(selector, &rights);
		bool lsl = segmented_lsl(selector, &limit);

		EXPECT_EQ(i && is_visible(value), lar) {
			TH_LOG("cpu %u index %u descriptor %016llx", gdt->cpu, i, value);
		}
		EXPECT_EQ(lar, lsl);
		if (!lar)
			continue;
		visible++;
		EXPECT_EQ(rights & 0xf0ff00, value >> 32 & 0xf0ff00);
		EXPECT_EQ(limit, limit_of(value));
		EXPECT_EQ(!code || second, segmented_verr(selector));
		EXPECT_EQ(!code && second, segmented_verw(selector));
	}
	return visible;
}

TEST_F(gdt, every_cpu_is_reported_as_it_reports_itself)
{
	long cpus = 0;

	for (int cpu = 0; cpu >= 0; cpu = self->gdt.next_cpu, cpus++) {
		ASSERT_TRUE(process_run_on((unsigned int)cpu));
		self->gdt.cpu = (unsigned int)cpu;
		ASSERT_EQ(0, ask(self));
		ASSERT_EQ(cpu, self->gdt.cpu);
		EXPECT_EQ(self->gdt.limit + 1, 8 * self->gdt.nr);
		/* User code of both sizes, user data, CPU and node number */
		EXPECT_LE(4, expect_as_the_cpu_says(_metadata, &self->gdt));
	}
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), cpus);
}

/* Each CPU has its own GDT, which contains the CPU's number */
TEST_F(gdt, cpu_number_is_in_its_slot)
{
	__u64 last = 0;

	for (int cpu = 0; cpu >= 0; cpu = self->gdt.next_cpu) {
		unsigned int here, node;

		ASSERT_TRUE(process_run_on((unsigned int)cpu));
		self->gdt.cpu = (unsigned int)cpu;
		ASSERT_EQ(0, ask(self));
		ASSERT_EQ(0, getcpu(&here, &node));
		EXPECT_EQ(here | node << 12, limit_of(self->gdt.descriptor[CPUNODE]));
		EXPECT_NE(last, self->gdt.base);
		last = self->gdt.base;
	}
}

TEST_F(gdt, tss_has_two_slots_and_tr_selects_it)
{
	__u64 low, high, base;

	ASSERT_EQ(0, ask(self));
	EXPECT_EQ(TSS << 3, self->gdt.tr);
	low = self->gdt.descriptor[TSS];
	high = self->gdt.descriptor[TSS + 1];
	/* Busy: it is loaded. Intel SDM vol. 3A, 7.2.3 */
	EXPECT_EQ(0x8b, low >> 40 & 0xff);
	base = (low >> 16 & 0xffffff) | low >> 56 << 24 | high << 32;
	/* The TSS lies in the area of this CPU, after the page of the GDT */
	EXPECT_EQ(self->gdt.base >> 32, base >> 32);
	EXPECT_LT(self->gdt.base, base);
	EXPECT_EQ(0, high >> 32);
}

TEST_F(gdt, wrong_arguments_have_their_errors)
{
	struct {
		struct pgwalk_gdt gdt;
		__u64 more;
	} big = { .gdt = { .size = sizeof(big) }, .more = 1 };

	self->gdt.cpu = 1 << 20;
	EXPECT_EQ(-ENXIO, ask(self));
	self->gdt.cpu = 0;
	self->gdt.size -= 8;
	EXPECT_EQ(-EINVAL, ask(self));
	EXPECT_EQ(-E2BIG, interface_ioctl(self->fd, PGWALK_IOC_GDT, &big));
	big.more = 0;
	EXPECT_EQ(0, interface_ioctl(self->fd, PGWALK_IOC_GDT, &big));
	EXPECT_EQ(-EFAULT, interface_ioctl(self->fd, PGWALK_IOC_GDT, (void *)16));
}

struct line {
	unsigned int cpu, index, slots, selector;
	char base[20], limit[12], type[4], s[4], dpl[4], p[4], avl[4], l[4], db[4], g[4],
	     model[8], kind[24], name[40];
	__u64 descriptor;
};

static bool parse(struct line *line, const char *text)
{
	return sscanf(text, "%u %u %u %x %19s %11s %3s %3s %3s %3s %3s %3s %3s %3s %7s %llx %23s %39[^\n]",
		      &line->cpu, &line->index, &line->slots, &line->selector, line->base,
		      line->limit, line->type, line->s, line->dpl, line->p, line->avl, line->l,
		      line->db, line->g, line->model, &line->descriptor, line->kind,
		      line->name) == 18;
}

static void expect_fields(struct __test_metadata *_metadata, const struct line *line)
{
	__u64 v = line->descriptor;

	EXPECT_EQ(limit_of(v), strtoul(line->limit, NULL, 16));
	EXPECT_EQ(v >> 40 & 15, strtoul(line->type, NULL, 16));
	EXPECT_EQ(v >> 44 & 1, strtoul(line->s, NULL, 10));
	EXPECT_EQ(v >> 45 & 3, strtoul(line->dpl, NULL, 10));
	EXPECT_EQ(v >> 47 & 1, strtoul(line->p, NULL, 10));
	EXPECT_EQ(v >> 52 & 1, strtoul(line->avl, NULL, 10));
	EXPECT_EQ(v >> 53 & 1, strtoul(line->l, NULL, 10));
	EXPECT_EQ(v >> 54 & 1, strtoul(line->db, NULL, 10));
	EXPECT_EQ(v >> 55 & 1, strtoul(line->g, NULL, 10));
	EXPECT_EQ(v >> 44 & 1 ? 1 : 2, line->slots);
}

static void expect_named(struct __test_metadata *_metadata, const struct line *line)
{
	static const struct {
		unsigned int index;
		const char *model, *kind, *name;
	} known[] = {
		{ 0, "-", "-", "null" },
		{ 1, "flat", "code-rx", "kernel code, 32 bits" },
		{ 2, "flat", "code-rx", "kernel code" },
		{ 3, "flat", "data-rw", "kernel data" },
		{ 4, "flat", "code-rx", "user code, 32 bits" },
		{ 5, "flat", "data-rw", "user data" },
		{ 6, "flat", "code-rx", "user code" },
		{ TSS, "-", "tss-busy", "task state segment" },
		{ CPUNODE, "-", "data-ro-down", "CPU and node number" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		if (known[i].index != line->index)
			continue;
		EXPECT_EQ(0, strcmp(known[i].model, line->model));
		EXPECT_EQ(0, strcmp(known[i].kind, line->kind));
		EXPECT_EQ(0, strcmp(known[i].name, line->name)) {
			TH_LOG("%s instead of %s", line->name, known[i].name);
		}
	}
}

/* Exclude the slots that change with the thread that a CPU runs */
static bool is_steady(unsigned int index)
{
	return index < 10 || index == CPUNODE;
}

static unsigned int judge_view(struct __test_metadata *_metadata, int fd, size_t chunk)
{
	int view = interface_open("gdt", O_RDONLY), cpu = -1;
	char *text, *rest, *line;
	unsigned int headers = 0, next = 0;
	struct pgwalk_gdt gdt = { .size = sizeof(gdt) };

	ASSERT_LE(0, view);
	text = rest = interface_read_all(view, chunk, NULL);
	ASSERT_NE(NULL, text);
	while ((line = strsep(&rest, "\n")) && *line) {
		struct line l;
		__u64 base;

		if (sscanf(line, "# cpu %d gdtr %llx", &cpu, &base) == 2) {
			gdt.cpu = (unsigned int)cpu;
			ASSERT_EQ(0, interface_ioctl(fd, PGWALK_IOC_GDT, &gdt));
			EXPECT_EQ(gdt.base, base);
			headers++;
			next = 0;
		}
		if (*line == '#')
			continue;
		ASSERT_TRUE(parse(&l, line)) {
			TH_LOG("%s", line);
		}
		EXPECT_EQ(cpu, l.cpu);
		EXPECT_EQ(next, l.index);
		next += l.slots;
		EXPECT_TRUE(gdt.descriptor[l.index] == l.descriptor || !is_steady(l.index));
		if (l.descriptor)
			expect_fields(_metadata, &l);
		expect_named(_metadata, &l);
	}
	EXPECT_EQ(gdt.nr, next);
	close(view);
	return headers;
}

TEST_F(gdt, view_agrees_with_the_call)
{
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), judge_view(_metadata, self->fd, 4096));
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), judge_view(_metadata, self->fd, 11));
}

TEST_F(gdt, cpu_that_is_offline_is_left_out)
{
	static const char online[] = "/sys/devices/system/cpu/cpu1/online";

	if (access(online, W_OK))
		SKIP(return, "no second CPU that can be taken off");
	process_run_on(0);
	ASSERT_TRUE(write_text(online, "0"));
	self->gdt.cpu = 1;
	EXPECT_EQ(-ENXIO, ask(self));
	self->gdt.cpu = 0;
	EXPECT_EQ(0, ask(self));
	EXPECT_NE(1, self->gdt.next_cpu);
	EXPECT_EQ(sysconf(_SC_NPROCESSORS_ONLN), judge_view(_metadata, self->fd, 4096));
	EXPECT_TRUE(write_text(online, "1"));
}

TEST_HARNESS_MAIN

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A process for the steps of "pgwalk lab": it waits for requests and executes one at a time.
 * Tests link another implementation.
 */
#ifndef PGWALK_COLLECT_LAB_H
#define PGWALK_COLLECT_LAB_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "pgwalk_lab.h"

/* Operations of the process */
enum lab_op {
	LAB_NOP,
	LAB_MMAP,	/* anonymous private memory; @arg: 1: madvise(MADV_HUGEPAGE), 0: MADV_NOHUGEPAGE */
	LAB_MMAP_FILE,	/* a new file of @size bytes, not in the page cache if the file system allows it */
	LAB_MMAP_LAB,	/* the lab device; it is opened by the first call */
	LAB_MUNMAP,
	LAB_READ,	/* one byte at @addr; with @size one of each page up to @addr + @size */
	LAB_WRITE,	/* as LAB_READ; with @arg one byte of each @arg bytes */
	LAB_MADVISE,	/* @arg: the advice */
	LAB_MLOCK,
	LAB_MUNLOCK,
	LAB_FORK,	/* a child that sleeps */
	LAB_JOIN,	/* end the child */
	LAB_THREAD,	/* a thread that runs on another CPU and reads @addr */
	LAB_MAP,	/* calls of the lab device; @arg: protection */
	LAB_PROTECT,
	LAB_UNMAP,
	LAB_FLUSH,
	LAB_LDT,	/* an LDT with a data segment of @size bytes at @addr; gs selects it */
	LAB_READ_GS,	/* the byte at offset @addr of gs */
};

/**
 * struct lab_request - one step
 * @op: enum lab_op
 * @arg: see there
 * @addr: address
 * @size: bytes
 */
struct lab_request {
	uint32_t op;
	uint32_t arg;
	uint64_t addr;
	uint64_t size;
};

/**
 * struct lab_reply - result of a step
 * @error: negative errno; 0: none
 * @signal: signal of the access; 0: none
 * @code: si_code of the signal
 * @byte: the byte that was read
 * @minor: minor faults during the step
 * @major: major faults during the step
 * @ns: duration of the step
 * @page: result of the lab device
 */
struct lab_reply {
	int32_t error;
	int32_t signal;
	int32_t code;
	uint32_t byte;
	uint64_t minor;
	uint64_t major;
	uint64_t ns;
	struct pgwalk_lab_page page;
};

/**
 * struct lab_flush - TLB flushes of a step, from the tracepoint tlb:tlb_flush
 * @known: the tracepoint was read
 * @local: flushes on the CPU of the process, by the process
 * @pages: pages of the last of these; -1: all pages
 * @sent: requests that the process sent to other CPUs
 * @remote: flushes on other CPUs, by a request. The tracepoint does not report the address space: those of other
 *	processes in the same interval are included
 */
struct lab_flush {
	bool known;
	unsigned int local;
	int pages;
	unsigned int sent;
	unsigned int remote;
};

struct lab;

int lab__start(struct lab **out);
pid_t lab__pid(const struct lab *lab);
int lab__call(struct lab *lab, const struct lab_request *request, struct lab_reply *reply, struct lab_flush *flush);
void lab__end(struct lab *lab);

/* terminal.c */
bool lab__is_interactive(void);
bool lab__wait(void);
char *lab__read_line(char *line, int size);

/* agent.c: the process */
void lab_agent__run(int fd) __attribute__((noreturn));

/* tlb_trace.c */
void tlb_trace__begin(void);
void tlb_trace__end(pid_t pid, struct lab_flush *flush);

#endif

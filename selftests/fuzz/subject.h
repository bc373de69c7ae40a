/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * The target and the open files: a process with memory of all kinds that stays as it is, and one
 * that has exited.
 */
#ifndef PGWALK_FUZZ_SUBJECT_H
#define PGWALK_FUZZ_SUBJECT_H

#include <stdbool.h>
#include <sys/types.h>

#include "entrypoints.h"
#include "input.h"

/**
 * struct subject - the target and the open files
 * @value: of each symbol that is a number
 * @device: open devices, by enum input_opened; none for OPENED_FRESH
 * @file: open files that are written to, by entry point
 * @cpus: number of CPUs
 * @delegated: the devices are opened without CAP_SYS_ADMIN, with delegate=1
 */
struct subject {
	__u64 value[SYMBOL_TEXT_NR];
	int device[OPENED_NR];
	int file[ENTRY_NR];
	__u32 cpus;
	bool delegated;
};

/* Return 0, or -1 with a message on stderr */
int subject_create(struct subject *subject, bool delegated);
/* Return a descriptor of the device, attached to pid if pid is not 0 */
int subject_open_device(const struct subject *subject, pid_t pid);
/* Record the references and the open files */
void subject_remember(const struct subject *subject);
/* Return NULL if references, files and results equal the recorded ones, else the difference */
const char *subject_complaint(const struct subject *subject);

#endif

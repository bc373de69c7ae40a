/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who is looked at, and the open files that are called: a process with a bit of
 * everything that stands still, and one that has ended.
 */
#ifndef PGWALK_FUZZ_SUBJECT_H
#define PGWALK_FUZZ_SUBJECT_H

#include <sys/types.h>

#include "door.h"
#include "input.h"

/**
 * struct subject - what inputs are about
 * @value: of each symbol that is a number
 * @device: open devices, by enum input_opened; none for OPENED_FRESH
 * @file: open files that are written to, by door
 * @cpus: of this machine
 */
struct subject {
	__u64 value[SYMBOL_TEXT_NR];
	int device[OPENED_NR];
	int file[DOOR_NR];
	__u32 cpus;
};

/* 0, or -1: told on stderr */
int subject_create(struct subject *subject);
/* Notes the references and the open files there are */
void subject_remember(const struct subject *subject);
/* Are they, and the answers, as they were? NULL, or what is not */
const char *subject_complaint(const struct subject *subject);

#endif

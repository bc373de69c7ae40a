/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Protection against SIGBUS while a mapped file is read. */
#ifndef PGWALK_COLLECT_SIGBUS_GUARD_H
#define PGWALK_COLLECT_SIGBUS_GUARD_H

#include <signal.h>
#include <stdbool.h>

/**
 * struct sigbus_guard - saved state
 * @before: action of SIGBUS before sigbus_guard__begin()
 */
struct sigbus_guard {
	struct sigaction before;
};

void sigbus_guard__begin(struct sigbus_guard *guard);
bool sigbus_guard__end(const struct sigbus_guard *guard);

#endif

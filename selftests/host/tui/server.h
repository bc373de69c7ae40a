/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Fills the parts of the busy server between stage__begin() and stage__end(). */
#ifndef TUI_SERVER_H
#define TUI_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#define SERVER_HEAP	0x55d0c8a00000ULL
#define SERVER_HEAP_END	(SERVER_HEAP + (1900ULL << 20))

void server__add_mappings(uint64_t number);
void server__add_space(void);
void server__add_tasks(bool processes);
void server__add_pages(void);
void server__add_stacks(void);
void server__add_system(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Whether a live session uses pgwalk.ko, and if not, the reason */
#ifndef PGWALK_MODULE_USAGE_H
#define PGWALK_MODULE_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct device;

/**
 * struct module_usage - whether a session uses pgwalk.ko
 * @disabled: do not use it
 * @released: do not use the module with this identity, of device__loaded_id(); 0: none
 * @note: called with a line for the user that is not an error
 * @note_ctx: argument of @note
 * @device: the module; NULL: not used
 * @begin_id: identity of the module that was loaded at the begin, before it was opened; 0: none
 * @noted_id: identity of the module that was last reported as not used; 0: none
 * @came: module_usage__look() found a module that can be used, and is not used
 *
 * The session sets the fields up to @note_ctx, and only reads the others.
 */
struct module_usage {
	bool disabled;
	uint64_t released;
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
	struct device *device;
	uint64_t begin_id;
	uint64_t noted_id;
	bool came;
};

int module_usage__open(struct module_usage *u, pid_t pid);
void module_usage__close(struct module_usage *u);
void module_usage__explain(const struct module_usage *u, int err, bool kfuncs);
void module_usage__look(struct module_usage *u, pid_t pid);

#endif

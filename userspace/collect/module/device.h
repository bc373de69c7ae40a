/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* An open /dev/pgwalk, attached to one process. */
#ifndef PGWALK_COLLECT_DEVICE_H
#define PGWALK_COLLECT_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "pgwalk.h"

struct device;

typedef int (*device_vma_fn)(void *ctx, const struct pgwalk_vma *vma);

uint64_t device__loaded_id(void);
bool device__is_redacted(const struct device *d);
void device__version(char *buf, size_t size);
int device__open(struct device **out);
void device__close(struct device *d);

void device__info(const struct device *d, struct pgwalk_info *info);
int device__attach(struct device *d, pid_t pid);
pid_t device__tgid(const struct device *d);
int device__call(struct device *d, unsigned long request, void *arg);
int device__vmas(struct device *d, __u64 start, __u64 end, unsigned int flags,
		 device_vma_fn fn, void *ctx, __u64 *resume);

#endif

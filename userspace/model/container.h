/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The container, the pod and the unit that the path of a cgroup names. */
#ifndef PGWALK_MODEL_CONTAINER_H
#define PGWALK_MODEL_CONTAINER_H

#include "../snapshot_metrics.h"

void container__parse(struct snapshot_container *c, const char *path);

#endif

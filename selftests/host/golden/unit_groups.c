// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The groups of unit tests of golden/unit. */
#include <stddef.h>

#include "unit.h"

const struct unit_test *const unit_groups[] = {
	lib_tests, output_tests, container_tests, model_tests, collect_tests, sampler_tests, stream_tests, snapshot_tests, snapshot_const_tests,
	eviction_tests, memory_tests,
	NULL
};

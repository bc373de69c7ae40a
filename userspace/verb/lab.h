/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The scenes of "pgwalk lab", and the steps that can be written on the command line. */
#ifndef PGWALK_VERB_LAB_H
#define PGWALK_VERB_LAB_H

#include <stdbool.h>
#include <stdint.h>

#include "../collect/lab/lab.h"

#define LAB_AREA	0x200000000000ULL	/* no process has mappings near it */
#define LAB_AREA_SIZE	(3ULL << 30)
#define LAB_LOW		0x10000000ULL		/* bases of the LDT have 32 bits */
#define LAB_PAGES	64			/* pages that a list of steps may map */

/**
 * struct lab_step - a step
 * @op: enum lab_op
 * @arg: see there
 * @offset: from the beginning of the area
 * @size: bytes
 * @text: description
 * @shown: offset of the address of the walks, if it differs from @offset
 * @undo: undo the last change instead of @op
 */
struct lab_step {
	enum lab_op op;
	uint32_t arg;
	uint64_t offset;
	uint64_t size;
	const char *text;
	uint64_t shown;
	bool undo;
};

/**
 * struct lab_scene - a scene
 * @name: name on the command line
 * @what: description
 * @base: address of its area
 * @step: its steps; the last one has no @text
 * @script: steps as text, for the lab device; NULL: @step
 */
struct lab_scene {
	const char *name;
	const char *what;
	uint64_t base;
	const struct lab_step *step;
	const char *script;
};

extern const struct lab_scene lab_scenes[];	/* the last one has no @name */

const char *lab_step__parse(const char *text, struct lab_step *step);
const char *lab_step__action(const struct lab_step *step);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Properties of a mapping that decide about huge pages, and its open file. */
#ifndef PGWALK_VERB_HUGE_MAPPING_H
#define PGWALK_VERB_HUGE_MAPPING_H

#include "../collect/procfs/map_file.h"
#include "../model/huge.h"
#include "run.h"

/**
 * struct huge_source - where the properties of the mappings are read
 * @run: the run
 * @huge: the rules
 * @file: file of the current mapping; NULL: none, or not opened
 * @eligible: smaps, opened when first needed
 * @dev_major: device of the last tmpfs
 * @dev_minor: device of the last tmpfs
 * @mount: enum inspect_thp_setting of the last tmpfs
 * @has_mount: the three fields before are set
 */
struct huge_source {
	struct run *run;
	const struct huge *huge;
	struct map_file *file;
	struct map_eligible *eligible;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint8_t mount;
	bool has_mount;
};

int huge_source__read(struct huge_source *s, const struct pgwalk_vma *vma, struct huge_mapping *m);
void huge_source__end(struct huge_source *s);
void huge_source__close(struct huge_source *s);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* What lies in a page frame, whoever maps it: by /proc/kcore, which knows no page tables of ours. */
#ifndef PGWALK_TORTURE_CONTENT_H
#define PGWALK_TORTURE_CONTENT_H

#include <stdbool.h>
#include <stdint.h>

/* False: this kernel has no /proc/kcore */
bool content_open(void);
/* The first word of the frame */
bool content_word(uint64_t pfn, uint64_t *word);

#endif

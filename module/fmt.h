/* SPDX-License-Identifier: GPL-2.0 */
/* Values as characters. */
#ifndef PGWALK_FMT_H
#define PGWALK_FMT_H

#include <linux/types.h>

/* Every flag, each with its separator, fits. */
#define PGWALK_FMT_FLAGS	160
#define PGWALK_FMT_SIZE		8
#define PGWALK_FMT_PROT		5

const char *pgwalk_fmt_level(unsigned int level);
const char *pgwalk_fmt_kind(unsigned int kind);
const char *pgwalk_fmt_vma_kind(unsigned int kind);
char *pgwalk_fmt_size(char buf[PGWALK_FMT_SIZE], unsigned int shift);
char *pgwalk_fmt_flags(char buf[PGWALK_FMT_FLAGS], u64 flags, unsigned int pkey,
		       char separator);
char *pgwalk_fmt_prot(char buf[PGWALK_FMT_PROT], unsigned int prot);

#endif /* PGWALK_FMT_H */

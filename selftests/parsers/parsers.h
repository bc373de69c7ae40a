/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzz targets of the tools' parsers share. They run on the host, as anybody. */
#ifndef PGWALK_PARSERS_H
#define PGWALK_PARSERS_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* What a target may have, and what it may call there */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* An open file in memory that holds these bytes, read from its beginning */
int parsers_file(const uint8_t *data, size_t size);

/* In the place of openat(), for a target that is linked so */
int __wrap_openat(int dir, const char *path, int flags, ...);

#endif

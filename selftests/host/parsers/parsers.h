/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Shared parts of the fuzz targets of the tools' parsers. They run on the host, without privileges. */
#ifndef PGWALK_PARSERS_H
#define PGWALK_PARSERS_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* The mutator of a target, and libFuzzer's, which it may call */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size,
			       unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* A mutator of inputs that begin with 'r' and have unpacked records from the offset @begin on */
size_t parsers_mutate_records(uint8_t *data, size_t size, size_t max_size, unsigned int seed, size_t begin);

/* Return a descriptor of a file in memory with these bytes, at offset 0 */
int parsers_file(const uint8_t *data, size_t size);

/* Replaced by the target of command lines */
struct recorder;
int __real_recorder__create(struct recorder **out, const char *path, unsigned int mode);
int __wrap_recorder__create(struct recorder **out, const char *path, unsigned int mode);
int __wrap_nanosleep(const struct timespec *want, struct timespec *left);
int __wrap_clock_nanosleep(clockid_t clock, int flags, const struct timespec *time, struct timespec *rest);

/* Replaces openat() in targets linked with --wrap */
int __wrap_openat(int dir, const char *path, int flags, ...);

#endif

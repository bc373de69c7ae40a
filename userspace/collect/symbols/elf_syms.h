/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The functions of an ELF file, by file offset. */
#ifndef PGWALK_COLLECT_ELF_SYMS_H
#define PGWALK_COLLECT_ELF_SYMS_H

#include <stddef.h>
#include <stdint.h>

struct elf_syms;

/**
 * struct elf_file - an ELF file to read
 * @fd: descriptor of the file; still owned by the caller
 * @root: descriptor of a root directory to search for debug files before our own root; -1: none
 */
struct elf_file {
	int fd;
	int root;
};

int elf_syms__create(struct elf_syms **out,
		     const struct elf_file *file);
void elf_syms__destroy(struct elf_syms *image);

const char *elf_syms__find(const struct elf_syms *image,
			   uint64_t offset, uint64_t *in_function);
size_t elf_syms__bytes(const struct elf_syms *image);

int elf_syms__open(int root, const char *path, int flags);

#endif

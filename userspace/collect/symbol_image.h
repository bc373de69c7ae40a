/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of an ELF file, by where they stand in the file. */
#ifndef PGWALK_COLLECT_SYMBOL_IMAGE_H
#define PGWALK_COLLECT_SYMBOL_IMAGE_H

#include <stddef.h>
#include <stdint.h>

struct symbol_image;

/**
 * struct symbol_image_file - where to read
 * @fd: of the file; stays the caller's
 * @root: descriptor of the directory that files with more symbols are looked for
 *	in, besides our own root; -1: none
 */
struct symbol_image_file {
	int fd;
	int root;
};

int symbol_image__create(struct symbol_image **out,
			 const struct symbol_image_file *file);
void symbol_image__destroy(struct symbol_image *image);

const char *symbol_image__find(const struct symbol_image *image,
			       uint64_t offset, uint64_t *in_function);
size_t symbol_image__bytes(const struct symbol_image *image);

int symbol_image__open(int root, const char *path, int flags);

#endif

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the first word of a page frame through the kernel's direct map. */
#include <elf.h>
#include <fcntl.h>
#include <unistd.h>

#include "content.h"

#define SEGMENTS	64
/* The kernel image: its init sections were freed and are not mapped there any more */
#define IMAGE		0xffffffff80000000ULL

static struct {
	uint64_t physical, bytes;
	off_t offset;
} memory[SEGMENTS];
static unsigned int nr_memory;
static int kcore = -1;

bool content_open(void)
{
	Elf64_Ehdr head;
	Elf64_Phdr segment;

	kcore = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (kcore < 0 || pread(kcore, &head, sizeof(head), 0) != sizeof(head))
		return false;
	for (unsigned int i = 0; i < head.e_phnum && nr_memory < SEGMENTS; i++) {
		if (pread(kcore, &segment, sizeof(segment), (off_t)(head.e_phoff + i *
			  sizeof(segment))) != sizeof(segment))
			return false;
		/* Ranges that are not memory, as modules, have no physical address */
		if (segment.p_type != PT_LOAD || segment.p_paddr == (Elf64_Addr)-1 ||
		    segment.p_vaddr >= IMAGE)
			continue;
		memory[nr_memory].physical = segment.p_paddr;
		memory[nr_memory].bytes = segment.p_memsz;
		memory[nr_memory++].offset = (off_t)segment.p_offset;
	}
	return nr_memory;
}

bool content_word(uint64_t pfn, uint64_t *word)
{
	uint64_t at = pfn << 12;

	for (unsigned int i = 0; i < nr_memory; i++)
		if (at >= memory[i].physical && at - memory[i].physical < memory[i].bytes)
			return pread(kcore, word, sizeof(*word), memory[i].offset +
				     (off_t)(at - memory[i].physical)) == sizeof(*word);
	return false;
}

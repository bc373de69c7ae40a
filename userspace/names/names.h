/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Names of the ABI's enumerations, for all layers and outputs. */
#ifndef PGWALK_NAMES_H
#define PGWALK_NAMES_H

#include <stddef.h>
#include <stdint.h>

/** NAMES_MAX - size of the longest list of flags, with commas */
#define NAMES_MAX	512

/* names.c: faults and mappings */
const char *names__class(uint32_t class);
uint32_t names__find_class(const char *word);
const char *names__kind(uint32_t kind);
void names__perms(char perms[5], uint8_t prot);

/* vm_flags.c: flags of mappings */
char *names__vm_flags(char *buf, size_t size, uint64_t vm_flags);

/* entry.c: page-table entries */
const char *names__arch(uint32_t arch);
const char *names__level(uint32_t level);
const char *names__entry(uint32_t kind);
uint32_t names__find_entry(const char *word, size_t len);
char *names__entry_flags(char *buf, size_t size, uint64_t bits, uint8_t pkey);
uint64_t names__find_entry_flag(const char *word, size_t len);
char *names__size(char buf[8], uint32_t shift);
char *names__sizes(char *buf, size_t size, uint64_t mask);
const char *names__tlb(uint32_t type);
char *names__aging(char *buf, size_t size, unsigned int bits);

/* frame.c: page frames */
char *names__frame_flags(char *buf, size_t size, uint64_t bits);
char *names__frame_letters(char buf[65], uint64_t bits);
uint64_t names__find_frame_flag(const char *word, size_t len);
const char *names__frame(uint32_t kind);
const char *names__zone(uint32_t zone);
const char *names__lru(uint32_t lru);
const char *names__rmap_status(uint32_t status);
const char *names__rmap_method(uint32_t method);

/* slot.c: slots of the size of a huge page, and settings */
const char *names__huge_state(uint32_t state);
const char *names__huge_reason(uint32_t reason);
const char *names__huge_change(uint32_t reason);
const char *names__folio_reason(uint32_t reason);
const char *names__folio_change(uint32_t reason);
const char *names__thp(uint32_t setting);

/* change.c: changes between two readings */
const char *names__change(uint32_t change);
char *names__changes(char *buf, size_t size, uint32_t bits);
char *names__mapping_changes(char *buf, size_t size, uint32_t bits);
const char *names__relation(uint32_t relation);

/* memory.c: columns of memory */
unsigned int names__find_memory(const char *word, size_t len);
unsigned int names__find_memories(const char *words);
char *names__memories(char *buf, size_t size, unsigned int columns);

/* kinship.c: processes */
const char *names__kinship(uint32_t kinship);

/* segment.c: segmentation */
const char *names__segment(uint32_t reg);
uint32_t names__find_segment(const char *word, size_t len);
const char *names__segment_status(uint32_t status);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* The words for the ABI's enumerations, the same in every layer and every output. */
#ifndef PGWALK_WORDS_H
#define PGWALK_WORDS_H

#include <stddef.h>
#include <stdint.h>

/** WORDS_MAX - room for all the flags that can be set at once, with commas */
#define WORDS_MAX	512

/* words.c: faults and mappings */
const char *words__class(uint32_t class);
uint32_t words__find_class(const char *word);
const char *words__kind(uint32_t kind);
void words__perms(char perms[5], uint8_t prot);

/* words_entry.c: page-table entries */
const char *words__level(uint32_t level);
const char *words__entry(uint32_t kind);
uint32_t words__find_entry(const char *word, size_t len);
char *words__entry_flags(char *buf, size_t size, uint64_t bits, uint8_t pkey);
uint64_t words__find_entry_flag(const char *word, size_t len);
char *words__size(char buf[8], uint32_t shift);
char *words__aging(char *buf, size_t size, unsigned int bits);

/* words_frame.c: page frames */
char *words__frame_flags(char *buf, size_t size, uint64_t bits);
char *words__frame_letters(char buf[65], uint64_t bits);
uint64_t words__find_frame_flag(const char *word, size_t len);
const char *words__frame(uint32_t kind);
const char *words__zone(uint32_t zone);
const char *words__lru(uint32_t lru);
const char *words__rmap_status(uint32_t status);
const char *words__rmap_method(uint32_t method);

/* words_segment.c: segmentation */
const char *words__segment(uint32_t reg);
uint32_t words__find_segment(const char *word, size_t len);
const char *words__segment_status(uint32_t status);

#endif

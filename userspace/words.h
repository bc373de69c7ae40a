/* SPDX-License-Identifier: GPL-2.0 */
/* The words for the ABI's enumerations, the same in every layer and every output. */
#ifndef PGWALK_WORDS_H
#define PGWALK_WORDS_H

#include <stdint.h>

const char *words__class(uint32_t class);
const char *words__kind(uint32_t kind);
void words__perms(char perms[5], uint8_t prot);

#endif

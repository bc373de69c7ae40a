// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of the flags of mappings: the two letters that /proc/PID/smaps has in VmFlags. */
#include <stdio.h>
#include <string.h>

#include "../lib/text.h"
#include "names.h"

/*
 * By number of the bit. These numbers are equal in all supported kernels (include/linux/mm.h of 6.1 to 7.3); those from 32 on
 * differ. Bit 11 is VM_MAYBE_GUARD (6.19); earlier kernels do not use it. Bit 24 is VM_ARCH_1, which smaps of arm64 shows as bt.
 */
static const char letters[32][3] = {
	"rd", "wr", "ex", "sh", "mr", "mw", "me", "ms", "gd", "um", "pf", "gu", "uw", "lo", "io", "sr",
	"rr", "dc", "de", "lf", "ac", "nr", "ht", "sf", "ar", "wf", "dd", "sd", "mm", "hg", "nh", "mg",
};

/**
 * names__vm_flags - list the flags of a mapping
 * @buf: filled with names separated by commas; bitN for a bit from 32 on
 * @size: bytes of @buf, 320 are enough
 * @vm_flags: the kernel's flags
 */
char *names__vm_flags(char *buf, size_t size, uint64_t vm_flags)
{
	char number[8];
	unsigned int i;
	size_t at = 0;

	buf[0] = '\0';
	for (i = 0; i < 64; i++) {
		if (!(vm_flags >> i & 1))
			continue;
		snprintf(number, sizeof(number), "bit%u", i);
		at = text__append(buf, size, at, i < 32 ? letters[i] : number);
	}
	return buf;
}

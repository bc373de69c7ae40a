/* SPDX-License-Identifier: GPL-2.0 */
/* What the tests of the model tell it, in few words. */
#ifndef GOLDEN_UNIT_TOLD_H
#define GOLDEN_UNIT_TOLD_H

#include "../../userspace/model/monitor.h"

void told_vma(struct aspace *a, uint64_t start, uint64_t end, const char *name,
	      unsigned int counted);
void told_faults(struct monitor *m, uint64_t start, uint64_t end, uint32_t class,
		 uint64_t count);
void told_task(struct monitor *m, uint32_t scope, int32_t id, uint32_t class,
	       uint64_t count, const char *comm);
void told_event(struct monitor *m, uint64_t addr);
void told_stack(struct monitor *m, int32_t stack, uint32_t class, uint64_t count);
void told_end(struct monitor *m, struct snapshot *s);

#endif

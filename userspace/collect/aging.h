/* SPDX-License-Identifier: GPL-2.0 */
/* What clears accessed bits on this machine. */
#ifndef PGWALK_COLLECT_AGING_H
#define PGWALK_COLLECT_AGING_H

unsigned int aging__read(const char *proc);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Standard streams that were closed before the program began. */
#ifndef PGWALK_LIB_STREAMS_H
#define PGWALK_LIB_STREAMS_H

void streams__reserve(void);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Names as compilers write them to names as people do. */
#ifndef PGWALK_LIB_DEMANGLE_H
#define PGWALK_LIB_DEMANGLE_H

char *demangle(const char *name);

#endif

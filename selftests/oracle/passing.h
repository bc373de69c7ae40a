/* SPDX-License-Identifier: GPL-2.0 */
/* Hands open files on through a socket (SCM_RIGHTS). */
#ifndef PGWALK_ORACLE_PASSING_H
#define PGWALK_ORACLE_PASSING_H

#include <stdbool.h>

bool passing_send(int socket, int fd);
/* The file, or -1 */
int passing_receive(int socket);

#endif

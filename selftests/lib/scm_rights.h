/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Sends and receives file descriptors through a socket (SCM_RIGHTS). */
#ifndef PGWALK_ORACLE_SCM_RIGHTS_H
#define PGWALK_ORACLE_SCM_RIGHTS_H

#include <stdbool.h>

bool scm_rights_send(int socket, int fd);
/* Return the descriptor, or -1 */
int scm_rights_receive(int socket);

#endif

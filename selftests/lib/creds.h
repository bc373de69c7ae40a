/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Credentials and namespaces that a process can change to. */
#ifndef PGWALK_ORACLE_CREDS_H
#define PGWALK_ORACLE_CREDS_H

#include <stdbool.h>

/**
 * struct creds - a set of credentials
 * @name:	for messages
 * @become:	gives the caller these credentials; false: see errno. The caller must be root
 *		and cannot change back. May fork: the child continues, the caller waits for
 *		the child and exits with its status
 * @admin:	has CAP_SYS_ADMIN in the initial user namespace
 */
struct creds {
	const char *name;
	bool (*become)(void);
	bool admin;
};

/* Ends with an entry without a name */
extern const struct creds creds_all[];

bool creds_become_nobody(void);
/* Remain root, without one capability */
bool creds_drop_capability(unsigned int capability);
/* Switch a capability that is permitted on or off */
bool creds_set_effective(unsigned int capability, bool effective);
/* Become process 1 of a new pid namespace; other credentials stay */
bool creds_enter_pid_namespace(void);
/* Run a function in a child with these credentials. Return its value (0 to 254), or -1 on failure */
int creds_run(const struct creds *creds, int (*what)(void *arg), void *arg);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/* Who a process can be: with which rights, in which namespaces. */
#ifndef PGWALK_ORACLE_PERSON_H
#define PGWALK_ORACLE_PERSON_H

#include <stdbool.h>

/**
 * struct person - somebody
 * @name:	for messages
 * @become:	makes the caller that one; false: see errno. The caller is root, and what has
 *		come of it cannot be undone. May fork: the child goes on, the caller waits for
 *		it and exits as it does
 * @admin:	has CAP_SYS_ADMIN in the initial user namespace
 */
struct person {
	const char *name;
	bool (*become)(void);
	bool admin;
};

/* Ends with one without a name */
extern const struct person persons[];

bool person_become_nobody(void);
/* Root, but for one capability */
bool person_drop_capability(unsigned int capability);
/* Of a pid namespace of its own, the first process there; else root as before */
bool person_enter_pid_namespace(void);
/* In a child that is this person: what it returns, at least 0 and below 255; -1: failed */
int person_does(const struct person *person, int (*what)(void *arg), void *arg);

#endif

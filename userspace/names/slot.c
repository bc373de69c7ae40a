// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Names of states of slots, of the reasons why a slot is not huge, and of settings of huge pages. */
#include "../inspect.h"
#include "names.h"

/**
 * names__huge_state - return the name of a state
 * @state: enum inspect_huge_state
 */
const char *names__huge_state(uint32_t state)
{
	static const char *const words[INSPECT_HUGE_STATES] = { "huge", "could", "after", "never", "unknown" };

	return state < INSPECT_HUGE_STATES ? words[state] : NULL;
}

/**
 * names__huge_reason - return the name of a reason
 * @reason: enum inspect_huge_reason
 */
const char *names__huge_reason(uint32_t reason)
{
	static const char *const words[INSPECT_HUGE_NR] = {
#define X(name, state, word, text) word,
		INSPECT_HUGE_REASONS(X)
#undef X
	};

	return reason < INSPECT_HUGE_NR ? words[reason] : NULL;
}

/**
 * names__huge_change - return the cause of a reason, and what to change
 * @reason: enum inspect_huge_reason
 */
const char *names__huge_change(uint32_t reason)
{
	static const char *const words[INSPECT_HUGE_NR] = {
#define X(name, state, word, text) text,
		INSPECT_HUGE_REASONS(X)
#undef X
	};

	return reason < INSPECT_HUGE_NR ? words[reason] : NULL;
}

/**
 * names__folio_reason - return the name of a reason why there is no folio of a size
 * @reason: enum inspect_folio_reason
 */
const char *names__folio_reason(uint32_t reason)
{
	static const char *const words[INSPECT_FOLIO_NR] = {
#define X(name, state, word, text) word,
		INSPECT_FOLIO_REASONS(X)
#undef X
	};

	return reason < INSPECT_FOLIO_NR ? words[reason] : NULL;
}

/**
 * names__folio_change - return the cause of a reason of a size, and what to change
 * @reason: enum inspect_folio_reason
 */
const char *names__folio_change(uint32_t reason)
{
	static const char *const words[INSPECT_FOLIO_NR] = {
#define X(name, state, word, text) text,
		INSPECT_FOLIO_REASONS(X)
#undef X
	};

	return reason < INSPECT_FOLIO_NR ? words[reason] : NULL;
}

/**
 * names__thp - return the name of a setting, as sysfs has it
 * @setting: enum inspect_thp_setting
 *
 * Return: the name; NULL: unknown.
 */
const char *names__thp(uint32_t setting)
{
	static const char *const words[INSPECT_THP_SETTINGS] = {
		NULL, "never", "madvise", "always", "inherit", "within_size", "advise", "deny", "force",
	};

	return setting < INSPECT_THP_SETTINGS ? words[setting] : NULL;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Replaces clock_gettime(): fixed times of day and since boot, 10 s later in the later state of the fake process. */
#include <dlfcn.h>
#include <time.h>

#include "fake.h"

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int (*real)(clockid_t clock, struct timespec *ts);

	if (clock != CLOCK_REALTIME && clock != CLOCK_BOOTTIME) {
		*(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
		return real(clock, ts);
	}
	ts->tv_sec = (clock == CLOCK_REALTIME ? 1790000000 : 1000) + (fake__is_later() ? 10 : 0);
	ts->tv_nsec = 0;
	return 0;
}

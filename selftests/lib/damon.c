// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "damon.h"

void damon_stat_enable(bool on)
{
	int fd = open("/sys/module/damon_stat/parameters/enabled", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	if (write(fd, on ? "Y" : "N", 1) != 1)
		perror("# damon_stat");
	close(fd);
}

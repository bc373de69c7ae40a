// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens the text views and sends their requests; does not check the text. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interface.h"
#include "pagemap.h"
#include "view.h"

/* Only x86 has segments */
const struct view views[] = {
	{ "info", VIEW_CHANGES },
#if defined(__x86_64__)
	{ "gdt", 0 },
	{ "segments", VIEW_OF_PROCESS },
#endif
	{ "attach", 0 },
	{ "frame", VIEW_TAKES_REQUEST },
	{ "rmap", VIEW_TAKES_REQUEST },
	{ "translate", VIEW_TAKES_REQUEST },
	{ "mm", VIEW_OF_PROCESS },
	{ "pages", VIEW_OF_PROCESS },
	{ "tables", VIEW_OF_PROCESS },
	{ "vmas", VIEW_OF_PROCESS },
	{ }
};

const struct view *view_find(const char *name)
{
	const struct view *view = views;

	while (view->name && strcmp(view->name, name))
		view++;
	return view->name ? view : NULL;
}

int view_open_only(const struct view *view, pid_t pid)
{
	if (view->flags & VIEW_OF_PROCESS)
		return interface_open_view(pid, view->name);
	return interface_open(view->name,
			      view->flags & VIEW_TAKES_REQUEST ? O_RDWR : O_RDONLY);
}

int view_format_request(const struct view *view, char request[VIEW_REQUEST_MAX], pid_t pid,
		  __u64 address)
{
	if (!strcmp(view->name, "frame"))
		return snprintf(request, VIEW_REQUEST_MAX, "pfn %llx+1",
				PM_PFN(pagemap_one(pid, address)));
	return snprintf(request, VIEW_REQUEST_MAX, "%d %llx", pid, address);
}

int view_send_request(const struct view *view, int fd, pid_t pid, __u64 address)
{
	char request[VIEW_REQUEST_MAX];
	int len;

	if (!(view->flags & VIEW_TAKES_REQUEST))
		return 0;
	len = view_format_request(view, request, pid, address);
	return write(fd, request, (size_t)len) == len ? 0 : -errno;
}

int view_open(const struct view *view, pid_t pid, __u64 address)
{
	int fd = view_open_only(view, pid);
	int ret = fd < 0 ? fd : view_send_request(view, fd, pid, address);

	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0
/* Opens and asks the text views. It must not judge what they say. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interface.h"
#include "pagemap.h"
#include "view.h"

const struct view views[] = {
	{ "info", VIEW_CHANGES },
	{ "gdt", 0 },
	{ "attach", 0 },
	{ "frame", VIEW_IS_ASKED },
	{ "rmap", VIEW_IS_ASKED },
	{ "translate", VIEW_IS_ASKED },
	{ "mm", VIEW_OF_PROCESS },
	{ "pages", VIEW_OF_PROCESS },
	{ "tables", VIEW_OF_PROCESS },
	{ "vmas", VIEW_OF_PROCESS },
	{ "segments", VIEW_OF_PROCESS },
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
			      view->flags & VIEW_IS_ASKED ? O_RDWR : O_RDONLY);
}

int view_question(const struct view *view, char question[VIEW_QUESTION], pid_t pid,
		  __u64 address)
{
	if (!strcmp(view->name, "frame"))
		return snprintf(question, VIEW_QUESTION, "pfn %llx+1",
				PM_PFN(pagemap_one(pid, address)));
	return snprintf(question, VIEW_QUESTION, "%d %llx", pid, address);
}

int view_ask(const struct view *view, int fd, pid_t pid, __u64 address)
{
	char question[VIEW_QUESTION];
	int len;

	if (!(view->flags & VIEW_IS_ASKED))
		return 0;
	len = view_question(view, question, pid, address);
	return write(fd, question, (size_t)len) == len ? 0 : -errno;
}

int view_open(const struct view *view, pid_t pid, __u64 address)
{
	int fd = view_open_only(view, pid);
	int ret = fd < 0 ? fd : view_ask(view, fd, pid, address);

	if (!ret)
		return fd;
	if (fd >= 0)
		close(fd);
	return ret;
}

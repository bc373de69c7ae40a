// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses the summary of an address space; does not compare it with other sources. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interface.h"
#include "sizes.h"
#include "space.h"

struct pooled_string {
	const char *name;
	size_t offset;
	int size;
	enum { PLAIN, HEX, PAGES, KIB } form;
};

#define NAME(word, field, form) \
	{ word, offsetof(struct pgwalk_mm, field), sizeof(((struct pgwalk_mm *)0)->field), form }

/* In the order of the view */
static const struct pooled_string names[SPACE_VALUES] = {
	NAME("pgd", pgd, HEX), NAME("pgd_pa", pgd_pa, HEX),
	NAME("users", users, PLAIN), NAME("count", count, PLAIN),
	NAME("map_count", map_count, PLAIN),
	NAME("start_code", start_code, HEX), NAME("end_code", end_code, HEX),
	NAME("start_data", start_data, HEX), NAME("end_data", end_data, HEX),
	NAME("start_brk", start_brk, HEX), NAME("brk", brk, HEX),
	NAME("start_stack", start_stack, HEX),
	NAME("arg_start", arg_start, HEX), NAME("arg_end", arg_end, HEX),
	NAME("env_start", env_start, HEX), NAME("env_end", env_end, HEX),
	NAME("total", total_pages, PAGES), NAME("locked", locked_pages, PAGES),
	NAME("pinned", pinned_pages, PAGES), NAME("data", data_pages, PAGES),
	NAME("exec", exec_pages, PAGES), NAME("stack", stack_pages, PAGES),
	NAME("rss_file", rss_file_pages, PAGES), NAME("rss_anon", rss_anon_pages, PAGES),
	NAME("rss_shmem", rss_shmem_pages, PAGES), NAME("swap", swap_pages, PAGES),
	NAME("peak_rss", peak_rss_pages, PAGES), NAME("peak_total", peak_total_pages, PAGES),
	NAME("pgtables", pgtables_bytes, KIB), NAME("nr_tasks", nr_tasks, PLAIN),
};

static bool parse_value(struct space *space, const struct pooled_string *name, const char *line)
{
	char word[32], text[32], *end;
	__u64 value;

	if (sscanf(line, "%31s %31s", word, text) != 2 || strcmp(word, name->name))
		return false;
	value = strtoull(text, &end, name->form == HEX ? 16 : 10);
	if (name->form == PAGES)
		value /= PAGE / 1024;
	else if (name->form == KIB)
		value *= 1024;
	memcpy((char *)&space->mm + name->offset, &value, (size_t)name->size);
	return !*end;
}

static bool parse_task(struct space *space, const char *line)
{
	struct pgwalk_task *task = &space->tasks[space->nr];

	if (space->nr++ == SPACE_TASKS ||
	    sscanf(line, "%d %d %79[^\n]", &task->tgid, &task->tid, space->last) != 3)
		return false;
	memcpy(task->comm, space->last, strnlen(space->last, sizeof(task->comm) - 1));
	return true;
}

static bool parse_view(struct space *space, char *text)
{
	unsigned int n = 0;
	char *save, *line;

	memset(space, 0, sizeof(*space));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '#')
			continue;
		if (n < SPACE_VALUES) {
			if (!parse_value(space, &names[n++], line))
				return false;
			continue;
		}
		if (!parse_task(space, line))
			return false;
	}
	return n == SPACE_VALUES;
}

bool space_from_view(struct space *space, pid_t pid, size_t chunk)
{
	int fd = interface_open_view(pid, "mm");
	char *text = interface_read_all(fd, chunk, NULL);
	bool ok = text && parse_view(space, text);

	free(text);
	close(fd);
	return ok;
}

int space_from_device(struct space *space, int fd)
{
	int ret;

	memset(space, 0, sizeof(*space));
	space->mm = (struct pgwalk_mm){
		.size = sizeof(space->mm), .tasks = (unsigned long)space->tasks,
		.nr_records = SPACE_TASKS,
	};
	ret = interface_ioctl(fd, PGWALK_IOC_MM, &space->mm);
	space->nr = space->mm.filled;
	return ret;
}


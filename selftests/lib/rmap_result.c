// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Requests the mappings of a page; does not check the result. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "interface.h"
#include "names.h"
#include "rmap_result.h"

static void call_once(struct rmap_result *result, int fd, struct pgwalk_rmap *arg)
{
	result->error = interface_ioctl(fd, PGWALK_IOC_RMAP, arg);
	if (result->error)
		return;
	result->calls++;
	result->nr += arg->filled;
	result->found += arg->found;
	result->status = arg->status;
	result->method = arg->method;
	result->mapcount = arg->mapcount;
	result->pfn = arg->pfn;
}

void rmap_result_from_device(struct rmap_result *result, int fd, __u64 pfn, unsigned int records)
{
	struct pgwalk_rmap arg = { .size = sizeof(arg), .pfn = pfn };

	memset(result, 0, offsetof(struct rmap_result, hit));
	do {
		size_t room = RMAP_RESULT_MAX - result->nr;

		arg.records = (unsigned long)(result->hit + result->nr);
		arg.nr_records = room < records ? (__u32)room : records;
		call_once(result, fd, &arg);
	} while (!result->error && arg.status == PGWALK_RMAP_MORE);
}

char *rmap_result_text(const char *request, int *error)
{
	int fd = interface_open("rmap", O_RDWR);
	char *text = NULL;

	*error = fd < 0 ? fd : 0;
	if (fd < 0)
		return NULL;
	if (write(fd, request, strlen(request)) == (ssize_t)strlen(request))
		text = interface_read_all(fd, 4096, NULL);
	if (!text)
		*error = -errno;
	close(fd);
	return text;
}

static bool read_hit(struct pgwalk_rmap_hit *hit, const char *line)
{
	unsigned long long addr, start, end;
	char pid[16], size[8], kind[16], perms[8], vma_kind[16], flags[200], comm[80];
	struct names_flags set;
	unsigned int counted;

	if (sscanf(line, "%15s %llx %7s %15s %7s %llx-%llx %15s %199s %u %79[^\n]", pid, &addr,
		   size, kind, perms, &start, &end, vma_kind, flags, &counted, comm) != 11 ||
	    !names_parse_flags(flags, &set) || names_kind(kind) < 0 ||
	    names_shift(size) < 0 || names_vma_kind(vma_kind) < 0 || strlen(perms) != 4)
		return false;
	memset(hit, 0, sizeof(*hit));
	hit->addr = addr;
	hit->vma_start = start;
	hit->vma_end = end;
	hit->flags = set.set;
	hit->tgid = strcmp(pid, "-") ? atoi(pid) : -1;
	hit->counted = counted;
	hit->kind = (__u8)names_kind(kind);
	hit->shift = (__u8)names_shift(size);
	hit->vma_kind = (__u8)names_vma_kind(vma_kind);
	hit->prot = (perms[0] == 'r' ? PGWALK_PROT_READ : 0) |
		    (perms[1] == 'w' ? PGWALK_PROT_WRITE : 0) |
		    (perms[2] == 'x' ? PGWALK_PROT_EXEC : 0) |
		    (perms[3] == 's' ? PGWALK_PROT_SHARED : 0);
	snprintf(hit->comm, sizeof(hit->comm), "%.15s", strcmp(comm, "-") ? comm : "");
	return true;
}

static bool read_head(struct rmap_result *result, const char *text)
{
	static const char *const methods[] = { "?", "none", "anon", "file", "scan" };
	char method[8], count[16];
	unsigned long long pfn;

	if (sscanf(text, "# pgwalk rmap pfn %llx method %7s mapcount %15s\n", &pfn, method,
		   count) != 3)
		return false;
	result->pfn = pfn;
	result->mapcount = strcmp(count, "-") ? atoi(count) : -1;
	for (__u32 i = 0; i < 5; i++)
		if (!strcmp(methods[i], method))
			result->method = i;
	text = strchr(text, '\n') + 1;
	return !strncmp(text, "# pid address size kind perms vma vma-kind flags counted comm\n",
			62);
}

bool rmap_result_parse(struct rmap_result *result, const char *text)
{
	unsigned long long found;

	memset(result, 0, offsetof(struct rmap_result, hit));
	if (!read_head(result, text))
		return false;
	for (; text && *text; text = strchr(text, '\n'), text += !!text) {
		if (sscanf(text, "# found %llu of mapcount", &found) == 1)
			result->found = found;
		if (*text == '#')
			continue;
		if (result->nr == RMAP_RESULT_MAX || !read_hit(&result->hit[result->nr], text))
			return false;
		result->nr++;
	}
	return true;
}

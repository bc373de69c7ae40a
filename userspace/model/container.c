// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Finds the container, the pod and the unit of systemd in the path of a cgroup (version 2). The
 * runtimes, with their drivers systemd and cgroupfs, name cgroups so:
 *
 *	docker		docker-ID.scope, docker/ID
 *	containerd	cri-containerd-ID.scope, nerdctl-ID.scope, SLICE:cri-containerd:ID
 *	cri-o		crio-ID.scope, crio-ID
 *	podman		libpod-ID.scope, libpod-ID
 *	kubelet		kubepods-burstable-podUID.slice with _ for -, or kubepods/burstable/podUID; ID
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "../lib/text.h"
#include "container.h"

#define ID_LEN	64

/* Texts before an ID, and the runtimes that write them */
static const struct {
	const char *prefix;
	const char *runtime;
} runtimes[] = {
	{ "docker-", "docker" },
	{ "cri-containerd-", "containerd" },
	{ "cri-containerd:", "containerd" },
	{ "nerdctl-", "containerd" },
	{ "crio-", "cri-o" },
	{ "crio:", "cri-o" },
	{ "libpod-", "podman" },
	{ "docker/", "docker" },
	{ "", "" },
};

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool ends_with(const char *text, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && !memcmp(text + len - n, end, n);
}

/* Is the text, up to an optional suffix of systemd, an ID after @prefix? */
static bool has_id(const char *text, size_t len, const char *prefix, const char **id)
{
	size_t n = strlen(prefix), i;

	if (ends_with(text, len, ".scope"))
		len -= strlen(".scope");
	if (len != n + ID_LEN || memcmp(text, prefix, n))
		return false;
	for (i = n; i < len; i++)
		if (!is_hex(text[i]))
			return false;
	*id = text + n;
	return true;
}

/* Find a container in a component of a path; @before has the bytes of the path before it */
static bool take_container(struct snapshot_container *c, const char *text, size_t len, size_t before)
{
	const char *from, *id, *colon = memchr(text, ':', len);

	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		const char *prefix = runtimes[i].prefix;
		size_t n = strlen(prefix);

		from = text;
		if (n && prefix[n - 1] == '/') {
			/* the parent is a component of its own */
			if (before < n || (before > n && text[-(ptrdiff_t)n - 1] != '/'))
				continue;
			from = text - n;
		} else if (n && prefix[n - 1] == ':') {
			if (!colon)
				continue;
			from = colon + 1;
		}
		if (!has_id(from, len - (size_t)(from - text), prefix, &id))
			continue;
		text__append(c->runtime, sizeof(c->runtime), 0, runtimes[i].runtime);
		memcpy(c->id, id, ID_LEN);
		return true;
	}
	return false;
}

/* Copy a UID of 32 digits, with or without separators; - stands for each separator */
static bool take_uid(char *to, const char *uid, size_t len)
{
	size_t i;

	if (len != 32 && len != 36)
		return false;
	for (i = 0; i < len; i++) {
		bool dash = len == 36 && (i == 8 || i == 13 || i == 18 || i == 23);

		if (dash ? uid[i] != '-' && uid[i] != '_' : !is_hex(uid[i]))
			return false;
	}
	memcpy(to, uid, len);
	to[len] = '\0';
	for (i = 0; i < len; i++)
		if (to[i] == '_')
			to[i] = '-';
	return true;
}

/* Find podUID at the end of a component, or before the name of a slice ends */
static void take_pod(struct snapshot_container *c, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	size_t at;

	if (colon)
		len = (size_t)(colon - text);
	if (ends_with(text, len, ".slice"))
		len -= strlen(".slice");
	for (at = 0; at + 3 < len; at++)
		if ((!at || text[at - 1] == '-') && !memcmp(text + at, "pod", 3) &&
		    take_uid(c->pod_uid, text + at + 3, len - at - 3))
			return;
}

/* Return the value of a hexadecimal digit */
static unsigned int digit(char c)
{
	return (unsigned int)(c <= '9' ? c - '0' : c - 'a' + 10);
}

/* Copy the name of a unit; \xNN is a byte */
static void copy_unit(char *to, size_t size, const char *text, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && used + 1 < size; i++) {
		if (i + 3 < len && text[i] == '\\' && text[i + 1] == 'x' && is_hex(text[i + 2]) &&
		    is_hex(text[i + 3]) && (text[i + 2] != '0' || text[i + 3] != '0')) {
			to[used++] = (char)(unsigned char)(digit(text[i + 2]) << 4 | digit(text[i + 3]));
			i += 3;
		} else {
			to[used++] = text[i];
		}
	}
	to[used] = '\0';
}

static void take_unit(struct snapshot_container *c, const char *text, size_t len)
{
	bool slice = ends_with(text, len, ".slice");
	size_t had = strlen(c->unit);

	if (!slice && !ends_with(text, len, ".service") && !ends_with(text, len, ".scope"))
		return;
	/* a slice below a service does not replace it */
	if (slice && had && !ends_with(c->unit, had, ".slice"))
		return;
	copy_unit(c->unit, sizeof(c->unit), text, len);
}

/**
 * container__parse - find the names in the path of a cgroup
 * @c: filled
 * @path: the path, as /proc/PID/cgroup has it
 */
void container__parse(struct snapshot_container *c, const char *path)
{
	const char *text = path;

	*c = (struct snapshot_container) { .id = "" };
	while (*text) {
		size_t len = strcspn(text, "/");

		if (len && !take_container(c, text, len, (size_t)(text - path)))
			take_unit(c, text, len);
		take_pod(c, text, len);
		text += len;
		text += *text == '/';
	}
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Scenes: the busy server of the documentation, and processes that are hard to draw. */
#include <stdio.h>
#include <string.h>

#include "scene.h"
#include "server.h"
#include "stage.h"

static void make_server(uint64_t number, bool module)
{
	stage__begin(number, module);
	server__add_mappings(number);
	server__add_space();
	server__add_pages();
	server__add_stacks();
	server__add_system();
	stage.s.by_thread = true;
	stage.s.unattributed.count = 2;
	server__add_tasks(false);
	stage__end();
}

static void make_empty(uint64_t number)
{
	stage__begin(number, true);
	stage.s.nr_past = 3;
	memset(stage.past, 0, 3 * sizeof(stage.past[0]));
	stage__end();
}

static void make_all(uint64_t number, enum snapshot_scope scope)
{
	make_server(number, false);
	stage.target.scope = scope;
	stage.target.pid = 0;
	stage.target.comm[0] = '\0';
	snprintf(stage.target.cgroup, sizeof(stage.target.cgroup), "/system.slice/redis.service");
	stage.s.nr_mappings = 0;
	stage.s.has_regions = false;
	stage.s.nr_tasks = 0;
	server__add_tasks(true);
}

/* Names with control characters and other bytes that could spoil the screen */
static void make_odd(uint64_t number)
{
	static const char *const names[] = {
		"/tmp/\x1b[31mred\x1b[0m", "/tmp/tab\there\nand\rthere", "/tmp/\xff\xfe\x80", "/tmp/日本語の名前.so.1",
		"/tmp/e\xcc\x81t\xcc\x81", "/tmp/\xe2\x80\xae" "abc", "", "/", "/tmp/\xe6\x97", "/tmp/a/",
		"/tmp/loooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooooong",
	};
	size_t i;

	stage__begin(number, true);
	/* counts are shown per second */
	stage.s.seconds = 2;
	memcpy(stage.target.comm, "\x1b]0;日本\xff\x07", 12);
	stage.s.has_regions = true;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct snapshot_mapping *m = stage__add_mapping(0x10000000 * (i + 1), 64 * KIB << i, 3,
							 PGWALK_VMA_FILE, names[i]);

		m->resident = 4096;
		stage__add_class(m, PGWALK_FAULT_ANON_NEW, 23 * (i + 1));
		stage__add_region(m->start, m->end - m->start, 4096, 0, 0, 23, names[i]);
	}
	stage__end();
}

static void make_many(uint64_t number)
{
	size_t i;

	stage__begin(number, true);
	stage.s.has_regions = true;
	for (i = 0; i < MANY_REGIONS; i++)
		stage__add_region(0x7f0000000000 + i * 0x4000, 0x2000 + (i % 3) * 0x1000, 0x1000 * (i % 3), 0, 0,
			   i % 97 == 0, i % 2 ? "" : "/usr/lib/libmany.so");
	for (i = 0; i < MANY_MAPPINGS; i++) {
		struct snapshot_mapping *m;

		snprintf(stage.name[i], sizeof(stage.name[i]), "/tmp/mapping-%04zu", i * 2654435761U % 10000);
		m = stage__add_mapping(stage.region[i].start, 0x2000, 3, PGWALK_VMA_FILE, stage.name[i]);
		m->resident = 4096;
		stage__add_class(m, PGWALK_FAULT_FILE_CACHED, i * 48271 % 1009 + 1);
		stage__add_class(m, PGWALK_FAULT_FILE_COW, i * 69621 % 997 + 1);
	}
	stage__end();
}

const struct snapshot *scene__make(const char *name, uint64_t number)
{
	if (!strcmp(name, "server") || !strcmp(name, "cannot"))
		make_server(number, true);
	else if (!strcmp(name, "bare"))
		make_server(number, false);
	else if (!strcmp(name, "empty"))
		make_empty(number);
	else if (!strcmp(name, "all"))
		make_all(number, SNAPSHOT_ALL);
	else if (!strcmp(name, "cgroup"))
		make_all(number, SNAPSHOT_CGROUP);
	else if (!strcmp(name, "odd"))
		make_odd(number);
	else if (!strcmp(name, "many"))
		make_many(number);
	else if (strcmp(name, "gone"))
		return NULL;
	if (!strcmp(name, "gone")) {
		make_server(number, true);
		stage.s.last = true;
		stage.s.exited = true;
	}
	if (!strcmp(name, "bare")) {
		stage.s.system.known = false;
		stage.s.system.tlb_known = false;
		stage.s.has_stacks = false;
		stage.s.by_thread = false;
		stage.s.pages.end = 0;
		stage.s.lost = 3;
		stage.s.folded = 17;
		stage.s.missed_runs = 2;
	}
	return &stage.s;
}

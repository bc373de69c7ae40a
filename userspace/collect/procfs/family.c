// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the parent of each process once, and lists the relatives of one process, close ones first. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "family.h"
#include "process.h"

/** struct link - a process and its parent */
struct link {
	pid_t pid;
	pid_t parent;
};

/**
 * struct tree - all processes
 * @link: the processes
 * @nr: number of @link
 * @room: number of @link that there is memory for
 */
struct tree {
	struct link *link;
	size_t nr;
	size_t room;
};

/** struct found - the result: @room places, @nr relatives, of which the first @room are listed */
struct found {
	struct family_member *member;
	unsigned int room;
	unsigned int nr;
};

/* The name in field 2 can contain any character; the last ')' ends it, then come state and parent */
static bool read_parent(const char *proc, const char *pid, pid_t *parent)
{
	char path[512], text[512];
	const char *rest;
	size_t len;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/stat", proc, pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	rest = strrchr(text, ')');
	if (!rest || strnlen(rest, 5) < 5)
		return false;
	*parent = (pid_t)strtol(rest + 4, NULL, 10);
	return true;
}

static int add_link(struct tree *tree, pid_t pid, pid_t parent)
{
	if (tree->nr == tree->room) {
		const size_t room = tree->room ? 2 * tree->room : 256;
		struct link *more = realloc(tree->link, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		tree->link = more;
		tree->room = room;
	}
	tree->link[tree->nr++] = (struct link){ pid, parent };
	return 0;
}

/** struct scan - the tree that is filled, and the /proc that it is read from */
struct scan {
	struct tree *tree;
	const char *proc;
};

static int read_link(void *ctx, pid_t pid)
{
	struct scan *scan = ctx;
	char number[16];
	pid_t parent;

	snprintf(number, sizeof(number), "%d", pid);
	return read_parent(scan->proc, number, &parent) ? add_link(scan->tree, pid, parent) : 0;
}

static pid_t parent_of(const struct tree *tree, pid_t pid)
{
	size_t i;

	for (i = 0; i < tree->nr; i++)
		if (tree->link[i].pid == pid)
			return tree->link[i].parent;
	return 0;
}

static void add(struct found *found, pid_t pid, enum inspect_kinship relation)
{
	if (found->nr < found->room)
		found->member[found->nr] = (struct family_member){ pid, (uint8_t)relation };
	found->nr++;
}

static void add_children(struct found *found, const struct tree *tree, pid_t parent, pid_t except,
			 enum inspect_kinship relation)
{
	size_t i;

	for (i = 0; i < tree->nr; i++)
		if (tree->link[i].parent == parent && tree->link[i].pid != except)
			add(found, tree->link[i].pid, relation);
}

/* The children of each listed child follow it, so that the list itself is the queue */
static void add_descendants(struct found *found, const struct tree *tree, pid_t pid)
{
	unsigned int at = found->nr;

	add_children(found, tree, pid, 0, INSPECT_KINSHIP_CHILD);
	for (; at < found->nr && at < found->room; at++)
		add_children(found, tree, found->member[at].pid, 0, INSPECT_KINSHIP_DESCENDANT);
}

/**
 * family__read - list the relatives of a process
 * @proc: path of /proc
 * @pid: the process
 * @member: filled: parent, children and their descendants, ancestors, siblings
 * @room: size of @member
 *
 * Processes start and end while /proc is read, so relatives may be missing, or may have ended.
 *
 * Return: number of relatives; more than @room: not all are listed; -ENOMEM; or -errno: no /proc, or it cannot be read.
 */
int family__read(const char *proc, pid_t pid, struct family_member *member, unsigned int room)
{
	struct found found = { .member = member, .room = room };
	struct tree tree = { .nr = 0 };
	unsigned int depth;
	pid_t parent, at;
	int err;

	err = process__list(proc, read_link, &(struct scan){ &tree, proc });
	if (err) {
		free(tree.link);
		return err;
	}
	parent = parent_of(&tree, pid);
	if (parent > 0)
		add(&found, parent, INSPECT_KINSHIP_PARENT);
	add_descendants(&found, &tree, pid);
	/* a process may get a new parent while /proc is read: no loop */
	for (at = parent, depth = 0; at > 0 && depth < room; depth++) {
		at = parent_of(&tree, at);
		if (at > 0)
			add(&found, at, INSPECT_KINSHIP_ANCESTOR);
	}
	if (parent > 0)
		add_children(&found, &tree, parent, pid, INSPECT_KINSHIP_SIBLING);
	free(tree.link);
	return (int)found.nr;
}

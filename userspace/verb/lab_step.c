// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Parses a step of "pgwalk lab map". */
#include <stdio.h>
#include <string.h>

#include "../lib/i18n.h"
#include "../lib/page_size.h"
#include "pgwalk.h"
#include "lab.h"
#include "run.h"

static const struct {
	const char *name;
	enum lab_op op;
	bool offset;
	bool prot;
	const char *text;
} actions[] = {
	{ "map",	LAB_MAP, true, true, N_("allocate the missing tables, write the entry") },
	{ "protect",	LAB_PROTECT, true, true, N_("write the entry with another protection, flush the address") },
	{ "unmap",	LAB_UNMAP, true, false, N_("clear the entry, flush the address") },
	{ "flush",	LAB_FLUSH, true, false, N_("write the same entry again, flush the address") },
	{ "read",	LAB_READ, true, false, N_("read a byte") },
	{ "write",	LAB_WRITE, true, false, N_("write a byte") },
	{ "thread",	LAB_THREAD, false, false, N_("start a thread on another CPU") },
	{ "mmap",	LAB_MMAP, false, false, NULL },
	{ "mmap",	LAB_MMAP_FILE, false, false, NULL },
	{ "mmap",	LAB_MMAP_LAB, false, false, NULL },
	{ "munmap",	LAB_MUNMAP, false, false, NULL },
	{ "madvise",	LAB_MADVISE, false, false, NULL },
	{ "mlock",	LAB_MLOCK, false, false, NULL },
	{ "munlock",	LAB_MUNLOCK, false, false, NULL },
	{ "fork",	LAB_FORK, false, false, NULL },
	{ "exit",	LAB_JOIN, false, false, NULL },
	{ "modify_ldt",	LAB_LDT, false, false, NULL },
	{ "read",	LAB_READ_GS, false, false, NULL },
};

#define NR_ACTIONS	(sizeof(actions) / sizeof(actions[0]))

/** lab_step__action - return the name of a step's action */
const char *lab_step__action(const struct lab_step *step)
{
	size_t i;

	if (step->undo)
		return "undo";
	for (i = 0; i < NR_ACTIONS && actions[i].op != step->op; i++)
		;
	return i < NR_ACTIONS ? actions[i].name : "?";
}

static const char *parse_prot(const char *word, struct lab_step *step)
{
	if (!strcmp(word, "r"))
		step->arg = PGWALK_LAB_PROT_READ;
	else if (!strcmp(word, "rw"))
		step->arg = PGWALK_LAB_PROT_WRITE;
	else
		return N_("r or rw is missing after the offset");
	return NULL;
}

static const char *parse_offset(const char *word, bool whole_page, struct lab_step *step)
{
	if (number__hex(word, &step->offset))
		return N_("an offset is missing (hexadecimal, from the beginning of the area)");
	if (step->offset >= LAB_AREA_SIZE)
		return N_("beyond the area of 3 GiB (offsets are below c0000000)");
	if (whole_page && step->offset & (page_bytes() - 1))
		return N_("not the beginning of a page (offsets of map, protect, unmap and flush end with 000)");
	return NULL;
}

/**
 * lab_step__parse - parse a step: map OFFSET r|rw, protect OFFSET r|rw, unmap OFFSET, flush OFFSET, read OFFSET, write OFFSET,
 * thread, undo
 * @text: the step
 * @step: filled
 *
 * Return: NULL, or the reason why it is invalid.
 */
const char *lab_step__parse(const char *text, struct lab_step *step)
{
	char word[4][16] = { "", "", "", "" };
	const int n = sscanf(text, "%15s %15s %15s %15s", word[0], word[1], word[2], word[3]);
	const char *why = NULL;
	size_t i;

	*step = (struct lab_step){ .text = N_("undo the last change") };
	if (!strcmp(word[0], "undo")) {
		step->undo = true;
		return n > 1 ? N_("too many words") : NULL;
	}
	for (i = 0; i < NR_ACTIONS && (!actions[i].text || strcmp(actions[i].name, word[0])); i++)
		;
	if (i == NR_ACTIONS)
		return N_("no such step (map protect unmap flush read write thread undo)");
	if (n > 1 + actions[i].offset + actions[i].prot)
		return N_("too many words");
	step->op = actions[i].op;
	step->text = actions[i].text;
	if (actions[i].offset)
		why = parse_offset(word[1], step->op != LAB_READ && step->op != LAB_WRITE, step);
	if (!why && actions[i].prot)
		why = parse_prot(word[2], step);
	return why;
}

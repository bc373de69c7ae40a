// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* The begin and the end of main() of both tools. */
#include <argp.h>
#include <stdio.h>

#include "command_line.h"
#include "i18n.h"
#include "streams.h"

/* Texts of argp, which looks them up among the translations of the program */
static const char *const argp_texts[] __attribute__((unused)) = {
	N_("Usage:"), N_("  or: "), N_(" [OPTION...]"), N_("Give this help list"), N_("Give a short usage message"),
	N_("Print program version"), N_("%s: Too many arguments\n"),
	N_("Try `%s --help' or `%s --usage' for more information.\n"),
	N_("Mandatory or optional arguments to long options are also mandatory or optional for any corresponding short options."),
};

/** command_line__begin - prepare standard streams, the locale and argp, before the first use of either */
void command_line__begin(void)
{
	streams__reserve();
	i18n__begin();
	argp_err_exit_status = ERROR_USAGE;
}

/**
 * command_line__doc - return the text of --help before and after the options, for argp
 * @before: marked with N_(), not empty
 * @after: marked with N_(), not empty
 *
 * Return: both translated, to be freed; NULL: no memory.
 */
char *command_line__doc(const char *before, const char *after)
{
	char *doc;

	return asprintf(&doc, "%s\v%s", _(before), _(after)) < 0 ? NULL : doc;
}

/**
 * command_line__end - print the message of a failure
 * @tool: name of the program
 * @err: 0: no failure
 * @error: the message and the exit status, if @err is not 0
 *
 * Return: the exit status.
 */
int command_line__end(const char *tool, int err, const struct error *error)
{
	if (!err)
		return 0;
	fprintf(stderr, "%s: %s\n", tool, error->text);
	return (int)error->status;
}

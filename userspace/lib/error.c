// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Stores the message of a failure, to be printed by main(). */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"
#include "i18n.h"

/**
 * error__set - store a message and an exit status
 * @error: filled
 * @status: exit status of the process
 * @format: "what: why (what to do)", as printf; translated here
 *
 * Return: -1, for "return error__set(...)".
 */
int error__set(struct error *error, enum error_status status,
	       const char *format, ...)
{
	va_list args;

	error->status = status;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), gettext(format), args);
	va_end(args);
	return -1;
}

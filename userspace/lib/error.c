// SPDX-License-Identifier: GPL-2.0
/* Keeps the reason of a failure for the top to print. It prints nothing. */
#include <stdarg.h>
#include <stdio.h>

#include "error.h"

/**
 * error__set - say why something failed
 * @error: filled
 * @status: the exit status it leads to
 * @format: "what: why (what to do)", as printf
 *
 * Return: -1, for "return error__set(...)".
 */
int error__set(struct error *error, enum error_status status,
	       const char *format, ...)
{
	va_list args;

	error->status = status;
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return -1;
}

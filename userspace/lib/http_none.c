// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Takes the place of http_server.c in a build without libmicrohttpd: no server can be created. */
#include "http_server.h"
#include "i18n.h"

int http_server__create(struct http_server **out, const char *address, struct error *error)
{
	*out = NULL;
	return error__set(error, ERROR_FAILURE,
			  "%.200s: this pgtop was built without libmicrohttpd (install libmicrohttpd-dev and build it again)",
			  address);
}

void http_server__destroy(struct http_server *s)
{
	(void)s;
}

int http_server__publish(struct http_server *s, const char *text, size_t size,
			 const char *open_text, size_t open_size)
{
	(void)s;
	(void)text;
	(void)size;
	(void)open_text;
	(void)open_size;
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Serves one page, /metrics, over HTTP from a thread of its own (libmicrohttpd). */
#ifndef PGWALK_LIB_HTTP_SERVER_H
#define PGWALK_LIB_HTTP_SERVER_H

#include <stddef.h>

#include "error.h"

/** HTTP_SERVER_OPENMETRICS - the type that a client must accept to get the second form */
#define HTTP_SERVER_OPENMETRICS	"application/openmetrics-text"

struct http_server;

int http_server__create(struct http_server **out, const char *address, struct error *error);
void http_server__destroy(struct http_server *s);
int http_server__publish(struct http_server *s, const char *text, size_t size,
			 const char *open_text, size_t open_size);

#endif

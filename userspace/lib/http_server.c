// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * A page that one thread replaces and any client may read. Connections, their memory and their
 * time are bounded, so that no client can hold the server or make it grow.
 */
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "http_server.h"
#include "i18n.h"

#define CONNECTIONS	16U
#define TIMEOUT_SECONDS	10U
#define CONNECTION_BYTES ((size_t)16 << 10)

/**
 * struct http_server - a server
 * @daemon: the thread of libmicrohttpd
 * @lock: protects @page; held while a reference is taken, not while a page is sent
 * @page: the page in both forms: the text format of Prometheus, and OpenMetrics
 */
struct http_server {
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock;
	struct MHD_Response *page[2];
};

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
				   const char *text)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), (void *)text,
								 MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, "text/plain; charset=utf-8");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(connection, status, r);
	MHD_destroy_response(r);
	return result;
}

/* The type of this function is that of libmicrohttpd */
/* NOLINTBEGIN(readability-non-const-parameter) */
static enum MHD_Result answer(void *ctx, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *data,
			      size_t *data_size, void **state)
/* NOLINTEND(readability-non-const-parameter) */
{
	struct http_server *s = ctx;
	enum MHD_Result result;
	const char *accept;
	int form;

	(void)version;
	(void)data;
	(void)data_size;
	(void)state;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD))
		return answer_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "use GET\n");
	if (strcmp(url, "/metrics"))
		return answer_text(connection, MHD_HTTP_NOT_FOUND, "the metrics are at /metrics\n");
	accept = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT);
	form = accept && strstr(accept, HTTP_SERVER_OPENMETRICS);
	pthread_mutex_lock(&s->lock);
	/* a queued response has a reference, so that a new page does not free it */
	result = s->page[form] ? MHD_queue_response(connection, MHD_HTTP_OK, s->page[form]) :
		answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, "no interval has ended\n");
	pthread_mutex_unlock(&s->lock);
	return result;
}

/* Find an address: HOST:PORT, [HOST]:PORT, :PORT or PORT, in digits; without HOST the loopback */
static int find_address(const char *address, struct addrinfo **found)
{
	const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(address, ':'), *port = colon ? colon + 1 : address;
	size_t len = colon ? (size_t)(colon - address) : 0;
	char host[64] = "127.0.0.1", *end;
	unsigned long number;

	if (len >= sizeof(host))
		return -1;
	if (len && address[0] == '[' && address[len - 1] == ']') {
		memcpy(host, address + 1, len - 2);
		host[len - 2] = '\0';
	} else if (len) {
		memcpy(host, address, len);
		host[len] = '\0';
		if (strchr(host, ':'))
			return -1;
	}
	number = strtoul(port, &end, 10);
	if (*port < '0' || *port > '9' || *end || !number || number > 65535)
		return -1;
	return getaddrinfo(host, port, &hints, found);
}

/**
 * http_server__create - listen
 * @out: filled
 * @address: HOST:PORT in digits; without HOST the loopback
 * @error: filled on failure
 *
 * Return: 0 or -1.
 */
int http_server__create(struct http_server **out, const char *address, struct error *error)
{
	struct http_server *s;
	struct addrinfo *found;

	if (find_address(address, &found))
		return error__set(error, ERROR_USAGE,
				  "%.200s: no address (give ADDRESS:PORT in digits: 127.0.0.1:9435, [::1]:9435; or PORT)",
				  address);
	s = calloc(1, sizeof(*s));
	if (!s) {
		freeaddrinfo(found);
		return error__set(error, ERROR_FAILURE, "%s", strerror(ENOMEM));
	}
	pthread_mutex_init(&s->lock, NULL);
	errno = 0;
	s->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD |
				     (found->ai_family == AF_INET6 ? MHD_USE_IPv6 : 0),
				     0, NULL, NULL, answer, s,
				     MHD_OPTION_SOCK_ADDR, found->ai_addr,
				     MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
				     MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_SECONDS,
				     MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES,
				     MHD_OPTION_END);
	freeaddrinfo(found);
	if (!s->daemon) {
		error__set(error, ERROR_FAILURE, "%.200s: %s (choose a local address and a free port)",
			   address, errno ? strerror(errno) : _("cannot listen"));
		http_server__destroy(s);
		return -1;
	}
	*out = s;
	return 0;
}

/** http_server__destroy - close all connections; NULL is fine */
void http_server__destroy(struct http_server *s)
{
	if (!s)
		return;
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	for (int i = 0; i < 2; i++)
		if (s->page[i])
			MHD_destroy_response(s->page[i]);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static struct MHD_Response *create_page(const char *text, size_t size, const char *type)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(size, (void *)text,
								 MHD_RESPMEM_MUST_COPY);

	if (r && MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type) != MHD_YES) {
		MHD_destroy_response(r);
		r = NULL;
	}
	return r;
}

/**
 * http_server__publish - replace the page; both texts are copied
 * @s: the server
 * @text: the page in the text format of Prometheus
 * @size: bytes of @text
 * @open_text: the page as OpenMetrics
 * @open_size: bytes of @open_text
 *
 * Return: 0 or -ENOMEM: the old page stays.
 */
int http_server__publish(struct http_server *s, const char *text, size_t size,
			 const char *open_text, size_t open_size)
{
	struct MHD_Response *page[2] = {
		create_page(text, size, "text/plain; version=0.0.4; charset=utf-8"),
		create_page(open_text, open_size,
			    HTTP_SERVER_OPENMETRICS "; version=1.0.0; charset=utf-8"),
	};
	bool complete = page[0] && page[1];

	pthread_mutex_lock(&s->lock);
	for (int i = 0; i < 2; i++) {
		struct MHD_Response *old = complete ? s->page[i] : page[i];

		if (complete)
			s->page[i] = page[i];
		if (old)
			MHD_destroy_response(old);
	}
	pthread_mutex_unlock(&s->lock);
	return complete ? 0 : -ENOMEM;
}

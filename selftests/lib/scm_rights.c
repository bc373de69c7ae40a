// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Sends and receives file descriptors through a socket. */
#include <string.h>
#include <sys/socket.h>

#include "scm_rights.h"

struct envelope {
	struct msghdr message;
	struct iovec part;
	char byte;
	char control[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
};

static void envelope_init(struct envelope *envelope)
{
	memset(envelope, 0, sizeof(*envelope));
	envelope->part = (struct iovec){ &envelope->byte, 1 };
	envelope->message = (struct msghdr){
		.msg_iov = &envelope->part,
		.msg_iovlen = 1,
		.msg_control = envelope->control,
		.msg_controllen = sizeof(envelope->control),
	};
}

bool scm_rights_send(int socket, int fd)
{
	struct envelope envelope;
	struct cmsghdr *rights;

	envelope_init(&envelope);
	rights = CMSG_FIRSTHDR(&envelope.message);
	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
	return sendmsg(socket, &envelope.message, 0) == 1;
}

int scm_rights_receive(int socket)
{
	struct envelope envelope;
	struct cmsghdr *rights;
	int fd;

	envelope_init(&envelope);
	if (recvmsg(socket, &envelope.message, 0) != 1)
		return -1;
	rights = CMSG_FIRSTHDR(&envelope.message);
	if (!rights || rights->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(rights), sizeof(fd));
	return fd;
}

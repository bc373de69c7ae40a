// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pgwalk as user space sees it: the module's records, checked before they
 * are handed on. It keeps nothing of what it read and prints nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "device.h"

/* One call's worth: small, for a call is the least that can be asked for */
#define BUFFER_BYTES	16384

/**
 * struct device - an open /dev/pgwalk
 * @fd: of it
 * @tgid: the process it has; 0: none
 * @info: as it was at open
 * @buf: for records
 */
struct device {
	int fd;
	pid_t tgid;
	struct pgwalk_info info;
	__u64 buf[BUFFER_BYTES / 8];
};

static int open_and_greet(struct pgwalk_info *info)
{
	int fd = channel__open(), err;

	if (fd < 0)
		return fd;
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	err = channel__call(fd, PGWALK_IOC_INFO, info);
	if (!err && info->abi == PGWALK_ABI_VERSION)
		return fd;
	/* no such call, or one of another shape: not our ABI either */
	if (!err || err == -ENOTTY || err == -EINVAL || err == -E2BIG)
		err = -EPROTO;
	channel__close(fd);
	return err;
}

/**
 * device__open - open the module's device
 * @out: filled; untouched on failure
 *
 * Return: 0; -ENOENT: the module is not loaded; -EPERM, -EACCES: no privileges;
 * -EPROTO: it speaks another version of the ABI; or -errno.
 */
int device__open(struct device **out)
{
	struct device *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->fd = open_and_greet(&d->info);
	if (d->fd < 0) {
		err = d->fd;
		free(d);
		/* a file that an unloaded module has left behind */
		return err == -ENXIO || err == -ENODEV ? -ENOENT : err;
	}
	*out = d;
	return 0;
}

/** device__close - let go of the process and the device; NULL is fine */
void device__close(struct device *d)
{
	if (!d)
		return;
	channel__close(d->fd);
	free(d);
}

/** device__info - what the module said of itself when it was opened */
void device__info(const struct device *d, struct pgwalk_info *info)
{
	*info = d->info;
}

/**
 * device__attach - choose the process, or follow it into another program
 * @d: the device
 * @pid: one of its threads
 *
 * The module means the memory the process has at this time. After an execve
 * calls give -ESRCH, and this is to be called again.
 *
 * Return: 0; -ESRCH: no such process; -ENXIO: it has no memory; or -errno.
 */
int device__attach(struct device *d, pid_t pid)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = pid };
	int fd, err;

	if (d->tgid) {	/* an open file is for one process, once */
		fd = open_and_greet(&d->info);
		if (fd < 0)
			return fd;
		channel__close(d->fd);
		d->fd = fd;
		d->tgid = 0;
	}
	err = channel__call(d->fd, PGWALK_IOC_ATTACH, &attach);
	if (!err)
		d->tgid = attach.tgid;
	return err;
}

/** device__tgid - the process that is attached, 0 without one */
pid_t device__tgid(const struct device *d)
{
	return d->tgid;
}

/**
 * device__call - ask the module
 * @d: the device
 * @request: PGWALK_IOC_*
 * @arg: the struct that belongs to it, its size set
 *
 * Return: 0 or -errno.
 */
int device__call(struct device *d, unsigned long request, void *arg)
{
	return channel__call(d->fd, request, arg);
}

/* Hands on what a call filled in, as long as the records make sense */
static int each_vma(const char *at, size_t bytes, device_vma_fn fn, void *ctx)
{
	while (bytes) {
		const struct pgwalk_vma *vma = (const void *)at;
		int err;

		if (bytes < sizeof(*vma) || vma->size > bytes ||
		    vma->size < sizeof(*vma) || vma->size % 8 ||
		    vma->name_len > vma->size - sizeof(*vma))
			return -EPROTO;
		err = fn(ctx, vma);
		if (err)
			return err;
		at += vma->size;
		bytes -= vma->size;
	}
	return 0;
}

/**
 * device__vmas - ask once for the mappings of a range
 * @d: the device, attached
 * @start: first address
 * @end: the first address behind it; 0: all that user space has
 * @flags: PGWALK_VMAS_*: what is to be counted, which takes time
 * @fn: called for each mapping; what it returns other than 0 ends it
 * @ctx: for @fn
 * @resume: filled: ask again from here; @end (or 0 for it) if that was all
 *
 * Return: 0; -ESRCH: the process is gone; -EPROTO: records without sense; what
 * @fn returned; or -errno.
 */
int device__vmas(struct device *d, __u64 start, __u64 end, unsigned int flags,
		 device_vma_fn fn, void *ctx, __u64 *resume)
{
	__u64 limit = end ? end : d->info.user_end;
	struct pgwalk_vmas vmas = {
		.size = sizeof(vmas),
		.flags = flags,
		.start = start,
		.end = limit,
		.records = (__u64)(unsigned long)d->buf,
		.bytes = sizeof(d->buf),
	};
	int err;

	err = channel__call(d->fd, PGWALK_IOC_VMAS, &vmas);
	/* it could not be followed: gone before the attach, and still gone */
	if (err)
		return err == -ENOTCONN ? -ESRCH : err;
	if (vmas.filled > sizeof(d->buf) || vmas.resume < start ||
	    (vmas.resume == start && !vmas.filled))
		return -EPROTO;
	err = each_vma((const char *)d->buf, vmas.filled, fn, ctx);
	if (!err)
		*resume = vmas.resume >= limit ? end : vmas.resume;
	return err;
}

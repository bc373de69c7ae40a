// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/pgwalk as user space sees it: the module's records, checked before they
 * are handed on. It keeps nothing of what it read and prints nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"

/* One call's worth: small, for a call is the least that can be asked for */
#define BUFFER_BYTES	16384

/**
 * struct device - an open /dev/pgwalk
 * @fd: of it
 * @info: as it was at open
 * @buf: for records
 */
struct device {
	int fd;
	struct pgwalk_info info;
	__u64 buf[BUFFER_BYTES / 8];
};

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
	d->info.size = sizeof(d->info);
	d->fd = open(PGWALK_DEVICE, O_RDWR | O_CLOEXEC);
	if (d->fd < 0 || ioctl(d->fd, PGWALK_IOC_INFO, &d->info)) {
		err = -errno;
		device__close(d);
		/* a device file that the module left behind, or no such call */
		return err == -ENXIO || err == -ENODEV ? -ENOENT :
		       err == -ENOTTY ? -EPROTO : err;
	}
	if (d->info.abi != PGWALK_ABI_VERSION) {
		device__close(d);
		return -EPROTO;
	}
	*out = d;
	return 0;
}

/** device__close - let go of the process and the device; NULL is fine */
void device__close(struct device *d)
{
	if (!d)
		return;
	if (d->fd >= 0)
		close(d->fd);
	free(d);
}

/** device__info - what the module said of itself when it was opened */
void device__info(const struct device *d, struct pgwalk_info *info)
{
	*info = d->info;
}

/**
 * device__attach - choose the process
 * @d: the device
 * @pid: one of its threads
 *
 * Return: 0; -ESRCH: no such process; -ENXIO: it has no memory; or -errno.
 */
int device__attach(struct device *d, pid_t pid)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = pid };

	return ioctl(d->fd, PGWALK_IOC_ATTACH, &attach) ? -errno : 0;
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
 * @count: have the tables walked, for what is present: takes time
 * @fn: called for each mapping; what it returns other than 0 ends it
 * @ctx: for @fn
 * @resume: filled: ask again from here; @end (or 0 for it) if that was all
 *
 * Return: 0; -ESRCH: the process is gone; -EPROTO: records without sense; what
 * @fn returned; or -errno.
 */
int device__vmas(struct device *d, __u64 start, __u64 end, bool count,
		 device_vma_fn fn, void *ctx, __u64 *resume)
{
	__u64 limit = end ? end : d->info.user_end;
	struct pgwalk_vmas vmas = {
		.size = sizeof(vmas),
		.flags = count ? PGWALK_VMAS_COUNT : 0,
		.start = start,
		.end = limit,
		.records = (__u64)(unsigned long)d->buf,
		.bytes = sizeof(d->buf),
	};
	int err;

	if (ioctl(d->fd, PGWALK_IOC_VMAS, &vmas))
		return -errno;
	if (vmas.filled > sizeof(d->buf) || vmas.resume < start ||
	    (vmas.resume == start && !vmas.filled))
		return -EPROTO;
	err = each_vma((const char *)d->buf, vmas.filled, fn, ctx);
	if (!err)
		*resume = vmas.resume >= limit ? end : vmas.resume;
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens /dev/pgwalk, attaches it to a process, and checks the records it returns. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lib/i18n.h"
#include "../../lib/page_size.h"
#include "devio.h"
#include "device.h"

/* Buffer of one call; small, because the sampler checks its CPU budget between calls */
#define BUFFER_BYTES	16384
#define SYSFS		"/sys/module/pgwalk"
#define VERSION		SYSFS "/version"
#define STATE		SYSFS "/initstate"

/**
 * struct device - an open /dev/pgwalk
 * @fd: its descriptor
 * @tgid: the attached process; 0: none
 * @info: result of PGWALK_IOC_INFO at open
 * @buf: buffer for records
 */
struct device {
	int fd;
	pid_t tgid;
	struct pgwalk_info info;
	__u64 buf[BUFFER_BYTES / 8];
};

static int open_and_check(struct pgwalk_info *info)
{
	int fd = devio__open(), err;

	if (fd < 0)
		return fd;
	memset(info, 0, sizeof(*info));
	info->size = sizeof(*info);
	err = devio__call(fd, PGWALK_IOC_INFO, info);
	if (!err && info->abi == PGWALK_ABI_VERSION && page_size__is_valid(info->page_shift) &&
	    page_size__set(info->page_shift))
		return fd;
	/* the module lacks the ioctl, or expects a struct of another size: another ABI */
	if (!err || err == -ENOTTY || err == -EINVAL || err == -E2BIG)
		err = -EPROTO;
	devio__close(fd);
	return err;
}

/**
 * device__open - open the module's device
 * @out: filled; untouched on failure
 *
 * Return: 0; -ENOENT: the module is not loaded; -EPERM, -EACCES: no privileges; -EPROTO: the module
 * has another version of the ABI; or -errno.
 */
int device__open(struct device **out)
{
	struct device *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return -ENOMEM;
	d->fd = open_and_check(&d->info);
	if (d->fd < 0) {
		err = d->fd;
		free(d);
		/* a device node left by an unloaded module */
		return err == -ENXIO || err == -ENODEV ? -ENOENT : err;
	}
	*out = d;
	return 0;
}

/* Is the module in its init or exit function? BPF programs cannot be bound to its kfuncs then */
static bool is_coming_or_going(void)
{
	FILE *file = fopen(STATE, "re");
	char state[16] = "live\n";

	if (!file)
		return false;	/* no sysfs */
	if (!fgets(state, sizeof(state), file))
		snprintf(state, sizeof(state), "going\n");	/* removed after the open */
	fclose(file);
	return strcmp(state, "live\n");
}

/**
 * device__loaded_id - return the identity of the loaded module
 *
 * It is the inode number of its directory in sysfs, which the kernel does not use again. Times of change are no identity:
 * sysfs sets them when it creates the inode in memory.
 *
 * Return: a number that is another one after the module was removed and loaded again; 0: not loaded, or not initialized yet.
 */
uint64_t device__loaded_id(void)
{
	struct stat node, module;

	if (stat(PGWALK_DEVICE, &node) || is_coming_or_going())
		return 0;
	return stat(SYSFS, &module) ? node.st_ino : module.st_ino;
}

/** device__is_redacted - is the device delegated: without frames and some of the calls? */
bool device__is_redacted(const struct device *d)
{
	return d->info.features & PGWALK_FEATURE_REDACTED;
}

/**
 * device__version - return the version of the loaded module
 * @buf: filled, with "(of unknown version)" if it cannot be read
 * @size: bytes of @buf
 */
void device__version(char *buf, size_t size)
{
	FILE *file = fopen(VERSION, "re");

	if (!file || !fgets(buf, (int)size, file))
		snprintf(buf, size, "%s", _("(of unknown version)"));
	buf[strcspn(buf, "\n")] = '\0';
	if (file)
		fclose(file);
}

/** device__close - release the process and the device; NULL is fine */
void device__close(struct device *d)
{
	if (!d)
		return;
	devio__close(d->fd);
	free(d);
}

/** device__info - return the module's information, read at open */
void device__info(const struct device *d, struct pgwalk_info *info)
{
	*info = d->info;
}

/**
 * device__attach - attach to a process, or again after its execve()
 * @d: the device
 * @pid: one of its threads
 *
 * The module reads the address space that the process has at this time. After an execve(), calls
 * return -ESRCH until this function is called again.
 *
 * Return: 0; -ESRCH: no such process; -ENXIO: no address space; or -errno.
 */
int device__attach(struct device *d, pid_t pid)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = pid };
	int fd, err;

	if (d->tgid) {	/* an open file can be attached only once */
		fd = open_and_check(&d->info);
		if (fd < 0)
			return fd;
		devio__close(d->fd);
		d->fd = fd;
		d->tgid = 0;
	}
	err = devio__call(d->fd, PGWALK_IOC_ATTACH, &attach);
	if (!err)
		d->tgid = attach.tgid;
	return err;
}

/** device__tgid - return the attached process; 0: none */
pid_t device__tgid(const struct device *d)
{
	return d->tgid;
}

/**
 * device__call - call the module
 * @d: the device
 * @request: PGWALK_IOC_*
 * @arg: struct of the request, with its size set
 *
 * Return: 0 or -errno.
 */
int device__call(struct device *d, unsigned long request, void *arg)
{
	return devio__call(d->fd, request, arg);
}

/* Pass on the records of a call, after checking each */
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
 * device__vmas - read mappings of a range, one call
 * @d: the device, attached
 * @start: first address
 * @end: first address after the range; 0: all of user space
 * @flags: PGWALK_VMAS_*; counting takes time
 * @fn: called for each mapping; a value other than 0 stops
 * @ctx: argument of @fn
 * @resume: filled: continue from this address; equal to @end if the range is complete
 *
 * Return: 0; -ESRCH: the process has exited; -EPROTO: invalid records; the value of @fn; or -errno.
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

	err = devio__call(d->fd, PGWALK_IOC_VMAS, &vmas);
	/* the process had exited before the attach */
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

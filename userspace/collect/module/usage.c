// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Whether a live session uses pgwalk.ko. The module is optional, and it may be loaded, replaced or released while the
 * session runs.
 */
#include <errno.h>
#include <stdio.h>

#include "../../lib/i18n.h"
#include "device.h"
#include "unloaded.h"
#include "usage.h"

static int open_device(struct device **out)
{
	int err = device__open(out);

	/* the columns need frames */
	if (!err && device__is_redacted(*out)) {
		device__close(*out);
		*out = NULL;
		err = -EPERM;
	}
	return err;
}

/**
 * module_usage__open - open the module, if it may be used
 * @u: the options are set; sets @device
 * @pid: the process to attach to; 0: none
 *
 * Return: 0, also if the module may not be used; or an error of device__open() or device__attach().
 */
int module_usage__open(struct module_usage *u, pid_t pid)
{
	int err;

	if (u->disabled)
		return 0;
	u->begin_id = device__loaded_id();
	if (u->released && (!u->begin_id || u->begin_id == u->released))
		return 0;
	err = open_device(&u->device);
	if (err)
		u->noted_id = u->begin_id;
	if (err || !pid)
		return err;
	err = device__attach(u->device, pid);
	if (err)
		module_usage__close(u);
	return err;
}

/** module_usage__close - stop using the module */
void module_usage__close(struct module_usage *u)
{
	device__close(u->device);
	u->device = NULL;
}

static const char *unloaded_line(char *line, size_t size)
{
	char how[512];

	unloaded__explain(how, sizeof(how));
	snprintf(line, size,
		 _("pgwalk.ko not loaded: no resident and huge columns, fault classes limited to what handle_mm_fault() returns (%s)"),
		 how);
	return line;
}

static const char *version_line(char *line, size_t size)
{
	char version[32];

	device__version(version, sizeof(version));
	snprintf(line, size,
		 _("pgwalk.ko %s: another version of the interface: not used (load the module that came with this pgtop)"),
		 version);
	return line;
}

/**
 * module_usage__explain - note which features are missing without the module, and why
 * @u: the usage
 * @err: the result of module_usage__open()
 * @kfuncs: the probes call functions of the module
 */
void module_usage__explain(const struct module_usage *u, int err, bool kfuncs)
{
	const char *text = NULL;
	char line[1024];

	if (!err && !u->device)
		return;
	if (!err && !kfuncs)
		text = _("pgwalk.ko: loaded without kfuncs: fault classes limited to what handle_mm_fault() returns (see dmesg)");
	else if (err == -ENOENT)
		text = unloaded_line(line, sizeof(line));
	else if (err == -EPROTO)
		text = version_line(line, sizeof(line));
	else if (err == -EPERM || err == -EACCES)
		text = _("/dev/pgwalk: not permitted: no resident and huge columns (run as root; kernel lockdown may refuse it)");
	else if (err && err != -ESRCH)
		text = _("/dev/pgwalk: ioctl failed: no resident and huge columns (see dmesg)");
	if (text)
		u->note(u->note_ctx, text);
}

/* Can the module be opened? If not, report the reason once for each module that was loaded */
static bool can_open(struct module_usage *u, uint64_t id)
{
	struct device *device = NULL;
	int err = open_device(&device);

	device__close(device);
	if (err && err != -ENOENT && u->noted_id != id) {
		u->noted_id = id;
		module_usage__explain(u, err, false);
	}
	return !err;
}

/**
 * module_usage__look - find a module that was loaded later, or can be opened later
 * @u: sets @came, for many processes
 * @pid: the only process; 0: many
 *
 * Programs are bound to the module when they are loaded. With one process the user gets a note, because the counts of
 * that process would begin again.
 */
void module_usage__look(struct module_usage *u, pid_t pid)
{
	uint64_t id = u->disabled || u->device ? 0 : device__loaded_id();

	if (!pid) {
		u->came = id && id != u->released && can_open(u, id);
	} else if (id && id != u->begin_id && !u->noted_id) {
		u->noted_id = id;
		u->note(u->note_ctx, _("pgwalk.ko is loaded now, and is not used (start pgtop again to use it)"));
	}
}

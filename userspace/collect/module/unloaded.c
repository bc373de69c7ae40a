// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Finds out why pgwalk.ko may not be loaded, and the command that loads it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "../../lib/i18n.h"
#include "unloaded.h"

#define LOCKDOWN	"/sys/kernel/security/lockdown"
#define SIG_ENFORCE	"/sys/module/module/parameters/sig_enforce"
#define DISABLED	"/proc/sys/kernel/modules_disabled"

/* Does a line of the file contain the text? No, if the file cannot be read */
static bool contains(const char *path, const char *text)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &size, file) > 0)
		found = strstr(line, text);
	free(line);
	fclose(file);
	return found;
}

/* modprobe finds the modules that depmod has listed */
static bool is_installed(const char *release)
{
	char path[sizeof("/lib/modules//modules.dep") + sizeof(((struct utsname *)0)->release)];

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	return contains(path, "/pgwalk.ko");
}

/**
 * unloaded__explain - find the command that loads the module, or the reason why it cannot be loaded
 * @text: one sentence without a full stop, for a message in parentheses; it does not repeat that
 *	the module is not loaded
 * @size: of @text; 256 bytes are enough
 *
 * Files that cannot be read are taken as if they forbade nothing.
 */
void unloaded__explain(char *text, size_t size)
{
	struct utsname host = { .release = "" };

	uname(&host);
	if (contains(DISABLED, "1"))
		snprintf(text, size, _("no module can be loaded before the next boot: kernel.modules_disabled is 1"));
	else if (contains(LOCKDOWN, "[confidentiality]"))
		snprintf(text, size, _("the kernel is in lockdown \"confidentiality\", where the module refuses all requests"));
	else if (!is_installed(host.release))
		snprintf(text, size, _("it is not installed for kernel %.64s: make install, or dkms autoinstall with the package pgwalk-dkms; or insmod pgwalk.ko where it was built"),
			 host.release);
	else if (contains(LOCKDOWN, "[integrity]") || contains(SIG_ENFORCE, "Y"))
		snprintf(text, size, _("load it: modprobe pgwalk; this kernel loads signed modules only: if it rejects the key, mokutil --import /var/lib/dkms/mok.pub, and enroll it at the next boot"));
	else
		snprintf(text, size, _("load it: modprobe pgwalk"));
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Changes the credentials and namespaces of the caller. */
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "creds.h"

#define NOBODY	65534

static bool set_capabilities(__u64 wanted)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return false;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= (__u32)(wanted >> 32 * i);
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	return !syscall(SYS_capset, &header, data);
}

bool creds_drop_capability(unsigned int capability)
{
	return set_capabilities(~(1ULL << capability));
}

bool creds_set_effective(unsigned int capability, bool effective)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];
	__u32 *word = &data[capability / 32].effective, bit = 1U << capability % 32;

	if (syscall(SYS_capget, &header, data))
		return false;
	*word = effective ? *word | bit : *word & ~bit;
	return !syscall(SYS_capset, &header, data);
}

static bool set_ids(void)
{
	return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

/* Setting the ids clears the dumpable flag; with it the process may open its own /proc files again */
bool creds_become_nobody(void)
{
	return set_ids() && !prctl(PR_SET_DUMPABLE, 1);
}

static bool become_nobody_with_admin(void)
{
	return !prctl(PR_SET_KEEPCAPS, 1) && set_ids() &&
	       set_capabilities(1ULL << CAP_SYS_ADMIN);
}

static bool drop_admin(void)
{
	return creds_drop_capability(CAP_SYS_ADMIN);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return written;
}

/* Map uid 0 of the namespace to the caller's uid; flags: further namespaces that it will own */
static bool enter_user_namespace(int flags)
{
	char uids[32], gids[32];

	snprintf(uids, sizeof(uids), "0 %u 1", geteuid());
	snprintf(gids, sizeof(gids), "0 %u 1", getegid());
	return !unshare(CLONE_NEWUSER | flags) && write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", uids) && write_file("/proc/self/gid_map", gids) &&
	       !setresgid(0, 0, 0) && !setresuid(0, 0, 0);
}

static bool become_root_of_a_user_namespace(void)
{
	return creds_become_nobody() && enter_user_namespace(0);
}

static bool become_root_of_roots_user_namespace(void)
{
	return enter_user_namespace(0);
}

/* unshare(CLONE_NEWPID) takes effect for children: the first child is process 1 */
static bool become_first(void)
{
	int status;
	pid_t pid = fork();

	if (pid <= 0)
		return !pid;
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

bool creds_enter_pid_namespace(void)
{
	return !unshare(CLONE_NEWPID) && become_first();
}

/* Only the namespaces that this kernel has: unshare() refuses others */
static int namespaces_of_a_container(void)
{
	static const struct {
		const char *name;
		int flag;
	} known[] = {
		{ "pid", CLONE_NEWPID }, { "mnt", CLONE_NEWNS }, { "net", CLONE_NEWNET },
		{ "ipc", CLONE_NEWIPC }, { "uts", CLONE_NEWUTS }, { "cgroup", CLONE_NEWCGROUP },
	};
	char path[32];
	int flags = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		snprintf(path, sizeof(path), "/proc/self/ns/%s", known[i].name);
		if (!access(path, F_OK))
			flags |= known[i].flag;
	}
	return flags;
}

static bool become_root_of_a_container(void)
{
	return creds_become_nobody() && enter_user_namespace(namespaces_of_a_container()) &&
	       become_first() && getpid() == 1 &&
	       !mount("none", "/tmp", "tmpfs", 0, NULL);
}

const struct creds creds_all[] = {
	{ "uid 65534", creds_become_nobody, false },
	{ "root without CAP_SYS_ADMIN", drop_admin, false },
	{ "root of a user namespace", become_root_of_a_user_namespace, false },
	{ "root of a user namespace that root made", become_root_of_roots_user_namespace, false },
	{ "root of a container", become_root_of_a_container, false },
	{ "uid 65534 with CAP_SYS_ADMIN", become_nobody_with_admin, true },
	{ "root", NULL, true },
	{ }
};

static int do_as(const struct creds *creds, int (*what)(void *arg), void *arg)
{
	if (!creds->become || creds->become())
		return what(arg);
	fprintf(stderr, "# cannot become %s: %m\n", creds->name);
	return 255;
}

int creds_run(const struct creds *creds, int (*what)(void *arg), void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(do_as(creds, what, arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 255)
		return -1;
	return WEXITSTATUS(status);
}

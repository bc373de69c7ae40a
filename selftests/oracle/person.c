// SPDX-License-Identifier: GPL-2.0
/* Becomes somebody else. It must not know what that one is not allowed to do. */
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

#include "person.h"

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

bool person_drop_capability(unsigned int capability)
{
	return set_capabilities(~(1ULL << capability));
}

static bool set_ids(void)
{
	return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

/* It may look at its own /proc files again, as if it had been executed so */
bool person_become_nobody(void)
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
	return person_drop_capability(CAP_SYS_ADMIN);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	close(fd);
	return written;
}

/* uid 0 there is who the caller is outside; flags: more namespaces, which it then owns */
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
	return person_become_nobody() && enter_user_namespace(0);
}

static bool become_root_of_roots_user_namespace(void)
{
	return enter_user_namespace(0);
}

/* unshare() is for the children: the first of them is process 1 */
static bool become_first(void)
{
	int status;
	pid_t pid = fork();

	if (pid <= 0)
		return !pid;
	waitpid(pid, &status, 0);
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 255);
}

bool person_enter_pid_namespace(void)
{
	return !unshare(CLONE_NEWPID) && become_first();
}

/* Those that this kernel has: one that is asked for and lacks is refused */
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
	return person_become_nobody() && enter_user_namespace(namespaces_of_a_container()) &&
	       become_first() && getpid() == 1 &&
	       !mount("none", "/tmp", "tmpfs", 0, NULL);
}

const struct person persons[] = {
	{ "nobody", person_become_nobody, false },
	{ "root without CAP_SYS_ADMIN", drop_admin, false },
	{ "root of a user namespace", become_root_of_a_user_namespace, false },
	{ "root of a user namespace that root made", become_root_of_roots_user_namespace, false },
	{ "root of a container", become_root_of_a_container, false },
	{ "nobody with CAP_SYS_ADMIN", become_nobody_with_admin, true },
	{ "root", NULL, true },
	{ }
};

static int do_as(const struct person *person, int (*what)(void *arg), void *arg)
{
	if (!person->become || person->become())
		return what(arg);
	fprintf(stderr, "# cannot become %s: %m\n", person->name);
	return 255;
}

int person_does(const struct person *person, int (*what)(void *arg), void *arg)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(do_as(person, what, arg));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) == 255)
		return -1;
	return WEXITSTATUS(status);
}

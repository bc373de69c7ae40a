// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Opens the files that are used, and checks from time to time that the target has not changed. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/creds.h"
#include "lib/interface.h"
#include "lib/pagemap.h"
#include "lib/process.h"
#include "subject.h"
#include "target.h"

static int users_before, files_before, runs_before;

int subject_open_device(const struct subject *subject, pid_t pid)
{
	int fd;

	if (subject->delegated && !creds_set_effective(CAP_SYS_ADMIN, false))
		return -1;
	fd = interface_open_device(pid);
	if (subject->delegated && !creds_set_effective(CAP_SYS_ADMIN, true))
		_exit(2);
	return fd;
}

static int open_gone(struct subject *subject)
{
	pid_t pid = process_sleeper();
	int fd = subject_open_device(subject, pid);

	process_end(pid);
	subject->value[SYMBOL_GONE] = (__u64)pid;
	return fd;
}

static int open_all(struct subject *subject, pid_t pid)
{
	int entry, bad = 0;

	subject->device[OPENED_ATTACHED] = subject_open_device(subject, pid);
	subject->device[OPENED_BARE] = subject_open_device(subject, 0);
	subject->device[OPENED_GONE] = open_gone(subject);
	subject->device[OPENED_FRESH] = -1;
	for (entry = 0; entry < ENTRY_NR; entry++)
		if (entrypoint_is_write((__u8)entry))
			bad |= subject->file[entry] =
				interface_open(entrypoints[entry].file, O_RDWR);
	return bad < 0 || subject->device[OPENED_ATTACHED] < 0 ||
	       subject->device[OPENED_BARE] < 0 ||
	       subject->device[OPENED_GONE] < 0 ? -1 : 0;
}

static int count_files(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

static int users(const struct subject *subject)
{
	struct pgwalk_mm mm = { .size = sizeof(mm) };

	if (interface_ioctl(subject->device[OPENED_ATTACHED], PGWALK_IOC_MM, &mm))
		return -1;
	return mm.users;
}

/* Count the present pages of the target's mapping: every second one */
static int count_pages(const struct subject *subject)
{
	struct pgwalk_run runs[64];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_PAGES,
		.start = subject->value[SYMBOL_START],
		.end = subject->value[SYMBOL_END],
		.records = (unsigned long)runs, .nr_records = 64,
	};

	if (interface_ioctl(subject->device[OPENED_ATTACHED], PGWALK_IOC_SCAN, &scan))
		return -1;
	return (int)scan.filled;
}

int subject_create(struct subject *subject, bool delegated)
{
	struct target_report report;
	struct pgwalk_info info;

	if (target_begin(&report) || interface_info(&info)) {
		fprintf(stderr, "fuzz: cannot start the target, or the module is not loaded\n");
		return -1;
	}
	memset(subject, 0, sizeof(*subject));
	subject->delegated = delegated;
	subject->value[SYMBOL_TARGET] = (__u64)report.pid;
	subject->value[SYMBOL_THREAD] = (__u64)report.tid;
	subject->value[SYMBOL_SELF] = (__u64)getpid();
	subject->value[SYMBOL_KTHREAD] = 2;
	subject->value[SYMBOL_START] = report.start;
	subject->value[SYMBOL_PAGE] = report.start + 2 * 4096;
	subject->value[SYMBOL_END] = report.end;
	subject->value[SYMBOL_USER_END] = info.user_end;
	subject->value[SYMBOL_PFN] =
		PM_PFN(pagemap_one(report.pid, report.start + 2 * 4096));
	subject->value[SYMBOL_SHARED_PFN] =
		PM_PFN(pagemap_one(report.pid, report.shared));
	subject->cpus = (__u32)sysconf(_SC_NPROCESSORS_ONLN);
	if (open_all(subject, report.pid)) {
		fprintf(stderr, "fuzz: cannot open the files of the module\n");
		return -1;
	}
	return 0;
}

/* Record the state that must not change */
void subject_remember(const struct subject *subject)
{
	users_before = users(subject);
	runs_before = count_pages(subject);
	files_before = count_files();
}

const char *subject_complaint(const struct subject *subject)
{
	struct pgwalk_translate translate = {
		.size = sizeof(translate), .addr = subject->value[SYMBOL_PAGE],
	};

	if (interface_ioctl(subject->device[OPENED_ATTACHED],
			    PGWALK_IOC_TRANSLATE, &translate))
		return "TRANSLATE of a present page fails";
	if (translate.step[translate.nr_steps - 1].entry.pfn !=
	    (subject->delegated ? 0 : subject->value[SYMBOL_PFN]))
		return "TRANSLATE returns another page than pagemap";
	if (runs_before != 32 || count_pages(subject) != runs_before)
		return "SCAN does not return the 32 present pages";
	if (users(subject) != users_before)
		return "mm_users of the target has changed";
	if (count_files() != files_before)
		return "the number of open files has changed";
	return NULL;
}

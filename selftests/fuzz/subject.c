// SPDX-License-Identifier: GPL-2.0
/* Opens what is called, and asks now and then whether all is as it was. It judges no input. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "oracle/interface.h"
#include "oracle/pagemap.h"
#include "oracle/process.h"
#include "subject.h"
#include "target.h"

static int users_before, files_before, runs_before;

static int open_gone(struct subject *subject)
{
	pid_t pid = process_sleeper();
	int fd = interface_open_device(pid);

	process_end(pid);
	subject->value[SYMBOL_GONE] = (__u64)pid;
	return fd;
}

static int open_all(struct subject *subject, pid_t pid)
{
	int door, bad = 0;

	subject->device[OPENED_ATTACHED] = interface_open_device(pid);
	subject->device[OPENED_BARE] = interface_open_device(0);
	subject->device[OPENED_GONE] = open_gone(subject);
	subject->device[OPENED_FRESH] = -1;
	for (door = 0; door < DOOR_NR; door++)
		if (door_is_write((__u8)door))
			bad |= subject->file[door] =
				interface_open(doors[door].file, O_RDWR);
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

/* Pages of the target's mapping: each second one is there */
static int count_pages(const struct subject *subject)
{
	struct pgwalk_run runs[64];
	struct pgwalk_scan scan = {
		.size = sizeof(scan), .flags = PGWALK_SCAN_PAGES,
		.start = subject->value[SYMBOL_START],
		.end = subject->value[SYMBOL_BEHIND],
		.records = (unsigned long)runs, .nr_records = 64,
	};

	if (interface_ioctl(subject->device[OPENED_ATTACHED], PGWALK_IOC_SCAN, &scan))
		return -1;
	return (int)scan.filled;
}

int subject_create(struct subject *subject)
{
	struct target_report report;
	struct pgwalk_info info;

	if (target_begin(&report) || interface_info(&info)) {
		fprintf(stderr, "fuzz: no process to look at, or no module\n");
		return -1;
	}
	memset(subject, 0, sizeof(*subject));
	subject->value[SYMBOL_TARGET] = (__u64)report.pid;
	subject->value[SYMBOL_THREAD] = (__u64)report.tid;
	subject->value[SYMBOL_SELF] = (__u64)getpid();
	subject->value[SYMBOL_KTHREAD] = 2;
	subject->value[SYMBOL_START] = report.start;
	subject->value[SYMBOL_PAGE] = report.start + 2 * 4096;
	subject->value[SYMBOL_BEHIND] = report.end;
	subject->value[SYMBOL_USER_END] = info.user_end;
	subject->value[SYMBOL_PFN] =
		PM_PFN(pagemap_one(report.pid, report.start + 2 * 4096));
	subject->value[SYMBOL_SHARED_PFN] =
		PM_PFN(pagemap_one(report.pid, report.shared));
	subject->cpus = (__u32)sysconf(_SC_NPROCESSORS_ONLN);
	if (open_all(subject, report.pid)) {
		fprintf(stderr, "fuzz: cannot open what is to be called\n");
		return -1;
	}
	return 0;
}

/* From here on all is as it must stay */
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
		return "TRANSLATE of a page that is there fails";
	if (translate.step[translate.nr_steps - 1].entry.pfn !=
	    subject->value[SYMBOL_PFN])
		return "TRANSLATE gives another page than pagemap";
	if (runs_before != 32 || count_pages(subject) != runs_before)
		return "SCAN does not give the 32 pages that are there";
	if (users(subject) != users_before)
		return "mm_users of the target is not what it was";
	if (count_files() != files_before)
		return "there are more or less open files than there were";
	return NULL;
}

// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Permissions: access to every file of pgwalk, with its default modes and with modes that let
 * all users pass, so that the module has to refuse. Also the rights of a process that was passed
 * an open file, and the process that a pid means in a pid namespace.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../lib/harness.h"
#include "../lib/call.h"
#include "../lib/interface.h"
#include "../lib/scm_rights.h"
#include "../lib/creds.h"
#include "../lib/process.h"
#include "../lib/view.h"
#include "../lib/sizes.h"

#define NR_MAX	20

struct place {
	char path[96];
	mode_t mode;		/* that it has to have */
};

FIXTURE(users) {
	pid_t pid;
	__u64 address;
	struct place places[NR_MAX];	/* directories, then files, then the device */
	int nr, nr_directories;
};

static struct call_buffer answer;

static void add(struct place *place, mode_t mode, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(place->path, sizeof(place->path), format, ap);
	va_end(ap);
	place->mode = mode;
}

FIXTURE_SETUP(users)
{
	struct place *place = self->places;

	self->pid = process_program();
	self->address = process_stack(self->pid);
	ASSERT_EQ(0, interface_attach(self->pid));
	add(place++, 0700, "/sys/kernel/debug");
	add(place++, 0755, PGWALK_DIR);
	add(place++, 0755, PGWALK_DIR "/%d", self->pid);
	self->nr_directories = place - self->places;
	for (const struct view *view = views; view->name; view++) {
		bool written = view->flags & VIEW_TAKES_REQUEST || !strcmp(view->name, "attach");

		if (view->flags & VIEW_OF_PROCESS)
			add(place++, 0400, PGWALK_DIR "/%d/%s", self->pid, view->name);
		else
			add(place++, written ? 0600 : 0400, PGWALK_DIR "/%s", view->name);
	}
	add(place++, 0600, PGWALK_DEVICE);
	self->nr = place - self->places;
}

/* Restore the modes for later tests */
FIXTURE_TEARDOWN(users)
{
	for (int i = 0; i < self->nr; i++)
		chmod(self->places[i].path, self->places[i].mode);
	interface_attach(-self->pid);
	process_end(self->pid);
}

TEST_F(users, modes_are_roots_alone)
{
	for (int i = 0; i < self->nr; i++) {
		struct stat st;

		ASSERT_EQ(0, stat(self->places[i].path, &st));
		EXPECT_EQ(self->places[i].mode, st.st_mode & 07777) {
			TH_LOG("%s", self->places[i].path);
		}
		EXPECT_EQ(0, st.st_uid);
		EXPECT_EQ(0, st.st_gid);
	}
}

static int try_open(void *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int try_write(void *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

TEST_F_TIMEOUT(users, those_without_cap_sys_admin_open_nothing, 120)
{
	for (int i = 0; i < self->nr; i++) {
		ASSERT_EQ(0, chmod(self->places[i].path,
				   i < self->nr_directories ? 0777 : 0666));
	}
	for (const struct creds *creds = creds_all; creds->name; creds++)
		for (int i = self->nr_directories; i < self->nr; i++) {
			struct place *place = &self->places[i];
			int want = creds->admin ? 0 : EPERM;

			EXPECT_EQ(want, creds_run(creds, try_open, place->path)) {
				TH_LOG("%s reads %s", creds->name, place->path);
			}
			if (place->mode == 0400)
				continue;
			EXPECT_EQ(want, creds_run(creds, try_write, place->path)) {
				TH_LOG("%s writes %s", creds->name, place->path);
			}
		}
}

TEST_F(users, file_modes_keep_out_users_other_than_root)
{
	for (int i = self->nr_directories; i < self->nr; i++) {
		EXPECT_EQ(EACCES, creds_run(&creds_all[0], try_open, self->places[i].path)) {
			TH_LOG("%s", self->places[i].path);
		}
	}
}

/* A process with a file that root has opened and sent to it */
struct handed {
	int socket, fd;
	pid_t pid;
	__u64 address;
	const struct view *view;	/* NULL: the device */
};

static int use_view(struct handed *handed, int fd)
{
	char path[32], *text;
	int other;

	if (view_send_request(handed->view, fd, handed->pid, handed->address))
		return 1;
	text = interface_pread_all(fd, 4096, NULL);
	if (!text || !*text)
		return 2;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	other = open(path, O_RDONLY);
	return other < 0 ? 0 : 3;
}

static int use_handed(void *arg)
{
	struct handed *handed = arg;
	int fd = scm_rights_receive(handed->socket);

	if (fd < 0)
		return 10;
	if (handed->view)
		return use_view(handed, fd);
	for (const struct call *call = calls; call->name; call++)
		if (call_make(call, fd, handed->pid, handed->address, &answer))
			return 20 + (int)(call - calls);
	return 0;
}

/*
 * An open file carries the rights of its opener, nothing more: it cannot be opened again. So
 * root gives away the content of the file with the descriptor, as with any file of root's.
 */
TEST_F_TIMEOUT(users, file_that_is_handed_on_is_its_openers, 120)
{
	const struct view *view = views;

	for (bool last = false; !last; view++) {
		struct handed handed = {
			.pid = self->pid, .address = self->address,
			.view = view->name ? view : NULL,
		};
		int ends[2];

		last = !view->name;
		ASSERT_EQ(0, socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
		handed.socket = ends[1];
		handed.fd = last ? interface_open_device(self->pid) :
				   view_open_only(view, self->pid);
		ASSERT_LE(0, handed.fd);
		ASSERT_TRUE(scm_rights_send(ends[0], handed.fd));
		EXPECT_EQ(0, creds_run(&creds_all[0], use_handed, &handed)) {
			TH_LOG("%s", last ? "the device" : view->name);
		}
		close(handed.fd);
		close(ends[0]);
		close(ends[1]);
	}
}

/* In a pid namespace of its own, with files from outside: the numbers are the caller's */
struct inside {
	int device, rmap;
	pid_t outside;
	char *page;		/* that both have */
};

static bool numbers_of_the_device_are_its_own(struct inside *inside)
{
	struct pgwalk_attach attach = { .size = sizeof(attach), .pid = inside->outside };
	struct pgwalk_rmap_hit *hit = (struct pgwalk_rmap_hit *)answer.records;
	struct pgwalk_task *task = (struct pgwalk_task *)answer.records;
	bool self = false, other = false;

	if (interface_ioctl(inside->device, PGWALK_IOC_ATTACH, &attach) != -ESRCH)
		return false;
	attach.pid = 1;
	if (interface_ioctl(inside->device, PGWALK_IOC_ATTACH, &attach) || attach.tgid != 1)
		return false;
	for (const struct call *call = calls; call->name; call++) {
		if (call->request != PGWALK_IOC_MM && call->request != PGWALK_IOC_RMAP)
			continue;
		if (call_make(call, inside->device, 1, (unsigned long)inside->page, &answer))
			return false;
		if (call->request == PGWALK_IOC_MM &&
		    (answer.arg.mm.filled != 1 || task->tgid != 1 || task->tid != 1))
			return false;
		if (call->request == PGWALK_IOC_MM)
			continue;
		self = other = false;
		for (unsigned int i = 0; i < answer.arg.rmap.filled; i++) {
			self |= hit[i].tgid == 1;
			other |= hit[i].tgid == 0;
			if (hit[i].tgid > 1)
				return false;
		}
	}
	return self && other;
}

static bool numbers_of_the_files_are_its_own(struct inside *inside)
{
	const struct view *view = view_find("rmap");
	char *text;

	if (view_send_request(view, inside->rmap, inside->outside, 0x1000) != -ESRCH ||
	    view_send_request(view, inside->rmap, 1, (unsigned long)inside->page))
		return false;
	text = interface_pread_all(inside->rmap, 4096, NULL);
	if (!text || !strstr(text, "\n1 ") || !strstr(text, "\n0 "))
		return false;
	/* Attached from outside: not seen. From inside: as 1 */
	if (interface_attach(1))
		return false;
	text = interface_read_all(interface_open("attach", O_RDONLY), 4096, NULL);
	return text && !strcmp(text, "1\n") && !interface_attach(-1);
}

static int look_around(void *arg)
{
	struct inside *inside = arg;

	if (getpid() != 1)
		return 1;
	inside->page[0] = 2;
	if (!numbers_of_the_device_are_its_own(inside))
		return 2;
	return numbers_of_the_files_are_its_own(inside) ? 0 : 3;
}

TEST_F(users, numbers_are_those_of_the_callers_pid_namespace)
{
	const struct creds insider = { "an insider", creds_enter_pid_namespace, true };
	struct inside inside = {
		.device = interface_open_device(0),
		.rmap = interface_open("rmap", O_RDWR),
		.outside = self->pid,
		.page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
	};

	inside.page[0] = 1;
	EXPECT_EQ(0, creds_run(&insider, look_around, &inside));
	close(inside.device);
	close(inside.rmap);
}

TEST_HARNESS_MAIN

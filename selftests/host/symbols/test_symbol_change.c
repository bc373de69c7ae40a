// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of symbols while processes change: replaced files, generated code, execve, exits. */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "symbols.h"
#include "resolve.h"

/* The mapped file counts, also if its path is removed or leads to another file. Needs root */
static void deleted_and_replaced_files_are_found(void)
{
	char path[PATH_MAX], copy[PATH_MAX], line[3 * PATH_MAX];
	uint64_t visible, hidden;
	struct sample l;
	struct symbols *s;

	if (geteuid())
		return;
	s = start_sample(&l, "target");
	sample_path(path, sizeof(path), "full.so");
	sample_path(copy, sizeof(copy), "deleted.so");
	snprintf(line, sizeof(line), "cp '%s' '%s'", path, copy);
	EXPECT(!system(line));
	visible = sample_load(&l, copy, "lib_name", &hidden);
	unlink(copy);
	EXPECT_TEXT(resolve(s, visible + 2), "lib_name+2 deleted.so");
	sample_path(path, sizeof(path), "other.so");
	snprintf(line, sizeof(line), "cp '%s' '%s'", path, copy);
	EXPECT(!system(line));
	EXPECT_TEXT(resolve(s, hidden + 2), "lib_name_hidden+2 deleted.so");
	unlink(copy);
	end_sample(s, &l);
}

/* After another file was mapped at the same place, cached results are dropped */
static void a_file_mapped_over_another_one_is_found(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	sample_path(path, sizeof(path), "full.so");
	visible = sample_load(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	sample_path(path, sizeof(path), "other.so");
	EXPECT(sample_send(&l, "over %s %llx", path, (unsigned long long)visible));
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, visible + 1), "new_name+1 other.so");
	EXPECT_TEXT(resolve(s, hidden + 1), "new_name_hidden+1 other.so");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target");
	end_sample(s, &l);
}

static void symbols_after_execve_are_those_of_the_new_program(void)
{
	char path[PATH_MAX];
	uint64_t before;
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	before = l.local;
	EXPECT_TEXT(resolve(s, before + 1), "local_function+1 target");
	sample_path(path, sizeof(path), "target-no-pie");
	fprintf(l.in, "exec %s\n", path);
	fflush(l.in);
	sample_read_addresses(&l);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, l.local + 1), "local_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, before + 1), "local_function+1 target");
	end_sample(s, &l);
}

/* After an exit, symbols of loaded files remain, and files can still be opened by path */
static void symbols_of_an_exited_process_are_found(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct sample l;
	struct symbols *s = start_sample(&l, "target");

	sample_path(path, sizeof(path), "full.so");
	visible = sample_load(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, l.visible), "visible_function+0 target");
	kill(l.pid, SIGKILL);
	waitid(P_PID, (id_t)l.pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, l.visible), "visible_function+0 target");
	EXPECT_TEXT(resolve(s, l.local + 1), "local_function+1 target");
	waitpid(l.pid, NULL, 0);
	l.pid = 0;
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, l.local + 2), "local_function+2 target");
	EXPECT_TEXT(resolve(s, visible + 2), "lib_name+2 full.so");
	end_sample(s, &l);
	/* a pid without a process */
	EXPECT(!symbols__create(&s, 4194305));
	EXPECT_TEXT(resolve(s, 0x401000), "-+0 -");
	symbols__destroy(s);
	symbols__destroy(NULL);
}

static bool write_last_pid(const char *last)
{
	int fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, last, strlen(last)) > 0;

	if (fd >= 0)
		close(fd);
	return written;
}

/* Reuse a pid, in a pid namespace of its own; return 77 if that is not possible */
static int reuse_pid(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct sample one, other;
	struct symbols *s;
	pid_t pid;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		return 77;
	s = start_sample(&one, "target");
	pid = one.pid;
	sample_path(path, sizeof(path), "full.so");
	visible = sample_load(&one, path, "lib_name", &hidden);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, one.visible), "visible_function+0 target");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	one.pid = 0;
	if (!write_last_pid("1"))
		return 77;
	sample_path(path, sizeof(path), "target-no-pie");
	sample_start(&other, path);
	EXPECT(other.pid == pid);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, other.visible), "-+0 -");
	EXPECT_TEXT(resolve(s, other.local), "-+0 -");
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	sample_kill(&other);
	end_sample(s, &one);
	return 0;
}

/* A process that gets the pid of an exited one is another process. Needs root */
static void a_process_with_a_reused_pid_is_not_resolved(void)
{
	int status = 0;
	pid_t pid;

	if (geteuid())
		return;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS | CLONE_NEWPID))
			_exit(77);
		pid = fork();
		if (!pid)
			_exit(reuse_pid() ?: !!unit_failures());
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77));
}

/* Start a sample that is followed from its execve, let it load a library and execute @then, and kill it */
static struct symbols *follow_to_the_end(struct sample *l, uint64_t *visible, uint64_t *hidden,
					 const char *then)
{
	char path[PATH_MAX], program[PATH_MAX];
	struct symbols *s = NULL;
	int gate[2];

	sample_path(program, sizeof(program), "target");
	sample_path(path, sizeof(path), "full.so");
	EXPECT(!pipe(gate));
	sample_fork(l, program, gate);
	EXPECT(!symbols__create(&s, l->pid) && !symbols__follow(s));
	EXPECT(write(gate[1], "", 1) == 1);
	sample_read_addresses(l);
	*visible = sample_load(l, path, "lib_name", hidden);
	if (then) {
		sample_path(path, sizeof(path), then);
		fprintf(l->in, "exec %s\n", path);
		fflush(l->in);
		sample_read_addresses(l);
	}
	kill(l->pid, SIGKILL);
	waitpid(l->pid, NULL, 0);
	l->pid = 0;
	close(gate[0]);
	close(gate[1]);
	return s;
}

/* Symbols of a command that has exited come from its recorded mmap events. Needs root */
static void symbols_of_a_short_command_are_found_after_its_exit(void)
{
	uint64_t visible, hidden;
	struct symbols *s;
	struct sample l;

	if (geteuid())
		return;
	s = follow_to_the_end(&l, &visible, &hidden, NULL);
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target");
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	EXPECT_TEXT(resolve(s, hidden + 1), "lib_name_hidden+1 full.so");
	EXPECT(strstr(resolve(s, l.vdso + 1), "clock_gettime+1 [vdso]"));
	end_sample(s, &l);
	s = follow_to_the_end(&l, &visible, &hidden, "target-no-pie");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, visible + 1), "-+0 -");	/* a library of the program before execve */
	end_sample(s, &l);
}

static void write_map(const char *path, const char *mode, uint64_t at, const char *name)
{
	FILE *f = fopen(path, mode);

	EXPECT(f);
	if (!f)
		return;
	fprintf(f, "not a line\n%llx 10 %s\n", (unsigned long long)at, name);
	fprintf(f, "%llx 10 half a li", (unsigned long long)at);
	fclose(f);
}

static void generated_functions_are_found_in_a_perf_map(void)
{
	char path[64];
	struct sample l;
	struct symbols *s = start_sample(&l, "target");
	uint64_t made = sample_send(&l, "made");

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", l.pid);
	unlink(path);
	EXPECT_TEXT(resolve(s, made + 4), "-+0 [anon]");
	write_map(path, "we", made, "LFoo;::bar(int) baz");
	EXPECT_TEXT(resolve(s, made + 4), "-+0 [anon]");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 4), "LFoo;::bar(int) baz+4 [anon]");
	EXPECT_TEXT(resolve(s, made + 16), "-+0 [anon]");
	/* appended lines are read, joined to the incomplete one; later lines replace earlier ones */
	write_map(path, "ae", made + 8, "again");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 9), "again+1 [anon]");
	EXPECT_TEXT(resolve(s, made + 5), "half a linot a line+5 [anon]");
	write_map(path, "ae", made + 4, "third");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 11), "third+7 [anon]");
	EXPECT_TEXT(resolve(s, made + 21), "half a linot a line+13 [anon]");
	if (!geteuid()) {	/* a map owned by another user is ignored */
		struct symbols *other;

		EXPECT(!chown(path, 65534, 65534) && !symbols__create(&other, l.pid));
		EXPECT_TEXT(resolve(other, made + 9), "-+0 [anon]");
		symbols__destroy(other);
	}
	unlink(path);
	EXPECT(!symlink("/etc/passwd", path));
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 10), "third+6 [anon]");	/* a symbolic link is not followed */
	unlink(path);
	end_sample(s, &l);
}

/* A process whose mount namespace has another file at the same path. Needs root */
static void files_are_opened_in_the_mount_namespace_of_the_process(void)
{
	char path[PATH_MAX], other[PATH_MAX];
	int status = 0;
	pid_t pid;

	if (geteuid())
		return;
	sample_path(path, sizeof(path), "full.so");
	sample_path(other, sizeof(other), "other.so");
	pid = fork();
	if (!pid) {
		uint64_t visible, hidden;
		struct sample l;
		char program[PATH_MAX], text[256];
		int ours = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
		struct stat root, back;
		struct symbols *s;

		/* the sample runs in another mount namespace than the test */
		sample_path(program, sizeof(program), "target");
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount(other, path, NULL, MS_BIND, NULL))
			_exit(77);
		sample_start(&l, program);
		visible = sample_load(&l, path, "new_name", &hidden);
		if (stat("/", &root) || setns(ours, CLONE_NEWNS) || stat("/", &back))
			_exit(2);
		/* setns() does not return to the root directory if it was changed by chroot */
		if (root.st_ino != back.st_ino || root.st_dev != back.st_dev)
			_exit(77);
		if (symbols__create(&s, l.pid))
			_exit(2);
		snprintf(text, sizeof(text), "%s", resolve(s, visible + 1));
		end_sample(s, &l);
		_exit(strcmp(text, "new_name+1 full.so") ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77));
}

const struct unit_test change_tests[] = {
	{ "symbols: deleted and replaced files are found", deleted_and_replaced_files_are_found },
	{ "symbols: a file mapped over another one is found", a_file_mapped_over_another_one_is_found },
	{ "symbols: symbols after execve are those of the new program", symbols_after_execve_are_those_of_the_new_program },
	{ "symbols: symbols of an exited process are found", symbols_of_an_exited_process_are_found },
	{ "symbols: a process with a reused pid is not resolved",
	  a_process_with_a_reused_pid_is_not_resolved },
	{ "symbols: symbols of a short command are found after its exit", symbols_of_a_short_command_are_found_after_its_exit },
	{ "symbols: generated functions are found in a perf map", generated_functions_are_found_in_a_perf_map },
	{ "symbols: files are opened in the mount namespace of the process", files_are_opened_in_the_mount_namespace_of_the_process },
	{ 0 },
};

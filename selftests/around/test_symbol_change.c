// SPDX-License-Identifier: GPL-2.0
/* Symbols of processes that change: files replaced, code made, other programs, ends. */
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

#include "around.h"
#include "asked.h"

/* Its path leads nowhere, or to another file: what is mapped counts. Needs root */
static void deleted_and_replaced_files_are_known(void)
{
	char path[PATH_MAX], copy[PATH_MAX], line[3 * PATH_MAX];
	uint64_t visible, hidden;
	struct looked l;
	struct symbols *s;

	if (geteuid())
		return;
	s = begin(&l, "target");
	looked_path(path, sizeof(path), "full.so");
	looked_path(copy, sizeof(copy), "deleted.so");
	snprintf(line, sizeof(line), "cp '%s' '%s'", path, copy);
	EXPECT(!system(line));
	visible = looked_open(&l, copy, "lib_name", &hidden);
	unlink(copy);
	EXPECT_TEXT(resolve(s, visible + 2), "lib_name+2 deleted.so");
	looked_path(path, sizeof(path), "other.so");
	snprintf(line, sizeof(line), "cp '%s' '%s'", path, copy);
	EXPECT(!system(line));
	EXPECT_TEXT(resolve(s, hidden + 2), "lib_name_hidden+2 deleted.so");
	unlink(copy);
	end(s, &l);
}

/* Another file at the same place: the answers of before are not true any more */
static void what_is_mapped_anew_is_found_anew(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct looked l;
	struct symbols *s = begin(&l, "target");

	looked_path(path, sizeof(path), "full.so");
	visible = looked_open(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	looked_path(path, sizeof(path), "other.so");
	EXPECT(looked_tell(&l, "over %s %llx", path, (unsigned long long)visible));
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, visible + 1), "new_name+1 other.so");
	EXPECT_TEXT(resolve(s, hidden + 1), "new_name_hidden+1 other.so");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target");
	end(s, &l);
}

static void another_program_is_begun_anew(void)
{
	char path[PATH_MAX];
	uint64_t before;
	struct looked l;
	struct symbols *s = begin(&l, "target");

	before = l.local;
	EXPECT_TEXT(resolve(s, before + 1), "local_function+1 target");
	looked_path(path, sizeof(path), "target-no-pie");
	fprintf(l.in, "exec %s\n", path);
	fflush(l.in);
	looked_listen(&l);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, l.local + 1), "local_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, before + 1), "local_function+1 target");
	end(s, &l);
}

/* What was loaded goes on to answer, and what can still be read by its path */
static void a_process_that_is_gone_is_still_known(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct looked l;
	struct symbols *s = begin(&l, "target");

	looked_path(path, sizeof(path), "full.so");
	visible = looked_open(&l, path, "lib_name", &hidden);
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
	end(s, &l);
	/* nobody at all */
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

/* In a pid namespace of its own, where numbers can be had again. 77: not to be had */
static int number_is_given_again(void)
{
	char path[PATH_MAX];
	uint64_t visible, hidden;
	struct looked one, other;
	struct symbols *s;
	pid_t pid;

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, NULL))
		return 77;
	s = begin(&one, "target");
	pid = one.pid;
	looked_path(path, sizeof(path), "full.so");
	visible = looked_open(&one, path, "lib_name", &hidden);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, one.visible), "visible_function+0 target");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	one.pid = 0;
	if (!write_last_pid("1"))
		return 77;
	looked_path(path, sizeof(path), "target-no-pie");
	looked_start(&other, path);
	EXPECT(other.pid == pid);
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, other.visible), "-+0 -");
	EXPECT_TEXT(resolve(s, other.local), "-+0 -");
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	looked_end(&other);
	end(s, &one);
	return 0;
}

/* What has its number later is somebody else. Needs root */
static void another_process_of_the_same_number_is_not_it(void)
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
			_exit(number_is_given_again() ?: !!unit_failures());
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
	}
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77));
}

/* Begins when it is followed, opens a library; another program after that, if so wanted; ends */
static struct symbols *follow_to_the_end(struct looked *l, uint64_t *visible, uint64_t *hidden,
					 const char *then)
{
	char path[PATH_MAX], program[PATH_MAX];
	struct symbols *s = NULL;
	int gate[2];

	looked_path(program, sizeof(program), "target");
	looked_path(path, sizeof(path), "full.so");
	EXPECT(!pipe(gate));
	looked_prepare(l, program, gate);
	EXPECT(!symbols__create(&s, l->pid) && !symbols__follow(s));
	EXPECT(write(gate[1], "", 1) == 1);
	looked_listen(l);
	*visible = looked_open(l, path, "lib_name", hidden);
	if (then) {
		looked_path(path, sizeof(path), then);
		fprintf(l->in, "exec %s\n", path);
		fflush(l->in);
		looked_listen(l);
	}
	kill(l->pid, SIGKILL);
	waitpid(l->pid, NULL, 0);
	l->pid = 0;
	close(gate[0]);
	close(gate[1]);
	return s;
}

/* A command that is over before anybody looked: what it mapped was heard of. Needs root */
static void a_short_command_is_known(void)
{
	uint64_t visible, hidden;
	struct symbols *s;
	struct looked l;

	if (geteuid())
		return;
	s = follow_to_the_end(&l, &visible, &hidden, NULL);
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target");
	EXPECT_TEXT(resolve(s, visible + 1), "lib_name+1 full.so");
	EXPECT_TEXT(resolve(s, hidden + 1), "lib_name_hidden+1 full.so");
	EXPECT(strstr(resolve(s, l.vdso + 1), "clock_gettime+1 [vdso]"));
	end(s, &l);
	s = follow_to_the_end(&l, &visible, &hidden, "target-no-pie");
	EXPECT_TEXT(resolve(s, l.visible + 1), "visible_function+1 target-no-pie");
	EXPECT_TEXT(resolve(s, visible + 1), "-+0 -");	/* of the program before */
	end(s, &l);
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

static void functions_made_at_run_time_are_known(void)
{
	char path[64];
	struct looked l;
	struct symbols *s = begin(&l, "target");
	uint64_t made = looked_tell(&l, "made");

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", l.pid);
	unlink(path);
	EXPECT_TEXT(resolve(s, made + 4), "-+0 [anon]");
	write_map(path, "we", made, "LFoo;::bar(int) baz");
	EXPECT_TEXT(resolve(s, made + 4), "-+0 [anon]");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 4), "LFoo;::bar(int) baz+4 [anon]");
	EXPECT_TEXT(resolve(s, made + 16), "-+0 [anon]");
	/* it goes on, the cut line too; later ones are true */
	write_map(path, "ae", made + 8, "again");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 9), "again+1 [anon]");
	EXPECT_TEXT(resolve(s, made + 5), "half a linot a line+5 [anon]");
	write_map(path, "ae", made + 4, "third");
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 11), "third+7 [anon]");
	EXPECT_TEXT(resolve(s, made + 21), "half a linot a line+13 [anon]");
	if (!geteuid()) {	/* written by somebody else: not believed */
		struct symbols *other;

		EXPECT(!chown(path, 65534, 65534) && !symbols__create(&other, l.pid));
		EXPECT_TEXT(resolve(other, made + 9), "-+0 [anon]");
		symbols__destroy(other);
	}
	unlink(path);
	EXPECT(!symlink("/etc/passwd", path));
	symbols__refresh(s);
	EXPECT_TEXT(resolve(s, made + 10), "third+6 [anon]");	/* a link leads nowhere */
	unlink(path);
	end(s, &l);
}

/* In its own mount namespace another file stands at the path. Needs root */
static void files_are_those_the_process_sees(void)
{
	char path[PATH_MAX], other[PATH_MAX];
	int status = 0;
	pid_t pid;

	if (geteuid())
		return;
	looked_path(path, sizeof(path), "full.so");
	looked_path(other, sizeof(other), "other.so");
	pid = fork();
	if (!pid) {
		uint64_t visible, hidden;
		struct looked l;
		char program[PATH_MAX], text[256];
		int ours = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
		struct stat root, back;
		struct symbols *s;

		/* the process is in another namespace than who looks */
		looked_path(program, sizeof(program), "target");
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount(other, path, NULL, MS_BIND, NULL))
			_exit(77);
		looked_start(&l, program);
		visible = looked_open(&l, path, "new_name", &hidden);
		if (stat("/", &root) || setns(ours, CLONE_NEWNS) || stat("/", &back))
			_exit(2);
		/* who came from a changed root is not back there */
		if (root.st_ino != back.st_ino || root.st_dev != back.st_dev)
			_exit(77);
		if (symbols__create(&s, l.pid))
			_exit(2);
		snprintf(text, sizeof(text), "%s", resolve(s, visible + 1));
		end(s, &l);
		_exit(strcmp(text, "new_name+1 full.so") ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77));
}

const struct unit_test change_tests[] = {
	{ "symbol: deleted and replaced files are known", deleted_and_replaced_files_are_known },
	{ "symbol: what is mapped anew is found anew", what_is_mapped_anew_is_found_anew },
	{ "symbol: another program is begun anew", another_program_is_begun_anew },
	{ "symbol: a process that is gone is still known", a_process_that_is_gone_is_still_known },
	{ "symbol: another process of the same number is not it",
	  another_process_of_the_same_number_is_not_it },
	{ "symbol: a command that is over is still known", a_short_command_is_known },
	{ "symbol: functions made at run time are known", functions_made_at_run_time_are_known },
	{ "symbol: files are those the process sees", files_are_those_the_process_sees },
	{ 0 },
};

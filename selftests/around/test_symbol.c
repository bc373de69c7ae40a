// SPDX-License-Identifier: GPL-2.0
/* Symbols of live processes: programs and libraries built in every way, and what becomes of them. */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../userspace/collect/symbol.h"
#include "../../userspace/collect/symbol_image.h"
#include "around.h"
#include "looked.h"

/* "name+offset module", a dash for what is not known */
static const char *resolve_as(struct symbols *s, uint64_t ip, bool call)
{
	static char text[4096];
	struct symbol symbol;

	symbols__resolve(s, ip, call, &symbol);
	snprintf(text, sizeof(text), "%s+%llu %s", symbol.name ? symbol.name : "-",
		 (unsigned long long)symbol.offset, symbol.module ? symbol.module : "-");
	return text;
}

static const char *resolve(struct symbols *s, uint64_t ip)
{
	return resolve_as(s, ip, false);
}

static struct symbols *begin(struct looked *l, const char *program)
{
	struct symbols *s = NULL;
	char path[PATH_MAX];

	looked_path(path, sizeof(path), program);
	looked_start(l, path);
	EXPECT(!symbols__create(&s, l->pid));
	return s;
}

static void end(struct symbols *s, struct looked *l)
{
	symbols__destroy(s);
	looked_end(l);
}

static void expect_program(const char *program)
{
	char want[256];
	struct looked l;
	struct symbols *s = begin(&l, program);

	snprintf(want, sizeof(want), "visible_function+1 %s", program);
	EXPECT_TEXT(resolve(s, l.visible + 1), want);
	snprintf(want, sizeof(want), "local_function+0 %s", program);
	EXPECT_TEXT(resolve(s, l.local), want);
	snprintf(want, sizeof(want), "asm_label+31 %s", program);
	EXPECT_TEXT(resolve(s, l.label + 31), want);
	snprintf(want, sizeof(want), "outer::inner(int)+3 %s", program);
	EXPECT_TEXT(resolve(s, l.mangled + 3), want);
	snprintf(want, sizeof(want), "core::fmt::write+3 %s", program);
	EXPECT_TEXT(resolve(s, l.rusty + 3), want);
	EXPECT_TEXT(resolve(s, 0x10), "-+0 -");
	EXPECT_TEXT(resolve(s, ~0ULL), "-+0 -");
	end(s, &l);
}

static void programs_are_known(void)
{
	expect_program("target");
	expect_program("target-no-pie");
}

/* The address a call returns to is behind the call, and may be another function's */
static void returns_belong_to_the_call(void)
{
	struct looked l;
	struct symbols *s = begin(&l, "target");

	EXPECT_TEXT(resolve_as(s, l.first + 5, true), "asm_first+5 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, true), "asm_first+16 target");
	EXPECT_TEXT(resolve_as(s, l.first + 16, false), "asm_second+0 target");
	EXPECT_TEXT(resolve_as(s, l.first + 17, true), "asm_second+1 target");
	end(s, &l);
}

static void the_vdso_is_known(void)
{
	char text[128];
	struct looked l;
	struct symbols *s = begin(&l, "target");

	EXPECT(l.vdso);
	snprintf(text, sizeof(text), "%s", resolve(s, l.vdso + 1));
	EXPECT(!strcmp(text, "clock_gettime+1 [vdso]") || !strcmp(text, "__vdso_clock_gettime+1 [vdso]"));
	end(s, &l);
}

/* What came after the first look is found after the next one; a stripped one tells what it can */
static void libraries_are_known(void)
{
	static const struct {
		const char *file, *name, *hidden;
	} library[] = {
		{ "full.so", "lib_name+2 full.so", "lib_name_hidden+2 full.so" },
		{ "mini.so", "lib_name+2 mini.so", "lib_name_hidden+2 mini.so" },
		{ "stripped.so", "lib_name+2 stripped.so", "-+0 stripped.so" },
	};
	struct looked l;
	struct symbols *s = begin(&l, "target-stripped");
	size_t i;

	EXPECT_TEXT(resolve(s, l.visible), "-+0 target-stripped");
	for (i = 0; i < 3; i++) {
		uint64_t visible, hidden;
		char path[PATH_MAX];

		looked_path(path, sizeof(path), library[i].file);
		visible = looked_open(&l, path, "lib_name", &hidden);
		EXPECT(visible && hidden);
		EXPECT_TEXT(resolve(s, visible + 2), "-+0 -");
		symbols__refresh(s);
		EXPECT_TEXT(resolve(s, visible + 2), library[i].name);
		EXPECT_TEXT(resolve(s, hidden + 2), library[i].hidden);
	}
	end(s, &l);
}

/* Symbols in a file of their own, below the root of the process */
static void a_debug_file_is_found_by_build_id(void)
{
	struct symbol_image_file file = { .root = -1 };
	struct symbol_image *image = NULL, *without = NULL;
	uint64_t visible, hidden, within;
	const char *name;
	char path[PATH_MAX];
	struct looked l;
	struct symbols *s = begin(&l, "target");

	looked_path(path, sizeof(path), "apart.so");
	visible = looked_open(&l, path, "lib_name", &hidden);
	EXPECT_TEXT(resolve(s, hidden), "-+0 apart.so");
	file.fd = open(path, O_RDONLY | O_CLOEXEC);
	looked_path(path, sizeof(path), "root");
	EXPECT(!symbol_image__create(&without, &file));
	file.root = open(path, O_PATH | O_CLOEXEC);
	EXPECT(file.fd >= 0 && file.root >= 0 && !symbol_image__create(&image, &file));
	close(file.fd);
	close(file.root);
	/* the first segments of such a file are where they are in memory, but for the base */
	hidden = (hidden & 0xfff) | 0x1000;
	visible = (visible & 0xfff) | 0x1000;
	name = symbol_image__find(without, hidden, &within);
	EXPECT(!name);
	name = symbol_image__find(without, visible, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name");
	name = symbol_image__find(image, hidden, &within);
	EXPECT_TEXT(name ? name : "-", "lib_name_hidden");
	symbol_image__destroy(image);
	symbol_image__destroy(without);
	end(s, &l);
}

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
		struct symbols *s;

		/* the process is in another namespace than who looks */
		looked_path(program, sizeof(program), "target");
		if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount(other, path, NULL, MS_BIND, NULL))
			_exit(77);
		looked_start(&l, program);
		visible = looked_open(&l, path, "new_name", &hidden);
		if (setns(ours, CLONE_NEWNS) || symbols__create(&s, l.pid))
			_exit(2);
		snprintf(text, sizeof(text), "%s", resolve(s, visible + 1));
		end(s, &l);
		_exit(strcmp(text, "new_name+1 full.so") ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	EXPECT(WIFEXITED(status) && (!WEXITSTATUS(status) || WEXITSTATUS(status) == 77));
}

/* More addresses than are remembered: each is answered as before */
static void many_addresses_are_answered(void)
{
	struct looked l;
	struct symbols *s = begin(&l, "target");
	unsigned int round, wrong = 0;
	uint64_t i;

	for (round = 0; round < 3; round++)
		for (i = 0; i < 40000; i++) {
			struct symbol symbol;

			symbols__resolve(s, l.first + i % 4096 + (i << 20), false, &symbol);
			symbols__resolve(s, l.first + i % 16, false, &symbol);
			wrong += !symbol.name || strcmp(symbol.name, "asm_first") || symbol.offset != i % 16;
		}
	EXPECT(!wrong);
	end(s, &l);
}

/* A file that is no ELF file, cut or full of nonsense does no harm */
static void damaged_files_are_survived(void)
{
	char path[PATH_MAX], text[32768];
	struct symbol_image_file file = { .root = -1 };
	struct symbol_image *image;
	char name[] = "/tmp/around-XXXXXX";
	uint64_t within;
	size_t size, cut, i;
	int fd = mkstemp(name);
	FILE *f;

	looked_path(path, sizeof(path), "full.so");
	f = fopen(path, "re");
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	for (cut = 0; cut < size; cut += cut < 1024 ? 61 : 1021) {
		image = NULL;
		EXPECT(!ftruncate(fd, 0) && pwrite(fd, text, cut, 0) == (ssize_t)cut);
		file.fd = fd;
		if (!symbol_image__create(&image, &file))
			symbol_image__find(image, 0x1100, &within);
		symbol_image__destroy(image);
	}
	srand(23);
	for (i = 0; i < 400; i++) {
		size_t at = i < 200 ? (size_t)rand() % 1024 : (size_t)rand() % size;
		char was = text[at];

		image = NULL;
		text[at] = (char)rand();
		EXPECT(pwrite(fd, text, size, 0) == (ssize_t)size);
		if (!symbol_image__create(&image, &file))
			symbol_image__find(image, 0x1100, &within);
		symbol_image__destroy(image);
		text[at] = was;
	}
	close(fd);
	unlink(name);
}

const struct unit_test symbol_tests[] = {
	{ "symbol: programs are known, PIE or not", programs_are_known },
	{ "symbol: where a call returns to belongs to the call", returns_belong_to_the_call },
	{ "symbol: the vdso is known", the_vdso_is_known },
	{ "symbol: libraries are known, opened late or stripped", libraries_are_known },
	{ "symbol: a debug file is found by its build id", a_debug_file_is_found_by_build_id },
	{ "symbol: deleted and replaced files are known", deleted_and_replaced_files_are_known },
	{ "symbol: what is mapped anew is found anew", what_is_mapped_anew_is_found_anew },
	{ "symbol: another program is begun anew", another_program_is_begun_anew },
	{ "symbol: a process that is gone is still known", a_process_that_is_gone_is_still_known },
	{ "symbol: a command that is over is still known", a_short_command_is_known },
	{ "symbol: functions made at run time are known", functions_made_at_run_time_are_known },
	{ "symbol: files are those the process sees", files_are_those_the_process_sees },
	{ "symbol: many addresses are answered", many_addresses_are_answered },
	{ "symbol: damaged files are survived", damaged_files_are_survived },
	{ 0 },
};

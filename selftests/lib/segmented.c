// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Creates a process with known segment registers and descriptors. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <asm/prctl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "segmented.h"

#define PAGE		4096UL
#define CALL_32_PAUSE	29
#define CALL_32_TLS	243	/* set_thread_area() */

bool segmented_lar(unsigned short selector, __u32 *rights)
{
	bool ok;

	*rights = 0;
	asm volatile("lar %2, %0" : "+r"(*rights), "=@ccz"(ok) : "r"((__u32)selector));
	return ok;
}

bool segmented_lsl(unsigned short selector, __u32 *limit)
{
	bool ok;

	*limit = 0;
	asm volatile("lsl %2, %0" : "+r"(*limit), "=@ccz"(ok) : "r"((__u32)selector));
	return ok;
}

bool segmented_verr(unsigned short selector)
{
	bool ok;

	asm volatile("verr %1" : "=@ccz"(ok) : "r"(selector));
	return ok;
}

bool segmented_verw(unsigned short selector)
{
	bool ok;

	asm volatile("verw %1" : "=@ccz"(ok) : "r"(selector));
	return ok;
}

static long set_ldt(struct user_desc desc)
{
	return syscall(SYS_modify_ldt, 0x11, &desc, sizeof(desc));
}

static bool make_ldt(unsigned int base)
{
	struct user_desc data = {
		.entry_number = SEGMENTED_DATA, .base_addr = base,
		.limit = SEGMENTED_LIMIT, .seg_32bit = 1, .useable = 1,
	};
	struct user_desc desc = data;

	if (set_ldt(data))
		return false;
	desc.entry_number = SEGMENTED_LAST;
	set_ldt(desc);
	desc = data;
	desc.entry_number = SEGMENTED_DOWN;
	desc.contents = MODIFY_LDT_CONTENTS_STACK;
	set_ldt(desc);
	desc = data;
	desc.entry_number = SEGMENTED_CODE;
	desc.contents = MODIFY_LDT_CONTENTS_CODE;
	desc.limit = PAGE - 1;
	set_ldt(desc);
	desc.entry_number = SEGMENTED_EXECUTE;
	desc.read_exec_only = 1;
	set_ldt(desc);
	desc = data;
	desc.entry_number = SEGMENTED_ABSENT;
	desc.seg_not_present = 1;
	set_ldt(desc);
	desc = data;
	desc.entry_number = SEGMENTED_PAGES;
	desc.limit_in_pages = 1;
	desc.limit = SEGMENTED_NR_PAGES;
	return !set_ldt(desc);
}

bool segmented_have_ldt(void)
{
	return make_ldt(0);
}

/*
 * In 64-bit mode a CPU takes the bases of CS, DS, ES and SS as 0, whatever the descriptor contains.
 * QEMU (7.2 to 10.0 at least) adds them where an instruction has a segment prefix. The data segment
 * has base 1 here. ES is read: no kernel has an ES prefix, an interrupt in between is harmless.
 */
static bool emulator_adds_bases(char *page)
{
	char byte;

	page[0] = 0;
	page[1] = 1;
	asm volatile("mov %w2, %%es; movb %%es:(%1), %0; mov %w3, %%es"
		     : "=q"(byte)
		     : "r"(page), "r"(SEGMENTED_SELECTOR(SEGMENTED_DATA)), "r"(0) : "memory");
	return byte;
}

/* From 7.3 on the kernel pads instructions with DS prefixes while DS has the user's selector */
static bool kernel_has_ds_prefixes(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname name;

	uname(&name);
	if (sscanf(name.release, "%u.%u", &major, &minor) != 2)
		return true;
	return major > 7 || (major == 7 && minor >= 3);
}

static unsigned short choose_ds(char *page)
{
	if (kernel_has_ds_prefixes() && make_ldt(1) && emulator_adds_bases(page))
		return SEGMENTED_DS_FLAT;
	return SEGMENTED_SELECTOR(SEGMENTED_DATA);
}

/* Does not use the C library, because FS and GS may have any value. Never returns */
static void sleep_for_ever(struct segmented_truth *truth)
{
	__atomic_add_fetch(&truth->ready, 1, __ATOMIC_SEQ_CST);
	for (;;)
		asm volatile("syscall" : : "a"(SYS_pause) : "rcx", "r11", "memory");
}

struct start {
	struct segmented_truth *truth;
	enum segmented_thread which;
};

static void report_self(const struct start *start)
{
	struct segmented_truth *truth = start->truth;

	truth->tid[start->which] = (pid_t)syscall(SYS_gettid);
	syscall(SYS_arch_prctl, ARCH_GET_FS, &truth->fs_base[start->which]);
	syscall(SYS_arch_prctl, ARCH_GET_GS, &truth->gs_base[start->which]);
}

/* Write 32-bit code to the end of the page that calls pause() in a loop, and jump to it */
static void enter_32(struct segmented_truth *truth)
{
	static const unsigned char code[] = {
		0xb8, CALL_32_PAUSE, 0, 0, 0,	/* mov $29, %eax */
		0xcd, 0x80,			/* int $0x80 */
		0xeb, 0xf7,			/* jmp to the beginning */
	};
	struct {
		unsigned int offset;
		unsigned short selector;
	} __attribute__((packed)) to = { 0xf00, SEGMENTED_SELECTOR(SEGMENTED_CODE) };

	memcpy((char *)truth->page + 0xf00, code, sizeof(code));
	__atomic_add_fetch(&truth->ready, 1, __ATOMIC_SEQ_CST);
	asm volatile("mov %w1, %%ds; mov %w2, %%es; ljmpl *(%0)"
		     : : "r"(&to), "r"(truth->ds),
		     "r"(SEGMENTED_SELECTOR(SEGMENTED_DOWN)) : "memory");
}

static void *run(void *arg)
{
	struct start *start = arg;
	struct segmented_truth *truth = start->truth;

	report_self(start);
	switch (start->which) {
	case SEGMENTED_LDT:
		asm volatile("mov %w0, %%fs" : : "r"(SEGMENTED_SELECTOR(SEGMENTED_DATA)));
		break;
	case SEGMENTED_TLS:
		asm volatile("mov %w0, %%gs" : : "r"(truth->tls << 3 | 3));
		break;
	case SEGMENTED_32:
		enter_32(truth);
		break;
	case SEGMENTED_SPINNER:
		__atomic_add_fetch(&truth->ready, 1, __ATOMIC_SEQ_CST);
		for (;;)
			asm volatile("");
	default:
		break;
	}
	sleep_for_ever(truth);
	return NULL;
}

/* TLS slots belong to a thread: the thread that uses the slot calls this, with a pointer below 4G */
static void *make_tls_and_run(void *arg)
{
	struct start *start = arg;
	struct segmented_truth *truth = start->truth;
	struct user_desc *desc = (struct user_desc *)(truth->page + 0xe00);
	long ret;

	*desc = (struct user_desc){
		.entry_number = -1U, .base_addr = (unsigned int)truth->page,
		.limit = SEGMENTED_LIMIT, .seg_32bit = 1, .useable = 1,
	};
	asm volatile("int $0x80" : "=a"(ret)
		     : "a"(CALL_32_TLS), "b"(desc) : "memory", "r8", "r9", "r10", "r11");
	if (ret)
		_exit(4);
	truth->tls = desc->entry_number;
	return run(arg);
}

static void read_lar_lsl(struct segmented_truth *truth)
{
	for (unsigned int i = 0; i < SEGMENTED_ENTRIES; i++) {
		segmented_lar(SEGMENTED_SELECTOR(i), &truth->lar[i]);
		segmented_lsl(SEGMENTED_SELECTOR(i), &truth->lsl[i]);
	}
}

static void be_segmented(struct segmented_truth *truth)
{
	static struct start starts[SEGMENTED_NR];
	char *page = mmap(NULL, (SEGMENTED_NR_PAGES + 1) * PAGE,
			  PROT_READ | PROT_WRITE | PROT_EXEC,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT | MAP_POPULATE, -1, 0);
	pthread_t thread;

	if (page == MAP_FAILED)
		_exit(1);
	truth->page = (unsigned long)page;
	truth->ds = choose_ds(page);
	memset(page, 0x5a, SEGMENTED_NR_PAGES * PAGE);
	if (!make_ldt((unsigned int)truth->page))
		_exit(4);	/* without CONFIG_MODIFY_LDT_SYSCALL */
	read_lar_lsl(truth);
	for (unsigned int i = SEGMENTED_MAIN + 1; i < SEGMENTED_NR; i++) {
		starts[i] = (struct start){ truth, i };
		if (pthread_create(&thread, NULL, i == SEGMENTED_TLS ? make_tls_and_run : run,
				   &starts[i]))
			_exit(1);
	}
	syscall(SYS_arch_prctl, ARCH_SET_GS, page + 0x123);
	asm volatile("mov %w0, %%es" : : "r"(SEGMENTED_SELECTOR(SEGMENTED_LAST)));
	starts[0] = (struct start){ truth, SEGMENTED_MAIN };
	report_self(&starts[0]);
	sleep_for_ever(truth);
}

static bool read_line(pid_t pid, pid_t tid, const char *name, char *line, int size)
{
	char path[64];
	bool done;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", pid, tid, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	done = fgets(line, size, f);
	fclose(f);
	return done;
}

/* The state changes before the thread is switched out; the file syscall is "running" until then */
static bool is_asleep(pid_t pid, pid_t tid)
{
	char line[512];
	const char *end;

	if (!read_line(pid, tid, "stat", line, sizeof(line)))
		return false;
	end = strrchr(line, ')');
	return end && end[2] == 'S' && read_line(pid, tid, "syscall", line, sizeof(line)) && strcmp(line, "running\n");
}

/* Each thread reports itself ready just before it sleeps; the spinner never sleeps */
static bool all_sleep(const struct segmented *process)
{
	for (int i = 0; i < SEGMENTED_NR; i++)
		if (i != SEGMENTED_SPINNER && !is_asleep(process->pid, process->truth->tid[i]))
			return false;
	return true;
}

int segmented_start(struct segmented *process)
{
	int status;

	process->truth = mmap(NULL, sizeof(*process->truth), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (process->truth == MAP_FAILED)
		return -1;
	process->pid = fork();
	if (!process->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		be_segmented(process->truth);
	}
	while (__atomic_load_n(&process->truth->ready, __ATOMIC_SEQ_CST) < SEGMENTED_NR) {
		if (waitpid(process->pid, &status, WNOHANG) == process->pid)
			return WIFEXITED(status) && WEXITSTATUS(status) == 4 ? 4 : -1;
		usleep(1000);
	}
	while (!all_sleep(process))
		usleep(1000);
	return 0;
}

void segmented_stop(struct segmented *process)
{
	kill(process->pid, SIGKILL);
	waitpid(process->pid, NULL, 0);
	munmap(process->truth, sizeof(*process->truth));
}

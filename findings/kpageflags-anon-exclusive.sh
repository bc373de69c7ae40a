#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# On 6.12 /proc/kpageflags reports "anon_exclusive" of a huge page's first page for all its pages; it is a mark of each.
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, linux-image-6.1.0-50-cloud-amd64 6.1.176-1 (bookworm),
# linux-image-6.12.95+deb12-cloud-amd64 6.12.95-1~bpo12+1 (bookworm-backports). A process has a huge page, one half with
# MADV_DONTFORK, and forks: it shares the other half with its child. "exclusive" is the mark (bit 34, which the kernel's
# page-types prints as anon_exclusive if the page is anonymous) of pages 0, 100 and 300, the last of them in the upper
# half. The process then writes to page 300; the frame in /proc/self/pagemap, and ru_minflt, before and after it show how
# the kernel treats the page. Seen in guests under TCG:
#
#	6.1, lower half shared: exclusive 001, written in place, faults 0
#	6.1, upper half shared: exclusive 110, written to a copy, faults 1
#	6.12, lower half shared: exclusive 000, written in place, faults 0
#	6.12, upper half shared: exclusive 111, written to a copy, faults 1
#
# The kernels do the same, and the marks of 6.1 agree with it. On 6.12 page 300 has no mark and is written in place, or
# has it and is copied: of a large folio the flags of its first page are reported, whichever page is read (from 6.10 on),
# all but hwpoison. 7.3 reports the same as 6.12.
#
# A good guess misses it: most flags are of the folio, the change is made for these, and a huge page mapped by one entry has
# the mark in its first page too, so these read right. A program that predicts copies from the mark (after
# fork(), for a snapshot) is wrong for pages mapped one by one only, and in both directions.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3'
readonly OLD=linux-image-6.1.0-50-cloud-amd64 OLD_VERSION=6.1.176-1
readonly NEW=linux-image-6.12.95+deb12-cloud-amd64 NEW_VERSION='6.12.95-1~bpo12+1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Suites that apt is not configured with are looked for on the mirror that it has, with a state of its own.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
mkdir -p lists/partial archives/partial
: > status
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
	"$mirror" bookworm "$mirror" bookworm-backports > sources
cat > apt.conf <<END
Dir::State "$work"; Dir::State::lists "$work/lists"; Dir::State::status "$work/status";
Dir::Cache "$work"; Dir::Cache::archives "$work/archives"; Dir::Etc::sourcelist "$work/sources";
Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null"; APT::Sandbox::User "";
END
export APT_CONFIG=$work/apt.conf
apt-get -qq update || exit 2
mapfile -t packages < <(apt-get -qq --simulate --no-install-recommends install "qemu-system-x86=$QEMU" |
	awk '$1 == "Inst" { print $2 }' | grep -vxE 'perl.*|libperl.*|debconf|dpkg|tar|adduser|passwd')
[ ${#packages[@]} -gt 9 ] || exit 2
apt-get -qq download "${packages[@]}" "$OLD=$OLD_VERSION" "$NEW=$NEW_VERSION" || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

cat > init.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define HUGE (2UL << 20)
#define PAGE 4096UL
#define WRITTEN 300

static uint64_t word(const char *file, uint64_t index)
{
	uint64_t value = 0;
	int fd = open(file, O_RDONLY);

	if (pread(fd, &value, 8, index * 8) != 8)
		printf("%s cannot be read\n", file);
	close(fd);
	return value;
}

static uint64_t frame(const char *p)
{
	return word("/proc/self/pagemap", (uintptr_t)p / PAGE) & ((1ULL << 55) - 1);
}

/* page-types prints bit 34 of an anonymous page (bit 12) as anon_exclusive */
static char exclusive(const char *p)
{
	uint64_t flags = word("/proc/kpageflags", frame(p));

	if (!(flags >> 12 & 1) || !(flags >> 22 & 1))
		return '?';
	return '0' + (flags >> 34 & 1);
}

/* Share the other half of a huge page with a child, and write to one page of the upper half */
static void share(const char *release, bool lower_shared)
{
	char *area = mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *huge = (char *)(((uintptr_t)area + HUGE - 1) & -HUGE), *p = huge + WRITTEN * PAGE;
	struct rusage before, after;
	uint64_t old;
	pid_t child;
	char marks[4] = "";

	madvise(huge, HUGE, MADV_HUGEPAGE);
	memset(huge, 1, HUGE);
	/* khugepaged does not join it again */
	madvise(huge, HUGE, MADV_NOHUGEPAGE);
	madvise(lower_shared ? huge + HUGE / 2 : huge, HUGE / 2, MADV_DONTFORK);
	child = fork();
	if (!child)
		for (;;)
			pause();
	marks[0] = exclusive(huge);
	marks[1] = exclusive(huge + 100 * PAGE);
	marks[2] = exclusive(p);
	old = frame(p);
	/* The stack is shared with the child, too */
	getrusage(RUSAGE_SELF, &after);
	getrusage(RUSAGE_SELF, &before);
	*(volatile char *)p = 2;
	getrusage(RUSAGE_SELF, &after);
	printf("%s, %s half shared: exclusive %s, written %s, faults %ld\n", release,
	       lower_shared ? "lower" : "upper", marks, frame(p) == old ? "in place" : "to a copy",
	       after.ru_minflt - before.ru_minflt);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

int main(void)
{
	struct utsname name;

	mkdir("/proc", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	uname(&name);
	strtok(strchr(name.release, '.') + 1, ".");
	share(name.release, true);
	share(name.release, false);
	fflush(stdout);
	tcdrain(1);
	reboot(RB_POWER_OFF);
	return 0;
}
END
gcc -O1 -static -o init init.c
printf '%s\n' init | cpio -o -H newc --quiet > initrd
libs=usr/lib/x86_64-linux-gnu
for kernel in boot/vmlinuz-6.1.* boot/vmlinuz-6.12.*; do
	# A guest that shows nothing is started again
	for _ in 1 2 3; do
		QEMU_MODULE_DIR=$work/$libs/qemu timeout 60 lib64/ld-linux-x86-64.so.2 \
			--library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
			usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -cpu max -m 1024 \
			-display none -nodefaults -no-reboot -kernel "$kernel" -initrd initrd -serial stdio \
			-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
		if tr -d '\r' < out | grep -a ' half shared: '; then break; fi
	done
done > seen
cat seen
diff - seen <<'END'
6.1, lower half shared: exclusive 001, written in place, faults 0
6.1, upper half shared: exclusive 110, written to a copy, faults 1
6.12, lower half shared: exclusive 000, written in place, faults 0
6.12, upper half shared: exclusive 111, written to a copy, faults 1
END

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# With 2M enabled, one guard page keeps khugepaged from all folios of a slot, also from those of 64K.
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (bookworm), linux-binary- and linux-modules-7.3.4+deb13-cloud-amd64
# 7.3.4-1~bpo13+1 (trixie-backports). A process writes the 512 pages of an aligned range of 2M, and makes the tenth of them a
# guard (MADV_GUARD_INSTALL); in a second process no page is a guard. Then sizes of huge pages are set to "always", and
# khugepaged scans everything three times. The folios of each size are counted by hugepages-SIZEkB/stats/nr_anon. Seen in a
# guest under TCG:
#
#	none, 64K: 32 of 64K, 0 of 2M
#	none, 64K and 2M: 0 of 64K, 1 of 2M
#	guard, 64K: 31 of 64K, 0 of 2M
#	guard, 64K and 2M: 0 of 64K, 0 of 2M
#
# khugepaged of 7.2 and later tries the sizes from the largest down, and goes on to a smaller one when a size does not fit:
# too many empty entries, shared pages, no free memory. For 2M it reads absent pages of the slot back first, as from swap.
# The guard entry cannot be read back, and this failure ends the work on the slot instead of trying 64K.
#
# A good guess misses it: to enable one more size gives khugepaged one more choice, so at least as much memory should become
# large folios. And with 64K alone the guard costs its own 64K only, as one expects.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3'
readonly NEW=7.3.4+deb13-cloud-amd64 NEW_VERSION='7.3.4-1~bpo13+1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Suites that apt is not configured with are looked for on the mirror that it has, with a state of its own.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
mkdir -p lists/partial archives/partial
: > status
for suite in bookworm trixie-backports; do
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite"
done > sources
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
apt-get -qq download "${packages[@]}" "linux-binary-$NEW=$NEW_VERSION" "linux-modules-$NEW=$NEW_VERSION" || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

cat > init.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define THP "/sys/kernel/mm/transparent_hugepage/"
#define SLOT (2UL << 20)
#define PAGE 4096UL
#define MADV_GUARD_INSTALL 102

static void put(const char *file, const char *text)
{
	int fd = open(file, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		printf("%s: not written\n", file);
	close(fd);
}

static long get(const char *file)
{
	char text[32] = "";
	int fd = open(file, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) <= 0)
		printf("%s: not read\n", file);
	close(fd);
	return atol(text);
}

static void scan(void)
{
	const long begun = get(THP "khugepaged/full_scans");

	put(THP "khugepaged/pages_to_scan", "100000");
	put(THP "khugepaged/scan_sleep_millisecs", "0");
	for (int i = 0; i < 300 && get(THP "khugepaged/full_scans") < begun + 3; i++)
		usleep(100000);
	put(THP "khugepaged/scan_sleep_millisecs", "600000");
}

static void run(int guard, int huge)
{
	char *p = mmap((void *)0x200000000000, SLOT, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	for (unsigned long i = 0; i < SLOT; i += PAGE)
		p[i] = 1;
	if (guard && madvise(p + 9 * PAGE, PAGE, MADV_GUARD_INSTALL))
		printf("no guard\n");
	put(THP "hugepages-64kB/enabled", "always");
	put(THP "hugepages-2048kB/enabled", huge ? "always" : "never");
	madvise(p, SLOT, MADV_HUGEPAGE);
	scan();
	printf("%s, 64K%s: %ld of 64K, %ld of 2M\n", guard ? "guard" : "none", huge ? " and 2M" : "",
	       get(THP "hugepages-64kB/stats/nr_anon"), get(THP "hugepages-2048kB/stats/nr_anon"));
	fflush(stdout);
	put(THP "hugepages-64kB/enabled", "never");
	put(THP "hugepages-2048kB/enabled", "never");
}

int main(void)
{
	mkdir("/sys", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	put(THP "hugepages-2048kB/enabled", "never");
	put(THP "khugepaged/scan_sleep_millisecs", "600000");
	for (int i = 0; i < 4; i++) {
		if (!fork()) {
			run(i / 2, i % 2);
			_exit(0);
		}
		wait(NULL);
	}
	tcdrain(1);
	reboot(RB_POWER_OFF);
	return 0;
}
END
gcc -O1 -static -o init init.c
printf 'init\n' | cpio -o -H newc --quiet > initrd
libs=usr/lib/x86_64-linux-gnu
kernel=$(find . -name "vmlinuz*" -path "*$NEW*" -type f | head -n 1)
# A guest that shows nothing is started again
for _ in 1 2 3; do
	QEMU_MODULE_DIR=$work/$libs/qemu timeout 120 lib64/ld-linux-x86-64.so.2 \
		--library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
		usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -cpu max -m 1024 \
		-display none -nodefaults -no-reboot -kernel "$kernel" -initrd initrd -serial stdio \
		-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
	if tr -d '\r' < out | grep -aE '(none|guard|not |no guard)' > seen; then break; fi
done
cat seen
diff - seen <<'END'
none, 64K: 32 of 64K, 0 of 2M
none, 64K and 2M: 0 of 64K, 1 of 2M
guard, 64K: 31 of 64K, 0 of 2M
guard, 64K and 2M: 0 of 64K, 0 of 2M
END

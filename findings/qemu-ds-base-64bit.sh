#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# QEMU's emulation adds the base of DS to an address with a DS prefix in 64-bit mode; a CPU ignores it.
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (bookworm), linux-image-6.12.95+deb12-cloud-amd64 6.12.95-1~bpo12+1
# (bookworm-backports). A program loads DS with a descriptor of its LDT whose base is 4096, and reads a byte at the
# beginning of two pages, once without a prefix and once with a DS prefix (3e). Seen in a guest under TCG:
#
#	without prefix: f, with DS prefix: s
#
# which is the first page, and then the second one. Both must be the first: in 64-bit mode the bases of CS, DS, ES and SS
# are taken as zero, with a prefix too (Intel SDM vol. 1, 3.3.7.1). Loading DS as such succeeds as it does on a CPU.
#
# A good guess misses it: compilers emit no DS prefix in 64-bit code, and programs have no reason to load a segment with
# a base into DS there, so neither test suites of emulators nor ordinary programs meet it.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3' IMAGE=linux-image-6.12.95+deb12-cloud-amd64 IMAGE_VERSION='6.12.95-1~bpo12+1'

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
apt-get -qq download "${packages[@]}" "$IMAGE=$IMAGE_VERSION" || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

cat > init.c <<'END'
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
	struct user_desc d = { .base_addr = 4096, .limit = 0xfffff, .seg_32bit = 1,
			       .limit_in_pages = 1, .useable = 1 };
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	int plain, prefixed;

	strcpy(p, "first page");
	strcpy(p + 4096, "second page");
	syscall(SYS_modify_ldt, 0x11, &d, sizeof(d));
	asm volatile("mov %0, %%ds" : : "r"((unsigned short)7));
	asm volatile("movzbl (%1), %0" : "=r"(plain) : "r"(p));
	asm volatile(".byte 0x3e; movzbl (%1), %0" : "=r"(prefixed) : "r"(p));
	asm volatile("mov %0, %%ds" : : "r"((unsigned short)0));
	printf("without prefix: %c, with DS prefix: %c\n", plain, prefixed);
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
END
gcc -O1 -static -o init init.c
printf '%s\n' init | cpio -o -H newc --quiet > initrd
libs=usr/lib/x86_64-linux-gnu
QEMU_MODULE_DIR=$work/$libs/qemu timeout 120 lib64/ld-linux-x86-64.so.2 --library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
	usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -cpu max -m 512 -display none \
	-nodefaults -no-reboot -kernel boot/vmlinuz-* -initrd initrd -serial stdio \
	-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
grep -a 'prefix:' out | tr -d '\r'
grep -aq 'without prefix: f, with DS prefix: s' out

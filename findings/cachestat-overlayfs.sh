#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# cachestat(2) counts no page of a file that is opened through overlayfs; mincore(2) counts them all.
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (bookworm), linux-image-6.12.95+deb12-cloud-amd64 6.12.95-1~bpo12+1
# (bookworm-backports), linux-binary- and linux-modules-7.3.4+deb13-cloud-amd64 7.3.4-1~bpo13+1 (trixie-backports). A file
# of 64 pages is in the lower layer of an overlay, on tmpfs, all of it in the page cache. It is opened by its path in the
# layer, then by its path in the overlay, and read both times. Seen in guests under TCG:
#
#	6.12, layer: cachestat 64, mincore 64
#	6.12, overlay: cachestat 0, mincore 64
#	7.3, layer: cachestat 64, mincore 64
#	7.3, overlay: cachestat 0, mincore 64
#
# cachestat() reads the address space of the open file. That of a file on overlayfs is never filled: reads, and the pages
# of a mapping, are those of the file in the layer. The call succeeds, and the numbers of dirty and evicted pages are 0, too.
#
# A good guess misses it: the call was made to replace mincore(), and it agrees with mincore() on every file of a machine
# until the program runs in a container, whose root is an overlay. "Nothing is cached" is a plausible result there, so a
# fallback to mincore() on an error never happens.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3'
readonly OLD=linux-image-6.12.95+deb12-cloud-amd64 OLD_VERSION='6.12.95-1~bpo12+1'
readonly NEW=7.3.4+deb13-cloud-amd64 NEW_VERSION='7.3.4-1~bpo13+1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Suites that apt is not configured with are looked for on the mirror that it has, with a state of its own.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
mkdir -p lists/partial archives/partial
: > status
for suite in bookworm bookworm-backports trixie-backports; do
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
apt-get -qq download "${packages[@]}" "$OLD=$OLD_VERSION" "linux-binary-$NEW=$NEW_VERSION" "linux-modules-$NEW=$NEW_VERSION" || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

cat > init.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#define SYS_CACHESTAT 451
#define PAGES 64

/* linux/mman.h of 6.5 */
struct range { uint64_t off, len; };
struct stats { uint64_t cache, dirty, writeback, evicted, recently_evicted; };

static void count(const char *release, const char *what, const char *path)
{
	static char buffer[PAGES * 4096];
	unsigned char in_core[PAGES] = "";
	struct range all = { 0, 0 };
	struct stats seen = { .cache = 999 };
	int fd = open(path, O_RDONLY), pages = 0;
	void *p = mmap(NULL, sizeof(buffer), PROT_READ, MAP_SHARED, fd, 0);

	if (read(fd, buffer, sizeof(buffer)) != sizeof(buffer) || mincore(p, sizeof(buffer), in_core) ||
	    syscall(SYS_CACHESTAT, fd, &all, &seen, 0))
		printf("%s: a call failed\n", path);
	for (int i = 0; i < PAGES; i++)
		pages += in_core[i] & 1;
	printf("%s, %s: cachestat %d, mincore %d\n", release, what, (int)seen.cache, pages);
}

int main(void)
{
	static char page[4096] = "x";
	struct utsname name;
	int fd;

	uname(&name);
	strtok(strchr(name.release, '.') + 1, ".");
	syscall(SYS_finit_module, open("/overlay.ko", O_RDONLY), "", 0);
	mkdir("/mnt", 0755);
	mount("tmpfs", "/mnt", "tmpfs", 0, NULL);
	mkdir("/mnt/lower", 0755);
	mkdir("/mnt/upper", 0755);
	mkdir("/mnt/work", 0755);
	mkdir("/mnt/overlay", 0755);
	fd = open("/mnt/lower/file", O_CREAT | O_WRONLY, 0644);
	for (int i = 0; i < PAGES; i++)
		if (write(fd, page, sizeof(page)) != sizeof(page))
			printf("write failed\n");
	close(fd);
	if (mount("overlay", "/mnt/overlay", "overlay", 0, "lowerdir=/mnt/lower,upperdir=/mnt/upper,workdir=/mnt/work"))
		printf("no overlay\n");
	count(name.release, "layer", "/mnt/lower/file");
	count(name.release, "overlay", "/mnt/overlay/file");
	fflush(stdout);
	tcdrain(1);
	reboot(RB_POWER_OFF);
	return 0;
}
END
gcc -O1 -static -o init init.c
libs=usr/lib/x86_64-linux-gnu
for release in "${OLD#linux-image-}" "$NEW"; do
	kernel=$(find . -name "vmlinuz*" -path "*$release*" -type f | head -n 1)
	xz -dc "$(find . -name overlay.ko.xz -path "*/$release/*")" > overlay.ko
	printf '%s\n' init overlay.ko | cpio -o -H newc --quiet > initrd
	# A guest that shows nothing is started again
	for _ in 1 2 3; do
		QEMU_MODULE_DIR=$work/$libs/qemu timeout 60 lib64/ld-linux-x86-64.so.2 \
			--library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
			usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -cpu max -m 1024 \
			-display none -nodefaults -no-reboot -kernel "$kernel" -initrd initrd -serial stdio \
			-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
		if tr -d '\r' < out | grep -a ': cachestat '; then break; fi
	done
done > seen
cat seen
diff - seen <<'END'
6.12, layer: cachestat 64, mincore 64
6.12, overlay: cachestat 0, mincore 64
7.3, layer: cachestat 64, mincore 64
7.3, overlay: cachestat 0, mincore 64
END

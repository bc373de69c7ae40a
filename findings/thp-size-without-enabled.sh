#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A directory of a huge page size of 6.12 has no file "enabled", and root that writes it gets "Permission denied".
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3, busybox-static 1:1.35.0-4+deb12u1+b1 (bookworm),
# linux-image-6.12.95+deb12-cloud-amd64 6.12.95-1~bpo12+1 (bookworm-backports). Below
# /sys/kernel/mm/transparent_hugepage there is a directory for each size, 8 kB to 2048 kB. Root lists each in a guest,
# and writes "always" to its file "enabled", by redirection of a shell. Seen:
#
#	hugepages-8kB: shmem_enabled stats
#	can't create hugepages-8kB/enabled: Permission denied
#	hugepages-16kB: enabled shmem_enabled stats
#
# and the other seven are as the last one. Two pages are a size that shmem has, and anonymous memory does not. Reading the
# file fails with "No such file or directory"; the write with EACCES instead, because the shell opens with O_CREAT, and
# sysfs creates nothing.
#
# A good guess misses it: the kernel's document (admin-guide/mm/transhuge.rst) gives hugepages-<size>kB/enabled for "the
# available sizes", which a program takes from the names of the directories. One that reads "enabled" of each fails at the
# first; one that takes the smallest size for the smallest that anonymous memory can have is wrong by a factor of two; and
# "Permission denied" for root makes its reader look for lockdown, a container or a security module.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3' BUSYBOX='1:1.35.0-4+deb12u1+b1'
readonly IMAGE=linux-image-6.12.95+deb12-cloud-amd64 IMAGE_VERSION='6.12.95-1~bpo12+1'

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
apt-get -qq download "${packages[@]}" "$IMAGE=$IMAGE_VERSION" "busybox-static=$BUSYBOX" || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

mkdir -p root/sys
cp bin/busybox root/busybox
cat > root/init <<'END'
#!/busybox sh
/busybox mount -t sysfs sysfs /sys
cd /sys/kernel/mm/transparent_hugepage || exit
for size in 8 16 32 64 128 256 512 1024 2048 4096; do
	d=hugepages-${size}kB
	[ -d "$d" ] || continue
	echo "seen: $d:" $(/busybox ls "$d")
	/busybox cat "$d/enabled" 2>&1 > /dev/null | /busybox sed 's/^/seen: /'
	(echo always > "$d/enabled") 2>&1 | /busybox sed 's/^.*init: line [0-9]*:/seen:/'
done
echo "seen: user $(/busybox id -u), $(/busybox ls -d hugepages-* | /busybox wc -l) directories"
/busybox sleep 1
/busybox poweroff -f
END
chmod +x root/init
(cd root && find . | cpio -o -H newc --quiet) > initrd
libs=usr/lib/x86_64-linux-gnu
QEMU_MODULE_DIR=$work/$libs/qemu timeout 120 lib64/ld-linux-x86-64.so.2 --library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
	usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -cpu max -m 512 -display none \
	-nodefaults -no-reboot -kernel boot/vmlinuz-* -initrd initrd -serial stdio \
	-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
tr -d '\r' < out | sed -n 's/^seen: //p' > seen
cat seen
diff - seen <<'END'
hugepages-8kB: shmem_enabled stats
cat: can't open 'hugepages-8kB/enabled': No such file or directory
can't create hugepages-8kB/enabled: Permission denied
hugepages-16kB: enabled shmem_enabled stats
hugepages-32kB: enabled shmem_enabled stats
hugepages-64kB: enabled shmem_enabled stats
hugepages-128kB: enabled shmem_enabled stats
hugepages-256kB: enabled shmem_enabled stats
hugepages-512kB: enabled shmem_enabled stats
hugepages-1024kB: enabled shmem_enabled stats
hugepages-2048kB: enabled shmem_enabled stats
user 0, 9 directories
END

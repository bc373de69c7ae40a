#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Makes the initramfs that mounts the host's root over 9p in a guest, for one kernel, and prints its path.
#
#	initrd.sh [--bare] MODROOT RELEASE	--bare: the root is an ext4 image, for kernels without 9p
#
# It is cached beside the kernel's other things and made again when what it is made of has changed.
set -euo pipefail
. "$(dirname "$0")/env.sh"

kind=9p MODULES=(virtio_pci virtio_console 9pnet_virtio 9p)
if [ "$1" = --bare ]; then
	kind=bare MODULES=(virtio_pci virtio_console virtio_blk ext4)
	shift
fi
modroot=$1 release=$2

# Prints the module files needed, each after those it needs itself. What is built in is not printed.
module_files()
{
	local module
	for module in "${MODULES[@]}"; do
		modprobe -d "$modroot" -S "$release" --show-depends "$module" 2>/dev/null |
			awk '$1 == "insmod" { print $2 }'
	done | awk '!seen[$0]++'
}

copy_module()
{
	local from=$1 to=$2
	case $from in
	*.xz) xz -dc "$from" > "$to" ;;
	*.zst) zstd -dcq "$from" > "$to" ;;
	*.gz) gzip -dc "$from" > "$to" ;;
	*) cp "$from" "$to" ;;
	esac
}

fill()
{
	local dir=$1 file nr=100
	mkdir -p "$dir"/{bin,proc,sys,dev,modules,host,root}
	cp "$(command -v busybox)" "$dir/bin/busybox"
	cp "$PGWALK_VM/init" "$dir/init"
	while read -r file; do
		copy_module "$file" "$dir/modules/$((nr++)).ko"
	done < <(module_files)
}

key=$(cat "$PGWALK_VM/init" "$0" "$(command -v busybox)" | sha256sum | cut -c1-16)
out=$PGWALK_CACHE/initrd/$release-$kind-$key.cpio.gz
if [ ! -e "$out" ]; then
	mkdir -p "${out%/*}"
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	fill "$work/root"
	(cd "$work/root" && find . -mindepth 1 | sort | cpio -o -H newc -R 0:0 --quiet) | gzip -1 > "$work/initrd"
	mv "$work/initrd" "$out.$$"
	mv "$out.$$" "$out"
fi
printf '%s\n' "$out"

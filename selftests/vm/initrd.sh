#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Makes the initramfs of a guest that mounts the host's root over 9p, for one kernel, and prints its path.
#
#	initrd.sh [--bare] MODROOT RELEASE [BUSYBOX]	--bare: the root is an ext4 image, for kernels without 9p
#							BUSYBOX: that of another architecture
#
# It is cached in the directory of the kernel, and made again when one of its inputs has changed.
set -euo pipefail
. "$(dirname "$0")/env.sh"

kind=9p MODULES=(virtio_pci virtio_console 9pnet_virtio 9p)
if [ "$1" = --bare ]; then
	kind=bare MODULES=(virtio_pci virtio_console virtio_blk ext4)
	shift
fi
modroot=$1 release=$2 busybox=${3:-$(command -v busybox)}

# Print the files of the required modules, each after its dependencies. Built-in modules have no file.
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
	*.xz) busybox xz -dc "$from" > "$to" ;;
	*.zst) zstd -dcq "$from" > "$to" ;;
	*.gz) gzip -dc "$from" > "$to" ;;
	*) cp "$from" "$to" ;;
	esac
}

fill()
{
	local dir=$1 file nr=100
	mkdir -p "$dir"/{bin,proc,sys,dev,modules,host,guest,root}
	cp "$busybox" "$dir/bin/busybox"
	cp "$PGWALK_VM/init" "$dir/init"
	while read -r file; do
		copy_module "$file" "$dir/modules/$((nr++)).ko"
	done < <(module_files)
}

key=$(cat "$PGWALK_VM/init" "$0" "$busybox" | sha256sum | cut -c1-16)
out=$PGWALK_CACHE/initrd/$release-$kind-$key.cpio.gz
if [ ! -e "$out" ]; then
	mkdir -p "${out%/*}"
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	fill "$work/root"
	(cd "$work/root" && find . -mindepth 1 | sort | busybox cpio -o -H newc -R 0:0 --quiet) | gzip -1 > "$work/initrd"
	mv "$work/initrd" "$out.$$"
	mv "$out.$$" "$out"
fi
printf '%s\n' "$out"

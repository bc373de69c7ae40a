#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Unpacks the image of an x86 kernel (vmlinuz) into an ELF file.
#
#	unpack-image.sh IMAGE VMLINUX
set -euo pipefail

image=$1 vmlinux=$2
die() { echo "unpack-image.sh: $image: $*" >&2; exit 1; }

# The payload is found by the header of the boot protocol: setup_sects at 0x1f1, payload_offset and payload_length at 0x248
# (Documentation/arch/x86/boot.rst of the kernel).
sects=$(od -An -tu1 -j$((0x1f1)) -N1 "$image")
read -r offset length < <(od -An -tu4 -j$((0x248)) -N8 "$image")
start=$(((sects + 1) * 512 + offset))
magic=$(od -An -tx1 -j$start -N4 "$image" | tr -d ' ')
# The build appends the size of the unpacked image, four bytes, to every payload except gzip, a format that ends with this
# size.
tail=4
case $magic in
fd377a58) command=(xz -dc) package=xz-utils ;;
28b52ffd) command=(zstd -dcq) package=zstd ;;
1f8b*) command=(gzip -dc) package=gzip tail=0 ;;
02214c18) command=(lz4 -dcq) package=lz4 ;;
*) die "packed in an unknown format ($magic)" ;;
esac
command -v "${command[0]}" > /dev/null || die "${command[0]} is not installed (apt install $package)"
head -c $((start + length - tail)) "$image" | tail -c $((length - tail)) | "${command[@]}" > "$vmlinux" || die "cannot be unpacked"

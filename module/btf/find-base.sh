#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Writes the BTF of an installed kernel into a file: from /sys if the kernel runs, otherwise from its image in /boot.
#
#	find-base.sh RELEASE FILE
#
# Exits with 1, after a message with the reason, if there is none.
set -eu

release=$1 file=$2
image=/boot/vmlinuz-$release
here=$(dirname "$0")

if [ "$release" = "$(uname -r)" ] && [ -r /sys/kernel/btf/vmlinux ]; then
	cat /sys/kernel/btf/vmlinux > "$file"
	exit
fi
if [ ! -r "$image" ]; then
	echo "kernel $release does not run, and $image does not exist or cannot be read" >&2
	exit 1
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$here/unpack-image.sh" "$image" "$work/vmlinux" || exit 1
objcopy --dump-section .BTF="$file" "$work/vmlinux" "$work/ignored" 2> "$work/error" && [ -s "$file" ] || {
	echo "$image has no BTF" >&2
	exit 1
}

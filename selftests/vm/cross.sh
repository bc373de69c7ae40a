#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds tools, BPF programs and tests for another architecture in build/ARCH, against the root of its guests (fetch.sh root).
#
#	cross.sh ARCH		arm64; riscv64: tools and BPF programs only, which nothing runs
set -euo pipefail
. "$(dirname "$0")/env.sh"

arch=${1:?cross.sh ARCH}
triplet=$(arch_triplet "$arch")
[ -n "$triplet" ] || die "no cross build for $arch: known are arm64 and riscv64"
command -v "$triplet-gcc" > /dev/null || die "$triplet-gcc is not installed: run selftests/vm/setup.sh $arch"
root=$("$PGWALK_VM/fetch.sh" root "$arch")
out=$PGWALK_BUILD/$arch

# part DIRECTORY TARGET...: run make in a directory of the tree
part()
{
	MAKEFLAGS='' make -j2 --no-print-directory -C "$PGWALK_TOP/$1" O="$out" ARCH="${arch/riscv64/riscv}" CC="$triplet-gcc --sysroot=$root" AR="$triplet-ar" \
		SYSROOT="$root" "${@:2}"
}

part bpf
part userspace "$out/bin/pgtop" "$out/bin/pgwalk"
[ "$arch" = riscv64 ] || part selftests

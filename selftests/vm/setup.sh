#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the Debian packages that building and testing need and that this machine lacks, and says which before it
# does. Does nothing when none lacks. Needs root, or sudo.
#
#	setup.sh [debug-kernel]		debug-kernel: also what a kernel wants to be built from source
set -euo pipefail

# What wants them stands behind them; the kernels themselves are not installed, see fetch.sh.
readonly PACKAGES=(
	make gcc gcc-12 libc6-dev binutils python3	# everything
	clang libbpf-dev bpftool libelf-dev zlib1g-dev pkg-config libjson-c-dev libncurses-dev libdw-dev	# bpf/ and userspace/
	libclang-rt-14-dev			# selftests/parsers: libFuzzer and the sanitizers
	python3-docutils			# man pages
	pahole sparse libssl3			# the module: BTF, C=2
	qemu-system-x86 busybox-static cpio kmod e2fsprogs xz-utils zstd util-linux iproute2	# guests
	perl rsync procps shellcheck tmux	# kernel scripts, kselftest's lib.mk, our own scripts
	clang-tidy coccinelle pylint		# selftests/lint
	libnuma-dev libcap-dev			# the kernel's own tests of mm
	debian-archive-keyring gpgv		# kernels of other suites
)

readonly DEBUG_KERNEL=(flex bison bc libelf-dev libssl-dev rsync)

wanted=("${PACKAGES[@]}")
[ "${1:-}" != debug-kernel ] || wanted+=("${DEBUG_KERNEL[@]}")
missing=()
for package in "${wanted[@]}"; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)
echo "setup: to be installed with apt: ${missing[*]}"
if ! command -v "${as_root[0]:-apt-get}" > /dev/null; then
	echo "setup: become root, or install sudo: the packages above lack" >&2
	exit 1
fi
wait_for_lock=(-o DPkg::Lock::Timeout=600)
"${as_root[@]}" apt-get -qq "${wait_for_lock[@]}" update
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "${wait_for_lock[@]}" install -y \
	--no-install-recommends "${missing[@]}" > /dev/null
echo "setup: installed"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the Debian packages that building and testing need and that this machine lacks, and says which before it
# does. Does nothing when none lacks. Needs root, or sudo.
#
#	setup.sh [debug-kernel | own-machine]
#
# debug-kernel: also the packages to build a kernel from source; own-machine: also those of the test of that name.
#
# The list is Debian 12's. A|B: B is the name in newer suites. On a machine that only builds and uses pgwalk, this is
# not needed: README lists the packages of that.
set -euo pipefail

# What wants them stands behind them; the kernels themselves are not installed, see fetch.sh.
readonly PACKAGES=(
	make gcc gcc-12 libc6-dev binutils python3	# everything
	clang libbpf-dev bpftool libelf-dev zlib1g-dev pkg-config libjson-c-dev libncurses-dev libdw-dev	# bpf/ and userspace/
	"libclang-rt-14-dev|libclang-rt-dev"	# selftests/parsers: libFuzzer and the sanitizers
	python3-docutils			# man pages
	pahole sparse "libssl3|libssl3t64"	# the module: BTF, C=2
	qemu-system-x86 busybox-static cpio kmod e2fsprogs xz-utils zstd util-linux iproute2	# guests
	perl rsync procps shellcheck tmux	# kernel scripts, kselftest's lib.mk, our own scripts
	clang-tidy coccinelle pylint		# selftests/lint
	libnuma-dev libcap-dev			# the kernel's own tests of mm
	debian-archive-keyring gpgv		# kernels of other suites
)

readonly DEBUG_KERNEL=(flex bison bc libelf-dev libssl-dev rsync)

readonly OWN_MACHINE=(mmdebstrap)

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

wanted=("${PACKAGES[@]}")
case ${1:-} in
debug-kernel) wanted+=("${DEBUG_KERNEL[@]}") ;;
own-machine) wanted+=("${OWN_MACHINE[@]}") ;;
esac
missing=()
for package in "${wanted[@]}"; do
	installed "${package%|*}" || installed "${package#*|}" || missing+=("$package")
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
for index in "${!missing[@]}"; do
	package=${missing[index]}
	missing[index]=${package#*|}
	apt-cache show "${missing[index]}" > /dev/null 2>&1 || missing[index]=${package%|*}
done
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "${wait_for_lock[@]}" install -y \
	--no-install-recommends "${missing[@]}" > /dev/null
echo "setup: installed"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Installs the Debian packages that building and testing need and that are missing, after printing their names. Does nothing
# if none is missing. Needs root, or sudo.
#
#	setup.sh [demo | debug-kernel | own-machine | arm64 | riscv64]
#
# demo: only those of make demo and make vm; debug-kernel: also the packages to build a kernel from source; own-machine: also those
# of the suite own-machine; arm64: also the emulator and the compiler for kernels of arm64; riscv64: the compiler.
#
# The names are those of Debian 12. A|B: B is the name in newer suites. A machine that only builds and uses pgwalk does not
# need this script: README lists the packages for that.
set -euo pipefail

# The comments name the parts that need the packages; for kernels see fetch.sh.
readonly PACKAGES=(
	make gcc gcc-12 libc6-dev binutils python3	# everything
	clang libbpf-dev bpftool libelf-dev zlib1g-dev pkg-config libncurses-dev libdw-dev libmicrohttpd-dev	# bpf/ and userspace/
	gettext					# userspace/po: translations
	"libclang-rt-14-dev|libclang-rt-dev"	# selftests/host/parsers: libFuzzer and the sanitizers
	python3-docutils			# man pages
	python3-jsonschema			# selftests/lib/json_schema.py
	python3-yaml				# selftests/host/fleet
	libjson-c-dev				# selftests/host/golden: reads the JSON that the tools write
	pahole sparse "libssl3|libssl3t64"	# the module: BTF, C=2
	qemu-system-x86 busybox-static cpio kmod e2fsprogs xz-utils zstd lz4 util-linux iproute2	# guests
	perl rsync procps shellcheck tmux	# kernel scripts, kselftest's lib.mk, scripts of the tests
	clang-tidy coccinelle pylint		# selftests/lint
	libnuma-dev libcap-dev			# the kernel's own tests of mm
	debian-archive-keyring gpgv		# kernels of other suites
)

# Elsewhere the packages have other names, and the guests' root file system is the host's: only the tools can be built there
id=$(sed -n 's/^ID=//p' "${OS_RELEASE:-/etc/os-release}" 2> /dev/null | tr -d '"')
case $id in
debian) ;;
ubuntu) build="apt install make gcc libc6-dev clang linux-tools-common linux-tools-\$(uname -r) libbpf-dev libelf-dev libdw-dev zlib1g-dev libncurses-dev libmicrohttpd-dev gettext dwarves python3 python3-docutils linux-headers-\$(uname -r)" ;;
fedora) build="dnf install make gcc clang bpftool libbpf-devel elfutils-libelf-devel elfutils-devel zlib-devel ncurses-devel libmicrohttpd-devel gettext dwarves python3 python3-docutils kernel-devel-\$(uname -r)" ;;
arch) build="pacman -S base-devel clang bpf libbpf libelf elfutils zlib ncurses libmicrohttpd gettext pahole python python-docutils linux-headers" ;;
*) build="see \"Other distributions\" in Documentation/troubleshooting.rst" ;;
esac
if [ "$id" != debian ]; then
	echo "setup: the tests and the demo need Debian 12 or newer, and this is ${id:-an unknown distribution}. To build the module and the tools (\"make\"): $build" >&2
	exit 1
fi

readonly DEMO=(
	make gcc libc6-dev binutils	# everything
	clang libbpf-dev bpftool libelf-dev zlib1g-dev libncurses-dev libdw-dev	# bpf/ and userspace/, without pgtop --listen
	pahole "libssl3|libssl3t64"	# the module and its BTF
	qemu-system-x86 busybox-static kmod util-linux	# the guest; cpio and xz are those of busybox
)

readonly DEBUG_KERNEL=(flex bison bc libelf-dev libssl-dev rsync)

readonly OWN_MACHINE=(mmdebstrap)

readonly ARM64=(qemu-system-arm gcc-aarch64-linux-gnu libc6-dev-arm64-cross)

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

wanted=("${PACKAGES[@]}")
case ${1:-} in
debug-kernel) wanted+=("${DEBUG_KERNEL[@]}") ;;
own-machine) wanted+=("${OWN_MACHINE[@]}") ;;
arm64) wanted+=("${ARM64[@]}") ;;
riscv64) wanted+=(gcc-riscv64-linux-gnu) ;;
demo) wanted=("${DEMO[@]}") ;;
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
	echo "setup: become root, or install sudo: the packages above are missing" >&2
	exit 1
fi
wait_for_lock=(-o DPkg::Lock::Timeout=600)
# apt does not wait for the lock of the lists, which another apt may hold
tries=60
until message=$("${as_root[@]}" apt-get -qq update 2>&1); do
	if [[ $message != *'Could not get lock'* ]] || [ $((tries--)) -eq 0 ]; then
		printf '%s\n' "$message" >&2
		exit 1
	fi
	sleep 5
done
for index in "${!missing[@]}"; do
	package=${missing[index]}
	missing[index]=${package#*|}
	apt-cache show "${missing[index]}" > /dev/null 2>&1 || missing[index]=${package%|*}
done
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "${wait_for_lock[@]}" install -y \
	--no-install-recommends "${missing[@]}" > /dev/null
echo "setup: installed"

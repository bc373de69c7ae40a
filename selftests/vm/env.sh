# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Sourced by the scripts of this directory: sets paths.
# shellcheck shell=bash disable=SC2034

PGWALK_VM=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
PGWALK_TOP=$(cd "$PGWALK_VM/../.." && pwd -P)
PGWALK_CACHE=${PGWALK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/pgwalk}
PGWALK_BUILD=$(realpath -ms "${PGWALK_BUILD:-$PGWALK_TOP/build}")
# A directory with large files that were built once (debug kernels); used only if it exists.
PGWALK_SHARED=${PGWALK_SHARED:-$PGWALK_TOP/../shared}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 125; }

# kernel_field NAME COLUMN: print one field of selftests/vm/kernels (suites, image, toolchain, tests).
kernel_field()
{
	awk -v name="$1" -v want="$2" '
		/^#/ || NF == 0 { next }
		$1 == name {
			column["suites"] = $2; column["image"] = $3; column["toolchain"] = $4
			column["tests"] = $5
			print column[want]; found = 1
		}
		END { exit !found }' "$PGWALK_VM/kernels"
}

kernel_names() { awk '!/^#/ && NF { print $1 }' "$PGWALK_VM/kernels"; }

# is_built NAME: test whether the kernel is built from source.
is_built() { [[ $(kernel_field "$1" image) = linux-source-* ]]; }

# Print the Debian architecture of a kernel: NAME/arm64 and NAME/arm64-16k (pages of 16K) are arm64's, NAME/riscv64 is compiled only.
kernel_arch()
{
	case $1 in
	*/arm64*) echo arm64 ;;
	*/riscv64*) echo riscv64 ;;
	*) echo amd64 ;;
	esac
}

# Print the prefix of the compiler and the binutils for a Debian architecture.
arch_triplet()
{
	case $1 in
	arm64) echo aarch64-linux-gnu ;;
	riscv64) echo riscv64-linux-gnu ;;
	esac
}

# Print the name of a kernel as a part of a path.
path_name() { printf '%s\n' "${1//\//-}"; }

# SPDX-License-Identifier: GPL-2.0
# Sourced by the scripts beside it: where things are. Sets variables, does nothing else.
# shellcheck shell=bash disable=SC2034

PGWALK_VM=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
PGWALK_TOP=$(cd "$PGWALK_VM/../.." && pwd -P)
PGWALK_CACHE=${PGWALK_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/pgwalk}
PGWALK_BUILD=$(realpath -ms "${PGWALK_BUILD:-$PGWALK_TOP/build}")
# A directory with large things made once (the debug kernel); looked at only where it exists.
PGWALK_SHARED=${PGWALK_SHARED:-$PGWALK_TOP/../shared}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 125; }

# One field of the table of kernels: kernel_field NAME COLUMN (suites, image, toolchain, tests).
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

# is_built NAME: no package, but built from source?
is_built() { [[ $(kernel_field "$1" image) = linux-source-* ]]; }

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Symbols of processes of our own, folded stacks, vmstat, pages now: on the host, no kernel of ours. TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
build=$(realpath -m "${PGWALK_BUILD:-../../build}")
make -s O="$build" all >&2 || exit 1
exec "$build/selftests/around/around"

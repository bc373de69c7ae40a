#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Sends all requests to pgwalk at once for some minutes, in a guest with two NUMA nodes. Fails on a report of a kernel
# checker, a leak, a task that does not end, or a wrong result. TAP; the programs must be built (make torture).
#
#	run.sh MINUTES [KERNEL]		default: debug if it is built, else 6.12
#
# TORTURE_ARGS are arguments of the program (torture.c). The output and the kernel log are kept in
# build/torture/KERNEL.tap and KERNEL.log.
set -euo pipefail
. "$(dirname "$0")/../vm/env.sh"

# Boot, set-up, the last requests and the search for leaks, under emulation on a busy machine
readonly MORE_SECONDS=1800

minutes=${1:?minutes}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || die "MINUTES must be a whole number, not '$minutes'"
kernel=${2:-debug}
[ $# -gt 1 ] || "$PGWALK_VM/fetch.sh" kernel debug > /dev/null 2>&1 || kernel=6.12
read -ra more <<< "${TORTURE_ARGS:-}"
out=$PGWALK_BUILD/torture
mkdir -p "$out"
"$PGWALK_VM/build-module.sh" "$kernel" > /dev/null
say "kernel $kernel, $minutes minutes; output in $out/$kernel.tap, $kernel.log"
"$PGWALK_VM/run.sh" -k "$kernel" --numa 2 -m 2048 -t $((minutes * 60 + MORE_SECONDS)) --log "$out/$kernel.log" \
	-- "$PGWALK_BUILD/selftests/torture/torture" "${more[@]}" $((minutes * 60)) | tee "$out/$kernel.tap"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Asks pgwalk everything at once for so many minutes, in a guest with two nodes of memory; a report of any checker of
# the kernel, a leak, somebody who is stuck or a wrong answer fails. TAP; the programs must be built (make torture).
#
#	run.sh MINUTES [KERNEL]		debug where it has been made, else 6.12
#
# TORTURE_ARGS go to the program (torture.c says what it takes). What was told and the kernel's log stay in
# build/torture/KERNEL.tap and KERNEL.log.
set -euo pipefail
. "$(dirname "$0")/../vm/env.sh"

# Boot, set-up, the last answers, a search for lost memory: under emulation and on a busy machine
readonly MORE_SECONDS=1800

minutes=${1:?minutes}
[[ $minutes =~ ^[1-9][0-9]*$ ]] || die "MINUTES must be a whole number, not '$minutes'"
kernel=${2:-debug}
[ $# -gt 1 ] || "$PGWALK_VM/fetch.sh" kernel debug > /dev/null 2>&1 || kernel=6.12
read -ra more <<< "${TORTURE_ARGS:-}"
out=$PGWALK_BUILD/torture
mkdir -p "$out"
"$PGWALK_VM/build-module.sh" "$kernel" > /dev/null
say "kernel $kernel, $minutes minutes; to be kept in $out/$kernel.tap, $kernel.log"
"$PGWALK_VM/run.sh" -k "$kernel" --numa 2 -m 2048 -t $((minutes * 60 + MORE_SECONDS)) --log "$out/$kernel.log" \
	-- "$PGWALK_BUILD/selftests/torture/torture" "${more[@]}" $((minutes * 60)) | tee "$out/$kernel.tap"

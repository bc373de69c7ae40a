#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs pgwalk verify on every workload, in a guest with pgwalk.ko loaded: each page equals its entry in the kernel's own
# files. Then checks that verify finds an entry that was changed. TAP.
#
#	verify.sh [WORKLOAD...]
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
build=${PGWALK_BUILD:-build}
pgwalk=$build/bin/pgwalk
workload=$build/selftests/workloads/workload
shown=(out err)

# Starts few programs: each start takes 0.1 s under emulation.

# Verify process $1: output in $work/out, summary in $verdict. At least one page is compared, and none differs
verify() {	# PID [OPTION...]
	local line lines
	verdict=
	"$pgwalk" verify "$@" > "$work/out" 2> "$work/err" && [ ! -s "$work/err" ] || return 1
	mapfile -t lines < "$work/out"
	for line in "${lines[@]}"; do
		[[ $line != '# '*' pages compared: '* ]] || verdict=${line#\# }
	done
	[[ $verdict =~ ^[1-9][0-9]*\ pages\ compared:\ [1-9][0-9]*\ equal,\ [0-9]+\ changed\ during\ the\ comparison,\ 0\ different$ ]]
}

# Start a workload that waits after its setup; its lines up to "ready" are in lines. Returns 4 if it cannot run here. Each
# workload has pipes of its own, because a child of the last one may keep its ends open.
turn=0
start() {	# NAME [OPTION...]
	local line to=$work/to$turn from=$work/from$turn
	turn=$((turn + 1))
	"$workload" "$@" --hold < "$to" > "$from" 2> "$work/workload.err" &
	held=$!
	exec 8> "$to" 9< "$from"
	lines=()
	while read -r line <&9; do
		lines+=("$line")
		[ "$line" = ready ] && return 0
	done
	finish
}

finish() {
	exec 8>&- 9<&-
	wait "$held"
}

# Print the first line of a kind, without the kind
line_of() {	# KIND
	local line
	for line in "${lines[@]}"; do
		[[ $line != "$1 "* ]] || { echo "${line#"$1" }"; return; }
	done
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
	while read -r name _; do
		names+=("$name")
	done < <("$workload" --list)
fi
pipes=()
for ((i = 0; i <= ${#names[@]} + 1; i++)); do
	pipes+=("$work/to$i" "$work/from$i")
done
mkfifo "${pipes[@]}"
for name in "${names[@]}"; do
	start "$name"
	status=$?
	if [ "$status" -eq 4 ]; then
		skip "$name" "$(line_of skip)"
		continue
	fi
	if [ "$status" -ne 0 ]; then
		cp "$work/workload.err" "$work/out"
		: > "$work/err"
		report 1 "$name: the workload starts"
		continue
	fi
	verify "$held"
	report $? "$name: $verdict"
	for line in "${lines[@]}"; do
		[[ $line == 'child '* ]] || continue
		child=${line#child }
		read -r -n 1 _ 2> /dev/null < "/proc/$child/maps" || continue	# the child has exited
		verify "$child"
		report $? "$name: its child $child: $verdict"
	done
	finish
done

# verify reads the files of another thread if the main thread has exited
start anon-new --leaderless
verify "$held"
report $? "verify of a process with an exited main thread: $verdict"
finish

# Changed entries: copies of pagemap with one bit flipped. A copy is a snapshot, so no page may come or go: the workload
# runs twice, so that all that it shares with other programs stays mapped a second time.
mkfifo "$work/twin"
exec 7<> "$work/twin"
"$workload" anon-new --hold < "$work/twin" > "$work/twin.lines" 2>&1 &
twin=$!
until grep -q ready "$work/twin.lines"; do
	sleep 0.1
done
start anon-new
# A /proc for each flipped bit of the entry of the workload's first page; 64 flips none
at=$(selftests/lib/pagemap_files.py copy "$held" "$work" "$(line_of page | cut -d ' ' -f 1)" 64 0 56 57 61 63)
verify "$held" --proc="$work/proc64"
report $? 'verify accepts an unchanged copy of pagemap'
for bit in 0 56 57 61 63; do
	"$pgwalk" verify "$held" --proc="$work/proc$bit" > "$work/out" 2> "$work/err"
	[ $? -eq 1 ] && grep -q "^ *$at " "$work/out" && grep -q ' 1 different$' "$work/out" &&
		[ "$(grep -vc '^#' "$work/out")" -eq 1 ] && grep -q '^pgwalk: .*: 1 pages differ' "$work/err"
	report $? "verify finds a flipped bit $bit of one pagemap entry, and no other difference"
done
"$pgwalk" verify -j "$held" --proc="$work/proc63" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q '"schema":"pgwalk.difference/1","addr":"'"$at"'"' "$work/out" &&
	grep -q '"schema":"pgwalk.verdict/1".*"different":1,' "$work/out"
report $? 'verify -j reports the difference'
selftests/lib/json_schema.py --some "$work/out" > "$work/why"
report $? 'each line of JSON conforms to its schema'
finish
exec 7>&-
kill "$twin"

end_tests

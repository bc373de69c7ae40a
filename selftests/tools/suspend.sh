#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# pgtop --record over a suspend to memory of a guest, which its real-time clock ends. TAP.
#
#	suspend.sh KERNEL	boot the guest
#	suspend.sh --guest	the part in the guest, which has bash and busybox only; prints a tar
#
# The root of the guest is a disk: 9p of virtio does not work after a suspend.
set -u

readonly ASLEEP=40

# monotonic_ns: the kernel's clock that stops in a suspend
monotonic_ns() { awk '$1 == "now" { print $3; exit }' /proc/timer_list; }

# record NAME OPTION...: in the background
record()
{
	local name=$1
	shift
	(
		"$PGWALK_BUILD/bin/pgtop" -j -i 0.5 -n 8 --record "rec-$name" "$@" "$busy" > "$name.json" 2> "$name.err"
		echo $? > "$name.status"
	) &
}

has_lines() { [ "$(wc -l < "$1")" -ge "$2" ]; }

if [ "$1" = --guest ]; then
	mkdir /tmp/suspend && cd /tmp/suspend || exit
	"$PGWALK_BUILD/selftests/workloads/busy" > /dev/null 2>&1 &
	busy=$!
	record plain
	plain=$!
	# The age is reached if it includes the suspend, and else not
	record rotated --rotate-time $((ASLEEP - 5))
	tries=600
	until { has_lines plain.json 2 && has_lines rotated.json 2; } || [ $((tries--)) -eq 0 ]; do
		sleep 0.1
	done
	echo "$(wc -l < plain.json) $(monotonic_ns) $(date +%s)" > before
	status=1
	! { echo "+$ASLEEP" > /sys/class/rtc/rtc0/wakealarm && echo mem > /sys/power/state; } || status=0
	echo "$status $(monotonic_ns) $(date +%s)" > after
	wait "$plain" "$!"
	kill "$busy"
	tar -c .
	exit
fi

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
. selftests/tools/pgtop_tap.sh
kernel=$1

boots()
{
	selftests/vm/run.sh -k "$kernel" --bare -t 400 -- selftests/tools/suspend.sh --guest > "$work/tar" 2> "$work/err" &&
		tar -C "$work" -xf "$work/tar" 2>> "$work/err"
}

# Set the status of the suspend, its seconds by both clocks, and the number of intervals before it
read_suspend()
{
	local before=() after=()
	read -ra before < "$work/before" && read -ra after < "$work/after" &&
		status=${after[0]} monotonic=$(((after[1] - before[1]) / 1000000000)) real=$((after[2] - before[2])) lines=${before[0]}
}

suspended()
{
	read_suspend && echo "status $status; $real s of time of day, $monotonic s monotonic" > "$work/why" &&
		[ "$status" -eq 0 ] && [ $((real - monotonic)) -ge $((ASLEEP - 3)) ]
}

ended_well() { [ "$(cat "$work/$1.status")" = 0 ] && ! head -n 3 "$work/$1.err" | grep . > "$work/why"; }

# The sum of the intervals is less than the time of the suspend, which the times of day include
excludes_suspend()
{
	assert "$work/plain.json" "len(L) == 8 and sum(o['seconds'] for o in L) < $ASLEEP and all(o['seconds'] > 0 for o in L)" &&
		python3 - "$work/plain.json" "$ASLEEP" 2> "$work/why" <<-'END'
		import datetime, json, sys
		times = [datetime.datetime.fromisoformat(json.loads(line)["time"].replace("Z", "+00:00")) for line in open(sys.argv[1])]
		gap = max((b - a).total_seconds() for a, b in zip(times, times[1:]))
		assert gap > int(sys.argv[2]) - 3, f"the largest gap of the times of day is {gap} s"
		END
}

counts_afterwards()
{
	read_suspend && assert "$work/plain.json" \
		"$lines + 2 < len(L) and all(o['total']['faults'] > 0 and not o['lost'] for o in L[$lines + 2:])"
}

replays()	# FILE...
{
	local file
	for file; do
		"$pgtop" -j --replay "$work/$file" || return
	done > "$work/replayed" 2> "$work/why"
}

# Each file is a stream of its own, with its own sums
times_and_faults() { python3 -c 'import json, sys
for o in map(json.loads, open(sys.argv[1])):
	print(o["time"], o["total"]["faults"])' "$work/$1"; }

check "$kernel: a guest suspends and ends" boots
[ "$failed" -eq 0 ] || end_tests
check 'the machine was suspended, and the monotonic clock stopped' suspended
for run in plain rotated; do
	check "$run: pgtop reports no error" ended_well "$run"
done
check 'the intervals do not include the suspend, their times of day do' excludes_suspend
check 'faults are counted after the suspend' counts_afterwards
replays rec-plain && cmp "$work/replayed" "$work/plain.json" > "$work/why" 2>&1
report $? 'the replay is equal to the run'
[ -e "$work/rec-rotated.1" ] && [ ! -e "$work/rec-rotated.2" ] && [ ! -e "$work/rec-plain.1" ]
report $? 'the age of a file includes the suspend'
replays rec-rotated.1 rec-rotated && diff <(times_and_faults replayed) <(times_and_faults rotated.json) > "$work/why"
report $? 'both files have the intervals of the run'
report_schema
end_tests

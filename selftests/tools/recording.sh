#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# pgtop --record over a long time, shortened: files of a limited size and age, a full disk, a step of the clock. TAP.
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
. selftests/tools/pgtop_tap.sh

nice -n 19 "$build/selftests/workloads/busy" > /dev/null 2>&1 &
busy=$!

# The sum of the faults in JSON, and in a replay of all files, the oldest first
sum() { python3 -c 'import json, sys; print(sum(json.loads(line)["total"]["faults"] for line in sys.stdin))'; }
# Check an expression on the JSON of a part of a run
holds() {	# FILE EXPRESSION
	cat "$1" >> "$work/asserted"
	python3 -c 'import json, sys
L = [json.loads(line) for line in open(sys.argv[1])]
assert eval(sys.argv[2]), sys.argv[2]' "$1" "$2" 2> "$work/why"
}
files() { find "$1" -name 'rec*' | sort -t. -k2,2nr; }
replay_all() {	# DIRECTORY
	local file
	for file in $(files "$1"); do
		"$pgtop" -j --replay "$file" || return
	done
}

# Rotation: each file is a stream of its own, and no fault is missing
mkdir "$work/size" "$work/time"
"$pgtop" -j -U -i 0.2 -n 12 --record "$work/size/rec" --rotate-size 0.001 --rotate-keep 20 "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && [ ! -s "$work/err" ] && [ "$(files "$work/size" | wc -l)" -ge 3 ]
report $? '--rotate-size begins another file after the interval in which a file has its size'
replay_all "$work/size" > "$work/replayed" 2> "$work/err"
[ $? -eq 0 ] && [ "$(sum < "$work/replayed")" -eq "$(sum < "$work/json")" ] && holds "$work/replayed" "len(L) == 12 and all(o['pid'] == $busy for o in L)"
report $? 'each file is replayed by itself, and all have the faults of the run'
for part in 3 2 1; do
	"$pgtop" -j --replay "$work/size/rec.$part"
done > "$work/one" && holds "$work/one" \
	"any(o['stacks'] for o in L) and any(f['function'] for o in L for s in o['stacks'] for f in s['frames']) and any(m['resident'] for o in L for m in o['mappings']) == $module"
report $? 'later files have the symbols and the resident memory, too'
"$pgtop" -j -i 0.2 -n 12 --record "$work/time/rec" --rotate-time 0.3 --rotate-keep 2 "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && [ "$(files "$work/time" | wc -l)" -eq 3 ]
report $? '--rotate-time begins another file, and --rotate-keep limits their number'

# The clock is set one day forward, then back
"$pgtop" -j -i 0.3 -n 8 --record "$work/clock" --rotate-time 3600 "$busy" > "$work/json" 2> "$work/err" &
pid=$!
wait_for "$work/json" interval
date -s '+1 day' > "$work/why"
sleep 1
date -s '-1 day' > "$work/why"
wait "$pid"
[ $? -eq 0 ] && [ ! -e "$work/clock.1" ] && assert "$work/json" "len(L) == 8 and all(0 < o['seconds'] < 3600 for o in L) and len({o['time'][:10] for o in L}) > 1" &&
	"$pgtop" -j --replay "$work/clock" | cmp - "$work/json" > "$work/why"
report $? 'a step of the clock changes neither intervals nor the age of a file'

# A full disk: the space is taken after the first interval, and given back later
mkdir "$work/disk"
mount -t tmpfs -o size=64k tmpfs "$work/disk"
"$pgtop" -j -i 0.3 --record "$work/disk/rec" "$busy" > "$work/json" 2> "$work/err" &
pid=$!
wait_for "$work/json" interval
dd if=/dev/zero of="$work/disk/full" bs=4k 2> "$work/why"
full() { wait_for "$work/err" 'No space left on device (tried again in each interval)'; }
check 'a full disk is reported' full
before=$(wc -l < "$work/json")
for _ in $(seq 100); do [ "$(wc -l < "$work/json")" -gt $((before + 2)) ] && break; sleep 0.1; done
[ "$(wc -l < "$work/json")" -gt $((before + 2)) ] && kill -0 "$pid"
report $? 'the run goes on'
rm "$work/disk/full"
again() { wait_for "$work/err" "^pgtop: $work/disk/rec: written again"; }
check 'when there is space again, the recording goes on' again
before=$(wc -l < "$work/json")
for _ in $(seq 100); do [ "$(wc -l < "$work/json")" -gt $((before + 2)) ] && break; sleep 0.1; done
kill -INT "$pid"
wait "$pid"
[ $? -eq 0 ] && [ "$(wc -l < "$work/err")" -eq 2 ] && gzip -t "$work/disk/rec" 2> "$work/why" &&
	"$pgtop" -j --replay "$work/disk/rec" > "$work/replayed" 2> "$work/why" && [ "$(wc -l < "$work/replayed")" -gt 2 ] &&
	[ "$(wc -l < "$work/replayed")" -lt "$(wc -l < "$work/json")" ] && python3 - "$work/json" "$work/replayed" 2> "$work/why" <<-'END'
	import json, sys
	run, replayed = ({o["time"]: o["total"]["faults"] for o in map(json.loads, open(f))} for f in sys.argv[1:])
	assert replayed.items() <= run.items(), "the replay has other intervals"
	times = sorted(run)
	assert times[0] in replayed and times[-1] in replayed
	END
report $? 'the stream has all intervals before and after, and is no damaged file'
umount "$work/disk"
kill "$busy"
wait "$busy" 2> /dev/null

refused 1 '/dev/null: not a regular file' 'a device is not rotated' "$pgtop" --record /dev/null --rotate-size 1 1
for bad in '--rotate-size=1' '--rotate-time=1' '--record=x --rotate-keep=3' '--record=x --rotate-size=0' '--record=x --rotate-time=-1' \
	'--record=x --rotate-size=1 --rotate-keep=0'; do
	# shellcheck disable=SC2086 # $bad is a list of words
	"$pgtop" $bad 1 > "$work/out" 2> "$work/err"
	[ $? -eq 2 ] && [ ! -s "$work/out" ]
	report $? "invalid usage is reported with status 2: $bad"
done

report_schema
end_tests

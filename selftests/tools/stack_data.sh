#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Checks that call stacks hold code addresses only, in a guest: a program faults while its frame pointer points to data.
# JSON, text, folded stacks and the recorded stream hold no address outside its executable mappings, and no text of its
# memory. TAP.
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
build=$(realpath -m "${PGWALK_BUILD:-build}")
pgtop=${PGTOP:-$build/bin/pgtop}
program=$build/selftests/tools/stack_data
for needed in "$pgtop" "$program"; do
	[ -x "$needed" ] || bail_out "no $needed: make userspace selftests"
done

# Each frame is in an executable mapping; one row for each stack of the program
check_json() {	# FILE
	cat "$1" >> "$work/checked"
	selftests/lib/pgtop_json.py code "$1" "$work/maps" 2> "$work/why"
}

# Neither the text of the program's memory, nor the addresses of its data, as bytes or as digits
check_clean() {	# FILE
	[ -s "$1" ] && ! grep -aE 'Zq[0-9]{5}!|![0-9]{5}qZ' "$1" > "$work/why" && ! grep -aiE '21(3[0-9]){5}715a' "$1" > "$work/why"
}

wait_for() {	# FILE
	for _ in $(seq 600); do
		[ -s "$1" ] && return 0
		sleep 0.1
	done
	return 1
}

# pgtop starts first: stacks from before execve() would be those of another program. The faults begin after one interval
mkfifo "$work/gate"
"$program" "$work/maps" < "$work/gate" > "$work/pid" &
exec 3> "$work/gate"
wait_for "$work/pid"
"$pgtop" -U -j -i 0.5 -o "$work/json" --record "$work/stream" --folded "$work/folded" "$(cat "$work/pid")" > "$work/err" 2>&1 &
watcher=$!
wait_for "$work/json"
echo go >&3
wait $watcher
report $? "pgtop watches a program with data at its frame pointer"
check_json "$work/json"
report $? "stacks in JSON are code only, cut where data begins, one row each"
zcat "$work/stream" > "$work/records" 2> "$work/err"
grep -aq inner_function "$work/records" && check_clean "$work/records"
report $? "the recorded stream has no text of the program's memory"
check_clean "$work/json" && check_clean "$work/folded"
report $? "JSON and folded stacks have no text of the program's memory"
"$pgtop" --replay "$work/stream" -j > "$work/replayed" 2> "$work/err" && check_json "$work/replayed"
report $? "a replay shows the same stacks"

cp "$work/folded" "$work/why"
grep -qE '^stack_data;store_key;\[anon-new\] 46$' "$work/folded" &&
	grep -qE '^stack_data;caller;copy_key;\[anon-new\] 46$' "$work/folded" &&
	grep -qE '^stack_data;(.*;)?main;outer_function;inner_function;\[anon-new\] 46$' "$work/folded"
report $? "folded stacks have each function with its faults"

# Two instructions of one function are one row of an interval
"$pgtop" --replay "$work/stream" -b > "$work/text" 2> "$work/err"
cp "$work/text" "$work/why"
twice=$(awk '/^# pgtop/ { split("", seen) } { $1 = $2 = $3 = "" } /(store|copy)_/ && seen[$0]++ { n++ } END { print n + 0 }' "$work/text")
[ "$twice" = 0 ] && grep -q store_both "$work/text" && grep -q store_key "$work/text" &&
	! grep -qE '< [0-9a-f]{4,} ' "$work/text" && check_clean "$work/text"
report $? "the text has one row for each function"

selftests/lib/json_schema.py --some "$work/checked" > "$work/why"
report $? "each line of JSON conforms to its schema"
end_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Call stacks of faults end to end, in a guest with pgwalk.ko loaded: a program with two functions that fault 23 times each
# is started under pgtop, or watched while it runs; JSON, folded stacks and a replay are checked. TAP.
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
build=$(realpath -m "${PGWALK_BUILD:-build}")
pgtop=$build/bin/pgtop
workload=$build/selftests/tools/stack_workload
for program in "$pgtop" "$workload"; do
	[ -x "$program" ] || bail_out "no $program: make userspace selftests"
done

# All intervals of a run: each function has the faults of its one class, and the callers outer_function and main
check_json() {	# FILE
	cat "$1" >> "$work/checked"
	selftests/lib/pgtop_json.py stacks "$1" 2> "$work/why"
}

# Folded stacks: a line for each function, from main to the innermost function, then the class
check_folded() {	# FILE
	if grep -qE '^stack_workload;(.*;)?main;outer_function;write_pages;\[anon-new\] 23$' "$1" &&
		grep -qE '^stack_workload;(.*;)?main;outer_function;read_pages;\[anon-zero\] 23$' "$1" &&
		! grep -qvE '^stack_workload;.+ [1-9][0-9]*$' "$1"; then
		return 0
	fi
	cp "$1" "$work/why"
	return 1
}

# With the mappings as last frames: no line has another sum
check_by_mapping() {	# FILE
	cp "$1" "$work/why"
	grep -qE '^stack_workload;(.*;)?main;outer_function;write_pages;\[anon-new\];anon 23$' "$1" &&
		grep -qE '^stack_workload;(.*;)?main;outer_function;read_pages;\[anon-zero\];anon 23$' "$1"
}

wait_for() {	# FILE PATTERN
	for _ in $(seq 600); do
		grep -q "$2" "$1" 2> /dev/null && return 0
		sleep 0.1
	done
	return 1
}

# The command exits within the first interval, so its maps cannot be read from /proc at the end
"$pgtop" -U -j -i 60 -o "$work/json" --record "$work/stream" --folded "$work/folded" -- "$workload" > "$work/err" 2>&1
report $? "pgtop -U watches a command that exits within an interval"
check_json "$work/json"
report $? "each function of the command has its 23 faults, in its mapping"
check_folded "$work/folded"
report $? "the folded stacks of the command have 23 faults for each function"

"$pgtop" --replay "$work/stream" -j --folded "$work/again" > "$work/replayed" 2> "$work/err" &&
	cmp "$work/json" "$work/replayed" > "$work/why" && cmp "$work/folded" "$work/again" > "$work/why"
report $? "a replay writes the same JSON and folded stacks"

"$pgtop" --replay "$work/stream" -b --folded "$work/placed" --folded-mapping > "$work/text" 2> "$work/err" &&
	check_by_mapping "$work/placed" && [ "$(awk '{ n += $NF } END { print n }' "$work/placed")" -eq "$(awk '{ n += $NF } END { print n }' "$work/folded")" ]
report $? "--folded-mapping splits the same faults by mapping"

"$pgtop" -U -b --folded "$work/class" --folded-class anon-zero --folded-by latency -- "$workload" > "$work/text" 2> "$work/err" &&
	grep -q 'read_pages' "$work/class" && ! grep -qv '\[anon-zero\]' "$work/class" &&
	! grep -q 'read_pages;\[anon-zero\] 23$' "$work/class"
report $? "--folded-class and --folded-by fold one class by latency"
cp "$work/text" "$work/why"
grep -q 'write_pages' "$work/text"
report $? "the text names the functions"

# The process runs before pgtop starts; several intervals end while it runs
mkfifo "$work/gate"
"$workload" wait < "$work/gate" > "$work/pid" &
exec 3> "$work/gate"
wait_for "$work/pid" .
"$pgtop" -U -j -i 0.5 -o "$work/json" --folded "$work/folded" "$(cat "$work/pid")" > "$work/err" 2>&1 &
watcher=$!
wait_for "$work/json" '"number":2'
echo go >&3
wait $watcher
report $? "pgtop -U watches a running process until it exits"
check_json "$work/json"
report $? "each function of the process has its 23 faults, in its mapping"
check_folded "$work/folded"
report $? "the folded stacks of the process have 23 faults for each function"

"$pgtop" -j -- "$workload" 2> "$work/err" > "$work/none" && ! grep -q write_pages "$work/none" &&
	selftests/lib/pgtop_json.py no-stacks "$work/none" 2> "$work/why"
report $? "without -U no stack is recorded"

selftests/lib/json_schema.py --some "$work/checked" > "$work/why"
report $? "each line of JSON conforms to its schema"
end_tests

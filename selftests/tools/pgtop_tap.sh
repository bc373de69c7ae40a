# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Variables and functions that the tests of pgtop share, sourced after tap.sh: paths, assertions on JSON and messages, the
# kernel's count of faults.
# shellcheck disable=SC2034,SC2154,SC2181 # $work is set by tap.sh, the other variables are used by the scripts that source this
build=${PGWALK_BUILD:-build}
pgtop=$build/bin/pgtop
target="python3 selftests/tools/targets.py"
# True or False: pasted into Python expressions
module=False
[ -e /dev/pgwalk ] && module=True

# Check the JSON of a complete run, and a Python expression on it: L are its intervals, M their mappings
assert() {	# FILE ASSERTION
	cat "$1" >> "$work/asserted"
	selftests/lib/pgtop_json.py assert "$1" "$2" 2> "$work/why"
}

# Each line of JSON that was given to assert
report_schema() {
	selftests/lib/json_schema.py --some "$work/asserted" > "$work/why"
	report $? "each line of JSON conforms to its schema"
}

wait_for() {	# FILE PATTERN: wait until the file matches; pgtop takes seconds to start under emulation
	for _ in $(seq 600); do
		grep -q "$2" "$1" 2> /dev/null && return 0
		sleep 0.1
	done
	return 1
}

faults() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $8 + $10 }'; }

refused() {	# STATUS PATTERN TITLE ARGUMENTS...: the status, one line on stderr, nothing on stdout
	local want=$1 pattern=$2 title=$3
	shift 3
	"$@" > "$work/out" 2> "$work/err"
	[ $? -eq "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -qE "^pgtop: $pattern \(.*\)$" "$work/err"
	report $? "$title"
}

# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# The TAP printer of the tests in shell, to be sourced: numbered results, a temporary directory, and the plan at the end. A
# script that has set "work" keeps its own directory.

if [ -z "${work-}" ]; then
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
fi
number=0
failed=0
# Files in $work that are printed after a failed test. report() empties "why"
shown=(err why)
tap_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

echo 'TAP version 13'

report() {	# STATUS TITLE
	local file

	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
		for file in "${shown[@]}"; do
			[ ! -s "$work/$file" ] || head -n 20 "$work/$file" | cut -c 1-400 | sed 's/^/# /'
		done
	fi
	: > "$work/why"
}

# Report whether a command succeeds
check() {	# TITLE COMMAND...
	local title=$1 status=0
	shift
	"$@" || status=$?
	report "$status" "$title"
}

skip() {	# TITLE WHY
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

bail_out() {	# WHY
	echo "Bail out! $1"
	exit 1
}

skip_all() {	# WHY
	echo "1..0 # SKIP $1"
	exit 4
}

# Report each result of a program, and whether it printed as many as it planned. Its comments are printed
report_tap() {	# FILE TITLE
	local line status

	grep '^#' "$1"
	while read -r line; do
		status=0
		[[ $line == ok* ]] || status=1
		[[ $line =~ ^(not )?ok\ +[0-9]*\ *-?\ *(.*) ]]
		report "$status" "${BASH_REMATCH[2]}"
	done < <(grep -E '^(not )?ok' "$1")
	grep -q '^1\.\.[1-9]' "$1" && [ "$(grep -cE '^(not )?ok' "$1")" = "$(sed -n 's/^1\.\.//p' "$1")" ]
	report $? "$2"
}

# Check that each long option in the --help of PROGRAM is in the manual of NAME and in the completion
every_option() {	# PROGRAM NAME COMPLETION
	"$1" --help | grep -oE -e '--[a-z][a-z-]+' | sort -u | while read -r option; do
		grep -qFe "$option" "$tap_top/Documentation/$2.8.rst" || echo "not in the manual: $option"
		grep -qFe "$option" "$3" || echo "not completed: $option"
	done > "$work/why"
	[ ! -s "$work/why" ]
}

end_tests() {
	echo "1..$number"
	exit "$failed"
}

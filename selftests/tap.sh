# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Tests in shell source this: a directory for what they write, the count of tests, their TAP. It judges nothing itself.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0
# What is told of a test that failed: these files in $work. Each test begins with an empty "why"
told=(err why)

report() {	# STATUS TITLE
	local file

	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
		for file in "${told[@]}"; do
			[ ! -s "$work/$file" ] || head -n 20 "$work/$file" | cut -c 1-400 | sed 's/^/# /'
		done
	fi
	: > "$work/why"
}

skip() {	# TITLE WHY
	number=$((number + 1))
	echo "ok $number - $1 # SKIP $2"
}

end_tests() {
	echo "1..$number"
	exit "$failed"
}

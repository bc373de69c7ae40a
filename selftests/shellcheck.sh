#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs shellcheck over every shell script of the project, one test a file; notes on style do not count. Speaks TAP.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t files < <(find .ci module bpf userspace selftests -type f -exec grep -lE '^#!.*sh$|^# shellcheck shell=' {} + |
	sort)

echo TAP version 13
echo "1..${#files[@]}"
number=0
for file in "${files[@]}"; do
	number=$((number + 1))
	if found=$(shellcheck -x -S warning -P SCRIPTDIR -f gcc "$file"); then
		echo "ok $number - $file"
	else
		echo "not ok $number - $file"
		while read -r line; do
			echo "#   $line"
		done <<< "$found"
	fi
done

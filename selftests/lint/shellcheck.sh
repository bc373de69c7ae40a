#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs shellcheck over every shell script of the project, one test a file; notes on style are ignored. TAP.
set -euo pipefail
cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh

mapfile -t files < <(find .ci module bpf userspace selftests -type f -exec grep -lE '^#!.*sh$|^# shellcheck shell=' {} + |
	sort)

for file in "${files[@]}"; do
	status=0
	shellcheck -x -S warning -P SCRIPTDIR -f gcc "$file" > "$work/why" || status=$?
	report "$status" "$file"
done
end_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs demo.sh in a guest, prints its output, and writes the page for a browser at its end to a file: a guest cannot write files
# of the host.
#
#	demo_page.sh FILE
set -euo pipefail

file=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${file%/*}"
rm -f "$file"
"$top/selftests/vm/run.sh" -k 6.12 -- "$top/selftests/tools/demo.sh" --report |
	awk -v file="$file" '$0 == "=== report.html ===" { page = 1; next } page { print > file; next } { print; fflush() }'
[ -s "$file" ] || { echo "demo_page.sh: the guest wrote no page" >&2; exit 1; }
printf '\nThe process of the demonstration in pictures, for a browser: %s\n' "$file"

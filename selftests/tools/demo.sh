#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Shows the views and pgtop on a busy process, and a scene of the lab: the guest's part of "make demo". It is not a test.
# With the argument --report a page for a browser follows the line that demo_page.sh searches for.
set -euo pipefail

: "${PGWALK_BUILD:=$(cd "$(dirname "$0")/../.." && pwd)/build}"
dir=/sys/kernel/debug/pgwalk

show() { printf '\n$ %s\n' "$*"; }
run() { show "$1"; bash -c "$1"; }

# Print the first N lines of stdin, and the number of omitted lines
cut_at() { awk -v n="$1" 'NR <= n; END { if (NR > n) printf "... %d more lines\n", NR - n }'; }

# The workload maps the C library as its file: each Debian has it.
"$PGWALK_BUILD/selftests/workloads/busy" /lib/x86_64-linux-gnu/libc.so.6 &
pid=$!
trap 'kill $pid 2>/dev/null || true' EXIT
sleep 1

run "cat $dir/info"
echo "$pid" >$dir/attach
show "echo $pid > $dir/attach"

# An address that is mapped now: the first page of [heap]
heap=$(awk '$NF == "[heap]" { split($1, a, "-"); print a[1]; exit }' "/proc/$pid/maps")
show "exec 3<>$dir/translate; echo '$pid $heap' >&3; cat <&3"
exec 3<>$dir/translate
echo "$pid $heap" >&3
cat <&3
exec 3>&-

show "cat $dir/$pid/vmas"
cut_at 16 <"$dir/$pid/vmas"
show "cat $dir/$pid/pages"
cut_at 16 <"$dir/$pid/pages"
run "pgwalk tables $pid"
run "pgwalk rmap $pid $heap"
run "pgwalk translate --explain $pid $heap" | cut_at 60
run "pgwalk verify $pid"
run "pgtop -b -i 1 -n 3 $pid"
run "insmod ${PGWALK_KO%/*}/pgwalk_lab.ko"
run "pgwalk lab map" | cut_at 120
if [ "${1-}" = --report ]; then
	pgwalk report -o /tmp/report.html "$pid" "$heap"
	echo '=== report.html ==='
	cat /tmp/report.html
fi

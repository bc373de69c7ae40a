#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The guest's half of "make demo": shows the views and pgtop on a busy process.
# It only looks; it is no test.
set -euo pipefail

: "${PGWALK_BUILD:=$(cd "$(dirname "$0")/.." && pwd)/build}"
dir=/sys/kernel/debug/pgwalk

say() { printf '\n$ %s\n' "$*"; }
run() { say "$1"; bash -c "$1"; }

# cut LINES - let the first LINES through, and tell how many more there were
cut_at() { awk -v n="$1" 'NR <= n; END { if (NR > n) printf "... %d more lines\n", NR - n }'; }

# What it maps of a file is the C library: every Debian has one.
"$PGWALK_BUILD/selftests/workloads/busy" /lib/x86_64-linux-gnu/libc.so.6 &
pid=$!
trap 'kill $pid 2>/dev/null || true' EXIT
sleep 1

run "cat $dir/info"
echo "$pid" >$dir/attach
say "echo $pid > $dir/attach"

# An address that is mapped now: the first page of [heap]
heap=$(awk '$NF == "[heap]" { split($1, a, "-"); print a[1]; exit }' "/proc/$pid/maps")
say "exec 3<>$dir/translate; echo '$pid $heap' >&3; cat <&3"
exec 3<>$dir/translate
echo "$pid $heap" >&3
cat <&3
exec 3>&-

say "cat $dir/$pid/vmas"
cut_at 16 <"$dir/$pid/vmas"
say "cat $dir/$pid/pages"
cut_at 16 <"$dir/$pid/pages"
run "pgwalk tables $pid"
run "pgwalk rmap $pid $heap"
run "pgwalk translate --explain $pid $heap" | cut_at 60
run "pgwalk verify $pid"
run "pgtop -b -i 1 -n 3 $pid"

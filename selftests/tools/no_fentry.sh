#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# pgtop on a kernel that has no fentry: one line, and totals that equal the kernel's count. In a guest. TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
. selftests/tools/pgtop_tap.sh

line='pgtop: kernel .*: no fentry on .*: only totals of faults, from the kernel.s counters'

"$build/selftests/tools/pgtop_exact" "$pgtop" -j -i 0.5 -o "$work/json" -- ls / > "$work/out" 2> "$work/err"
status=$?
read -r pid minor major < <(tail -n 1 "$work/out")
[ "$status" -eq 0 ] && assert "$work/json" \
	"L[0]['base']['minor'] + total('minor') == $minor and L[0]['base']['major'] + total('major') == $major and L[0]['pid'] == $pid and L[-1]['exited'] and total('unattributed') == total('faults') > 50"
report $? "a command: all faults are counted, and equal the kernel's count"
[ "$(wc -l < "$work/err")" -eq 1 ] && grep -q "^$line" "$work/err"
report $? 'one line has the reason'

"$build/selftests/workloads/busy" > /dev/null 2>&1 &
busy=$!
"$pgtop" -j -i 0.5 -n 3 "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "len(L) == 3 and total('faults') > 100 and L[0]['total']['resident'] > 0"
report $? 'a process: its faults are counted'
"$pgtop" -j -i 0.5 -n 2 > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "len(L) == 2 and total('faults') > 100"
report $? 'all processes: the faults of the machine are counted'
"$pgtop" -U -n 1 "$busy" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -q "^$line" "$work/err"
report $? 'call stacks are refused, with the reason'
kill -KILL "$busy"

end_tests

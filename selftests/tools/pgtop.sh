#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# End-to-end tests of pgtop, in a guest with pgwalk.ko loaded: counts compared with the kernel's, ends, signals, streams,
# messages. TAP. The parts have tests of their own: probes/fault_*.c, host/golden/.
#
#	pgtop.sh		all tests
#	pgtop.sh --short	without the tests that do not depend on the kernel
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
. selftests/tools/pgtop_tap.sh

module=False
[ -e /dev/pgwalk ] && module=True

# Counts of a command from its execve on equal the kernel's
exact() {	# TITLE ASSERTION COMMAND...
	local title=$1 also=$2 pid minor major status
	shift 2
	"$build/selftests/tools/pgtop_exact" "$pgtop" -j -i 0.5 --record "$work/rec" -o "$work/json" -- "$@" \
		> "$work/out" 2> "$work/err"
	status=$?
	read -r pid minor major < <(tail -n 1 "$work/out")
	[ "$status" -eq 0 ] && assert "$work/json" \
		"L[0]['base']['minor'] + total('minor') == $minor and L[0]['base']['major'] + total('major') == $major and L[0]['pid'] == $pid and L[-1]['exited'] and total('faults') > 50 and $also"
	report $? "$title: all faults are counted, and equal the kernel's count"
}
exact ls True ls /
grep -qx usr "$work/out"
report $? 'with -o the command keeps its stdout'
"$pgtop" -j --replay "$work/rec" > "$work/replay" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'a replay writes the same JSON as the live run'

"$build/selftests/tools/pgtop_exact" "$pgtop" -b -o /dev/null --openmetrics "$work/metrics" -- ls / > "$work/out" 2> "$work/err"
read -r pid minor major < <(tail -n 1 "$work/out")
[ "${minor:-0}" -gt 23 ] && grep -qx "pgwalk_process_faults_total{type=\"minor\"} $minor" "$work/metrics" &&
	grep -qx "pgwalk_process_faults_total{type=\"major\"} $major" "$work/metrics" &&
	[ "$(awk '/^pgwalk_faults_total/ { n += $2 } END { print n }' "$work/metrics")" -gt 23 ] && grep -qx 'pgwalk_target_exited 1' "$work/metrics" &&
	grep -q "^pgwalk_target_info{scope=\"process\",pid=\"$pid\",comm=\"ls\"} 1" "$work/metrics"
report $? 'metrics: the faults of a command equal the kernel'"'"'s count'

# 23 faults in a mapping that is unmapped before pgtop reads the maps are listed under its name
dd if=/dev/zero of="$work/the-file" bs=4096 count=23 2> /dev/null
exact 'python3 with 23 faults in a mapping of a file' \
	"sum(counts(lambda m: m['name'].endswith('the-file')).values()) == 23" $target file-mapping "$work/the-file"
exact threads "total('faults') > 4 * 40 * 64 and total('unattributed') <= sum(o['missed_runs'] for o in L)" $target threads-with-mappings
exact 'a shell that executes another program' "any('ls' in m['name'] for m in M)" sh -c 'exec ls /'

"$pgtop" -j -- echo hello > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/out" 'len(L) >= 1' && grep -qx hello "$work/err"
report $? "with -j stdout is JSON only; the command's stdout goes to stderr"

# A running process
nice -n 19 "$build/selftests/workloads/busy" > /dev/null 2>&1 &	# low priority: pgtop has to load on the same CPU
busy=$!
"$pgtop" -i 0.5 -n 3 -j "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && [ ! -s "$work/err" ] && assert "$work/json" \
	"len(L) == 3 and not L[-1]['exited'] and total('faults') > 100"
report $? '-n ends pgtop after that number of intervals'
kill -0 "$busy"
report $? 'the target still runs after pgtop -n'
if [ "$module" = True ]; then
	assert "$work/json" \
		"L[0]['module'] and L[0]['age_seconds'] is not None and any(m['resident'] for m in M if m['name'] == '[heap]') and any(m['huge'] for m in M if m['name'] == 'anon')"
	report $? 'resident and huge come from the module'
fi
"$pgtop" "$busy" > "$work/text" 2> "$work/err" &
pid=$!
wait_for "$work/text" '^# coverage'
kill -INT "$pid"	# bash starts background jobs with SIGINT ignored, but pgtop handles it
wait "$pid"
[ $? -eq 0 ] && [ "$(tail -c 1 "$work/text" | wc -l)" -eq 1 ] && [ "$(grep -c '^# pgtop' "$work/text")" -eq "$(grep -c '^# coverage' "$work/text")" ]
report $? 'SIGINT ends pgtop with a complete last interval'
"$pgtop" -j "$busy" > "$work/json" 2> "$work/err" &
pid=$!
wait_for "$work/json" interval
kill -KILL "$busy"
wait "$pid"
[ $? -eq 0 ] && assert "$work/json" "L[-1]['exited'] and total('faults') > 100"
report $? 'the exit of the target ends pgtop with a last interval'
wait "$busy" 2> /dev/null

# A command
"$pgtop" -b -- sleep 1000 > "$work/text" 2> "$work/err" &
pid=$!
wait_for "$work/text" '^# coverage'
kill -TERM "$pid"
wait "$pid"
[ $? -eq 0 ] && tail -n 2 "$work/text" | grep -q exited && ! pgrep -x sleep > /dev/null
report $? 'SIGINT is forwarded to the command'
"$pgtop" -n 1 -i 0.2 -- sleep 1000 > "$work/text" 2> "$work/err"
[ $? -eq 0 ] && pgrep -x sleep > /dev/null && kill "$(pgrep -x sleep)"
report $? 'the command still runs after pgtop -n'

# Tests of code above the probes, which does not depend on the kernel
if [ "${1-}" != --short ]; then

# Threads: four threads write their ids and the kernel's counts of their faults
"$pgtop" -t -j --record "$work/rec" -o "$work/json" -- $target threads-counted "$work/counts" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "all(o['threads'] is not None for o in L)" &&
	selftests/lib/pgtop_json.py threads "$work/json" "$work/counts" 2> "$work/why"
report $? '-t counts the faults of each thread, and the threads add up to the total'
"$pgtop" -j --replay "$work/rec" > "$work/replay" 2> "$work/err" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'a replay shows threads that have exited'

# All processes: two of them fault; their counts in /proc are read while they sleep
env --block-signal=USR1 $target faults-on-signal 230 &
one=$!
env --block-signal=USR1 $target faults-on-signal 460 &
two=$!
at_rest() { for _ in $(seq 100); do [ "$(cat "/proc/$1/wchan" 2> /dev/null)" != 0 ] && [ "$(awk '{ print $3 }' "/proc/$1/stat")" = S ] && grep -q targets.py "/proc/$1/cmdline" && sleep 0.3 && return; sleep 0.1; done; }
at_rest "$one"
at_rest "$two"
sleep 1
before_one=$(faults "$one")
before_two=$(faults "$two")
"$pgtop" -j -i 0.5 > "$work/json" 2> "$work/err" &
pid=$!
wait_for "$work/json" interval
kill -USR1 "$one" "$two"
sleep 2
at_rest "$one"
at_rest "$two"
after_one=$(faults "$one")
after_two=$(faults "$two")
kill -INT "$pid"
wait "$pid"
[ $? -eq 0 ] && assert "$work/json" "L[0]['scope'] == 'all' and L[0]['pid'] is None and all(not o['mappings'] for o in L) and all(sum(p['faults'] for p in o['processes']) == o['total']['faults'] for o in L) and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $one) == $after_one - $before_one >= 230 and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $two) == $after_two - $before_two >= 460 and
	all(p['comm'].startswith('python3') for o in L for p in o['processes'] if p['id'] in ($one, $two))"
report $? 'without a PID each process has as many faults as /proc counts'

# A cgroup: one of the two processes is moved into it
if mkdir -p /sys/fs/cgroup/pgtop-test 2> /dev/null && [ -e /sys/fs/cgroup/pgtop-test/cgroup.procs ]; then
	echo "$one" > /sys/fs/cgroup/pgtop-test/cgroup.procs
	before_one=$(faults "$one")
	"$pgtop" -j -i 0.5 -c pgtop-test > "$work/json" 2> "$work/err" &
	pid=$!
	wait_for "$work/json" interval
	kill -USR1 "$one" "$two"
	sleep 2
	at_rest "$one"
	after_one=$(faults "$one")
	kill -INT "$pid"
	wait "$pid"
	[ $? -eq 0 ] && assert "$work/json" "L[0]['scope'] == 'cgroup' and L[0]['cgroup'].endswith('pgtop-test') and {p['id'] for o in L for p in o['processes']} == {$one} and
		sum(p['faults'] for o in L for p in o['processes']) == $after_one - $before_one >= 230"
	report $? '-c shows the processes of the cgroup only, with as many faults as /proc counts'
fi
kill "$one" "$two"
wait "$one" "$two" 2> /dev/null

# Call stacks: each fault is in one stack, and the functions of the workload have names
"$pgtop" -j -U -i 0.5 -o "$work/json" -- $target pages 500 > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(s['count'] for o in L for s in o['stacks']) == total('attributed') == sum(s['total'] for s in L[-1]['stacks']) > 500"
report $? '-U: the stacks of a command add up to its attributed faults'
nice -n 19 "$build/selftests/workloads/busy" > /dev/null 2>&1 &
busy=$!
"$pgtop" -j -U -n 2 -i 0.5 --record "$work/rec" --folded "$work/folded" "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(s['count'] for o in L for s in o['stacks']) > 100 and
	any(f['function'] == 'main' and f['module'].endswith('busy') for o in L for s in o['stacks'] for f in s['frames'])"
report $? '-U: stacks of a running process have names of functions'
total=$(selftests/lib/pgtop_json.py stack-total "$work/json")
[ "$(awk '{ n += $NF } END { print n }' "$work/folded")" = "$total" ] && grep -q '^busy;.*main;\[anon-new\] ' "$work/folded"
report $? '--folded: the lines add up to the faults in JSON, with the class last'
"$pgtop" -j --replay "$work/rec" > "$work/replay" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'a replay shows the call stacks of the live run'
# An interval is longer than the suite may take: -d ends it, and the target still runs
"$pgtop" -j -d 2 -i 10000 "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "len(L) == 1 and not L[0]['exited']" && kill -0 "$busy"
report $? '-d ends pgtop during an interval, and -i sets the length of an interval'
assert "$work/json" "all(o['self_ns'] > 0 and o['nr_threads'] == 1 and o['tables_bytes'] >= 4096 and o['system']['swap_in'] is not None for o in L)"
report $? "JSON has pgtop's own CPU time, the page tables and the system's counters"
"$pgtop" -b -n 1 busy > "$work/text" 2> "$work/err"
[ $? -eq 0 ] && head -n 1 "$work/text" | grep -q "^# pgtop $busy busy "
report $? 'a process is found by its name'
"$pgtop" --record "$work/rec" -i 0.2 "$busy" > "$work/text" 2> "$work/err" &
pid=$!
wait_for "$work/text" '^# coverage'
kill -KILL "$pid"
wait "$pid" 2> /dev/null
"$pgtop" --replay "$work/rec" > "$work/replay" 2> "$work/err"
[ $? -eq 1 ] && grep -q 'cut short' "$work/err" && [ "$(grep -c '^# coverage' "$work/replay")" -ge "$(grep -c '^# coverage' "$work/text")" ]
report $? 'the record of a killed pgtop replays up to the last interval'
kill "$busy"
wait "$busy" 2> /dev/null

# A fault that ends in a signal is in no total; fault_fail.c tests all such classes
"$pgtop" -j -o "$work/json" -- $target bad-write > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(o['signals'] for o in L) == 1 and sum(o['classes'].get('segv-map', {'count': 0})['count'] for o in L) == 1 and any(m['name'] == '(no mapping)' for m in M)"
report $? 'a fault that ends in a signal is reported and in no total'

fi

# A process without a fault has RES all the same
sleep 1000 &
idle=$!
sleep 1
"$pgtop" -b -n 1 -i 0.3 "$idle" > "$work/text" 2> "$work/err"
[ $? -eq 0 ] && if [ "$module" = True ]; then
	awk '$10 == "total" { found = $6 ~ /[0-9]/ } END { exit !found }' "$work/text"
else
	! grep -q 'RES and HUGE' "$work/text"
fi
report $? 'the total of an interval without a fault has RES'
"$pgtop" -b -n 1 -i 0.3 "$idle" 2> "$work/err" >&-
[ $? -eq 1 ] && grep -qx 'pgtop: stdout: Bad file descriptor' "$work/err"
report $? 'a closed stdout is reported as a bad file descriptor'
"$pgtop" -b -n 1 -i 0.3 -o "$work/text" "$idle" 2> "$work/err" <&- >&- && grep -q '^# coverage' "$work/text"
report $? 'with -o a closed stdout is no error'
kill "$idle"
wait "$idle" 2> /dev/null

if [ "${1-}" != --short ]; then
	# On the screen: into a process, and back
	python3 -c 'import mmap, time
while True: m = mmap.mmap(-1, 1 << 18); m.write(bytes(1 << 18)); m.close(); time.sleep(0.1)' &
	entered=$!
	see() {	# PATTERN: wait until the screen matches
		for _ in $(seq 600); do
			tmux -L enter capture-pane -p -t pgtop > "$work/screen" && grep -qE "$1" "$work/screen" && return 0
			sleep 0.1
		done
		return 1
	}
	tmux -L enter -f /dev/null new-session -d -s pgtop -x 80 -y 24 "$pgtop -i 0.5; sleep 1000"
	see " $entered .* python3"
	report $? 'the screen of all processes shows a process'
	tmux -L enter send-keys -t pgtop /
	tmux -L enter send-keys -t pgtop -l python3
	tmux -L enter send-keys -t pgtop Enter
	see "^> .* $entered .* python3" && tmux -L enter send-keys -t pgtop Enter
	see "^pgtop +$entered python3 .* faults [1-9]" && see 'CLASS .* MAPPING' && grep -qE '(anon-new|thp-new|shmem) .* rw-' "$work/screen"
	report $? 'Enter shows the mappings of the process'
	tmux -L enter send-keys -t pgtop Escape
	see '^pgtop all processes .* faults [1-9]' && see " $entered .* python3"
	report $? 'Esc shows all processes again'
	tmux -L enter send-keys -t pgtop q
	see '^# coverage'
	report $? 'after q the summary follows'
	tmux -L enter kill-server
	kill "$entered"
	wait "$entered" 2> /dev/null
fi

# Refused targets
refused 1 '4194305: no such process' 'a PID without a process is refused' "$pgtop" 4194305
refused 1 '2: a kernel thread: .*' 'a kernel thread is refused' "$pgtop" 2
refused 127 'nosuch: no such command' 'a command that does not exist is refused' "$pgtop" -- nosuch
refused 1 '/nosuch/folded: No such file .*' '--folded in a missing folder is refused' "$pgtop" --folded /nosuch/folded -- touch "$work/ran"
[ ! -e "$work/ran" ]
report $? '--folded in a missing folder is refused before the command starts'
refused 77 '.*not permitted' 'without privileges pgtop is refused' setpriv --reuid 65534 --regid 65534 --clear-groups "$pgtop" $$

# Without the module: one message, and all other functions work
if [ "$module" = True ] && rmmod pgwalk 2> "$work/why"; then
	exact 'without the module' "not L[0]['module'] and L[0]['age_seconds'] is None and all(m['resident'] is None for m in M)" ls /
	[ "$(grep -c '^pgtop: pgwalk.ko not loaded' "$work/err")" -eq 1 ]
	report $? 'a missing module is reported once'
	"$pgtop" --replay "$work/rec" > "$work/text"
	! grep -v '^#' "$work/text" | awk 'NF && ($6 != "-" || $7 != "-") { bad = 1 } END { exit !bad }'
	report $? 'without the module its columns show "-"'
	insmod "${PGWALK_KO:?}" 2> "$work/why"
	report $? 'the module can be loaded again'
fi

report_schema
end_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pgtop as a user meets it, in a guest with pgwalk.ko loaded: counts against the kernel's, ends, signals, streams,
# messages. TAP. What stands behind it is tested one by one: fault_*.c, golden/.
#
#	pgtop.sh		all of it
#	pgtop.sh --short	without what is the same on each kernel
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
. selftests/pgtop_tap.sh

module=False
[ -e /dev/pgwalk ] && module=True

# Counts equal the kernel's, for real programs from their execve on
exact() {	# TITLE ASSERTION COMMAND...
	local title=$1 also=$2 pid minor major status
	shift 2
	"$build/selftests/pgtop_exact" "$pgtop" -j -i 0.5 --record "$work/rec" -o "$work/json" -- "$@" \
		> "$work/out" 2> "$work/err"
	status=$?
	read -r pid minor major < <(tail -n 1 "$work/out")
	[ "$status" -eq 0 ] && assert "$work/json" \
		"L[0]['base']['minor'] + total('minor') == $minor and L[0]['base']['major'] + total('major') == $major and L[0]['pid'] == $pid and L[-1]['exited'] and total('faults') > 50 and $also"
	report $? "$title: as many faults as the kernel has counted"
}
exact ls True ls /
grep -qx usr "$work/out"
report $? 'with -o the command keeps its stdout'
"$pgtop" -j --replay "$work/rec" > "$work/replay" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'what was recorded plays as it was seen'

# Also 23 faults in a mapping that is gone by the time it is shown: 23, under its name
dd if=/dev/zero of="$work/the-file" bs=4096 count=23 2> /dev/null
exact 'python3, with 23 in a mapping of a file' \
	"sum(counts(lambda m: m['name'].endswith('the-file')).values()) == 23" python3 -c '
import mmap, os, sys
m = mmap.mmap(os.open(sys.argv[1], os.O_RDWR), 23 * 4096, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE)
for i in range(23): m[i * 4096] = 1
m.close()' "$work/the-file"
exact threads "total('faults') > 4 * 40 * 64 and total('unattributed') <= sum(o['missed_runs'] for o in L)" python3 -c '
import threading, mmap
def work():
    for i in range(40):
        m = mmap.mmap(-1, 64 * 4096)
        for p in range(64): m[p * 4096] = 1
        m.close()
t = [threading.Thread(target=work) for i in range(4)]
[x.start() for x in t]; [x.join() for x in t]'
exact 'a shell that executes another program' "any('ls' in m['name'] for m in M)" sh -c 'exec ls /'

"$pgtop" -j -- echo hello > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/out" 'len(L) >= 1' && grep -qx hello "$work/err"
report $? "with -j stdout carries nothing else; the command's goes to stderr"

# A running process
nice -n 19 "$build/selftests/workloads/busy" > /dev/null 2>&1 &	# pgtop has to load beside it
busy=$!
"$pgtop" -i 0.5 -n 3 -j "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && [ ! -s "$work/err" ] && assert "$work/json" \
	"len(L) == 3 and not L[-1]['exited'] and total('faults') > 100 and all(o['seconds'] > 0.4 for o in L)"
report $? '-n ends after so many intervals, and the target goes on'
kill -0 "$busy"
report $? 'it does'
if [ "$module" = True ]; then
	assert "$work/json" \
		"L[0]['module'] and L[0]['age_seconds'] is not None and any(m['resident'] for m in M if m['name'] == '[heap]') and any(m['huge'] for m in M if m['name'] == 'anon')"
	report $? 'resident and huge are the module'"'"'s'
fi
"$pgtop" "$busy" > "$work/text" 2> "$work/err" &
pid=$!
wait_for "$work/text" '^# coverage'
kill -INT "$pid"	# a background job of a script ignores it, but pgtop listens
wait "$pid"
[ $? -eq 0 ] && [ "$(tail -c 1 "$work/text" | wc -l)" -eq 1 ] && [ "$(grep -c '^# pgtop' "$work/text")" -eq "$(grep -c '^# coverage' "$work/text")" ]
report $? 'a signal ends it with a whole last interval'
"$pgtop" -j "$busy" > "$work/json" 2> "$work/err" &
pid=$!
wait_for "$work/json" interval
kill -KILL "$busy"
wait "$pid"
[ $? -eq 0 ] && assert "$work/json" "L[-1]['exited'] and total('faults') > 100"
report $? 'the exit of the target ends it with a last interval'
wait "$busy" 2> /dev/null

# A command
"$pgtop" -b -- sleep 1000 > "$work/text" 2> "$work/err" &
pid=$!
wait_for "$work/text" '^# coverage'
kill -TERM "$pid"
wait "$pid"
[ $? -eq 0 ] && tail -n 2 "$work/text" | grep -q exited && ! pgrep -x sleep > /dev/null
report $? 'a signal is passed on to the command'
"$pgtop" -n 1 -i 0.2 -- sleep 1000 > "$work/text" 2> "$work/err"
[ $? -eq 0 ] && pgrep -x sleep > /dev/null && kill "$(pgrep -x sleep)"
report $? 'after -n intervals the command goes on'

# What lies above the probes, and is alike on each kernel
if [ "${1-}" != --short ]; then

# By thread: each as the kernel has counted it. Four threads that say what they had, in their own words
cat > "$work/threads.py" <<'PYTHON'
import mmap, sys, threading
out = open(sys.argv[1], "w")
lock, ready, done = threading.Lock(), threading.Barrier(5), threading.Barrier(5)
def stat():
    with open("/proc/thread-self/stat") as f:
        text = f.read()
    f = text[text.rindex(")") + 2:].split()
    return int(f[7]) + int(f[9])
def work(n):
    with lock:
        out.write("%d " % threading.get_native_id())
    ready.wait()
    m = mmap.mmap(-1, 23 * (n + 1) * 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    m.madvise(mmap.MADV_NOHUGEPAGE)
    for p in range(23 * (n + 1)):
        m[p * 4096] = 1
    with lock:
        out.write("%d %d\n" % (n, stat()))
        out.flush()
    done.wait()
for n in range(4):
    threading.Thread(target=work, args=(n,)).start()
ready.wait()
done.wait()
PYTHON
"$pgtop" -t -j --record "$work/rec" -o "$work/json" -- python3 "$work/threads.py" "$work/told" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "all(o['threads'] is not None for o in L)" && python3 -IS - "$work/json" "$work/told" 2> "$work/why" <<'PYTHON'
import json, sys
L = [json.loads(l) for l in open(sys.argv[1])]
threads, anon = {}, {}
for o in L:
    assert sum(w["faults"] for w in o["threads"]) == o["total"]["faults"], o["number"]
    for w in o["threads"]:
        threads[w["id"]] = threads.get(w["id"], 0) + w["faults"]
        anon[w["id"]] = anon.get(w["id"], 0) + sum(w["classes"].get(k, {"count": 0})["count"] for k in ("anon-new", "thp-new"))
told = [[int(n) for n in l.split()] for l in open(sys.argv[2])]
ids = sorted(sum((t[:-2] for t in told), []))
assert len(ids) == 4 and all(i in threads for i in ids), (ids, threads)
# which of the four had most is known: 92 pages, then 69, 46, 23
most = sorted((anon[i] for i in ids), reverse=True)
for n, had in zip((4, 3, 2, 1), most):
    assert 23 * n <= had <= 23 * n + 22, most
# what each said of itself was before its last faults
assert sum(threads[i] for i in ids) >= sum(t[-1] for t in told) - 4, (threads, told)
PYTHON
report $? '-t counts each thread, and all of them are the total'
"$pgtop" -j --replay "$work/rec" > "$work/replay" 2> "$work/err" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'threads that have ended are recorded, and play as they were seen'

# All processes: what each of two has, as /proc says, from a time when both are at rest
cat > "$work/rest.py" <<'PYTHON'
import mmap, os, signal, sys
def touch(n):
    m = mmap.mmap(-1, n * 4096)
    m.madvise(mmap.MADV_NOHUGEPAGE)
    for p in range(n): m[p * 4096] = 1
pages = int(sys.argv[1])
while True:
    signal.sigwait({signal.SIGUSR1, signal.SIGTERM}) == signal.SIGTERM and sys.exit()
    touch(pages)
PYTHON
python3 -c 'import signal, sys, os; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); os.execvp(sys.argv[1], sys.argv[1:])' python3 "$work/rest.py" 230 &
one=$!
python3 -c 'import signal, sys, os; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1}); os.execvp(sys.argv[1], sys.argv[1:])' python3 "$work/rest.py" 460 &
two=$!
at_rest() { for _ in $(seq 100); do [ "$(cat "/proc/$1/wchan" 2> /dev/null)" != 0 ] && [ "$(awk '{ print $3 }' "/proc/$1/stat")" = S ] && grep -q rest.py "/proc/$1/cmdline" && sleep 0.3 && return; sleep 0.1; done; }
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
report $? 'without a PID: all processes, each with what /proc counts'

# A cgroup: only what is in it, also what comes into it
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
	report $? '-c: the processes of a cgroup and no others, as /proc counts'
fi
kill "$one" "$two"
wait "$one" "$two" 2> /dev/null

# Where from: every fault in one stack, to the last; the workload's own function
"$pgtop" -j -U -i 0.5 -o "$work/json" -- python3 -c 'x = [bytearray(4096) for i in range(500)]' > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(s['count'] for o in L for s in o['stacks']) == total('attributed') == sum(s['total'] for s in L[-1]['stacks']) > 500"
report $? '-U: the faults of a command are all in one stack or other'
nice -n 19 "$build/selftests/workloads/busy" > /dev/null 2>&1 &
busy=$!
"$pgtop" -j -U -n 2 -i 0.5 --record "$work/rec" --folded "$work/folded" "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(s['count'] for o in L for s in o['stacks']) > 100 and
	any(f['function'] == 'main' and f['module'].endswith('busy') for o in L for s in o['stacks'] for f in s['frames'])"
report $? '-U: the faults by call stack, with the names of functions'
total=$(python3 -IS -c 'import json, sys; print(sum(s["total"] for s in json.loads(open(sys.argv[1]).read().splitlines()[-1])["stacks"] if s["class"] not in ("segv-map", "segv-access", "sigbus", "oom")))' "$work/json")
[ "$(awk '{ n += $NF } END { print n }' "$work/folded")" = "$total" ] && grep -q '^busy;.*main;\[anon-new\] ' "$work/folded"
report $? '--folded: as many as were counted, by class'
"$pgtop" -j --replay "$work/rec" > "$work/replay" && cmp "$work/json" "$work/replay" > "$work/why"
report $? 'with its stacks it is recorded, and plays as it was seen'
seconds=$SECONDS
"$pgtop" -j -d 2 -i 0.5 "$busy" > "$work/json" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "1.8 <= sum(o['seconds'] for o in L) <= 6 and not L[-1]['exited']" && [ $((SECONDS - seconds)) -lt 60 ]
report $? '-d ends after so many seconds'
assert "$work/json" "all(o['self_ns'] > 0 and o['nr_threads'] == 1 and o['tables_bytes'] >= 4096 and o['system']['swap_in'] is not None for o in L)"
report $? 'what pgtop takes, the tables and the kernel around are told'
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
report $? 'what a killed pgtop had recorded is there up to the last interval'
kill "$busy"
wait "$busy" 2> /dev/null

# A signal, in no total; fault_fail.c has all of them
cat > "$work/signals.py" <<'PYTHON'
import ctypes
ctypes.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
ctypes.memset(8, 1, 1)
PYTHON
"$pgtop" -j -o "$work/json" -- python3 "$work/signals.py" > "$work/out" 2> "$work/err"
[ $? -eq 0 ] && assert "$work/json" "sum(o['signals'] for o in L) == 1 and sum(o['classes'].get('segv-map', {'count': 0})['count'] for o in L) == 1 and any(m['name'] == '(no mapping)' for m in M)"
report $? 'a fault that ends in a signal is told, in no total'

fi

# A process without a fault: its RES is known all the same
sleep 1000 &
idle=$!
sleep 1
"$pgtop" -b -n 1 -i 0.3 "$idle" > "$work/text" 2> "$work/err"
[ $? -eq 0 ] && if [ "$module" = True ]; then
	awk '$8 == "total" || $9 == "total" { found = $5 ~ /[0-9]/ } END { exit !found }' "$work/text"
else
	! grep -q 'RES and HUGE' "$work/text"
fi
report $? 'an interval without a fault has a total with RES'
"$pgtop" -b -n 1 -i 0.3 "$idle" 2> "$work/err" >&-
[ $? -eq 1 ] && grep -qx 'pgtop: stdout: Bad file descriptor' "$work/err"
report $? 'a closed stdout is a bad file descriptor'
"$pgtop" -b -n 1 -i 0.3 -o "$work/text" "$idle" 2> "$work/err" <&- >&- && grep -q '^# coverage' "$work/text"
report $? 'with -o a closed stdout is not needed'
kill "$idle"
wait "$idle" 2> /dev/null

# What cannot be
refused 1 '4194305: no such process' 'no such process' "$pgtop" 4194305
refused 1 '2: a kernel thread: .*' 'a kernel thread' "$pgtop" 2
refused 127 'nosuch: no such command' 'no such command' "$pgtop" -- nosuch
refused 77 '.*not permitted' 'no privileges' setpriv --reuid 65534 --regid 65534 --clear-groups "$pgtop" $$

# Without the module: said once, and the rest works
if [ "$module" = True ] && rmmod pgwalk 2> "$work/why"; then
	exact 'without the module' "not L[0]['module'] and L[0]['age_seconds'] is None and all(m['resident'] is None for m in M)" ls /
	[ "$(grep -c '^pgtop: pgwalk.ko not loaded' "$work/err")" -eq 1 ]
	report $? 'what is missing is said, once'
	"$pgtop" --replay "$work/rec" > "$work/text"
	! grep -v '^#' "$work/text" | awk 'NF && ($5 != "-" || $6 != "-") { bad = 1 } END { exit !bad }'
	report $? 'and its columns are "-"'
	insmod "${PGWALK_KO:?}" 2> "$work/why"
	report $? 'the module can be loaded again'
fi

end_tests

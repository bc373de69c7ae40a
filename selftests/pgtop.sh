#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pgtop as a user meets it, in a guest with pgwalk.ko loaded: counts against the kernel's, ends, signals, streams,
# messages. TAP. What stands behind it is tested one by one: fault_*.c, golden/.
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
build=${PGWALK_BUILD:-build}
pgtop=$build/bin/pgtop
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
failed=0

report() {	# STATUS TITLE
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2"
		failed=1
		for file in "$work"/err "$work"/why; do
			[ -s "$file" ] && sed 's/^/# /' "$file" | head -20
		done
	fi
	: > "$work/why"
}

# The last lines of a run of JSON: python3 with "L", the intervals, and what is asserted of them
assert() {	# FILE ASSERTION
	python3 - "$1" "$2" 2> "$work/why" <<'PYTHON'
import json, sys
L = [json.loads(line) for line in open(sys.argv[1], "rb").read().decode("utf-8").splitlines()]
T = [o["total"] for o in L]
M = [m for o in L for m in o["mappings"]]
def total(key): return sum(t[key] for t in T)
def counts(test):
    n = {}
    for m in M:
        if test(m):
            for k, c in m["classes"].items():
                n[k] = n.get(k, 0) + c["count"]
    return n
for o, t in zip(L, T):
    assert t["attributed"] == sum(c["count"] for m in o["mappings"] for c in m["classes"].values())
    assert t["attributed"] + t["unattributed"] == t["faults"] == t["minor"] + t["major"]
    assert o["lost"] == 0
assert L and [o["number"] for o in L] == list(range(1, len(L) + 1))
assert [o["last"] for o in L] == [False] * (len(L) - 1) + [True]
if not eval(sys.argv[2]):
    print(sys.argv[2], [(o["seconds"], o["base"], o["total"]) for o in L][:3], counts(lambda m: True), file=sys.stderr)
    sys.exit(1)
PYTHON
}

wait_for() {	# FILE PATTERN: until it is there; pgtop needs seconds to start where a guest is emulated
	for _ in $(seq 600); do
		grep -q "$2" "$1" 2> /dev/null && return 0
		sleep 0.1
	done
	return 1
}

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
exact threads "total('faults') > 4 * 40 * 64 and total('unattributed') <= total('faults') / 100" python3 -c '
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
	"len(L) == 3 and not L[-1]['exited'] and total('faults') > 100 and all(abs(o['seconds'] - 0.5) < 5 for o in L)"
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

# What cannot be
refused() {	# STATUS PATTERN TITLE ARGUMENTS...: one line on stderr, nothing on stdout
	local want=$1 pattern=$2 title=$3
	shift 3
	"$@" > "$work/out" 2> "$work/err"
	[ $? -eq "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -qE "^pgtop: $pattern \(.*\)$" "$work/err"
	report $? "$title"
}
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

echo "1..$number"
exit "$failed"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recorded streams against the text and JSON they must give, on the host: no kernel of ours, no privileges. TAP.
#
#	run.sh			build, then test
#	run.sh --update		write what comes out now as what must come out: read the diff
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../tap.sh
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath -m "${PGWALK_BUILD:-../../build}")
out=$build/selftests/golden
# One at a time: both tests are made of the same objects
mkdir -p "$build" && flock "$build/golden.lock" make -s O="$build" all >&2 || exit 1
pgtop=$out/bin/pgtop
streams=(*.stream)
unset COLUMNS

# A golden file that a person can read: a mapping a line; of thousands of like lines, none
condense() { sed -e 's/},{"start"/},\n{"start"/g' | if [ "$1" = fold ]; then grep -v anon; else cat; fi; }

compare() {	# NAME SUFFIX TITLE; what came out is in $work/NAME.SUFFIX
	condense "$1" < "$work/$1.$2" > "$work/got"
	[ -z "$update" ] || cp "$work/got" "$1.$2"
	diff -u "$1.$2" "$work/got" > "$work/diff"
	local status=$?
	sed 's/^/# /' "$work/diff" | head -40
	report "$status" "$3"
}

# The rules that hold for every interval of every stream
check_json() {
	python3 - "$1" <<'PYTHON'
import json, sys
lines = open(sys.argv[1], "rb").read().decode("utf-8").splitlines()
assert lines
SIGNALS = {"segv-map", "segv-access", "sigbus", "oom"}

def counters(c, count):
    assert c["major"] <= count and c["samples"] <= count
    known = [c[k] is not None for k in ("p50_ns", "p90_ns", "p99_ns", "max_ns", "sum_ns", "histogram")]
    assert all(known) == (c["samples"] > 0) and any(known) == all(known)
    if c["samples"]:
        assert c["p50_ns"] <= c["p90_ns"] <= c["p99_ns"] and c["max_ns"] <= c["sum_ns"]
        assert sum(c["histogram"]) == c["samples"] and c["histogram"][-1] and len(c["histogram"]) <= 160

def add_up(whole, parts):       # by class: count, major, samples and the histogram
    for name in set(whole) | {k for p in parts for k in p}:
        of = [p[name] for p in parts if name in p]
        for key in ("count", "major", "samples", "write", "around", "retries"):
            assert whole[name][key] == sum(c[key] for c in of), (name, key)

for number, line in enumerate(lines, 1):
    o = json.loads(line)
    t = o["total"]
    places = [m["classes"] for m in o["mappings"]]
    if o["scope"] != "process":
        assert not o["mappings"] and o["pid"] is None
        places = [p["classes"] for p in o["processes"]]
        assert sum(p["faults"] for p in o["processes"]) == t["faults"]
        assert sum(p["unattributed"] for p in o["processes"]) == t["unattributed"]
    else:
        assert o["pid"] > 0
    classes = [(k, c) for p in places for k, c in p.items()]
    counted = [c for k, c in classes if k not in SIGNALS]
    assert o["schema"] == "pgtop.interval/2" and o["type"] == "interval" and o["seconds"] > 0 and o["number"] == number
    assert t["attributed"] == sum(c["count"] for c in counted)
    assert t["attributed"] + t["unattributed"] == t["faults"] == t["minor"] + t["major"]
    assert t["missed_exit"] == sum(c["missed_exit"] for c in counted)
    assert o["signals"] == sum(c["count"] for k, c in classes if k in SIGNALS)
    add_up(o["classes"], places)
    counters(t, t["faults"])
    assert len(o["mappings"]) <= 4098
    for k, c in classes:
        assert c["count"] > 0
        counters(c, c["count"])
    for w in o.get("threads") or o.get("processes") or []:
        assert w["faults"] == w["unattributed"] + sum(c["count"] for k, c in w["classes"].items() if k not in SIGNALS)
        counters(w, w["faults"])
    for s in o["stacks"] or []:
        assert s["count"] <= s["total"] and s["sum_ns"] <= s["total_ns"] and len(s["frames"]) <= 64
    if o["pages"]:
        assert all(p["interval_faults"] <= p["faults"] for p in o["pages"]["pages"])
    assert o["last"] == (number == len(lines)) or not o["last"]
PYTHON
}

# In a line of text there is no control character and nothing behind column 79
check_text() {
	python3 - "$1" <<'PYTHON'
import sys
text = open(sys.argv[1], "rb").read().decode("utf-8")
for line in text.splitlines():
    assert len(line) <= 79, line
    assert line.isprintable() or not line, line
    if line and not line.startswith("#"):
        assert len(line.split()) >= 4, line
PYTHON
}

# The single parts: its own TAP, taken into ours
"$out/unit" > "$work/unit"
grep '^#' "$work/unit"
while read -r line; do
	[[ $line == ok* ]]
	report $? "${line#*ok * - }"
done < <(grep -E '^(not )?ok' "$work/unit")
grep -q '^1\.\.' "$work/unit" && [ "$(grep -cE '^(not )?ok' "$work/unit")" = "$(sed -n 's/^1\.\.//p' "$work/unit")" ]
report $? "all single parts were tested"

for stream in "${streams[@]}"; do
	name=${stream%.stream}
	if ! "$out/encode" "$work/$name.bin" < "$stream"; then
		report 1 "$name: can be encoded"
		continue
	fi
	"$pgtop" --replay "$work/$name.bin" > "$work/$name.txt" 2> "$work/err" && [ ! -s "$work/err" ]
	report $? "$name: plays"
	check_text "$work/$name.txt"
	report $? "$name: text fits and is harmless"
	compare "$name" txt "$name: text as it must be"
	"$pgtop" -j --replay "$work/$name.bin" > "$work/$name.json" 2> "$work/err" && [ ! -s "$work/err" ]
	report $? "$name: plays as JSON"
	check_json "$work/$name.json"
	report $? "$name: JSON adds up"
	compare "$name" json "$name: JSON as it must be"
done

# 5000 mappings: 4096 rows (the live one among them), the others together, to the unit
python3 - "$work/fold.json" <<'PYTHON'
import json, sys
second = json.loads(open(sys.argv[1]).read().splitlines()[1])
other = [m for m in second["mappings"] if m["name"] == "(other mappings)"]
assert len(other) == 1 and len(second["mappings"]) == 4096
assert other[0]["classes"]["anon-new"]["count"] == (5000 - 4095) * 3
assert other[0]["classes"]["anon-new"]["major"] == 5000 - 4095
assert second["total"]["faults"] == 15000
PYTHON
report $? "fold: the oldest go together, nothing is lost"

# A file that ends too early: the intervals that are whole, a word about it, and a failure
size=$(stat -c %s "$work/classes.bin")
head -c $((size - 4)) "$work/classes.bin" > "$work/cut.bin"
"$pgtop" --replay "$work/cut.bin" > "$work/cut.txt" 2> "$work/err"
[ $? -eq 1 ] && cmp -s "$work/cut.txt" "$work/classes.txt" && grep -q 'cut short' "$work/err"
report $? "a stream without its end, as of a pgtop that was killed, is shown, and that is told"
gunzip < "$work/classes.bin" > "$work/plain.bin"
"$pgtop" --replay "$work/plain.bin" > "$work/plain.txt" 2> "$work/err" && cmp -s "$work/plain.txt" "$work/classes.txt"
report $? "a stream that was unpacked is read, too"
size=$(stat -c %s "$work/plain.bin")
head -c $((size - 8)) "$work/plain.bin" > "$work/cut.bin"
"$pgtop" --replay "$work/cut.bin" > "$work/cut.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/cut.txt")" -eq 1 ] && grep -q 'cut short' "$work/err"
report $? "a stream that is cut is shown as far as it goes, and told"
{ cat "$work/plain.bin"; head -c 64 /dev/zero; } > "$work/bad.bin"
"$pgtop" --replay "$work/bad.bin" > "$work/bad.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/bad.txt")" -eq 2 ] && grep -q damaged "$work/err"
report $? "a stream that is damaged is shown as far as it goes, and told"
printf '\1' | dd of="$work/plain.bin" bs=1 seek=16 conv=notrunc 2> /dev/null
"$pgtop" --replay "$work/plain.bin" > "$work/none.txt" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/none.txt" ] && grep -q 'another version' "$work/err"
report $? "a stream of another version is refused in one line"
"$pgtop" --replay ./run.sh > "$work/none.txt" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/none.txt" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "what is no stream is refused in one line"

COLUMNS=200 "$pgtop" --replay "$work/names.bin" | grep -q a-name-that-is-much-longer-than-the-column-it-has
report $? "a wider line shows more of a name"
"$pgtop" --replay "$work/fold.bin" 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a reader that goes away ends it quietly"
"$pgtop" -o "$work/file" --replay "$work/classes.bin" > "$work/stdout" && cmp -s "$work/file" "$work/classes.txt" && [ ! -s "$work/stdout" ]
report $? "-o writes the same to a file, and nothing to stdout"
"$pgtop" --replay "$work/classes.bin" > /dev/full 2> "$work/err"
[ $? -eq 1 ] && grep -q '^pgtop: stdout: ' "$work/err"
report $? "output that cannot be written is a failure"

"$pgtop" -r 1 -s max --replay "$work/classes.bin" > "$work/one.txt"
[ "$(grep -c '^#.* more$' "$work/one.txt")" -eq 1 ] && grep -q '^# 3 more' "$work/one.txt" && sed -n 3p "$work/one.txt" | grep -q 'libc.so.6$'
report $? "-s sorts by any column, -r keeps the first rows and tells of the others"
"$pgtop" -s nosuch --replay "$work/classes.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 2 ] && [ ! -s "$work/stdout" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a column that is not there is told, and gives 2"
"$pgtop" -n 1 --replay "$work/classes.bin" | grep -c '^# coverage' | grep -qx 1
report $? "-n ends a replay, too"
seconds=$SECONDS
"$pgtop" --speed 0.5 -n 1 --replay "$work/classes.bin" > /dev/null && [ $((SECONDS - seconds)) -ge 1 ] && [ $((SECONDS - seconds)) -le 9 ]
report $? "--speed 0.5 takes twice the time"
"$pgtop" --folded "$work/folded" --replay "$work/stacks.bin" > /dev/null && grep -qx 'server;.*alloc_page;\[anon-new\] 20' "$work/folded" &&
	[ "$(awk '{ n += $NF } END { print n }' "$work/folded")" -eq 38 ]
report $? "--folded writes all call stacks at the end"
"$pgtop" --folded "$work/folded" --folded-by latency --folded-class cow-copy --replay "$work/stacks.bin" > /dev/null &&
	[ "$(awk '{ print $NF }' "$work/folded")" = 12 ]
report $? "by latency and by class if wanted"

for bad in '0' '1 2' '-p 1 2' '-n 0 1' '-n -1 1' '-i 0 1' '-i nan 1' '-d 0 1' '-r 0 1' '--replay=x 1' '1 -- true' '-c x 1' '--nosuch' \
	'-b -j 1' '-t' '-t -c x' '--speed=1 1' '--speed=-1 --replay=x' '--regions 1' '--folded-by=latency 1' '--folded=x --folded-by=y 1' \
	'--folded=x --folded-class=y 1' '-U --replay=x' '--replay=x --record=y' '--'; do
	# shellcheck disable=SC2086 # words are meant
	"$pgtop" $bad > "$work/stdout" 2> "$work/err"
	[ $? -eq 2 ] && [ ! -s "$work/stdout" ] && grep -q '^pgtop: \|^.*pgtop: ' "$work/err"
	report $? "bad usage is told and gives 2: pgtop $bad"
done
"$pgtop" -- nosuch-command > "$work/stdout" 2> "$work/err"
[ $? -eq 127 ] && [ "$(wc -l < "$work/err")" -eq 1 ] && [ ! -s "$work/stdout" ]
report $? "a command that is not there gives 127 and one line"
"$pgtop" -- /etc/passwd > "$work/stdout" 2> "$work/err"
[ $? -eq 126 ] && [ "$(wc -l < "$work/err")" -eq 1 ] && [ ! -s "$work/stdout" ]
report $? "one that is not executable gives 126 and one line"
"$pgtop" 4194305 > "$work/stdout" 2> "$work/err"	# above any pid_max
[ $? -eq 1 ] && grep -qE '^pgtop: 4194305: no such process \(.*\)$' "$work/err" && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a process that is not there gives 1 and one line"
"$pgtop" nosuch-process > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && grep -qE '^pgtop: nosuch-process: no process of that name \(.*\)$' "$work/err" && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "so does a name that no process has"
"$pgtop" --help | grep -q 'Exit status' && "$pgtop" --version | grep -q '^pgtop .*ABI' && "$pgtop" --usage | grep -q COMMAND
report $? "--help, --version and --usage answer"

end_tests

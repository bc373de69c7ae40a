#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Recorded streams against the text and JSON they must give, on the host: no kernel of ours, no privileges. TAP.
#
#	run.sh			build, then test
#	run.sh --update		write what comes out now as what must come out: read the diff
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath -m "${PGWALK_BUILD:-../../build}")
out=$build/selftests/golden
make -s O="$build" all >&2 || exit 1
pgtop=$out/bin/pgtop
streams=(*.stream)
unset COLUMNS
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
	fi
}

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
for line in lines:
    o = json.loads(line)
    t = o["total"]
    classes = [c for m in o["mappings"] for c in m["classes"].values()]
    assert o["type"] == "interval" and o["pid"] > 0 and o["seconds"] > 0
    assert t["attributed"] == sum(c["count"] for c in classes)
    assert t["attributed"] + t["unattributed"] == t["faults"] == t["minor"] + t["major"]
    assert t["missed_exit"] == sum(c["missed_exit"] for c in classes)
    assert len(o["mappings"]) <= 4097
    for c in classes:
        assert c["count"] > 0 and c["major"] <= c["count"]
        known = [c[k] is not None for k in ("p50_ns", "p99_ns", "max_ns")]
        assert all(known) or not any(known)
        assert not all(known) or c["p50_ns"] <= c["p99_ns"]
        assert all(known) == (c["count"] > c["missed_exit"] + c["missed_entry"]) or c["count"] and not c["missed_exit"]
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
        assert len(line.split()) >= 9, line
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
head -c $((size - 8)) "$work/classes.bin" > "$work/cut.bin"
"$pgtop" --replay "$work/cut.bin" > "$work/cut.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/cut.txt")" -eq 1 ] && grep -q 'cut short' "$work/err"
report $? "a stream that is cut is shown as far as it goes, and told"
head -c $((size - 40)) "$work/classes.bin" > "$work/cut.bin"	# without the last interval
"$pgtop" --replay "$work/cut.bin" > /dev/null 2> "$work/err"
report $? "a stream that ends with an interval is whole"
{ cat "$work/classes.bin"; head -c 64 /dev/zero; } > "$work/bad.bin"
"$pgtop" --replay "$work/bad.bin" > "$work/bad.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/bad.txt")" -eq 2 ] && grep -q damaged "$work/err"
report $? "a stream that is damaged is shown as far as it goes, and told"
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

for bad in '' '0' 'x' '1 2' '-n 0 1' '-n -1 1' '-i 0 1' '-i nan 1' '--replay=x 1' '1 -- true' '--nosuch'; do
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
"$pgtop" --help | grep -q 'Exit status' && "$pgtop" --version | grep -q '^pgtop .*ABI' && "$pgtop" --usage | grep -q COMMAND
report $? "--help, --version and --usage answer"

echo "1..$number"
exit "$failed"

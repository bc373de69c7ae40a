#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Call stacks hold code addresses only, in a guest: a program faults while its frame pointer leads to data. No address
# outside its executable mappings is in JSON, text, folded stacks or the recorded stream, and no text of its memory.
# TAP.
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
build=$(realpath -m "${PGWALK_BUILD:-build}")
pgtop=${PGTOP:-$build/bin/pgtop}
program=$build/selftests/stack_data
for needed in "$pgtop" "$program"; do
	[ -x "$needed" ] || { echo "Bail out! no $needed: make userspace selftests"; exit 1; }
done

# Every frame of every interval is in an executable mapping, and the stacks are those of the program's functions:
# cut where the data begins, whole where it has frame pointers, a row for each
check_json() {	# FILE
	python3 - "$1" "$work/maps" 2> "$work/why" <<'PYTHON'
import json, sys
code = []
for line in open(sys.argv[2], encoding="utf-8"):
    where, perms = line.split()[:2]
    if "x" in perms:
        code.append([int(part, 16) for part in where.split("-")])
stacks = [stack for line in open(sys.argv[1], encoding="utf-8") for stack in json.loads(line)["stacks"] or []]
bad = [frame for stack in stacks for frame in stack["frames"]
       if not any(start <= int(frame["ip"], 16) < end for start, end in code)]
if bad:
    sys.exit(f"{len(bad)} frames are no code: {bad[:3]}")
def rows(*names):       # a list of addresses and class may be in two intervals
    found = {}
    for s in stacks:
        key = (s["class"], tuple(f["ip"] for f in s["frames"]))
        if [f["function"] for f in s["frames"]][:len(names)] == list(names) and s["count"]:
            found[key] = found.get(key, 0) + s["count"]
    return sorted((count, len(key[1])) for key, count in found.items())
for names, want in ((["store_key"], [(46, 1)]), (["copy_key", "caller"], [(46, 2)]),
                    (["copy_key"], [(46, 2)]), (["store_both"], [(46, 1), (46, 1)])):
    if rows(*names) != want:
        sys.exit(f"{names}: {rows(*names)}, not {want}")
whole = rows("inner_function", "outer_function", "main")
if [count for count, _ in whole] != [46]:
    sys.exit(f"inner_function: {whole}")
PYTHON
}

# Neither the text, nor the addresses of data, as bytes or as digits
check_clean() {	# FILE
	[ -s "$1" ] && ! grep -aE 'Zq[0-9]{5}!|![0-9]{5}qZ' "$1" > "$work/why" && ! grep -aiE '21(3[0-9]){5}715a' "$1" > "$work/why"
}

wait_for() {	# FILE
	for _ in $(seq 600); do
		[ -s "$1" ] && return 0
		sleep 0.1
	done
	return 1
}

# It runs already: the stacks from before an execve() would be those of another program. After an interval it begins
mkfifo "$work/gate"
"$program" "$work/maps" < "$work/gate" > "$work/pid" &
exec 3> "$work/gate"
wait_for "$work/pid"
"$pgtop" -U -j -i 0.5 -o "$work/json" --record "$work/stream" --folded "$work/folded" "$(cat "$work/pid")" > "$work/err" 2>&1 &
watcher=$!
wait_for "$work/json"
echo go >&3
wait $watcher
report $? "a program with data at its frame pointer is watched"
check_json "$work/json"
report $? "its stacks are code, cut where data begins, and one row each"
zcat "$work/stream" > "$work/records" 2> "$work/err"
grep -aq inner_function "$work/records" && check_clean "$work/records"
report $? "its recorded stream has no text of its memory"
check_clean "$work/json" && check_clean "$work/folded"
report $? "neither have JSON and folded stacks"
"$pgtop" --replay "$work/stream" -j > "$work/replayed" 2> "$work/err" && check_json "$work/replayed"
report $? "a replay shows the same stacks"

cp "$work/folded" "$work/why"
grep -qE '^stack_data;store_key;\[anon-new\] 46$' "$work/folded" &&
	grep -qE '^stack_data;caller;copy_key;\[anon-new\] 46$' "$work/folded" &&
	grep -qE '^stack_data;(.*;)?main;outer_function;inner_function;\[anon-new\] 46$' "$work/folded"
report $? "folded stacks have them"

# Two instructions of one function are one row of an interval
"$pgtop" --replay "$work/stream" -b > "$work/text" 2> "$work/err"
cp "$work/text" "$work/why"
twice=$(awk '/^# pgtop/ { split("", seen) } { $1 = $2 = "" } /(store|copy)_/ && seen[$0]++ { n++ } END { print n + 0 }' "$work/text")
[ "$twice" = 0 ] && grep -q store_both "$work/text" && grep -q store_key "$work/text" &&
	! grep -qE '< [0-9a-f]{4,} ' "$work/text" && check_clean "$work/text"
report $? "text has a row for each place"

end_tests

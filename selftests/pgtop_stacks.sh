#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Where faults come from, from end to end, in a guest with pgwalk.ko loaded: a program with two functions that fault 23
# times each is started, or watched while it runs; as JSON, as folded stacks, and replayed. TAP.
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
build=$(realpath -m "${PGWALK_BUILD:-build}")
pgtop=$build/bin/pgtop
stacked=$build/selftests/stacked
for program in "$pgtop" "$stacked"; do
	[ -x "$program" ] || { echo "Bail out! no $program: make userspace selftests"; exit 1; }
done

# All intervals of a run: each function by its faults of the one class it makes, called by outer_function, by main
check_json() {	# FILE
	python3 - "$1" 2> "$work/why" <<'PYTHON'
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1], "rb").read().decode("utf-8").splitlines()]
found = {}
counted = 0
for line in lines:
    for stack in line["stacks"] or []:
        counted += stack["count"]
        names = [frame["function"] for frame in stack["frames"]]
        key = (names[0] if names else None, stack["class"])
        if names[1:3] == ["outer_function", "main"]:
            found[key] = found.get(key, 0) + stack["count"]
            assert stack["frames"][0]["module"] == "stacked", stack
            assert stack["frames"][1]["offset"] > 0, stack
if found != {("write_pages", "anon-new"): 23, ("read_pages", "anon-zero"): 23}:
    sys.exit(f"{found}; {[s for line in lines for s in line['stacks'] or []][:5]}")
# of all faults that have a class, by stack and by mapping, none is missing
attributed = sum(line["total"]["attributed"] for line in lines)
missed = sum(line["total"]["missed_exit"] for line in lines)
if not attributed - missed <= counted <= attributed:
    sys.exit(f"{counted} by stack, {attributed} by mapping, {missed} without an end")
PYTHON
}

# The same two, a line each, the last function innermost and then the class
check_folded() {	# FILE
	if grep -qE '^stacked;(.*;)?main;outer_function;write_pages;\[anon-new\] 23$' "$1" &&
		grep -qE '^stacked;(.*;)?main;outer_function;read_pages;\[anon-zero\] 23$' "$1" &&
		! grep -qvE '^stacked;.+ [1-9][0-9]*$' "$1"; then
		return 0
	fi
	cp "$1" "$work/why"
	return 1
}

wait_for() {	# FILE PATTERN
	for _ in $(seq 600); do
		grep -q "$2" "$1" 2> /dev/null && return 0
		sleep 0.1
	done
	return 1
}

# Over before the first interval is: nobody could read its maps then
"$pgtop" -U -j -i 60 -o "$work/json" --record "$work/stream" --folded "$work/folded" -- "$stacked" > "$work/err" 2>&1
report $? "a command that is over at once is watched"
check_json "$work/json"
report $? "its functions have their faults, to the unit"
check_folded "$work/folded"
report $? "folded stacks have them"

"$pgtop" --replay "$work/stream" -j --folded "$work/again" > "$work/replayed" 2> "$work/err" &&
	cmp "$work/json" "$work/replayed" > "$work/why" && cmp "$work/folded" "$work/again" > "$work/why"
report $? "a replay tells the same"

"$pgtop" -U -b --folded "$work/class" --folded-class anon-zero --folded-by latency -- "$stacked" > "$work/text" 2> "$work/err" &&
	grep -q 'read_pages' "$work/class" && ! grep -qv '\[anon-zero\]' "$work/class" &&
	! grep -q 'read_pages;\[anon-zero\] 23$' "$work/class"
report $? "one class is folded, by latency"
cp "$work/text" "$work/why"
grep -q 'write_pages' "$work/text"
report $? "text names them"

# It runs already; intervals end while it does
mkfifo "$work/gate"
"$stacked" wait < "$work/gate" > "$work/pid" &
exec 3> "$work/gate"
wait_for "$work/pid" .
"$pgtop" -U -j -i 0.5 -o "$work/json" --folded "$work/folded" "$(cat "$work/pid")" > "$work/err" 2>&1 &
watcher=$!
wait_for "$work/json" '"number":2'
echo go >&3
wait $watcher
report $? "a process that runs is watched to its end"
check_json "$work/json"
report $? "its functions have their faults, to the unit"
check_folded "$work/folded"
report $? "folded stacks have them"

"$pgtop" -j -- "$stacked" 2> "$work/err" > "$work/none" && ! grep -q write_pages "$work/none" &&
	python3 -c 'import json, sys; assert all(json.loads(l)["stacks"] is None for l in open(sys.argv[1]))' "$work/none" 2> "$work/why"
report $? "without -U there are none"

end_tests

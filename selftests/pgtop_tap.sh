# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# What the tests of pgtop have in common, after tap.sh: where it is, what is asserted of its JSON and its messages, the
# kernel's count of faults.
# shellcheck disable=SC2034,SC2154,SC2181 # $work is tap.sh's, the others are for who sources it
build=${PGWALK_BUILD:-build}
pgtop=$build/bin/pgtop
# As python writes it
module=False
[ -e /dev/pgwalk ] && module=True

# The last lines of a run of JSON: python3 with "L", the intervals, and what is asserted of them
assert() {	# FILE ASSERTION
	python3 -IS - "$1" "$2" 2> "$work/why" <<'PYTHON'
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
SIGNALS = {"segv-map", "segv-access", "sigbus", "oom"}
for o, t in zip(L, T):
    places = o["mappings"] if o["scope"] == "process" else o["processes"]
    assert t["attributed"] == sum(c["count"] for m in places for k, c in m["classes"].items() if k not in SIGNALS)
    if o["scope"] == "process" and o["threads"] is not None and len(L) == 1:
        assert sum(w["faults"] for w in o["threads"]) == t["faults"]
    assert t["attributed"] + t["unattributed"] == t["faults"] == t["minor"] + t["major"]
    assert o["lost"] == 0
assert L and [o["number"] for o in L] == list(range(1, len(L) + 1))
assert [o["last"] for o in L] == [False] * (len(L) - 1) + [True]
if not eval("(" + sys.argv[2] + ")"):
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

faults() { sed 's/.*) //' "/proc/$1/stat" | awk '{ print $8 + $10 }'; }

refused() {	# STATUS PATTERN TITLE ARGUMENTS...: one line on stderr, nothing on stdout
	local want=$1 pattern=$2 title=$3
	shift 3
	"$@" > "$work/out" 2> "$work/err"
	[ $? -eq "$want" ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -qE "^pgtop: $pattern \(.*\)$" "$work/err"
	report $? "$title"
}

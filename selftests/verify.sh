#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pgwalk verify on every workload, in a guest with pgwalk.ko loaded: each page is what the kernel's own files say. And
# it finds a lie. TAP.
#
#	verify.sh [WORKLOAD...]
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
build=${PGWALK_BUILD:-build}
pgwalk=$build/bin/pgwalk
workload=$build/selftests/workloads/workload
told=(out err)

# Few programs are started here: each takes 0.1 s where it is emulated.

# Verify $1; what it says is in $work/out, how much in $verdict. There must be pages, and nothing may differ
verify() {	# PID [OPTION...]
	local line lines
	verdict=
	"$pgwalk" verify "$@" > "$work/out" 2> "$work/err" && [ ! -s "$work/err" ] || return 1
	mapfile -t lines < "$work/out"
	for line in "${lines[@]}"; do
		[[ $line != '# '*' pages compared: '* ]] || verdict=${line#\# }
	done
	[[ $verdict =~ ^[1-9][0-9]*\ pages\ compared:\ [1-9][0-9]*\ equal,\ [0-9]+\ changed\ while\ looking,\ 0\ different$ ]]
}

# Start a workload that holds what it made; its lines up to "ready" are in lines. 4: it cannot be made here. Each has
# pipes of its own: a child of the last one may have its ends open for a while.
turn=0
start() {	# NAME [OPTION...]
	local line to=$work/to$turn from=$work/from$turn
	turn=$((turn + 1))
	"$workload" "$@" --hold < "$to" > "$from" 2> "$work/said" &
	held=$!
	exec 8> "$to" 9< "$from"
	lines=()
	while read -r line <&9; do
		lines+=("$line")
		[ "$line" = ready ] && return 0
	done
	finish
}

finish() {
	exec 8>&- 9<&-
	wait "$held"
}

# The first of what its lines of that kind say
told_of() {	# KIND
	local line
	for line in "${lines[@]}"; do
		[[ $line != "$1 "* ]] || { echo "${line#"$1" }"; return; }
	done
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
	while read -r name _; do
		names+=("$name")
	done < <("$workload" --list)
fi
pipes=()
for ((i = 0; i <= ${#names[@]} + 1; i++)); do
	pipes+=("$work/to$i" "$work/from$i")
done
mkfifo "${pipes[@]}"
for name in "${names[@]}"; do
	start "$name"
	status=$?
	if [ "$status" -eq 4 ]; then
		skip "$name" "$(told_of skip)"
		continue
	fi
	if [ "$status" -ne 0 ]; then
		cp "$work/said" "$work/out"
		: > "$work/err"
		report 1 "$name: can be made"
		continue
	fi
	verify "$held"
	report $? "$name: $verdict"
	for line in "${lines[@]}"; do
		[[ $line == 'child '* ]] || continue
		child=${line#child }
		read -r -n 1 _ 2> /dev/null < "/proc/$child/maps" || continue	# it has done its part
		verify "$child"
		report $? "$name: its child $child"
	done
	finish
done

# /proc/PID of a process whose first thread has exited has no pages
start anon-new --leaderless
verify "$held"
report $? "the main thread has exited: $verdict"
finish

# A lie: pagemap as it is, but for one bit. The copy is of one time, so nothing may come and go in it: a twin has all
# that the workload shares with other programs mapped for a second time, whoever else maps it.
mkfifo "$work/twin"
exec 7<> "$work/twin"
"$workload" anon-new --hold < "$work/twin" > "$work/twin.lines" 2>&1 &
twin=$!
until grep -q ready "$work/twin.lines"; do
	sleep 0.1
done
start anon-new
# A /proc for each lie: a bit is flipped in the entry of the first page of the workload's; 64 is none
at=$(python3 -IS - "$held" "$work" "$(told_of page)" 64 0 56 57 61 63 <<'PYTHON'
import os, struct, sys
pid, work, page, *bits = sys.argv[1:]
at = int(page.split()[0], 16) >> 12
entries = {}
with open(f"/proc/{pid}/pagemap", "rb") as source:
    for line in open(f"/proc/{pid}/maps"):
        start, end = (int(x, 16) >> 12 for x in line.split()[0].split("-"))
        if start < 1 << 51:
            source.seek(start * 8)
            entries[start] = source.read((end - start) * 8)
comm = open(f"/proc/{pid}/comm").read()
for bit in map(int, bits):
    proc = f"{work}/proc{bit}"
    os.makedirs(f"{proc}/{pid}")
    for name in ("kpageflags", "kpagecount"):
        os.symlink(f"/proc/{name}", f"{proc}/{name}")
    open(f"{proc}/{pid}/comm", "w").write(comm)
    with open(f"{proc}/{pid}/pagemap", "w+b") as copy:
        for start, words in entries.items():
            copy.seek(start * 8)
            copy.write(words)
        copy.seek(at * 8)
        entry, = struct.unpack("Q", copy.read(8))
        copy.seek(at * 8)
        copy.write(struct.pack("Q", entry ^ (1 << bit if bit < 64 else 0)))
print(f"{at << 12:08x}")
PYTHON
)
verify "$held" --proc="$work/proc64"
report $? 'a copy of pagemap is as good as itself'
for bit in 0 56 57 61 63; do
	"$pgwalk" verify "$held" --proc="$work/proc$bit" > "$work/out" 2> "$work/err"
	[ $? -eq 1 ] && grep -q "^ *$at " "$work/out" && grep -q ' 1 different$' "$work/out" &&
		[ "$(grep -vc '^#' "$work/out")" -eq 1 ] && grep -q '^pgwalk: .*: 1 pages differ' "$work/err"
	report $? "a lie in bit $bit of one entry of pagemap is found, and nothing else"
done
"$pgwalk" verify -j "$held" --proc="$work/proc63" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q '"schema":"pgwalk.difference/1","addr":"'"$at"'"' "$work/out" &&
	grep -q '"schema":"pgwalk.verdict/1".*"different":1,' "$work/out"
report $? 'and told in JSON'
finish
exec 7>&-
kill "$twin"

end_tests

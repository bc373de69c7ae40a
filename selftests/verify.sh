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

# Verify $1; what it says is in $work/out. There must be pages, and nothing may differ
verify() {	# PID [OPTION...]
	"$pgwalk" verify "$@" > "$work/out" 2> "$work/err" && [ ! -s "$work/err" ] &&
		grep -qE '^# [1-9][0-9]* pages compared: [1-9][0-9]* equal, [0-9]+ changed while looking, 0 different$' "$work/out"
}

# Start a workload that holds what it made; its lines up to "ready" are in $work/lines. 4: it cannot be made here
start() {	# NAME
	rm -f "$work/to" "$work/from"
	mkfifo "$work/to" "$work/from"
	"$workload" "$1" --hold < "$work/to" > "$work/from" 2> "$work/said" &
	held=$!
	exec 8> "$work/to" 9< "$work/from"
	: > "$work/lines"
	while read -r line <&9; do
		echo "$line" >> "$work/lines"
		[ "$line" = ready ] && return 0
	done
	exec 8>&- 9<&-
	wait "$held"
}

finish() {
	exec 8>&- 9<&-
	wait "$held"
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
	while read -r name _; do
		names+=("$name")
	done < <("$workload" --list)
fi
for name in "${names[@]}"; do
	start "$name"
	status=$?
	if [ "$status" -eq 4 ]; then
		skip "$name" "$(sed -n 's/^skip //p' "$work/lines")"
		continue
	fi
	if [ "$status" -ne 0 ]; then
		cp "$work/said" "$work/out"
		: > "$work/err"
		report 1 "$name: can be made"
		continue
	fi
	verify "$held"
	report $? "$name: $(sed -n 's/^# \(.* pages compared.*\)/\1/p' "$work/out")"
	while read -r _ child; do
		head -c 1 "/proc/$child/maps" 2> /dev/null | grep -q . || continue	# it has done its part
		verify "$child"
		report $? "$name: its child $child"
	done < <(grep '^child ' "$work/lines")
	finish
done

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
mkdir -p "$work/proc/$held"
cp "/proc/$held/comm" "$work/proc/$held/"
ln -s /proc/kpageflags /proc/kpagecount "$work/proc/"
lie() {	# BIT: flip it in the entry of the first page of the workload's; 64: flip none
	python3 - "$held" "$work" "$1" <<'PYTHON'
import struct, sys
pid, work, bit = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(f"/proc/{pid}/pagemap", "rb") as source, open(f"{work}/proc/{pid}/pagemap", "wb") as copy:
    for line in open(f"/proc/{pid}/maps"):
        start, end = (int(x, 16) >> 12 for x in line.split()[0].split("-"))
        if start >= 1 << 51:
            continue
        source.seek(start * 8)
        copy.seek(start * 8)
        copy.write(source.read((end - start) * 8))
page = [line.split() for line in open(f"{work}/lines") if line.startswith("page ")][0]
at = int(page[1], 16) >> 12
with open(f"{work}/proc/{pid}/pagemap", "r+b") as copy:
    copy.seek(at * 8)
    entry, = struct.unpack("Q", copy.read(8))
    copy.seek(at * 8)
    copy.write(struct.pack("Q", entry ^ (1 << bit if bit < 64 else 0)))
print(f"{at << 12:08x}")
PYTHON
}
at=$(lie 64)
verify "$held" --proc="$work/proc"
report $? 'a copy of pagemap is as good as itself'
for bit in 0 56 57 61 63; do
	at=$(lie "$bit")
	"$pgwalk" verify "$held" --proc="$work/proc" > "$work/out" 2> "$work/err"
	[ $? -eq 1 ] && grep -q "^ *$at " "$work/out" && grep -q ' 1 different$' "$work/out" &&
		[ "$(grep -vc '^#' "$work/out")" -eq 1 ] && grep -q '^pgwalk: .*: 1 pages differ' "$work/err"
	report $? "a lie in bit $bit of one entry of pagemap is found, and nothing else"
done
"$pgwalk" verify -j "$held" --proc="$work/proc" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q '"schema":"pgwalk.difference/1","addr":"'"$at"'"' "$work/out" &&
	grep -q '"schema":"pgwalk.verdict/1".*"different":1,' "$work/out"
report $? 'and told in JSON'
finish
exec 7>&-
kill "$twin"

end_tests

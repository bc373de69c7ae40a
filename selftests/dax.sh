#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Files on a file system with DAX, in a guest with pgwalk.ko loaded and --append 'memmap=128M!1G': verify; exclusive and
# shared memory as smaps has it; from 7.0 on rmap finds each process that maps a page. TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
build=${PGWALK_BUILD:-build}
pgwalk=$build/bin/pgwalk
workload=$build/selftests/workloads/workload
export PGWALK_DAX=$work/dax
PATH=$PATH:/sbin:/usr/sbin
trap 'umount "$PGWALK_DAX" 2> /dev/null; rm -rf "$work"' EXIT

mount_dax() {
	local try
	modprobe -a nd_pmem nd_e820 ext4 2> /dev/null
	for ((try = 0; try < 50; try++)); do
		[ ! -b /dev/pmem0 ] || break
		sleep 0.1
	done
	mkdir -p "$PGWALK_DAX"
	mkfs.ext4 -q -b 4096 /dev/pmem0 && mount -o dax=always /dev/pmem0 "$PGWALK_DAX"
}

# KiB of a field of smaps, of the mapping at $start
smaps() {	# PID FIELD
	awk -v start="^$start-" -v field="$2:" '$0 ~ start { on = 1 } /^[0-9a-f]+-/ && $0 !~ start { on = 0 }
		on && $1 == field { print $2 }' "/proc/$1/smaps"
}

# Bytes of a column of vmas
vmas() {	# PID KEY
	"$pgwalk" vmas "$1" --json -a | python3 -IS -c 'import json, sys
start, key = sys.argv[1:]
for line in sys.stdin:
    row = json.loads(line)
    if row.get("start", "").lstrip("0x") == start.lstrip("0"):
        print(row[key])' "$start" "$2"
}

if ! mount_dax 2> "$work/why"; then
	skip dax "$(head -n 1 "$work/why")"
	end_tests
fi
for name in dax dax-private; do
	# Pipes of its own: a child of the workload before may still have the other end of that one's
	mkfifo "$work/to-$name" "$work/from-$name"
	"$workload" $name --hold < "$work/to-$name" > "$work/from-$name" 2> "$work/err" &
	exec 8> "$work/to-$name" 9< "$work/from-$name"
	start='' child=''
	while read -r word what _ <&9 && [ "$word" != ready ]; do
		[ "$word" != map ] || start=$what
		[ "$word" != child ] || child=$what
	done
	pid=$!
	"$pgwalk" verify $pid > "$work/why" 2>&1
	report $? "$name: verify: $(tail -n 2 "$work/why" | head -n 1)"
	ours="$(vmas $pid resident) $(vmas $pid exclusive) $(vmas $pid shared)"
	theirs="$(($(smaps $pid Rss) * 1024)) $((($(smaps $pid Private_Clean) + $(smaps $pid Private_Dirty)) * 1024))"
	theirs+=" $((($(smaps $pid Shared_Clean) + $(smaps $pid Shared_Dirty)) * 1024))"
	[ "$ours" = "$theirs" ]
	report $? "$name: resident, exclusive and shared: $ours, smaps: $theirs"
	"$pgwalk" rmap $pid "$start" > "$work/why" 2>&1
	if grep -q '^[^#]*\<special\>' <("$pgwalk" pages $pid "$start-$start" 2>&1) || [ "$(smaps $pid Rss)" -eq 0 ]; then
		skip "$name: rmap" 'this kernel counts no mappings of such pages'
	else
		grep -q "^ *$pid " "$work/why" && grep -q "^ *$child " "$work/why"
		report $? "$name: rmap finds $pid and $child"
	fi
	exec 8>&- 9<&-
	wait $pid
done
end_tests

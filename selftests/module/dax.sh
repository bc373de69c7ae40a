#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Files on a file system with DAX, in a guest with pgwalk.ko loaded and --append 'memmap=128M!1G': verify; exclusive and
# shared memory as smaps has it; from 6.15 on rmap finds each process that maps a page. TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
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
	"$pgwalk" vmas -a -B -o "range,$2" "$1" | awk -v start="$start-" 'index($1, start) == 1 { print $2 }'
}

if ! mount_dax 2> "$work/why"; then
	skip dax "$(head -n 1 "$work/why")"
	end_tests
fi
# Start a target; it waits for the end of its stdin, which is descriptor 8. Sets pid
start_target() {	# NAME
	local try
	mkfifo "$work/to-$1"
	selftests/tools/targets.py "$1" "$PGWALK_DAX" < "$work/to-$1" > "$work/$1" &
	pid=$!
	exec 8> "$work/to-$1"
	for ((try = 0; try < 100; try++)); do
		[ ! -s "$work/$1" ] || break
		sleep 0.1
	done
}

# The next access, where nothing is mapped yet: there is no page cache to read
start_target untouched
for kind in rw-s rw-p; do
	start=$(sed -n "s/^\([0-9a-f]*\)-[0-9a-f]* $kind .*untouched.*/\1/p" "/proc/$pid/maps")
	"$pgwalk" translate $pid "$start" > "$work/why" 2>&1
	"$pgwalk" translate $pid "$(printf %x $((0x$start + 8192)))" > "$work/end" 2>&1
	if [ $kind = rw-s ]; then
		grep -q "^= none: the entry is empty: an access maps the file's memory on the device (DAX) " "$work/why"
	else
		grep -q "^= none: the entry is empty: a read maps the file's memory on the device (DAX); a write copies " "$work/why"
	fi && grep -q '^= none: the entry is empty: an access ends in SIGBUS: the file ends before this page' "$work/end"
	report $? "what an access to an untouched page does, $kind"
done
exec 8>&-
wait $pid

# A leaf of 2M: special, or resident as smaps counts it. smaps of 6.1 counts 4K of such a leaf
start_target huge-leaf
start=$(sed -n 's/^\([0-9a-f]*\)-.*huge-leaf.*/\1/p' "/proc/$pid/maps")
"$pgwalk" pages $pid "$(printf %x $((0x$start + 0x800000)))" > "$work/why"
if grep -qE '^ [0-9a-f-]+ +2M 2M special ' "$work/why"; then
	[ "$(vmas $pid resident) $(vmas $pid special)" = "0 $((2 << 20))" ] &&
		[ "$(smaps $pid Rss)" -eq "$([[ $(uname -r) = 6.1.* ]] && echo 4 || echo 0)" ]
	report $? "a leaf of 2M is special, and not resident"
elif grep -qE '^ [0-9a-f-]+ +2M 2M present ' "$work/why"; then
	[ "$(vmas $pid resident) $(vmas $pid special)" = "$((2 << 20)) 0" ] && [ "$(smaps $pid Rss)" -eq 2048 ]
	report $? "a leaf of 2M is resident, as in smaps"
else
	skip 'a leaf of 2M' 'the file is mapped by small pages'
fi
exec 8>&-
wait $pid

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
		"$pgwalk" translate -e $pid "$start" > "$work/why" 2>&1
		grep -q '^No 2M page fits here: the mapping does not cover ' "$work/why"
		report $? "$name: translate --explain says why the page is small"
	fi
	exec 8>&- 9<&-
	wait $pid
done
end_tests

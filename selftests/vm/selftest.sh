#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests run.sh: every way in which a guest can fail must be a failure with its own status, and a successful run must pass its
# output and status through. TAP; two guests at a time.
set -euo pipefail
. "$(dirname "$0")/env.sh"

kernel=${1:-6.12}
work=$PGWALK_BUILD/selftests/vm-selftest
rm -rf "$work"
mkdir -p "$work"
. "$PGWALK_VM/../lib/tap.sh"

# start NAME OPTION... -- COMMAND...: run in the background, with output and status in $work/NAME.{out,err,status}. The
# unpacked image is used; all other suites boot a packed one.
start()
{
	local name=$1
	shift
	while [ "$(jobs -rp | wc -l)" -ge 2 ]; do
		wait -n || :
	done
	(
		status=0
		"$PGWALK_VM/run.sh" -k "$kernel" --unpacked --log "$work/$name.log" "$@" \
			> "$work/$name.out" 2> "$work/$name.err" || status=$?
		echo "$status" > "$work/$name.status"
	) &
}

# Print the path of a module that can be in use: overlayfs, decompressed for insmod.
holdable_module()
{
	local dir release
	dir=$("$PGWALK_VM/fetch.sh" kernel "$kernel")
	release=$(cat "$dir/release")
	xz -dc "$dir/root/lib/modules/$release/kernel/fs/overlayfs/overlay.ko.xz" > "$work/overlay.ko"
	printf '%s\n' "$work/overlay.ko"
}

# status_is NAME STATUS [PATTERN]: test the exit status, and that the last line on stderr has the reason.
status_is()
{
	local got
	got=$(cat "$work/$1.status")
	[ "$got" = "$2" ] && { [ -z "${3:-}" ] || tail -n 1 "$work/$1.err" | grep -q "^run.sh: .*$3"; } && return
	echo "# $1: status $got, expected $2${3:+ and a line with '$3'}; stderr:"
	sed 's/^/#   /' "$work/$1.err"
	return 1
}

# shellcheck disable=SC2016
content_is()
{
	[ "$(cat "$work/$1")" = "$2" ] && return
	echo "# $1 holds:"
	sed 's/^/#   /' "$work/$1"
	return 1
}

start pass --no-module -- seq 200000
# shellcheck disable=SC2016
start streams --no-module -- bash -c 'echo "<4>kernel noise" > /dev/kmsg; echo out; echo err >&2
	echo more > /dev/stdout; sleep 1000 & printf "  two\n"; exit 7'
start panic --no-module -- bash -c 'echo first line; echo c > /proc/sysrq-trigger; sleep 100'
start hang --no-module -t 30 -- sleep 1000
start warning --no-module -- bash -c 'echo "WARNING: planted" > /dev/kmsg'
start taint --no-module -- bash -c 'echo 512 > /proc/sys/kernel/tainted'
start silent --no-module -- bash -c 'busybox poweroff -f'
start stuck --module "$(holdable_module)" -- bash -c 'cd /tmp && mkdir a b c d && mount -t overlay \
	-o lowerdir=a,upperdir=b,workdir=c none d'
start module --module "$work/none.ko" -- true
# shellcheck disable=SC2016
start disk --no-module --disk 64 -m 2048 -c 2 --numa 2 --append "preempt=full" -- bash -c \
	'stat -f -c %T "$PGWALK_SCRATCH"; ls -d /sys/devices/system/node/node1; grep -o preempt=full /proc/cmdline'
start icount --no-module --icount -- nproc
while [ "$(jobs -rp | wc -l)" -gt 0 ]; do
	wait -n || :
done

check 'a command that succeeds passes' status_is pass 0
check 'the status of the command is the exit status' status_is streams 7
check 'stdout has the output of the command only' content_is streams.out $'out\nmore\n  two'
check 'stderr has the messages of the command only' content_is streams.err err
check 'large output is complete' content_is pass.out "$(seq 200000)"
check 'a panic fails' status_is panic 121 panicked
check 'output before a panic is printed' content_is panic.out 'first line'
check 'a hang fails' status_is hang 124 'no end after 30 s'
check 'a kernel warning fails' status_is warning 123 'WARNING: planted'
check 'taint fails' status_is taint 123 tainted
check 'a missing verdict fails' status_is silent 122 'without a verdict'
check 'a module that does not unload fails' status_is stuck 123 unloaded
check 'a missing module fails' status_is module 125 none.ko
check 'options for a disk, nodes and kernel parameters are accepted' status_is disk 0
check 'the guest has the disk, the nodes and the kernel parameters' content_is disk.out $'ext2/ext3\n/sys/devices/system/node/node1\npreempt=full'
check 'a guest with --icount has one processor' content_is icount.out 1

# Scripts that run guests with child.sh, as packages.sh
ends_its_guest()
{
	local tries=600 script
	# shellcheck disable=SC2016
	bash -c '. "$1/../lib/tap.sh" && . "$1/../lib/child.sh" && run_child timeout 200 "$1/run.sh" -k "$2" --unpacked --no-module \
		--log "$3" -- sleep 1000' bash "$PGWALK_VM" "$kernel" "$work/ended.log" > "$work/ended.out" 2>&1 &
	script=$!
	until [ -s "$work/ended.log" ] || [ $((tries--)) -eq 0 ]; do
		sleep 0.1
	done
	pgrep -f "path=$work/ended.log" > /dev/null && kill "$script" || return
	! wait "$script" || return
	tries=100
	while pgrep -f "path=$work/ended.log" > /dev/null; do
		[ $((tries--)) -gt 0 ] || return
		sleep 0.1
	done
}
check 'a script that is killed ends its guest' ends_its_guest

# setup.sh installs nothing where the packages have other names
for command in 'ubuntu apt install' 'fedora dnf install' 'arch pacman -S' 'other see "Other distributions"'; do
	echo "ID=${command%% *}" > "$work/os-release"
	! OS_RELEASE=$work/os-release "$PGWALK_VM/setup.sh" > "$work/out" 2> "$work/err" && [ ! -s "$work/out" ] &&
		grep -qF "${command#* }" "$work/err"
	report $? "setup.sh on ${command%% *} prints the command and stops"
done
end_tests

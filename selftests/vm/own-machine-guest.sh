#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs README's commands in a guest, in the root directory that they were built in; own-machine.sh prepares MACHINE/root and
# MACHINE/commands, and packages.sh as well. Prints PASS or FAIL and the command, for each.
#
#	own-machine-guest.sh MACHINE RELEASE MODULE	MODULE: where modprobe must find it, below /lib/modules/RELEASE
set -u

machine=$1 release=$2 module=$3 root=$1/root
if [ -z "${PGWALK_INSIDE:-}" ]; then
	mount -t tmpfs tmpfs "$root/tmp" || exit
	cp "$0" "$machine/commands" "$root/tmp/" || exit
	[ ! -e "$root/sys/kernel/btf/vmlinux" ] || cp "$root/sys/kernel/btf/vmlinux" "$root/tmp/" || exit
	for directory in proc sys dev; do
		mount --rbind "/$directory" "$root/$directory" || exit
	done
	exec env -i PGWALK_INSIDE=1 HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
		/bin/bash "/tmp/${0##*/}" / "$release" "$module"
fi

cd /root/pgwalk 2> /dev/null || cd /root || exit
# report STATUS TITLE
report()
{
	local result=PASS
	[ "$1" -eq 0 ] || result=FAIL
	printf '%s %s\n' "$result" "$2"
	[ "$1" -eq 0 ] || { echo "output of: $2"; tail -n 15 /tmp/out; } >&2
}

# Test whether the command has written output, to stdout or to the file in its arguments.
has_written() { [ -s /tmp/out ] || [ -s /tmp/file ]; }

# Test that pgtop has not reported missing kfuncs: it reads page-table entries through the module.
has_kfunc() { ! grep -i 'kfunc' /tmp/out; }

# Run a command that watches until SIGINT: it exits with 0, with output.
run_watching()
{
	local tries=600 watching
	set -m
	eval "exec $1" > /tmp/out 2>&1 < /dev/null &
	watching=$!
	set +m
	until has_written || [ ! -d "/proc/$watching" ] || [ $((tries--)) -eq 0 ]; do
		sleep 0.2
	done
	# Wait for the first interval
	sleep 3
	kill -INT "$watching" 2> /dev/null
	wait "$watching"
}

run()
{
	rm -f /tmp/file
	case $1 in
	*pgtop*-[cn-]' '*) timeout 300 bash -c "$1" > /tmp/out 2>&1 && has_written && has_kfunc ;;
	*pgtop*) run_watching "$1" && has_written && has_kfunc ;;
	*bin/pgwalk* | 'pgwalk '* | *cat*) timeout 300 bash -c "$1" > /tmp/out 2>&1 && has_written ;;
	*) timeout 300 bash -c "$1" > /tmp/out 2>&1 ;;
	esac
}

# The target: it faults because it starts a process five times a second.
bash -c 'while :; do sleep 0.2; done' &
pid=$!
address=$(awk '$6 == "[heap]" { split($1, range, "-"); print range[1] }' "/proc/$pid/maps")
: > /tmp/out
[ "$(uname -r)" = "$release" ]
report $? "uname -r is $release"
if [ -e /tmp/vmlinux ]; then
	cmp /tmp/vmlinux /sys/kernel/btf/vmlinux > /tmp/out
	report $? 'the module was built with the BTF of this kernel'
fi
while read -r line <&9; do
	line=$(sed -e 's/ *#.*//' -e "s/\<PID\>/$pid/g" -e "s/\<ADDRESS\>/$address/g" -e 's/\<PFN\>/1000/g' -e 's/\<FILE\>/\/tmp\/file/g' \
		-e 's/\<COMMAND\>/sleep 2/g' <<< "$line")
	run "$line"
	report $? "$line"
	case $line in
	insmod* | modprobe*)
		[ -s /sys/kernel/btf/pgwalk ]
		report $? "the module has BTF after ${line%% *}"
		;;
	esac
done 9< /tmp/commands
: > /tmp/out
[ "$(modinfo -F filename pgwalk)" = "/lib/modules/$release/$module" ]
report $? 'modprobe finds the installed module'
run 'rmmod pgwalk'
report $? 'rmmod pgwalk'
exit 0

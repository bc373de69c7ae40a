#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Runs README's commands in a guest whose root is the system that they were built in; see own-machine.sh, which prepares
# MACHINE/root and MACHINE/commands. Prints PASS or FAIL and the command, for each.
#
#	own-machine-guest.sh MACHINE RELEASE
set -u

machine=$1 release=$2 root=$1/root
if [ -z "${PGWALK_INSIDE:-}" ]; then
	mount -t tmpfs tmpfs "$root/tmp" || exit
	cp "$0" "$machine/commands" "$root/sys/kernel/btf/vmlinux" "$root/tmp/" || exit
	for directory in proc sys dev; do
		mount --rbind "/$directory" "$root/$directory" || exit
	done
	exec env -i PGWALK_INSIDE=1 HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
		/bin/bash "/tmp/${0##*/}" / "$release"
fi

cd /root/pgwalk || exit
# report STATUS TITLE
report()
{
	local result=PASS
	[ "$1" -eq 0 ] || result=FAIL
	printf '%s %s\n' "$result" "$2"
	[ "$1" -eq 0 ] || { echo "output of: $2"; tail -n 15 /tmp/out; } >&2
}

# Whether the command has written something, on stdout or to the file that it was given.
has_written() { [ -s /tmp/out ] || [ -s /tmp/file ]; }

# pgtop reads page-table entries through the module, and says so if it cannot.
has_kfunc() { ! grep -i 'kfunc' /tmp/out; }

# A command that watches until it is interrupted: it ends well, and has written something by then.
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
	# Its first interval
	sleep 3
	kill -INT "$watching" 2> /dev/null
	wait "$watching"
}

run()
{
	rm -f /tmp/file
	case $1 in
	*bin/pgtop*-[c-]' '*) timeout 300 bash -c "$1" > /tmp/out 2>&1 && has_written && has_kfunc ;;
	*bin/pgtop*) run_watching "$1" && has_written && has_kfunc ;;
	*bin/pgwalk* | *cat*) timeout 300 bash -c "$1" > /tmp/out 2>&1 && has_written ;;
	*) timeout 300 bash -c "$1" > /tmp/out 2>&1 ;;
	esac
}

# The target: it faults, by starting a process five times a second.
bash -c 'while :; do sleep 0.2; done' &
pid=$!
address=$(awk '$6 == "[heap]" { split($1, range, "-"); print range[1] }' "/proc/$pid/maps")
: > /tmp/out
[ "$(uname -r)" = "$release" ]
report $? "uname -r is $release"
cmp /tmp/vmlinux /sys/kernel/btf/vmlinux > /tmp/out
report $? 'the BTF that the module was built with is that of this kernel'
while read -r line <&9; do
	line=$(sed -e 's/ *#.*//' -e "s/\<PID\>/$pid/g" -e "s/\<ADDRESS\>/$address/g" -e 's/\<PFN\>/1000/g' -e 's/\<FILE\>/\/tmp\/file/g' \
		-e 's/\<COMMAND\>/sleep 2/g' <<< "$line")
	run "$line"
	report $? "$line"
	case $line in
	insmod* | modprobe*)
		[ -s /sys/kernel/btf/pgwalk ]
		report $? "after ${line%% *} the module has BTF"
		;;
	esac
done 9< /tmp/commands
: > /tmp/out
[ "$(modinfo -F filename pgwalk)" = "/lib/modules/$release/extra/pgwalk.ko" ]
report $? 'modprobe found the installed module'
run 'rmmod pgwalk'
report $? 'rmmod pgwalk'
exit 0

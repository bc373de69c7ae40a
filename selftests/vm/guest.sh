#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Process 1 of a guest once the host's root is there: completes the mounts, loads the module, runs the command, looks
# at what it left behind and gives the verdict. Never run on a host.
#
# The verdict is a line on the virtio port pgwalk.verdict: "status N taint T [module stuck]".

job=/run/pgwalk
. "$job/env"

# The device of a named virtio port.
port()
{
	local dir
	for dir in /sys/class/virtio-ports/*; do
		if [ "$(cat "$dir/name" 2>/dev/null)" = "$1" ]; then
			printf '/dev/%s\n' "${dir##*/}"
			return
		fi
	done
	echo "pgwalk-guest: no port $1" > /dev/kmsg
	return 1
}

mount_all()
{
	mkdir -p /dev/pts /dev/shm /run/lock
	mount -t devpts devpts /dev/pts
	mount -t tmpfs -o mode=1777 tmpfs /dev/shm
	mount -t debugfs debugfs /sys/kernel/debug
	mount -t tracefs tracefs /sys/kernel/tracing
	mount -t bpf bpf /sys/fs/bpf
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	ln -sfn /proc/self/fd /dev/fd
	ln -sfn /proc/self/fd/0 /dev/stdin
	ln -sfn /proc/self/fd/1 /dev/stdout
	ln -sfn /proc/self/fd/2 /dev/stderr
}

# modprobe of this kernel's modules, for us and for the kernel's own requests: they are in the cache, not in /lib.
provide_modprobe()
{
	mkdir -p "$job/bin"
	printf '#!/bin/sh\nexec %q -d %q "$@"\n' "$(PATH=$PATH:/usr/sbin:/sbin command -v modprobe)" "$JOB_MODROOT" \
		> "$job/bin/modprobe"
	chmod +x "$job/bin/modprobe"
	echo "$job/bin/modprobe" > /proc/sys/kernel/modprobe
}

# The scratch disk comes with an empty ext4, made on the host.
mount_scratch()
{
	[ -n "$JOB_DISK" ] || return 0
	modprobe -q -a virtio_blk ext4
	for _ in {1..50}; do
		[ ! -b /dev/vda ] || break
		sleep 0.1
	done
	mkdir -p /run/scratch
	mount -t ext4 /dev/vda /run/scratch || return 1
	export PGWALK_SCRATCH=/run/scratch
}

load_module()
{
	[ -n "$JOB_MODULE" ] || return 0
	insmod "$JOB_MODULE" || return 1
	module=$(basename "$JOB_MODULE" .ko)
}

# Nothing that the command left running may hold the module.
unload_module()
{
	[ -n "$module" ] && [ -d "/sys/module/$module" ] || return 0
	for _ in {1..50}; do
		rmmod "$module" 2>/dev/null && return 0
		sleep 0.1
	done
	rmmod "$module"
}

# Where the kernel can look for lost memory it is asked to, after the module has gone. A block counts when two scans
# found nothing that points to it.
report_leaks()
{
	local leaks=/sys/kernel/debug/kmemleak
	[ -n "$JOB_LEAKS" ] && [ -w "$leaks" ] || return 0
	sleep 5
	echo scan > "$leaks"
	echo scan > "$leaks"
	head -c 8192 "$leaks" > /dev/kmsg_leaks
	while IFS= read -r line; do
		printf '<4>kmemleak: %s\n' "$line" > /dev/kmsg
	done < /dev/kmsg_leaks
	rm -f /dev/kmsg_leaks
}

run_command()
{
	cd "$JOB_CWD" 2>/dev/null || cd "$JOB_TOP" || cd /
	if [ -n "$JOB_INTERACTIVE" ]; then
		stty -F /dev/ttyS1 "${JOB_STTY[@]}" 2>/dev/null
		setsid -c -w "${JOB_COMMAND[@]}" <> /dev/ttyS1 >&0 2>&1
		return
	fi
	local out err pumps status
	out=$(port pgwalk.stdout) err=$(port pgwalk.stderr)
	# Through pipes, as a port can be opened by one only and a command may open /dev/stderr again.
	mkfifo "$job/out" "$job/err"
	cat "$job/out" > "$out" & pumps=$!
	cat "$job/err" > "$err" & pumps+=" $!"
	setsid -w "${JOB_COMMAND[@]}" < /dev/null > "$job/out" 2> "$job/err"
	status=$?
	drain "$pumps"
	return "$status"
}

# Waits until the pumps have seen the end; a process left behind may keep it from them.
drain()
{
	local pid
	for pid in $1; do
		for _ in {1..30}; do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
	done
}

export PATH=$job/bin:$JOB_BUILD/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TERM=${JOB_TERM:-dumb} LC_ALL=C.UTF-8 TMPDIR=/tmp
export PGWALK_KERNEL=$JOB_KERNEL PGWALK_BUILD=$JOB_BUILD PGWALK_MODULE=$JOB_MODULE
module=
mount_all 2> /dev/kmsg
provide_modprobe
ulimit -l unlimited
ip link set lo up 2>/dev/null
verdict=$(port pgwalk.verdict) || poweroff -f
if ! { mount_scratch && load_module; } 2> "$job/setup-errors"; then
	echo "setup $(tr '\n' ' ' < "$job/setup-errors")" > "$verdict"
	busybox poweroff -f
fi
echo "started" > "$job/started"
run_command
status=$?
stuck=
if [ -z "$JOB_INTERACTIVE" ]; then
	kill -9 -1 2>/dev/null
	unload_module 2> /dev/kmsg || stuck=" module stuck"
	report_leaks
fi
echo "status $status taint $(cat /proc/sys/kernel/tainted)$stuck" > "$verdict"
busybox poweroff -f

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Boots a kernel in QEMU with this machine's root read-only, loads pgwalk.ko, runs a command as root in the guest, prints only
# the command's stdout and stderr, and exits with its status.
#
#	run.sh [OPTION...] -- COMMAND [ARG...]
#
#	-k KERNEL         a name of selftests/vm/kernels (6.12), or the path of a kernel image
#	-m MIB            memory (1024; debug 2048)
#	-c CPUS           processors (2)
#	-t SECONDS        time for the whole run (300)
#	--smp-mode MODE   single (default): all processors in one thread; multi: a thread each, only for races of the
#	                  module without probes: with probes attached QEMU crashes guests
#	--icount          guest time counts instructions: figures are repeatable (one processor)
#	--append ARGS     more kernel parameters
#	--cpu MODEL       QEMU's CPU model (max; debug max,la57=off)
#	--numa N          N nodes with equal shares of memory and processors
#	--disk MIB        a scratch ext4, mounted at $PGWALK_SCRATCH
#	--unpacked        boot the unpacked kernel, at the addresses it was linked for: a guest starts 2 to 5 s earlier,
#	                  without KASLR (debug: always; debug-7.3: never, because its unpacked image does not boot)
#	--monitor PATH    QEMU's monitor on a unix socket
#	--module KO       load this module instead of the one built for KERNEL
#	--no-module       load no module
#	--no-leaks        skip the scan for leaked memory at the end (debug kernel)
#	--bare            the root is an image with bash, busybox, the programs built and the files in COMMAND, as for kernels without
#	                  9p: after a suspend 9p does not respond
#	--init            COMMAND becomes process 1, as systemd: it writes to the ports $PGWALK_STDOUT, $PGWALK_STDERR and, at its
#	                  end, the line "status N taint T" to $PGWALK_VERDICT, and powers off
#	--interactive     COMMAND (default: a shell) on this terminal
#	--log FILE        write the kernel's log to FILE (default: it is kept only if the run fails)
#
# Exit status: COMMAND's, or with one line on stderr that begins "run.sh:"
#	121 the guest panicked			122 the guest ended without a verdict
#	123 a kernel warning, taint, or a module that does not unload, with any status of COMMAND
#	124 no end after SECONDS		125 nothing was run (no kernel, no module, no QEMU)
set -euo pipefail
. "$(dirname "$0")/env.sh"

readonly SPLAT='BUG:|WARNING:|Oops|KASAN|UBSAN|possible .* detected|blocked for more than|unreferenced object'
readonly TAINT_ALLOWED=$((1 << 12 | 1 << 13)) # O: out of tree, E: unsigned

kernel=6.12 memory='' cpus=2 seconds=300 smp_mode=single icount='' append='' cpu='' numa='' disk='' monitor='' unpacked=''
module=auto leaks=1 init='' interactive='' bare='' log_wanted='' arch=amd64 guest_root='' build=$PGWALK_BUILD
command=()

usage() { sed -n '3,/^set/{/^# Copyright/d;/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 125; }

parse()
{
	while [ $# -gt 0 ]; do
		case $1 in
		--) shift; command=("$@"); break ;;
		--icount) icount=1 ;;
		--unpacked) unpacked=1 ;;
		--no-module) module= ;;
		--no-leaks) leaks= ;;
		--bare) bare=1 ;;
		--init) init=1 ;;
		--interactive) interactive=1 ;;
		-k | -m | -c | -t | --smp-mode | --append | --cpu | --numa | --disk | --monitor | --module | --log)
			[ $# -ge 2 ] || die "$1 needs a value"
			parse_value "$1" "$2"
			shift
			;;
		*) [ "$1" = -h ] || [ "$1" = --help ] || say "unknown option $1"; usage ;;
		esac
		shift
	done
	[ -n "$interactive" ] || [ ${#command[@]} -gt 0 ] || usage
	[ ${#command[@]} -gt 0 ] || command=(/bin/bash -i)
}

parse_value()
{
	case $1 in
	-k) kernel=$2 ;;
	-m) memory=$2 ;;
	-c) cpus=$2 ;;
	-t) seconds=$2 ;;
	--smp-mode) smp_mode=$2 ;;
	--append) append+=" $2" ;;
	--cpu) cpu=$2 ;;
	--numa) numa=$2 ;;
	--disk) disk=$2 ;;
	--monitor) monitor=$2 ;;
	--module) module=$(realpath "$2") ;;
	--log) log_wanted=$2 ;;
	esac
}

# Print the release of a kernel image, from its header (boot protocol: kernel_version at 0x20e).
image_release()
{
	local offset
	offset=$(od -An -tu2 -j$((0x20e)) -N2 "$1")
	tail -c +$((offset + 0x201)) "$1" | head -c 256 | tr '\0' '\n' | head -n 1 | cut -d' ' -f1
}

# Set image, release and modroot.
find_kernel()
{
	if [ -f "$kernel" ]; then
		image=$(realpath "$kernel")
		release=$(image_release "$image") modroot=/
		kernel=$release
		return
	fi
	local dir
	dir=$("$PGWALK_VM/fetch.sh" kernel "$kernel")
	[[ $(kernel_field "$kernel" tests) != *bare* ]] || bare=1
	image=$dir/vmlinuz release=$(cat "$dir/release") modroot=$dir/root
	arch=$(kernel_arch "$kernel")
	if [ "$arch" != amd64 ]; then
		guest_root=$("$PGWALK_VM/fetch.sh" root "$arch")
		build=$PGWALK_BUILD/$arch
		unpacked=''
	fi
	case $kernel in
	debug) unpacked=1 ;;
	# QEMU enters an unpacked image through PVH. In 7.3 this entry calls memcmp(), which KASAN instruments, before KASAN's
	# shadow is mapped: the guest ends with a triple fault.
	debug-7.3) unpacked='' ;;
	esac
	[ -z "$unpacked" ] || image=$("$PGWALK_VM/fetch.sh" unpacked "$kernel")
}

find_module()
{
	[ "$module" = auto ] || return 0
	module=$PGWALK_BUILD/module/$(path_name "$kernel")/pgwalk.ko
	[ -e "$module" ] || die "no $module: build it (make module KERNEL=$kernel), or use --no-module"
}

# The debug kernel needs memory for KASAN, and four levels: identify_cpu() clears the flag of five levels for a moment, and an
# interrupt at that time makes KASAN report every kernel address as wild.
defaults()
{
	case $kernel in
	# An approximation of the ciphers of pointer authentication: the architecture's take most of the time of a boot.
	*/arm64*) : "${memory:=1024}" "${cpu:=max,pauth-impdef=on}" ;;
	debug*) : "${memory:=2048}" "${cpu:=max,la57=off}" ;;
	*) : "${memory:=1024}" "${cpu:=max}" ;;
	esac
}

# Write the variables of the guest, as assignments that busybox's shell reads.
# shellcheck disable=SC2034
write_env()
{
	local JOB_KERNEL=$kernel JOB_TOP=$PGWALK_TOP JOB_BUILD=$build JOB_CWD=$PWD JOB_MODROOT=$modroot
	local JOB_MODULE=$module JOB_DISK=$disk JOB_LEAKS=$leaks JOB_INIT=$init JOB_INTERACTIVE=$interactive JOB_TERM=${TERM:-dumb}
	local JOB_STTY='' JOB_TTY=/dev/ttyS1 JOB_MODPROBE JOB_PROGRAMS=$PGWALK_CACHE/programs name
	JOB_MODPROBE=$(PATH=$PATH:/usr/sbin:/sbin command -v modprobe)
	[ -z "$guest_root" ] || JOB_MODPROBE=/sbin/modprobe JOB_TTY=/dev/ttyS0
	[ -z "$interactive" ] || JOB_STTY=$(stty size 2>/dev/null | awk '{ print "rows", $1, "cols", $2 }') || :
	for name in "${!JOB_@}"; do
		printf '%s=%q\n' "$name" "${!name}"
	done
}

# Copy files, and the libraries that they need, to the same paths below a directory.
copy_with_libraries()
{
	local to=$1 file
	shift
	{
		printf '%s\n' "$@"
		for file; do
			ldd "$file" 2> /dev/null | grep -o '/[^ ]*' || :
		done
	} | sort -u | while read -r file; do
		mkdir -p "$to/${file%/*}"
		cp -L "$file" "$to/$file"
	done
}

# Make the root of a guest without 9p: an ext4 with bash, busybox, the module, the programs built, and those arguments of
# COMMAND that are files. The device's name is written for init.
make_bare_root()
{
	local root=$work/root files=("$(command -v sleep)" "$(command -v bash)") word
	# glibc loads libgcc when a thread ends early
	mapfile -t -O 2 files < <(PATH=$PATH:/usr/sbin:/sbin ldconfig -p | awk '/libgcc_s\.so\.1 .*x86-64/ { print $NF; exit }')
	[ -z "$module" ] || files+=("$module")
	for word in "${command[@]}"; do
		[[ ! -f $word ]] || files+=("$(realpath "$word")")
	done
	[ ! -d "$PGWALK_BUILD/selftests" ] ||
		mapfile -t -O ${#files[@]} files < <(find "$PGWALK_BUILD/selftests" "$PGWALK_BUILD/bin" -type f -perm -100)
	mkdir -p "$root"/{proc,sys,dev,run,tmp,mnt,root,bin,usr/bin,sbin,etc,var/tmp,"$PGWALK_TOP","$PWD"}
	copy_with_libraries "$root" "${files[@]}"
	cp "$(command -v busybox)" "$root/bin/busybox"
	for word in $(busybox --list); do
		[ -e "$root/bin/$word" ] || ln -s busybox "$root/bin/$word"
	done
	[ -e "$root/bin/bash" ] || ln -s "$(command -v bash)" "$root/bin/bash"
	[ -n "$disk" ] && echo /dev/vdb > "$1/root" || echo /dev/vda > "$1/root"
	PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q -d "$root" -r 1 "$work/root.ext4" \
		$(($(du -sk "$root" | cut -f1) * 5 / 4 + 32768))k > /dev/null
}

# This run's /job, then the cached initramfs. (In this order: the kernel ignores data after a cpio with an unaligned end.)
make_initrd()
{
	local job=$work/initrd.d/job path
	mkdir -p "$job"
	cp "$PGWALK_VM/guest" "$job/guest"
	write_env > "$job/env"
	{ printf 'set --'; printf ' %q' "${command[@]}"; echo; } > "$job/command"
	for path in "$PGWALK_TOP" "$PGWALK_BUILD" "$modroot" "${module%/*}" "$PWD" "$PGWALK_CACHE/programs" \
		"$PGWALK_CACHE/tracers"; do
		[ ! -d "$path" ] || [ "$path" = / ] || printf '%s\n' "$path"
	done > "$job/paths"
	[ -z "$bare" ] || make_bare_root "$job"
	[ -z "$guest_root" ] || touch "$job/guestroot"
	(cd "$work/initrd.d" && find job | busybox cpio -o -H newc -R 0:0 --quiet) > "$work/initrd"
	cat "$("$PGWALK_VM/initrd.sh" ${bare:+--bare} "$modroot" "$release" \
		${guest_root:+"$guest_root/bin/busybox"})" >> "$work/initrd"
}

# Under emulation "rep stosb" writes single bytes: without ERMS and FSRM Linux writes 8 bytes at a time, and clears a huge page 8
# times as fast. With -M pc ACPI's search for interrupts takes a second longer, with KASAN 20.
x86_machine_arguments() { qemu=(qemu-system-x86_64 -M q35 -cpu "$cpu,-erms,-fsrm"); }

# shellcheck disable=SC2054
machine_arguments()
{
	local thread=$smp_mode
	if [ "$arch" = arm64 ]; then
		qemu=(qemu-system-aarch64 -M virt -cpu "$cpu")
	else
		x86_machine_arguments
	fi
	qemu+=(-m "$memory" -display none -nodefaults -no-reboot -no-user-config)
	if [ -n "$icount" ]; then
		qemu+=(-accel tcg -smp 1 -icount shift=0,sleep=off -rtc "base=2026-01-01,clock=vm" -seed 1)
		append+=" nokaslr norandmaps"
	elif [ -n "$numa" ]; then
		qemu+=(-accel "tcg,thread=$thread" -smp "$cpus,sockets=$numa")
		numa_arguments
	else
		qemu+=(-accel "tcg,thread=$thread" -smp "$cpus")
	fi
}

numa_arguments()
{
	local node each=$((memory / numa)) share=$((cpus / numa))
	[ "$share" -gt 0 ] || die "--numa $numa needs at least -c $numa"
	for ((node = 0; node < numa; node++)); do
		qemu+=(-object "memory-backend-ram,id=mem$node,size=${each}M"
			-numa "node,nodeid=$node,memdev=mem$node,cpus=$((node * share))-$(((node + 1) * share - 1))")
	done
	memory=$((each * numa))
}

# Verdict, stdout and stderr each have a virtio port; the console has the kernel's log only.
# shellcheck disable=SC2054
device_arguments()
{
	local name
	[ -n "$bare" ] || qemu+=(-virtfs local,path=/,mount_tag=hostroot,security_model=none,readonly=on,multidevs=remap)
	[ -z "$guest_root" ] ||
		qemu+=(-virtfs "local,path=$guest_root,mount_tag=guestroot,security_model=none,readonly=on,multidevs=remap")
	qemu+=(-chardev "file,id=console,path=$log" -serial chardev:console
		-device virtio-serial-pci)
	for name in stdout stderr verdict; do
		qemu+=(-chardev "file,id=$name,path=$work/$name" -device "virtserialport,chardev=$name,name=pgwalk.$name")
	done
	if [ -n "$disk" ]; then
		truncate -s "${disk}M" "$work/disk"
		PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q "$work/disk"
		qemu+=(-drive "file=$work/disk,if=virtio,format=raw,cache=unsafe")
	fi
	[ -z "$bare" ] || qemu+=(-drive "file=$work/root.ext4,if=virtio,format=raw,cache=unsafe")
	[ -z "$monitor" ] || qemu+=(-monitor "unix:$monitor,server=on,wait=off")
	[ -z "$interactive" ] || qemu+=(-chardev "stdio,id=terminal,signal=off")
	case ${interactive:+$arch} in
	amd64) qemu+=(-serial chardev:terminal) ;;
	arm64) qemu+=(-device pci-serial,chardev=terminal) ;;
	esac
}

kernel_arguments()
{
	local console=ttyS0 line
	[ "$arch" != arm64 ] || console=ttyAMA0
	line="console=$console loglevel=6 panic=-1 oops=panic rcupdate.rcu_cpu_stall_timeout=120 nowatchdog"
	# On a busy host a processor of the guest may be stalled for 10 ms during boot, or for half a minute later
	line+=" no_timer_check workqueue.watchdog_thresh=240"
	line+=" cryptomgr.notests" # skips self-tests of ciphers: 1.5 s
	[[ $kernel != debug* ]] || line+=" kasan_multi_shot page_table_check=on"
	# The per-CPU arrays of SLUB in 7.x keep addresses of allocated objects: kmemleak finds them and does not report such
	# objects as leaked. Caches with debugging have no arrays.
	[ "$kernel" != debug-7.3 ] || line+=" slab_debug=F,kmalloc-*"
	qemu+=(-kernel "$image" -initrd "$work/initrd" -append "$line$append")
}

# Run QEMU; stdout and stderr are printed as they are written.
boot()
{
	local pumps=()
	mkfifo "$work/stdout" "$work/stderr"
	cat "$work/stdout" & pumps+=($!)
	cat "$work/stderr" >&2 & pumps+=($!)
	# The pumps end even if QEMU never opens its side.
	exec {hold_out}<> "$work/stdout" {hold_err}<> "$work/stderr"
	set +e
	if [ -n "$interactive" ]; then
		timeout --foreground -k 5 "$seconds" "${qemu[@]}" 2> "$work/qemu"
	else
		timeout -k 5 "$seconds" "${qemu[@]}" < /dev/null > "$work/qemu" 2>&1 &
		qemu_pid=$!
		wait "$qemu_pid"
	fi
	qemu_status=$?
	set -e
	qemu_pid=
	exec {hold_out}>&- {hold_err}>&-
	wait "${pumps[@]}"
}

# Print the first line of the kernel's log that must not occur.
first_splat()
{
	tr -d '\r' < "$log" | grep -aE -m 1 -- "$SPLAT"
}

# fail STATUS MESSAGE: print one line with the path of the log, and exit.
fail()
{
	local kept=$log
	if [ -z "$log_wanted" ]; then
		kept=$(mktemp "${TMPDIR:-/tmp}/pgwalk-kernel-XXXXXX.log")
		cp "$log" "$kept"
	fi
	say "$2 (kernel $kernel; its log: $kept)"
	exit "$1"
}

# Compute the exit status. Only a line on the verdict port shows that the command ended.
set_status()
{
	local verdict splat status taint rest
	verdict=$(tr -d '\r\0' < "$work/verdict" 2>/dev/null || :)
	splat=$(first_splat || :)
	case $qemu_status in
	0) ;;
	124 | 137) fail 124 "no end after $seconds s${splat:+; the kernel said: $splat}" ;;
	*) fail 125 "QEMU exited with $qemu_status: $(head -n 1 "$work/qemu")" ;;
	esac
	if grep -aq 'Kernel panic - not syncing' "$log"; then
		fail 121 "the guest panicked: $(grep -a 'Kernel panic' "$log" | head -n 1 | tr -d '\r')${splat:+; first: $splat}"
	fi
	[[ $verdict != setup* ]] || fail 125 "the guest could not be set up: ${verdict#setup }"
	if ! [[ $verdict =~ ^status\ ([0-9]+)\ taint\ ([0-9]+)(\ module\ stuck)?$ ]]; then
		fail 122 "the guest ended without a verdict${splat:+; the kernel said: $splat}"
	fi
	status=${BASH_REMATCH[1]} taint=${BASH_REMATCH[2]} rest=${BASH_REMATCH[3]:-}
	[ -z "$splat" ] || fail 123 "the kernel complained (the command's status was $status): $splat"
	[ $((taint & ~TAINT_ALLOWED)) -eq 0 ] || fail 123 "the kernel is tainted ($taint; the command's status was $status)"
	[ -z "$rest" ] || fail 123 "the module could not be unloaded after the command (its status was $status)"
	exit "$status"
}

# shellcheck disable=SC2317
cleanup()
{
	[ -z "${qemu_pid:-}" ] || kill "$qemu_pid" 2>/dev/null || :
	rm -rf "$work"
}

parse "$@"
find_kernel
emulator='qemu-system-x86_64'
[ "$arch" = amd64 ] || emulator='qemu-system-aarch64'
command -v "$emulator" > /dev/null || die "no $emulator: run selftests/vm/setup.sh${guest_root:+ $arch}"
find_module
defaults
work=$(mktemp -d "${TMPDIR:-/tmp}/pgwalk-vm-XXXXXX")
qemu_pid=
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
log=$work/kernel.log
[ -z "$log_wanted" ] || log=$(realpath -m "$log_wanted")
: > "$log"
make_initrd
machine_arguments
device_arguments
kernel_arguments
boot
set_status

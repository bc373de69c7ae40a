#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests make module, make install-module and build-module.sh --kdir as on a machine that runs the packaged kernel $KERNEL:
# uname -r, /lib/modules and /sys/kernel/btf/vmlinux are those of that kernel, in a mount namespace. TAP.
#
#	KERNEL=6.1 own-module.sh
#
# own-machine.sh tests all commands of README, in the root directories of three Debian suites and in guests.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ -z "${PGWALK_OWN_MODULE:-}" ]; then
	namespace=(-m)
	[ "$(id -u)" -eq 0 ] || namespace=(-r -m)
	PGWALK_OWN_MODULE=1 exec unshare "${namespace[@]}" -- "$0" "$@"
fi
. selftests/vm/env.sh
. selftests/lib/tap.sh

shown=(why log)
kernel_dir=$(selftests/vm/fetch.sh kernel "${KERNEL:=6.1}") || exit 1
release=$(cat "$kernel_dir/release")
headers=$(realpath "$kernel_dir/headers")
export PGWALK_BUILD=$work/build
ko=$PGWALK_BUILD/module/$release/pgwalk.ko

# Make a directory of links to commands of this machine, from which a test can remove one.
make_commands()
{
	local directory
	mkdir "$work/bin"
	for directory in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do
		find -L "$directory" -maxdepth 1 -type f -executable -print0 2>/dev/null |
			xargs -0 -r ln -s -t "$work/bin" 2>/dev/null
	done
	rm "$work/bin/uname"
	cat > "$work/bin/uname" <<-UNAME
		#!/bin/sh
		[ "\$*" != -r ] || { echo '$release'; exit; }
		exec $(command -v uname) "\$@"
	UNAME
	chmod +x "$work/bin/uname"
}

make_machine()
{
	local modules
	modules=$(realpath /lib)/modules
	mkdir -p "$modules" "$work/btf"
	mount -t tmpfs none "$modules" && mkdir "$modules/$release" && ln -s "$headers" "$modules/$release/build" &&
		mount -t tmpfs none /sys/kernel && mkdir /sys/kernel/btf || return
	if [ -e "$kernel_dir/base.btf" ]; then
		cp "$kernel_dir/base.btf" /sys/kernel/btf/vmlinux
	else
		objcopy --dump-section .BTF=/sys/kernel/btf/vmlinux "$headers/vmlinux" "$work/ignored"
	fi
}

# run COMMAND...: run it with the commands of $work/bin only; output in $work/log.
run()
{
	local status
	env -u KERNEL -u MAKEFLAGS -u MFLAGS -u MAKELEVEL PATH="$work/bin" timeout 250 "$@" > "$work/log" 2>&1
	status=$?
	sed -i '/^  CC /d' "$work/log"
	return "$status"
}

has_btf() { readelf -SW "$ko" | grep -q '\.BTF '; }

lines_with() { grep -c -- "$1" "$work/log"; }

builds_under_release()
{
	run make O="$PGWALK_BUILD" module && [ "$(ls "$PGWALK_BUILD/module")" = "$release" ] && [ -s "$ko" ] &&
		[ "$(modinfo -F vermagic "$ko" | cut -d' ' -f1)" = "$release" ] && [ "$(tail -n 1 "$work/log")" = "$ko" ]
}

# Test that each id in .BTF_ids is resolved, as in modules built by kbuild with pahole.
ids_resolved()
{
	local ids
	ids=$(objcopy -O binary --only-section=.BTF_ids --set-section-flags .BTF_ids=alloc "$ko" "$work/ids" &&
		od -An -tx4 -v "$work/ids" | tr -s ' ' '\n' | grep -vc '^0*$')
	[ "${ids:-0}" -gt 0 ]
}

keeps_module_without()
{
	local command=$1
	rm "$ko" "$work/bin/$command"
	run make O="$PGWALK_BUILD" module && [ -s "$ko" ] && ! has_btf &&
		[ "$(lines_with 'has no BTF')" -eq 1 ] && [ "$(lines_with "apt install $command")" -eq 1 ]
}

adds_btf_with()
{
	local command=$1
	ln -s "$(command -v "$command")" "$work/bin/$command"
	run make O="$PGWALK_BUILD" module && has_btf && [ "$(lines_with 'has no BTF')" -eq 0 ]
}

keeps_module_of_failing_pahole()
{
	local status=0
	rm "$ko" "$work/bin/pahole"
	printf '#!/bin/sh\necho planted >&2\nexit 1\n' > "$work/bin/pahole"
	chmod +x "$work/bin/pahole"
	run make O="$PGWALK_BUILD" module && [ -s "$ko" ] && ! has_btf && [ "$(lines_with 'has no BTF')" -eq 1 ] || status=1
	rm "$work/bin/pahole"
	return "$status"
}

# Provide the kernel's compiler under the name of the next version, and an older one that fails.
uses_another_compiler()
{
	local wanted=$1 other=gcc-$((${1##*-} + 1))
	rm -r "$PGWALK_BUILD/module" "$work/bin/gcc" "$work/bin"/*gcc-[0-9]*
	ln -s "$(command -v "$wanted")" "$work/bin/$other"
	ln -s "$(command -v false)" "$work/bin/gcc-3"
	run make O="$PGWALK_BUILD" module && [ -s "$ko" ] &&
		[ "$(lines_with "$wanted.*is not installed: compiling with $other instead")" -eq 1 ]
}

fails_without_compiler()
{
	rm "$work/bin"/gcc-*
	! run make O="$PGWALK_BUILD" module && [ "$(lines_with "apt install $1")" -eq 1 ]
}

installs_module()
{
	run make O="$PGWALK_BUILD" DESTDIR="$1" install-module && objcopy --strip-debug "$ko" "$work/ko" &&
		cmp "$work/ko" "$1/lib/modules/$release/extra/pgwalk.ko" >> "$work/log"
}

modprobe_finds_module()
{
	installs_module '' && [ "$(modprobe -S "$release" --show-depends pgwalk)" = \
		"insmod /lib/modules/$release/extra/pgwalk.ko " ]
}

fails_with_nothing_to_install()
{
	rm -r "$PGWALK_BUILD/module" "/lib/modules/$release"
	! run make O="$PGWALK_BUILD" DESTDIR="$work/none" install-module && [ ! -e "$work/none" ] &&
		[ "$(lines_with "Install linux-headers-$release")" -eq 1 ]
}

wanted=$(sed -n 's/^CC = .*\(gcc-[0-9]*\)$/\1/p' "$headers/.kernelvariables")
make_commands
make_machine || skip_all 'no mount namespace'
builds_under_release
report $? "make module builds build/module/$release/pgwalk.ko"
has_btf && ids_resolved
report $? 'the module has BTF'
installs_module "$work/destination"
report $? 'make install-module DESTDIR=... installs the module below DESTDIR'
modprobe_finds_module
report $? 'make install-module installs the module where modprobe finds it'
keeps_module_without pahole
report $? 'without pahole the module is built, and one line names pahole'
adds_btf_with pahole
report $? 'after pahole was installed the module gets BTF'
if [ -e "$headers/vmlinux" ]; then
	skip 'if pahole fails the module is kept without BTF' 'kbuild runs pahole'
else
	keeps_module_of_failing_pahole
	report $? 'if pahole fails the module is kept without BTF'
fi
uses_another_compiler "$wanted"
report $? "without $wanted a newer gcc is used, and one line names both"
fails_without_compiler "$wanted"
report $? 'without any gcc one line names the package to install'
fails_with_nothing_to_install
report $? 'make install-module fails without a module and headers'
end_tests

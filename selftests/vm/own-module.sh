#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Tests make module, make install-module and build-module.sh --kdir on a machine that runs the packaged kernel $KERNEL:
# uname -r, /lib/modules and /sys/kernel/btf/vmlinux are those of that kernel, in a mount namespace of the test. TAP.
#
#	KERNEL=6.1 own-module.sh
#
# own-machine.sh does the same with all of README's commands, in roots of three Debian suites, down to a guest.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
if [ -z "${PGWALK_OWN_MODULE:-}" ]; then
	namespace=(-m)
	[ "$(id -u)" -eq 0 ] || namespace=(-r -m)
	PGWALK_OWN_MODULE=1 exec unshare "${namespace[@]}" -- "$0" "$@"
fi
. selftests/vm/env.sh
. selftests/tap.sh

told=(why log)
kernel_dir=$(selftests/vm/fetch.sh kernel "${KERNEL:=6.1}") || exit 1
release=$(cat "$kernel_dir/release")
headers=$(realpath "$kernel_dir/headers")
export PGWALK_BUILD=$work/build
ko=$PGWALK_BUILD/module/$release/pgwalk.ko

# Commands of this machine as links in one directory, so that a test can remove one.
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

# run COMMAND...: with the commands of $work/bin only; its output is in $work/log.
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

# As kbuild and pahole do it for the table's kernels: each id in .BTF_ids is resolved.
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

# The kernel's own compiler under the name of the next version, and an older one that does not work.
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
	run make O="$PGWALK_BUILD" DESTDIR="$1" install-module && cmp "$ko" "$1/lib/modules/$release/extra/pgwalk.ko" >> "$work/log"
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
make_machine || { echo "1..0 # SKIP no mount namespace"; exit 4; }
echo TAP version 13
builds_under_release
report $? "make module builds build/module/$release/pgwalk.ko"
has_btf && ids_resolved
report $? 'it has BTF'
installs_module "$work/destination"
report $? 'make install-module DESTDIR=... installs it'
modprobe_finds_module
report $? 'make install-module installs it where modprobe finds it'
keeps_module_without pahole
report $? 'without pahole the module is built, and one line names pahole'
adds_btf_with pahole
report $? 'with pahole again it gets its BTF'
if [ -e "$headers/vmlinux" ]; then
	skip 'a pahole that fails leaves the module' 'kbuild calls it'
else
	keeps_module_of_failing_pahole
	report $? 'a pahole that fails leaves the module'
fi
uses_another_compiler "$wanted"
report $? "without $wanted a newer gcc is used, and one line names both"
fails_without_compiler "$wanted"
report $? 'without any gcc one line says what to install'
fails_with_nothing_to_install
report $? 'make install-module fails where there is neither a module nor headers'
end_tests

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs the commands of README's section "On your own machine" in minimal systems of Debian 12, 13 and sid, each with its own
# kernel: installs the packages listed there, runs the lines that begin with make in a chroot of that system on this machine,
# and all other lines in a guest with that system as its root. TAP.
#
#	own-machine.sh [KERNEL...]	kernels of the table: 6.1 6.12-trixie 7.2-sid
#
# In the chroot, uname -r and /sys/kernel/btf/vmlinux are those of that kernel. A compilation under emulation would take an
# hour.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/vm/env.sh
. selftests/lib/tap.sh
. selftests/lib/child.sh

shown=(why log)
kernels=("$@")
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12-trixie 7.2-sid)

# Print the commands of README's section, one a line.
readme_commands()
{
	awk '/^## / { inside = $0 == "## On your own machine" } inside && /^    / { print substr($0, 5) }' README.md |
		sed -e ':again' -e '/\\$/{N;s/\\\n *//;b again' -e '}'
}

# Print the packages of the line "apt install ...", without the kernel's headers.
readme_packages()
{
	local line
	line=$(readme_commands | grep '^apt install ')
	xargs -n 1 <<< "${line#apt install }" | grep -v '^linux-headers-\$(uname$\|^-r)$'
}

# Copy as hard links to the files of the cache: no command writes to them in place.
copy_machine()
{
	mkdir -p "$machine"
	cp -al "$1/root" "$root" 2>/dev/null || { rm -rf "$root" && cp -a "$1/root" "$root"; }
	mkdir "$root/root/pgwalk"
	tar -c --exclude=./.git --exclude=./build . | tar -C "$root/root/pgwalk" -x
}

# Provide uname -r and the BTF of the kernel to commands in the chroot.
pose_as_kernel()
{
	cat > "$root/usr/local/bin/uname" <<-UNAME
		#!/bin/sh
		[ "\$*" != -r ] || { echo '$release'; exit; }
		exec /usr/bin/uname "\$@"
	UNAME
	chmod +x "$root/usr/local/bin/uname"
	mkdir -p "$root/sys/kernel/btf"
	if [ -e "$kernel_dir/base.btf" ]; then
		cp "$kernel_dir/base.btf" "$root/sys/kernel/btf/vmlinux"
	else
		objcopy --dump-section .BTF="$root/sys/kernel/btf/vmlinux" "$kernel_dir/headers/vmlinux" "$work/ignored"
	fi
}

# in_machine COMMAND: run it in the source tree of the chroot.
in_machine()
{
	run_child selftests/vm/in-root.sh "$root" -- env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		timeout 1200 bash -c "cd /root/pgwalk && $1" > "$work/log" 2>&1
}

# Prepare the machine; on failure write the reason to $work/why.
prepare()
{
	local cached
	kernel_dir=$(selftests/vm/fetch.sh kernel "$kernel" 2>> "$work/why") || return
	release=$(cat "$kernel_dir/release")
	mapfile -t packages < <(readme_packages)
	cached=$(selftests/vm/fetch.sh machine "$kernel" "${packages[@]}" 2>> "$work/why") || return
	machine=$PGWALK_BUILD/own-machine/$kernel root=$machine/root
	rm -rf "$machine"
	copy_machine "$cached" && pose_as_kernel
}

has_btf() { readelf -SW "$1" 2>> "$work/log" | grep -q '\.BTF '; }

# Run each line that begins with make, in order.
run_make_lines()
{
	local line
	while read -r line; do
		in_machine "$line"
		report $? "$kernel: $line"
		! grep -q 'warning:' "$work/log"
		report $? "$kernel: $line prints no warning"
	done < <(readme_commands | grep '^make' | sed 's/ *#.*//')
}

installs_below_destdir()
{
	local file
	in_machine "make install DESTDIR=/root/destination" || return
	for file in usr/sbin/pgtop usr/sbin/pgwalk usr/share/man/man8/pgtop.8 usr/share/man/man8/pgwalk.8 \
		usr/lib/systemd/system/pgtop-exporter@.service usr/lib/modprobe.d/pgwalk.conf usr/share/man/man5/pgtop-json.5 \
		usr/share/man/man5/pgwalk-json.5 "lib/modules/$release/extra/pgwalk.ko"; do
		[ -s "$root/root/destination/$file" ] &&
			cmp "$root/root/destination/$file" "$root/${file/#lib/usr\/lib}" > "$work/log" 2>&1 || return
	done
}

check_files()
{
	local ko=$root/root/pgwalk/build/module/$release/pgwalk.ko
	: > "$work/log"
	[ -s "$ko" ]
	report $? "$kernel: make builds build/module/$release/pgwalk.ko"
	has_btf "$ko"
	report $? "$kernel: the module has BTF"
	objcopy --strip-debug "$ko" "$work/ko" && cmp "$work/ko" "$root/usr/lib/modules/$release/extra/pgwalk.ko" > "$work/log" 2>&1
	report $? "$kernel: make install installs the module, without debugging information"
	installs_below_destdir
	report $? "$kernel: make install DESTDIR= installs the same files below DESTDIR"
}

# Run all other lines in a guest, and report its results.
run_guest()
{
	local status title seen=0
	readme_commands | grep -v '^make\|^apt ' > "$machine/commands"
	run_child timeout 1500 selftests/vm/run.sh -k "$kernel" --no-module -t 1400 --log "$machine/kernel.log" -- \
		selftests/vm/own-machine-guest.sh "$machine" "$release" extra/pgwalk.ko > "$machine/out" 2> "$machine/err"
	status=$?
	while read -r result title; do
		grep -F -A 20 -- "output of: $title" "$machine/err" > "$work/log"
		case $result in
		PASS) report 0 "$kernel guest: $title"; seen=$((seen + 1)) ;;
		FAIL) report 1 "$kernel guest: $title"; seen=$((seen + 1)) ;;
		esac
	done < "$machine/out"
	tail -n 20 "$machine/err" > "$work/log"
	[ "$status" -eq 0 ] && [ "$seen" -gt "$(wc -l < "$machine/commands")" ]
	report $? "$kernel guest: all lines were run without a kernel complaint"
	: > "$work/log"
	! grep -i 'btf' "$machine/kernel.log" | grep -i 'pgwalk\|fail\|mismatch' > "$work/log"
	report $? "$kernel guest: the kernel accepts the module's BTF"
}

selftests/vm/setup.sh own-machine >&2 || exit 1
for kernel in "${kernels[@]}"; do
	prepare
	status=$?
	report "$status" "$kernel: the packages in README are available"
	[ "$status" -eq 0 ] || continue
	run_make_lines
	check_files
	run_guest
done
end_tests

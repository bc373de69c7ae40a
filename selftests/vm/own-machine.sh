#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Follows README's section "On your own machine" in minimal systems of Debian 12, 13 and sid, each with its own kernel:
# installs the packages named there, runs the lines that begin with make in that system on this machine, and all other
# lines in a guest whose root is that system. TAP.
#
#	own-machine.sh [KERNEL...]	kernels of the table: 6.1 6.12-trixie 7.2-sid
#
# On this machine uname -r and /sys/kernel/btf/vmlinux are those of the kernel as well: compiling under emulation would
# take an hour.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/vm/env.sh
. selftests/tap.sh

told=(why log)
kernels=("$@")
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12-trixie 7.2-sid)

# Prints the commands of README's section, one a line, as they stand there.
readme_commands()
{
	awk '/^## / { inside = $0 == "## On your own machine" } inside && /^    / { print substr($0, 5) }' README.md |
		sed -e ':again' -e '/\\$/{N;s/\\\n *//;b again' -e '}'
}

# Prints the packages of the line "apt install ...", without the kernel's headers.
readme_packages()
{
	local line
	line=$(readme_commands | grep '^apt install ')
	xargs -n 1 <<< "${line#apt install }" | grep -v '^linux-headers-\$(uname$\|^-r)$'
}

# The links of a copied root are the cache's files: nothing writes them in place.
copy_machine()
{
	mkdir -p "$machine"
	cp -al "$1/root" "$root" 2>/dev/null || { rm -rf "$root" && cp -a "$1/root" "$root"; }
	mkdir "$root/root/pgwalk"
	tar -c --exclude=./.git --exclude=./build . | tar -C "$root/root/pgwalk" -x
}

# uname -r and BTF of the kernel for what runs on this machine.
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

# in_machine COMMAND: in the source tree of the machine, on this one.
in_machine()
{
	selftests/vm/in-root.sh "$root" -- env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		timeout 1200 bash -c "cd /root/pgwalk && $1" > "$work/log" 2>&1 < /dev/null
}

# The machine, or the reason why there is none in $work/why.
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

# Each line that begins with make, in its order.
run_make_lines()
{
	local line
	while read -r line; do
		in_machine "$line"
		report $? "$kernel: $line"
		! grep -q 'warning:' "$work/log"
		report $? "$kernel: without a warning"
	done < <(readme_commands | grep '^make' | sed 's/ *#.*//')
}

installs_below_destdir()
{
	local file
	in_machine "make install DESTDIR=/root/destination" || return
	for file in usr/sbin/pgtop usr/sbin/pgwalk usr/share/man/man8/pgtop.8 usr/share/man/man8/pgwalk.8 \
		"lib/modules/$release/extra/pgwalk.ko"; do
		[ -s "$root/root/destination/$file" ] &&
			cmp "$root/root/destination/$file" "$root/${file/#lib/usr\/lib}" > "$work/log" 2>&1 || return
	done
}

check_files()
{
	local ko=$root/root/pgwalk/build/module/$release/pgwalk.ko
	: > "$work/log"
	[ -s "$ko" ]
	report $? "$kernel: build/module/$release/pgwalk.ko exists"
	has_btf "$ko"
	report $? "$kernel: it has BTF"
	cmp "$ko" "$root/usr/lib/modules/$release/extra/pgwalk.ko" > "$work/log" 2>&1
	report $? "$kernel: it is installed"
	installs_below_destdir
	report $? "$kernel: make install DESTDIR= puts the same files there"
}

# Lines that the guest runs, and the reports it makes of them.
run_guest()
{
	local status title seen=0
	readme_commands | grep -v '^make\|^apt ' > "$machine/commands"
	timeout 1500 selftests/vm/run.sh -k "$kernel" --no-module -t 1400 --log "$machine/kernel.log" -- \
		selftests/vm/own-machine-guest.sh "$machine" "$release" > "$machine/out" 2> "$machine/err"
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
	report $? "$kernel guest: all lines were run, and the kernel did not complain"
	: > "$work/log"
	! grep -i 'btf' "$machine/kernel.log" | grep -i 'pgwalk\|fail\|mismatch' > "$work/log"
	report $? "$kernel guest: the kernel accepted the module's BTF"
}

selftests/vm/setup.sh own-machine >&2 || exit 1
echo TAP version 13
for kernel in "${kernels[@]}"; do
	prepare
	status=$?
	report "$status" "$kernel: its system has all packages that README names"
	[ "$status" -eq 0 ] || continue
	run_make_lines
	check_files
	run_guest
done
end_tests

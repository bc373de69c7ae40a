#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds the Debian packages in Debian 12, 13 and sid, installs them in a minimal system of each, and runs them in guests: on
# the suite's own kernel, and after an upgrade to a kernel of its backports. TAP.
#
#	packages.sh [KERNEL...]	kernels of the table: 6.1 6.12-trixie 7.2-sid
#
# The packages are also checked by lintian, built again in another directory, upgraded, downgraded and purged.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/vm/env.sh
. selftests/lib/tap.sh
. selftests/lib/child.sh

shown=(why log)
# The kernel that each is upgraded to
declare -A upgrades=([6.1]=6.12 [6.12-trixie]=7.3)
version=$(cat module/VERSION)
kernels=("$@")
[ ${#kernels[@]} -gt 0 ] || kernels=(6.1 6.12-trixie 7.2-sid)

# Print the packages that debian/control needs for the build
build_depends()
{
	perl -0777 -ne '/^Build-Depends: (.*?)\n(?! )/ms and print $1 =~ s/\([^)]*\)//gr' debian/control | tr -d ' \n' | tr ',' '\n' |
		sed -e 's/^debhelper-compat$/debhelper/' -e 's/^dh-sequence-dkms$/dh-dkms/'
	printf '\n%s\n' build-essential lintian
}

# inside ROOT COMMAND: run it in a root directory. Guests boot with an initramfs of run.sh: the system makes none of its own
inside()
{
	run_child selftests/vm/in-root.sh "$1" -- env HOME=/root DEBIAN_FRONTEND=noninteractive TERM=dumb INITRD=No \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin timeout 3600 bash -c "$2" > "$work/log" 2>&1
}

# Make a copy of a cached machine: apt and dpkg write to some files in place
copy_machine()	# KERNEL/USE COPY PACKAGE...
{
	local cached
	run_child timeout 3600 selftests/vm/fetch.sh machine "$1" "${@:3}" > "$work/cached" 2>> "$work/why" || return
	cached=$(cat "$work/cached")
	rm -rf "$2"
	mkdir -p "${2%/*}"
	cp -a --reflink=auto "$cached/root" "$2" && cp /etc/resolv.conf "$2/etc/resolv.conf"
}

build_machine()
{
	local packages
	mapfile -t packages < <(build_depends)
	copy_machine "$kernel/build" "$build" "${packages[@]}" && mkdir "$build/root/pgwalk" &&
		tar -c --exclude=./.git --exclude=./build . | tar -C "$build/root/pgwalk" -x
}

builds()	# DIRECTORY OUT
{
	inside "$build" "cp -a /root/pgwalk $1 && cd $1 && selftests/deb.sh $2"
}

builds_the_same()
{
	builds /root/another/directory /root/deb-again || return
	(cd "$build/root/deb" && for package in *.deb *.dsc; do cmp "$package" "../deb-again/$package" || exit; done) > "$work/why" 2>&1
}

# Install what was built as a user does. The recommended packages belong to it: dkms, compiler, pahole
installs()	# DIRECTORY OF PACKAGES
{
	rm -rf "$root/root/deb"
	cp -a "$1" "$root/root/deb" && inside "$root" "apt-get -q update && apt-get -q -y --allow-downgrades install \
		/root/deb/pgwalk_*.deb /root/deb/pgwalk-dkms_*.deb"
}

# Print the path of the module that dkms made for a release
module_of()	# RELEASE [NAME]
{
	find "$root/usr/lib/modules/$1/updates/dkms" -name "${2-pgwalk}.ko*" 2> /dev/null
}

plain_module()	# RELEASE [NAME]: decompress it to $work/pgwalk.ko
{
	local module
	module=$(module_of "$@")
	case $module in
	*.xz) xz -dc "$module" ;;
	*.zst) zstd -dcq "$module" ;;
	*) cat "$module" ;;
	esac > "$work/pgwalk.ko"
}

has_module() { [ -n "$(module_of "$@")" ]; }
has_btf() { plain_module "$1" && readelf -SW "$work/pgwalk.ko" | grep -q '\.BTF '; }
has_version() { plain_module "$1" && [ "$(modinfo -F version "$work/pgwalk.ko")" = "$2" ]; }
is_stripped() { plain_module "$@" && ! readelf -SW "$work/pgwalk.ko" | grep -q '\.debug_info'; }
is_signed() { plain_module "$@" && modinfo -F signer "$work/pgwalk.ko" > "$work/why" && [ -s "$work/why" ]; }

check_module()	# RELEASE
{
	local name
	for name in pgwalk pgwalk_lab; do
		check "$kernel: dkms builds $name.ko for $1" has_module "$1" "$name"
		check "$kernel: it has no debugging information" is_stripped "$1" "$name"
		check "$kernel: it is signed with the key of dkms" is_signed "$1" "$name"
	done
	check "$kernel: pgwalk.ko for $1 has BTF" has_btf "$1"
}

# Print the files of a package, without a leading dot and the suffix of compression
files_of()	# PACKAGE
{
	dpkg-deb --fsys-tarfile "$build"/root/deb/"$1"_*.deb | tar -t | sed -n -e 's/\.gz$//' -e '/[^/]$/s/^\.//p' | sort
}

# pgwalk has all files of make install-tools in this Makefile, its own documents and those of dpkg, and nothing else
has_all_tools()
{
	local file
	files_of pgwalk > "$work/files"
	for file in /usr/sbin/{pgtop,pgwalk} /usr/lib/systemd/system/pgtop-exporter@.service \
		/usr/share/bash-completion/completions/{pgtop,pgwalk} /usr/share/man/man8/{pgtop,pgwalk}.8 \
		/usr/share/man/man5/{pgtop,pgwalk}-json.5 /usr/share/pgwalk/{alerts.yml,dashboard.json,daemonset.yaml} \
		/usr/lib/modprobe.d/pgwalk.conf \
		/usr/share/doc/pgwalk/json/{pgtop,pgwalk}.schema.json /usr/share/locale/zh_CN/LC_MESSAGES/pgwalk.mo; do
		# The suite's debhelper may move the unit
		grep -qxE "$file|${file#/usr}" "$work/files" || echo "$file is missing"
	done > "$work/why"
	grep -vE '^(/usr)?/lib/(systemd/system|modprobe\.d)/|^/usr/(sbin|share/(doc|man|bash-completion|pgwalk|locale|lintian))/' "$work/files" >> "$work/why"
	[ ! -s "$work/why" ]
}

# The sources of the modules, those of each architecture among them
has_all_sources()
{
	{ git ls-files module Kbuild 2> /dev/null || find module Kbuild -type f; } | sed "s,^,/usr/src/pgwalk-$version/," | sort > "$work/wanted"
	grep -q module/arch/arm64/ "$work/wanted" && grep -q module/lab/ "$work/wanted" || return
	echo "/usr/src/pgwalk-$version/dkms.conf" >> "$work/wanted"
	files_of pgwalk-dkms | grep -v '^/usr/share/doc/' | diff <(sort "$work/wanted") - > "$work/why"
}

# Install image and headers of another kernel, as an upgrade does
upgrade_kernel()	# NAME
{
	local directory=$root/root/kernel image
	mkdir -p "$directory"
	(
		. selftests/vm/debian.sh
		debian_use "$(kernel_field "$1" suites)"
		image=$(debian_newest "$(kernel_field "$1" image)")
		mapfile -t packages < <(debian_kernel_closure "$image" "linux-headers-${image#linux-image-}")
		# Some kernels of backports need a newer one than the suite's
		[ -z "$(apt-cache pkgnames | grep -x linux-base)" ] || packages+=(linux-base)
		cd "$directory" && apt-get -qq download "${packages[@]}"
	) > "$work/log" 2>&1 || return
	# apt would downgrade a later one
	inside "$root" 'cd /root/kernel; for deb in linux-base_*.deb; do
		[ ! -e "$deb" ] || dpkg --compare-versions "$(dpkg-deb -f "$deb" Version)" gt "$(dpkg-query -W -f "\${Version}" linux-base)" || rm "$deb"
	done; apt-get -q -y install /root/kernel/*.deb'
}

release_of() { cat "$(selftests/vm/fetch.sh kernel "$1")/release"; }

# Report the results in $machine/out of a guest, of which there must be at least MINIMUM
report_guest()	# STATUS TITLE MINIMUM
{
	local result title results=0
	while read -r result title; do
		grep -F -A 20 -- "output of: $title" "$machine/err" > "$work/log"
		case $result in
		PASS) report 0 "$2: $title"; results=$((results + 1)) ;;
		FAIL) report 1 "$2: $title"; results=$((results + 1)) ;;
		esac
	done < "$machine/out"
	tail -n 20 "$machine/err" > "$work/log"
	[ "$1" -eq 0 ] && [ "$results" -ge "$3" ]
	report $? "$2: all commands were run without a kernel complaint"
}

# The unit under systemd as process 1, with the Prometheus of the cache beside it
run_service()	# NAME RELEASE
{
	local monitors
	monitors=$(selftests/vm/fetch.sh monitors 2>> "$work/why") && cp "$monitors/prometheus" "$root/root/prometheus"
	run_child timeout 2000 selftests/vm/run.sh -k "$1" --no-module --init -m 2048 -t 1900 --log "$machine/kernel.log" -- \
		selftests/vm/systemd-guest.sh "$machine" > "$machine/out" 2> "$machine/err"
	report_guest $? "$kernel, service with $2" 22
}

# As with Secure Boot, without the key of dkms in the firmware
run_locked()	# NAME RELEASE
{
	run_child timeout 2000 selftests/vm/run.sh -k "$1" --no-module -m 2048 -t 1900 --append lockdown=integrity --log "$machine/kernel.log" -- \
		selftests/vm/locked-guest.sh "$machine" > "$machine/out" 2> "$machine/err"
	report_guest $? "$kernel, lockdown with $2" 7
}

# Boot a guest with this root, and report the commands that succeed there
run_guest()	# NAME RELEASE
{
	local built
	built=$(module_of "$2")
	cat > "$machine/commands" <<-'EOF2'
		modprobe pgwalk
		pgwalk vmas PID
		pgwalk verify PID
		pgtop -b -n 3 PID
		pgtop -b -n 2
		/root/tests/machine
		modprobe pgwalk_lab
		pgwalk lab map
		rmmod pgwalk_lab
	EOF2
	run_child timeout 2000 selftests/vm/run.sh -k "$1" --no-module -m 2048 -t 1900 --log "$machine/kernel.log" -- \
		selftests/vm/own-machine-guest.sh "$machine" "$2" "${built#"$root/usr/lib/modules/$2/"}" \
		> "$machine/out" 2> "$machine/err"
	report_guest $? "$kernel, guest with $2" $(($(wc -l < "$machine/commands") + 1))
}

# Build the packages of a later version with another interface, to upgrade to and to downgrade from
builds_later_version()
{
	inside "$build" "cp -a /root/pgwalk /root/later && cd /root/later && echo 99.0.0 > module/VERSION &&
		sed -i 's/^\(#define PGWALK_ABI_VERSION[[:space:]]*\).*/\199/' module/uapi/pgwalk.h &&
		sed -i '1s/(.*)/(99.0.0)/' debian/changelog && sed -i 's/^PACKAGE_VERSION=.*/PACKAGE_VERSION=99.0.0/' dkms.conf &&
		selftests/deb.sh /root/deb-later"
}

replaces_module()	# RELEASE VERSION DIRECTORY
{
	installs "$3" && has_version "$1" "$2" && [ "$(find "$root/usr/src" -maxdepth 1 -name 'pgwalk-*' | wc -l)" -eq 1 ]
}

# Keep the module of the later version for the guest with the service
keep_later_module()	# RELEASE
{
	has_version "$1" 99.0.0 && cp "$work/pgwalk.ko" "$root/root/later.ko"
}

# List all files and directories that have a name of ours, outside of the logs of apt and dpkg
list_ours()
{
	(cd "$root" && find . -xdev \( -path ./root -o -path ./var/log -o -path ./proc -o -path ./dev -o -path ./sys \) -prune -o \
		\( -name '*pgwalk*' -o -name '*pgtop*' \) -print | sort)
}

purges()
{
	inside "$root" 'apt-get -q -y purge pgwalk pgwalk-dkms pgtop && apt-get clean' || return
	list_ours > "$work/why"
	[ ! -s "$work/why" ]
}

# The monitor for PostgreSQL
installs_beside_namesake()
{
	inside "$root" 'apt-get -q -y --no-install-recommends install pgtop && pgtop --version | grep -q ABI && command -v pg_top'
}

test_machine()
{
	local release=$1 newer='' newer_release=''
	check "$kernel: make deb builds the packages" builds /root/tree /root/deb
	! grep -i 'warning' "$work/log" > "$work/why"
	report $? "$kernel: without warnings"
	[ -d "$build/root/deb" ] || return
	check "$kernel: lintian finds nothing" inside "$build" 'lintian --allow-root --fail-on error,warning /root/deb/*.changes'
	mkdir -p "$build/root/another"
	check "$kernel: another build in another directory gives the same bytes" builds_the_same
	check "$kernel: pgwalk has the tools, the unit, man pages, schemas and files of the fleet" has_all_tools
	check "$kernel: pgwalk-dkms has all sources of the modules" has_all_sources
	check "$kernel: one apt command installs the packages" installs "$build/root/deb"
	check_module "$release"
	cp -a debian/tests "$root/root/tests"
	check "$kernel: debian/tests/tools passes" inside "$root" 'AUTOPKGTEST_TMP=$(mktemp -d) /root/tests/tools'
	newer=${upgrades[$kernel]:-}
	if [ -n "$newer" ]; then
		newer_release=$(release_of "$newer")
		check "$kernel: an upgrade to $newer_release succeeds" upgrade_kernel "$newer"
		check_module "$newer_release"
		check "$kernel: the module for $release is still there" has_module "$release"
	fi
	check "$kernel: the packages of a later version build" builds_later_version
	check "$kernel: an upgrade replaces the module and its sources" replaces_module "$release" 99.0.0 "$build/root/deb-later"
	check "$kernel: so does it for ${newer_release:-$release}" keep_later_module "${newer_release:-$release}"
	check "$kernel: a downgrade replaces them, too" replaces_module "$release" "$version" "$build/root/deb"
	run_guest "$kernel" "$release"
	[ -z "$newer" ] || run_guest "$newer" "$newer_release"
	run_locked "${newer:-$kernel}" "${newer_release:-$release}"
	run_service "${newer:-$kernel}" "${newer_release:-$release}"
	check "$kernel: the package pgtop, a monitor for PostgreSQL, may be installed beside" installs_beside_namesake
	check "$kernel: purge leaves no file" purges
}

selftests/vm/setup.sh own-machine >&2 || exit 1
for kernel in "${kernels[@]}"; do
	machine=$PGWALK_BUILD/packages/$kernel
	build=$machine/build root=$machine/root
	mkdir -p "$machine"
	release=$(release_of "$kernel")
	check "$kernel: the packages for the build are available" build_machine
	[ -d "$build/root/pgwalk" ] || continue
	# The image has the BTF that headers of 6.1 lack
	check "$kernel: a minimal system" copy_machine "$kernel/use" "$root" "linux-image-$release" systemd-sysv
	[ -d "$root" ] || continue
	test_machine "$release"
done
end_tests

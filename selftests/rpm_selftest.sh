#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests `make rpm`: the packages, their files, the build of the modules for $KERNEL from the source package that akmods would use,
# and installation into and removal from an empty rpm database. TAP.
#
#	KERNEL=6.12 rpm_selftest.sh
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/vm/env.sh
. selftests/lib/tap.sh
shown=(why log)
version=$(cat module/VERSION)
out=$work/rpm
root=$work/root
mkdir "$work/kmod"
unset MAKEFLAGS MFLAGS MAKELEVEL

package() { find "$out" "$work/kmod" -name "$1-$version-1*.rpm" -not -name '*.src.rpm' 2> "$work/why"; }
# Man pages are compressed where rpm is configured so
files() { rpm -qlp "$(package "$1")" 2>> "$work/why" | sed '/\/man\/man/s/\.gz$//' | sort; }

builds()
{
	selftests/rpm.sh "$out" > "$work/log" 2>&1 && ! grep -i 'warning' "$work/log" > "$work/why"
}

# The files of a package are those that make install-tools installs, and its documents
has_all_tools()
{
	make -s install-tools DESTDIR="$work/tools" O="$PGWALK_BUILD" > "$work/log" 2>&1 || return
	(cd "$work/tools" && find . -type f | sed 's/^\.//') | sort > "$work/wanted"
	[ "$(wc -l < "$work/wanted")" -gt 9 ] || return
	# Directories of pgwalk's own are also listed
	files pgwalk | grep -v '/doc/\|/licenses/\|/share/pgwalk$\|build-id' | diff "$work/wanted" - > "$work/why"
}

has_sources()	# FILES...: the package has the same sources of the modules as the tree
{
	{ git ls-files module 2> "$work/log" || find module -type f; } | sed "s,^,/usr/src/pgwalk-$version/," | sort > "$work/wanted"
	[ -s "$work/wanted" ] && files dkms-pgwalk | comm -23 "$work/wanted" - > "$work/why" && [ ! -s "$work/why" ] || return
	for file in "$@"; do
		files dkms-pgwalk | grep -qx "/usr/src/pgwalk-$version/$file" || return
	done
}

has_documents()
{
	local file
	for file in README.md json/pgtop.schema.json json/pgwalk.schema.json abi/dev-pgwalk tutorial.rst; do
		files pgwalk | grep -q "/doc/pgwalk.*/$file$" || { echo "$file is missing" > "$work/why"; return 1; }
	done
}

# As akmods does: rebuild the source package inside of akmod-pgwalk for one kernel
builds_modules()
{
	local kernel_dir headers source
	kernel_dir=$(selftests/vm/fetch.sh kernel "$KERNEL") || return
	release=$(cat "$kernel_dir/release")
	headers=$(realpath "$kernel_dir/headers")
	mkdir "$work/akmod" && (cd "$work/akmod" && rpm2cpio "$(package akmod-pgwalk)" | cpio -id) > "$work/log" 2>&1 || return
	source=$(realpath "$work/akmod/usr/src/akmods/pgwalk-kmod.latest")
	[ -f "$source" ] && rpmbuild --rebuild --nodeps --define "_topdir $work/kmod" --define "kernels $release" \
		--define "kernel_source $headers" "$source" > "$work/log" 2>&1
}

modules_load_for()	# RELEASE
{
	local module
	(mkdir "$work/ko" && cd "$work/ko" && rpm2cpio "$(package "kmod-pgwalk-$1")" | cpio -id) > "$work/log" 2>&1 || return
	for module in pgwalk pgwalk_lab; do
		module=$work/ko/lib/modules/$1/extra/pgwalk/$module.ko
		[ "$(modinfo -F version "$module")" = "$version" ] && [ "$(modinfo -F vermagic "$module" | cut -d' ' -f1)" = "$1" ] &&
			! readelf -SW "$module" | grep -q '\.debug_info' || { readelf -SW "$module" > "$work/why"; return 1; }
	done
}

# Scripts of the packages call programs of the installed system: they are not run here
in_database() { rpm --root "$root" --dbpath /rpm "$@" > "$work/log" 2>&1; }

installs_and_leaves_nothing()
{
	mkdir "$root" && in_database -i --nodeps --noscripts "$(package pgwalk)" "$(package dkms-pgwalk)" &&
		[ -x "$root/usr/sbin/pgtop" ] && [ -s "$root/usr/src/pgwalk-$version/dkms.conf" ] &&
		in_database -e --nodeps --noscripts pgwalk dkms-pgwalk || return
	find "$root" \( -name '*pgwalk*' -o -name '*pgtop*' \) -print > "$work/why"
	[ ! -s "$work/why" ]
}

release=
command -v rpmbuild > /dev/null || skip_all 'rpmbuild is not installed (apt install rpm)'
check 'make rpm builds the packages without warnings' builds
[ "$failed" -eq 0 ] || end_tests
check 'pgwalk has the files of make install-tools, and no others' has_all_tools
check 'pgwalk has the documents and the schemas' has_documents
check 'dkms-pgwalk has all sources of the modules' has_sources Kbuild dkms.conf module/arch/arm64/pgtable.h module/lab/main.c
! files dkms-pgwalk | grep -v "^/usr/src/pgwalk-$version\|/licenses/\|/doc/" > "$work/why"
report $? 'dkms-pgwalk has nothing else'
files akmod-pgwalk | grep -qx "/usr/src/akmods/pgwalk-kmod-$version-1.src.rpm"
report $? 'akmod-pgwalk has the source package'
check "the modules for ${KERNEL:=6.12} are built from it" builds_modules
check 'they have the version, and no debugging information' modules_load_for "$release"
check 'the packages are installed, and removed without a rest' installs_and_leaves_nothing
end_tests

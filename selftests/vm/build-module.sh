#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds pgwalk.ko and pgwalk_lab.ko outside the source tree and prints the path of pgwalk.ko.
#
#	build-module.sh NAME		for a kernel of selftests/vm/kernels: build/module/NAME/pgwalk.ko
#	build-module.sh --kdir DIR	for the kernel with the headers in DIR: build/module/RELEASE/pgwalk.ko
#
# W, C and V of the environment are passed to kbuild. The module gets BTF if the kernel's BTF and pahole exist. pgwalk_lab.ko needs none.
set -euo pipefail
. "$(dirname "$0")/env.sh"

# A directory of links to the sources, because kbuild of 6.1 and 6.12 writes objects next to the sources. Links to removed
# sources are removed; kbuild would still compile them.
make_farm()
{
	local farm=$1
	mkdir -p "$farm"
	ln -sfn -t "$farm" "$PGWALK_TOP/Kbuild"
	(cd "$PGWALK_TOP" && find module -name '*.[chS]' -o -name VERSION) | while read -r file; do
		[ -e "$farm/$file" ] || { mkdir -p "$farm/${file%/*}"; ln -s "$PGWALK_TOP/$file" "$farm/$file"; }
	done
	find "$farm" -xtype l -delete
}

# sparse 0.6.4, the newest release, does not support two things in the headers of 7.2: typeof_unqual, and strlen of a
# literal as a constant (in MODULE_INFO).
readonly SPARSE="sparse -D__typeof_unqual__=__typeof__ -D'__builtin_strlen(s)=(sizeof(s)-1)'"

# kbuild MAKE-ARGUMENT...: run kbuild in the root directory of the kernel's toolchain.
kbuild()
{
	local arguments=(make -C "$kdir" M="$farm" ${arch:+ARCH="${arch/riscv64/riscv}" CROSS_COMPILE="$(arch_triplet "$arch")-"} ${cc:+CC="$cc"}
		${W:+W="$W"} ${C:+C="$C"} ${CF:+CF="$CF"} ${V:+V="$V"} ${C:+CHECK="$SPARSE"} "$@")
	case $toolchain in
	host) "${arguments[@]}" ;;
	*) "$PGWALK_VM/in-root.sh" "$root" \
		"$PGWALK_TOP" "$PGWALK_BUILD" "$(realpath "$kdir")" "${kernel_dir:-$PGWALK_TOP}" -- "${arguments[@]}" ;;
	esac
}

# Print the release of the kernel of $kdir, as uname -r prints it there. Debian's headers of 6.1 have it in utsrelease.h
# only: kernel.release and "make kernelrelease" contain 6.1.192 for 6.1.0-56-amd64.
headers_release()
{
	local release
	release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$kdir/include/generated/utsrelease.h" 2>/dev/null) || :
	[ -n "$release" ] || release=$(cat "$kdir/include/config/kernel.release" 2>/dev/null) || :
	[ -n "$release" ] || die "$kdir has no include/generated/utsrelease.h: run make modules_prepare there"
	printf '%s\n' "$release"
}

# Test whether a command exists in the toolchain's root directory, or on this machine.
has_command()
{
	if [ -n "$root" ]; then
		[ -x "$root/usr/bin/$1" ]
	else
		command -v "$1" > /dev/null
	fi
}

# Print the compiler named in the headers. Debian's headers have it in .kernelvariables.
headers_compiler()
{
	# shellcheck disable=SC2016
	printf 'CC = $(CROSS_COMPILE)gcc\n-include %s/.kernelvariables\nshow:; @echo $(CC)\n' "$kdir" |
		env -u MAKEFLAGS make -s -f - show
}

# Print "VERSION COMMAND" for each gcc.
installed_compilers()
{
	local command path=$PATH
	[ -z "$root" ] || path=$root/usr/bin
	for command in $(PATH=$path compgen -c | grep -xE 'gcc(-[0-9]+)?' | sort -u); do
		case $command in
		gcc) [ -n "$root" ] || printf '%s %s\n' "$(gcc -dumpversion | cut -d. -f1)" gcc ;;
		*) printf '%s %s\n' "${command#gcc-}" "$command" ;;
		esac
	done
}

# Set cc to the compiler for another architecture, of the toolchain or of this machine.
choose_cross_compiler()
{
	local triplet
	triplet=$(arch_triplet "$arch")
	for cc in "$triplet-gcc" "$triplet-gcc-14" "$triplet-gcc-12"; do
		! has_command "$cc" || return 0
	done
	die "no compiler for $arch: run selftests/vm/setup.sh $arch"
}

# Set cc to another gcc if the one named in the headers does not exist: the next newer one, else the newest older one.
choose_compiler()
{
	local wanted version
	wanted=$(headers_compiler)
	cc=
	if [ -n "$arch" ]; then
		choose_cross_compiler
		return
	fi
	! has_command "$wanted" || return 0
	version=${wanted##*gcc}
	version=${version#-}
	cc=$(installed_compilers | sort -n | awk -v wanted="${version:-0}" '
		{ last = $2 }
		$1 + 0 >= wanted + 0 { print $2; found = 1; exit }
		END { if (!found) print last }')
	[ -n "$cc" ] || die "$wanted, which $kdir names, is not installed (apt install gcc${version:+-$version})"
	say "$wanted, which $kdir names, is not installed: compiling with $cc instead" \
		"(apt install gcc${version:+-$version} gets the compiler of the kernel)"
}

has_btf() { readelf -SW "$1" 2>/dev/null | grep -q '\.BTF '; }

# Add BTF where kbuild cannot, because the headers have no vmlinux. To a copy, because pahole writes in place.
add_btf()
{
	local ko=$1
	cp "$ko" "$ko.btf"
	if ! "$PGWALK_TOP/module/btf/add.sh" "$ko.btf" "$base_btf"; then
		rm -f "$ko.btf"
		return 1
	fi
	mv "$ko.btf" "$ko"
}

# Set btf to the program that makes the module's BTF, kbuild or add.sh, or set btf to '' and no_btf to the reason.
choose_btf()
{
	btf='' no_btf=''
	if ! has_command pahole; then
		no_btf='pahole is not installed (apt install pahole, then make again)'
	elif [ -e "$kdir/vmlinux" ]; then
		btf=kbuild
	elif [ -z "$base_btf" ]; then
		no_btf="the BTF of the kernel $name is not in its headers (run make again when that kernel runs)"
	elif ! command -v python3 > /dev/null; then
		no_btf='python3 is not installed (apt install python3, then make again)'
	else
		btf=add.sh
	fi
}

# Build $farm/pgwalk.ko. A module without BTF is kept: only BPF programs need BTF.
build()
{
	local ko=$farm/pgwalk.ko
	# kbuild adds BTF only to a module that it links.
	[ "$btf" != kbuild ] || has_btf "$ko" || rm -f "$ko"
	if [ "$btf" = kbuild ]; then
		kbuild modules >&2
	else
		kbuild modules CONFIG_DEBUG_INFO_BTF_MODULES= >&2
	fi
	[ "$btf" != add.sh ] || has_btf "$ko" || add_btf "$ko" || no_btf='the program that adds it failed (see above)'
	if ! has_btf "$ko"; then
		say "$ko has no BTF: ${no_btf:-the kernel is configured without}. The module works, but pgtop cannot read" \
			"page-table entries through it and shows coarser fault classes"
	fi
}

root='' base_btf='' arch=''
case ${1:-} in
--kdir)
	kdir=$(realpath -m "${2:?--kdir DIR}")
	[ -e "$kdir/Makefile" ] || die "no kernel headers in $2: install them (apt install linux-headers-$(uname -r))"
	name=$(headers_release) toolchain=host
	[ "$name" != "$(uname -r)" ] || [ ! -r /sys/kernel/btf/vmlinux ] || base_btf=/sys/kernel/btf/vmlinux
	;;
'' | -*) sed -n '3,/^set/{/^# Copyright/d;/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
*)
	name=$(path_name "$1") kernel_dir=$("$PGWALK_VM/fetch.sh" kernel "$1")
	[ "$(kernel_arch "$1")" = amd64 ] || arch=$(kernel_arch "$1")
	kdir=$kernel_dir/headers toolchain=$(kernel_field "$1" toolchain)
	[ ! -e "$kernel_dir/base.btf" ] || base_btf=$kernel_dir/base.btf
	[ "$toolchain" = host ] || root=$("$PGWALK_VM/fetch.sh" toolchain "$toolchain")
	;;
esac
farm=$PGWALK_BUILD/module/$name
make_farm "$farm"
exec {lock}> "$farm/.lock"
flock "$lock"
choose_compiler
choose_btf
build
printf '%s\n' "$farm/pgwalk.ko"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Builds pgwalk.ko outside the source tree and prints its path.
#
#	build-module.sh NAME		for a kernel of the table beside this file: build/module/NAME/pgwalk.ko
#	build-module.sh --kdir DIR	for the kernel whose headers are DIR: build/module/RELEASE/pgwalk.ko
#
# W, C and V of the environment go to kbuild. The module gets BTF wherever the kernel's own BTF can be had.
set -euo pipefail
. "$(dirname "$0")/env.sh"

# A directory of links to the sources: kbuild of 6.1 and 6.12 writes beside what it compiles. Links to sources that
# have gone would be compiled on, so those go too.
make_farm()
{
	local farm=$1
	mkdir -p "$farm"
	ln -sfn "$PGWALK_TOP/Kbuild" "$farm/Kbuild"
	(cd "$PGWALK_TOP" && find module -name '*.[chS]') | while read -r file; do
		[ -e "$farm/$file" ] || { mkdir -p "$farm/${file%/*}"; ln -s "$PGWALK_TOP/$file" "$farm/$file"; }
	done
	find "$farm" -xtype l -delete
}

# What sparse 0.6.4, the newest release, does not know of the headers of 7.2: typeof_unqual, and strlen of
# a literal as a constant (in MODULE_INFO).
readonly SPARSE="sparse -D__typeof_unqual__=__typeof__ -D'__builtin_strlen(s)=(sizeof(s)-1)'"

# kbuild MAKE-ARGUMENT...: in the root of the toolchain that the kernel wants.
kbuild()
{
	local arguments=(make -C "$kdir" M="$farm" ${W:+W="$W"} ${C:+C="$C"} ${CF:+CF="$CF"} ${V:+V="$V"}
		${C:+CHECK="$SPARSE"} "$@")
	case $toolchain in
	host) "${arguments[@]}" ;;
	*) "$PGWALK_VM/in-root.sh" "$("$PGWALK_VM/fetch.sh" toolchain "$toolchain")" \
		"$PGWALK_TOP" "$PGWALK_BUILD" "$(realpath "$kdir")" "${kernel_dir:-$PGWALK_TOP}" -- "${arguments[@]}" ;;
	esac
}

# Adds BTF where kbuild could not, for want of a vmlinux beside the headers.
add_btf()
{
	local ko=$1
	! readelf -SW "$ko" | grep -q '\.BTF ' || return 0
	if [ -z "$base_btf" ]; then
		say "no BTF in $ko, for the kernel's own was not found: BPF programs cannot ask this module"
		return
	fi
	"$PGWALK_TOP/module/btf/add.sh" "$ko" "$base_btf" || { rm -f "$ko"; die "cannot give $ko its BTF"; }
}

case ${1:-} in
--kdir)
	kdir=$(realpath "${2:?--kdir DIR}")
	[ -e "$kdir/Makefile" ] || die "$kdir holds no kernel headers"
	name=$(make -s -C "$kdir" kernelrelease) toolchain=host base_btf=
	[ "$name" != "$(uname -r)" ] || [ ! -r /sys/kernel/btf/vmlinux ] || base_btf=/sys/kernel/btf/vmlinux
	;;
'' | -*) sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
*)
	name=$1 kernel_dir=$("$PGWALK_VM/fetch.sh" kernel "$1")
	kdir=$kernel_dir/headers toolchain=$(kernel_field "$1" toolchain) base_btf=
	[ ! -e "$kernel_dir/base.btf" ] || base_btf=$kernel_dir/base.btf
	;;
esac
farm=$PGWALK_BUILD/module/$name
make_farm "$farm"
exec {lock}> "$farm/.lock"
flock "$lock"
# 6.1's headers come without vmlinux; that we add the BTF ourselves is no news.
kbuild modules >&2
add_btf "$farm/pgwalk.ko"
printf '%s\n' "$farm/pgwalk.ko"

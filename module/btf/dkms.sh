#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds pgwalk.ko and pgwalk_lab.ko in the current directory, for dkms.conf. The kernel need not be running.
#
#	dkms.sh RELEASE HEADERS
#
# Kbuild adds BTF if the headers contain the kernel's BTF (a file vmlinux). If they do not, as on Debian 12, it comes from the
# kernel's image. A module without BTF is kept, with a message that says what is missing: only pgtop's probes need it.
set -eu

release=$1 headers=$2
here=$(dirname "$0")
module=pgwalk.ko

has_btf() { readelf -SW "$module" | grep -q '\.BTF '; }

# Print why the module has no BTF.
add_btf()
{
	base=$PWD/base.btf
	if ! command -v pahole > /dev/null; then
		echo "pahole is not installed (apt install pahole)"
	elif ! command -v python3 > /dev/null; then
		echo "python3 is not installed (apt install python3)"
	elif "$here/find-base.sh" "$release" "$base" 2>&1; then
		cp "$module" "$module.btf"
		if "$here/add.sh" "$module.btf" "$base" >&2; then
			mv "$module.btf" "$module"
		else
			echo "the program that adds it failed (see above)"
		fi
	fi
	rm -f "$base" "$module.btf"
}

without_btf=
[ -e "$headers/vmlinux" ] && command -v pahole > /dev/null || without_btf=CONFIG_DEBUG_INFO_BTF_MODULES=
# shellcheck disable=SC2086
make -C "$headers" M="$PWD" $without_btf modules
reason=
has_btf || reason=$(add_btf)
has_btf || echo "pgwalk.ko for $release has no BTF: $reason. The module works, but pgtop cannot read page-table entries" \
	"through it and shows coarser fault classes. Then: dkms build --force -m pgwalk -v $(cat module/VERSION) -k $release" >&2

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds the RPM packages of this tree into build/rpm. Changes nothing in the tree.
#
#	rpm.sh [OUT]
#
# The sources are the files that git lists, or all files outside git. On Debian the libraries for the build are not in rpm's
# database: their names in the specs are not checked there.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/vm/env.sh"

out=$(realpath -m "${1:-$PGWALK_BUILD/rpm}")
cd "$PGWALK_TOP"
version=$(cat module/VERSION)
command -v rpmbuild > /dev/null || die "rpmbuild is not installed (apt install rpm, or dnf install rpm-build)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out" "$work/SOURCES" "$work/SPECS"
cp Documentation/packaging/*.spec "$work/SPECS"
{ git ls-files -z --cached --others --exclude-standard 2> /dev/null || find . -path ./build -prune -o -type f -print0; } |
	tar --null -T - -c --transform="s,^\(\./\)\?,pgwalk-$version/," --sort=name --owner=0 --group=0 --numeric-owner |
	xz -T1 -1 > "$work/SOURCES/pgwalk-$version.tar.xz"
known=()
[ ! -e /etc/debian_version ] || known=(--nodeps)
# Variables of make in this tree do not reach the build of the copy
unset O KDIR KERNEL W C CF V HTTP PGWALK_BUILD MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
for spec in pgwalk pgwalk-kmod; do
	rpmbuild -ba "${known[@]}" --define "_topdir $work" "$work/SPECS/$spec.spec"
done
find "$work/RPMS" "$work/SRPMS" -name '*.rpm' -exec mv -t "$out" {} +
ls -1 "$out"

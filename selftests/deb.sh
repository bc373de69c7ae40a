#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Builds the Debian packages of this tree into build/deb. Changes nothing in the tree.
#
#	deb.sh [OUT]
#
# The sources are the files that git lists, or all files outside git. SOURCE_DATE_EPOCH comes from debian/changelog: two
# builds in any directory are identical. The packages for the build must be installed (apt build-dep .).
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/vm/env.sh"

out=$(realpath -m "${1:-$PGWALK_BUILD/deb}")
cd "$PGWALK_TOP"
version=$(cat module/VERSION)
command -v dpkg-buildpackage > /dev/null || die "dpkg-buildpackage is not installed (apt install dpkg-dev debhelper)"
rm -rf "$out"
mkdir -p "$out/pgwalk-$version"
{ git ls-files -z --cached --others --exclude-standard 2> /dev/null || find . -path ./build -prune -o -type f -print0; } |
	tar --null -T - -c | tar -C "$out/pgwalk-$version" -x
cd "$out/pgwalk-$version"
# Variables of make in this tree do not reach the build of the copy
unset O KDIR KERNEL W C CF V HTTP PGWALK_BUILD MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
dpkg-buildpackage --no-sign --build="${DEB_BUILD:-full}"
cd ..
rm -rf "pgwalk-$version"
ls -1 "$out"

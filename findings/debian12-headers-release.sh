#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian 12's kernel headers name a release that no kernel of Debian 12 has.
#
# Package: linux-headers-6.1.0-56-amd64 6.1.192-2 (bookworm). Seen:
#
#	include/generated/utsrelease.h    6.1.0-56-amd64
#	include/config/kernel.release     6.1.192
#
# utsrelease.h has what `uname -r` prints on the machine, and so the name of its directory below /lib/modules. The file
# kernel.release, which kbuild documents as the release, has the version of the stable tree; `make kernelrelease` in these
# headers prints that file. From Debian 13 (6.12) on the two are equal.
#
# A good guess misses it: a build system that installs a module for headers it was pointed to (not for `uname -r`) asks
# `make kernelrelease`, as kbuild's documentation says, and puts the module where modprobe of that kernel never looks.
# Nothing fails at build or installation.
#
# Exit status: 0 as described, 1 it has changed, 2 the package cannot be had any more.
set -euo pipefail

readonly PACKAGE=linux-headers-6.1.0-56-amd64 VERSION=6.1.192-2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq -o APT::Sandbox::User= download "$PACKAGE=$VERSION" || exit 2
dpkg-deb -x "$PACKAGE"_*.deb root
headers=root/usr/src/$PACKAGE
uts=$(sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' "$headers/include/generated/utsrelease.h")
file=$(cat "$headers/include/config/kernel.release")
printf 'utsrelease.h %s, kernel.release %s\n' "$uts" "$file"
[ "$uts" = 6.1.0-56-amd64 ] && [ "$file" = 6.1.192 ]

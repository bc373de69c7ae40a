#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Installs the running kernel's pgwalk.ko and pgwalk_lab.ko for modprobe, and builds them first if the kernel's headers are installed.
#
#	install-module.sh [DESTDIR]
#
# Fails if there is no module to install.
set -euo pipefail
. "$(dirname "$0")/env.sh"
PATH=$PATH:/usr/sbin:/sbin

destdir=${1:-}
release=$(uname -r)
headers=/lib/modules/$release/build
ko=$PGWALK_BUILD/module/$release/pgwalk.ko
if [ -e "$headers" ]; then
	ko=$("$PGWALK_VM/build-module.sh" --kdir "$headers")
elif [ ! -e "$ko" ]; then
	say "the module is not installed: it was not built for the running kernel ($release), and its headers are missing." \
		"Install linux-headers-$release and repeat; make install-tools installs pgtop and pgwalk only"
	exit 1
fi
for module in pgwalk pgwalk_lab; do
	install -v -D -m 644 "${ko%/*}/$module.ko" "$destdir/lib/modules/$release/extra/$module.ko"
	# 12 MB of DWARF, which neither the kernel nor pgtop reads; symbols and BTF stay
	strip --strip-debug "$destdir/lib/modules/$release/extra/$module.ko"
done
# With DESTDIR depmod is left to the installed system, because the other modules are not there.
[ -n "$destdir" ] || depmod "$release"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the running kernel's pgwalk.ko for modprobe, and builds it first if the kernel's headers are installed.
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
	say "the module is not installed: it was not built for the running kernel ($release), whose headers are missing." \
		"Install linux-headers-$release and repeat; make install-tools installs pgtop and pgwalk only"
	exit 1
fi
install -v -D -m 644 "$ko" "$destdir/lib/modules/$release/extra/pgwalk.ko"
# Below DESTDIR there are no other modules: the installed system runs depmod itself.
[ -n "$destdir" ] || depmod "$release"

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# The module is unloaded and loaded again, with BTF, and leaves no files. TAP; needs $PGWALK_KO.
set -u

. "$(dirname "${BASH_SOURCE[0]}")/../lib/tap.sh"

version=$(cat "$tap_top/module/VERSION")
loaded() { [ -d /sys/module/pgwalk ]; }
gone() { ! loaded && ! [ -e /sys/kernel/debug/pgwalk ] && ! [ -e /dev/pgwalk ]; }

check 'the module is loaded' loaded
check 'the module has BTF' test -s /sys/kernel/btf/pgwalk
check 'the module has the version of the tree' grep -qx "$version" /sys/module/pgwalk/version
check 'info has the version of the tree' grep -qx "version $version" /sys/kernel/debug/pgwalk/info
check 'rmmod succeeds when no file of the module is open' rmmod pgwalk
check 'after rmmod no file of the module is left' gone
check 'insmod succeeds' insmod "$PGWALK_KO"
check 'the module is loaded again' loaded
end_tests

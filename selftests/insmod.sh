#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module goes and comes, with BTF, and leaves nothing behind. Speaks TAP; needs $PGWALK_KO.
set -u

number=0
check()
{
	claim=$1
	shift
	number=$((number + 1))
	if "$@"; then echo "ok $number - $claim"; else echo "not ok $number - $claim"; fi
}

loaded() { [ -d /sys/module/pgwalk ]; }
gone() { ! loaded && ! [ -e /sys/kernel/debug/pgwalk ] && ! [ -e /dev/pgwalk ]; }

echo TAP version 13
echo 1..6
check 'it is loaded' loaded
check 'it carries BTF' test -s /sys/kernel/btf/pgwalk
check 'rmmod succeeds when nothing is open' rmmod pgwalk
check 'and leaves nothing behind' gone
check 'it loads again' insmod "$PGWALK_KO"
check 'and is there' loaded

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests the installed packages in a guest as with Secure Boot whose owner has not enrolled the key of dkms: the kernel is in
# lockdown "integrity", and refuses the module. Prints PASS or FAIL and a title, for each test.
#
#	run.sh --append lockdown=integrity ... -- locked-guest.sh MACHINE	MACHINE/root: packages.sh prepares it
set -u

root=$1/root
if [ -z "${PGWALK_INSIDE:-}" ]; then
	mount -t tmpfs tmpfs "$root/tmp" && cp "$0" "$root/tmp/" || exit
	mount -t securityfs securityfs /sys/kernel/security
	for directory in proc sys dev; do
		mount --rbind "/$directory" "$root/$directory" || exit
	done
	exec env -i PGWALK_INSIDE=1 HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin chroot "$root" \
		/bin/bash "/tmp/${0##*/}" /
fi

check()	# TITLE COMMAND...
{
	local title=$1
	shift
	if "$@" > /tmp/out 2>&1; then
		echo "PASS $title"
	else
		echo "FAIL $title"
		{ echo "output of: $title"; tail -n 10 /tmp/out; } >&2
	fi
}

# modprobe prints the error, and then a line with the command for this key
refuses()	# MESSAGE
{
	! modprobe pgwalk > /tmp/error 2>&1 || return
	cat /tmp/error
	grep -q "$1" /tmp/error && [ "$(grep -c "mokutil --import $key, and enroll it" /tmp/error)" -eq 1 ] && [ ! -e /sys/module/pgwalk ]
}

says_what_to_do()
{
	! pgwalk info 2> /tmp/error || return
	cat /tmp/error
	[ "$(wc -l < /tmp/error)" -eq 1 ] && grep -q "mokutil --import $key, and enroll it" /tmp/error
}

# pgtop goes on without the module
watches() { pgtop -b -n 1 -i 1 > /tmp/screen 2>&1; cat /tmp/screen; grep -q 'total' /tmp/screen; }

signs_modules()
{
	local serial
	serial=$(openssl x509 -inform DER -in "$key" -noout -serial)
	echo "$serial, $(modinfo -F sig_key pgwalk)"
	[ "${serial#serial=}" = "$(modinfo -F sig_key pgwalk | tr -d :)" ]
}

key=/var/lib/dkms/mok.pub
check 'the kernel is in lockdown "integrity"' grep -F '[integrity]' /sys/kernel/security/lockdown
check "the modules are signed with $key" signs_modules
check 'modprobe is not permitted, and prints how to enroll the key' refuses 'Operation not permitted'
check 'pgwalk info prints it in one line' says_what_to_do
check 'pgtop counts faults without the module' watches
echo 1 > /sys/module/module/parameters/sig_enforce
check 'if the kernel enforces signatures, it rejects the key, and modprobe prints the same' refuses 'Key was rejected by service'
check 'and pgwalk info' says_what_to_do

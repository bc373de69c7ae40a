#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs a command in another root directory, with some directories of this machine at the same paths. The mounts are in a
# mount namespace of the command.
#
#	in-root.sh ROOT DIR... -- COMMAND [ARG...]
set -euo pipefail

if [ -z "${PGWALK_IN_ROOT:-}" ]; then
	namespace=(-m)
	[ "$(id -u)" -eq 0 ] || namespace=(-r -m)
	PGWALK_IN_ROOT=1 exec unshare "${namespace[@]}" -- "$0" "$@"
fi
unset PGWALK_IN_ROOT

root=$1
shift
while [ "$1" != -- ]; do
	mkdir -p "$root$1"
	mount --bind "$1" "$root$1"
	shift
done
shift
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
cwd=$PWD
# shellcheck disable=SC2016
exec chroot "$root" /bin/sh -c 'cd "$1" 2>/dev/null || cd /; shift; exec "$@"' sh "$cwd" \
	env PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"

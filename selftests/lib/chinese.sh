# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# A locale zh_CN.UTF-8 for the tests, to be sourced after tap.sh: the C.UTF-8 of the machine by another name, because the
# language is a matter of the name alone, and localedef needs seconds and a package.

mkdir -p "${work:?}/locale"
[ -d /usr/lib/locale/C.utf8 ] || bail_out 'no C.UTF-8 in /usr/lib/locale (install libc-bin)'
cp -r /usr/lib/locale/C.utf8 "$work/locale/zh_CN.UTF-8"
# The tests expect English, whatever the user's language is
unset LANG LANGUAGE LC_MESSAGES
export LC_ALL=C

# Programs that the test starts with "${language[@]}" speak the language of chinese(); the shell itself does not
# shellcheck disable=SC2034
language=()
chinese() {
	# shellcheck disable=SC2034 # the program that is called reads it
	local language=(env LOCPATH="$work/locale" LC_ALL=zh_CN.UTF-8)

	"$@"
}

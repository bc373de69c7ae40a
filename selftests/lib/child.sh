# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Commands that end with the script that runs them, to be sourced after tap.sh: bash handles a signal only after a command in the
# foreground has ended, and a guest then runs on without its test.

child=

end_child()
{
	[ -z "$child" ] || { kill "$child" && wait "$child"; } 2> /dev/null
	rm -rf "$work"
}

trap end_child EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Run a command; a signal to this script ends it. Its stdin is /dev/null
run_child() {	# COMMAND...
	local status=0

	"$@" < /dev/null &
	child=$!
	wait "$child" || status=$?
	child=
	return "$status"
}

#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# A kernel newer than the newest tested: the module, built as if it had been tested up to 6.0 only, refuses reverse maps
# at each interface, and all else works. TAP.
#
#	untested.sh KERNEL	build the module, boot a guest with it, test there
#	untested.sh --guest	test in that guest
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=$(realpath -ms "${PGWALK_BUILD:-build}")
tests=$build/selftests/module

if [ "${1-}" != --guest ]; then
	kernel=${1:?KERNEL}
	# A build of its own: objects depend on the flags
	module=$(PGWALK_BUILD="$build/untested" KCFLAGS='-DPGWALK_TESTED_MAJOR=6 -DPGWALK_TESTED_MINOR=0' \
		selftests/vm/build-module.sh "$kernel" 2> "$build/untested-$kernel.log") ||
		{ cat "$build/untested-$kernel.log" >&2; exit 1; }
	exec selftests/vm/run.sh -k "$kernel" -t 600 --module "$module" -- selftests/module/untested.sh --guest
fi

. selftests/lib/tap.sh
export PGWALK_BUILD=$build

# The tests of one program count as one here
passes() {	# TITLE PROGRAM ARGUMENT...
	local title=$1
	shift
	timeout 300 "$@" > "$work/why" 2>&1
	report $? "$title"
}

passes 'rmap is refused by the device, by its file and by the tool' "$tests/untested"
passes 'pages works' "$tests/pages" -v anon_new -v file_cow -v thp_new -v shmem
passes 'translate works' "$tests/translate" -v anon_new -v thp_new
passes 'translate by the device works' "$tests/translate_call" -v anon_new
passes 'vmas works' "$tests/vmas" -v anon_new -v file_cow
passes 'mm works' "$tests/mm"
passes 'frame works' "$tests/frame_text"
passes 'the tool shows pages' "$build/bin/pgwalk" pages $$
passes 'the tool shows a frame' "$build/bin/pgwalk" frame 100
end_tests

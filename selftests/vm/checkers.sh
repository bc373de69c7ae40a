#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Checks that a debug kernel reports mistakes in a module, and that run.sh then fails: planted.c makes one mistake of each
# kind in one guest; a scan after the unload finds the last one. TAP.
#
#	checkers.sh [KERNEL]		default: debug
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$PGWALK_TOP/selftests/lib/tap.sh"

kernel=${1:-debug}
headers=$("$PGWALK_VM/fetch.sh" kernel "$kernel")/headers
toolchain=$(kernel_field "$kernel" toolchain)
planted=$PGWALK_BUILD/selftests/planted-$kernel
mkdir -p "$planted"
cp "$PGWALK_VM/planted.c" "$planted/"
echo 'obj-m := planted.o' > "$planted/Kbuild"
build=(make -s -C "$(realpath "$headers")" M="$planted" modules)
[ "$toolchain" = host ] || build=("$PGWALK_VM/in-root.sh" "$("$PGWALK_VM/fetch.sh" toolchain "$toolchain")" "$planted" \
	"$(realpath "$headers")" -- "${build[@]}")
"${build[@]}" > "$planted/build.log" 2>&1 || cat "$planted/build.log"

# plant MISTAKE...: make each mistake in one guest; its status in $work/status, the kernel's log in $work/log.
plant()
{
	local status=0
	# shellcheck disable=SC2016
	"$PGWALK_VM/run.sh" -k "$kernel" -c 1 --no-module --log "$work/log" -- sh -c \
		'for mistake; do insmod "$0" mistake="$mistake" && rmmod planted || exit; done' \
		"$planted/planted.ko" "$@" > "$work/out" 2> "$work/err" || status=$?
	echo "$status" > "$work/status"
}

# Test that run.sh has exited with the status of a kernel complaint.
fails()
{
	cat "$work/out" "$work/err" > "$work/why"
	[ "$(cat "$work/status")" = 123 ]
}

# reports PATTERN: test that a line of the log matches, and that run.sh fails on that line.
reports()
{
	local splat
	splat=$(sed -n "s/^readonly SPLAT='\(.*\)'$/\1/p" "$PGWALK_VM/run.sh")
	tail -n 20 "$work/log" > "$work/why"
	grep -aE -- "$splat" "$work/log" | grep -aqE -- "$1"
}

# Lockdep disables itself after its own report of a lock order, and after any report of KASAN: mistakes for lockdep come first.
plant shift rcu vma page sleep lock-order use-after-free beyond-bounds leak
check 'a run with a kernel complaint fails' fails
check 'UBSAN reports a shift that is too large' reports 'UBSAN: shift-out-of-bounds'
check 'PROVE_RCU reports a dereference without the read lock' reports 'suspicious RCU usage'
check 'lockdep reports a VMA lookup without mmap_lock' reports 'WARNING: .*find_vma'
check 'DEBUG_VM reports an access to an unlocked page' reports 'WARNING: .*page_flags'
check 'DEBUG_ATOMIC_SLEEP reports a sleep under a spinlock' reports 'BUG: sleeping function'
check 'KASAN reports a use after free' reports 'KASAN: slab-use-after-free'
check 'KASAN reports an access beyond an object' reports 'KASAN: slab-out-of-bounds'
check 'lockdep reports two locks taken in different orders' reports 'possible circular locking dependency'
check 'kmemleak reports a leaked object' reports 'unreferenced object'
end_tests

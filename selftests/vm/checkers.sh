#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shows that a debug kernel reports mistakes in a module, and that run.sh fails then: planted.c makes one of each
# kind in one guest, last one that only a scan after the unload finds. TAP.
#
#	checkers.sh [KERNEL]		debug
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$PGWALK_TOP/selftests/tap.sh"

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

# plant MISTAKE...: a guest where each is made; its status in $work/status, the kernel's log in $work/log.
plant()
{
	local status=0
	# shellcheck disable=SC2016
	"$PGWALK_VM/run.sh" -k "$kernel" -c 1 --no-module --log "$work/log" -- sh -c \
		'for mistake; do insmod "$0" mistake="$mistake" && rmmod planted || exit; done' \
		"$planted/planted.ko" "$@" > "$work/out" 2> "$work/err" || status=$?
	echo "$status" > "$work/status"
}

# With the status that says that the kernel complained.
fails()
{
	cat "$work/out" "$work/err" > "$work/why"
	[ "$(cat "$work/status")" = 123 ]
}

# tells PATTERN: and the line is one by which run.sh fails.
tells()
{
	local splat
	splat=$(sed -n "s/^readonly SPLAT='\(.*\)'$/\1/p" "$PGWALK_VM/run.sh")
	tail -n 20 "$work/log" > "$work/why"
	grep -aE -- "$splat" "$work/log" | grep -aqE -- "$1"
}

claim()
{
	local title=$1 status=0
	shift
	"$@" || status=1
	report "$status" "$title"
}

# Lockdep goes off after its own report of an order, and after any of KASAN's: what needs it comes before.
plant shift rcu vma page sleep lock-order use-after-free beyond-bounds leak
echo TAP version 13
claim 'a run whose kernel complained fails' fails
claim 'UBSAN: a shift too far' tells 'UBSAN: shift-out-of-bounds'
claim 'PROVE_RCU: a pointer without the read lock' tells 'suspicious RCU usage'
claim 'lockdep: a mapping looked for without mmap_lock' tells 'WARNING: .*find_vma'
claim 'DEBUG_VM: a page that is not locked' tells 'WARNING: .*page_flags'
claim 'DEBUG_ATOMIC_SLEEP: a sleep under a spinlock' tells 'BUG: sleeping function'
claim 'KASAN: memory used after it was freed' tells 'KASAN: slab-use-after-free'
claim 'KASAN: memory beyond an object' tells 'KASAN: slab-out-of-bounds'
claim 'lockdep: two locks in two orders' tells 'possible circular locking dependency'
claim 'kmemleak: memory that nobody knows of' tells 'unreferenced object'
end_tests

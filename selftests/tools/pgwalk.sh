#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# End-to-end tests of pgwalk, in a guest with pgwalk.ko loaded: every verb on real processes, text and JSON, compared with
# each other and with /proc. TAP. All forms of output are tested in host/golden/, all pages in verify.sh.
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. selftests/lib/tap.sh
build=${PGWALK_BUILD:-build}
pgwalk=$build/bin/pgwalk
# khugepaged must not collapse pages between two requests
khugepaged=/sys/kernel/mm/transparent_hugepage/khugepaged
if [ -d "$khugepaged" ]; then
	echo 600000 > "$khugepaged/scan_sleep_millisecs"
	echo 0 > "$khugepaged/max_ptes_none"
fi

# Under a root directory with other states of the kernel, pgwalk info prints how the module can be loaded
explained_state() {	# DISABLED LOCKDOWN EXPECTED LINE-OF-MODULES.DEP
	echo "$1" > "$work/disabled"
	echo "none integrity confidentiality" | sed "s/$2/[$2]/" > "$work/lockdown"
	cp "$pgwalk" "$work/tool"
	mkdir -p "$work/root"
	# shellcheck disable=SC2016 # expanded by the shell in the namespace
	unshare -m sh -c '
		mount -t tmpfs none "$2/root" && cd "$2/root" && mkdir -p usr sys dev proc "lib/modules/$(uname -r)" &&
		ln -s usr/lib64 lib64 && ln -s /usr/lib/*-linux-gnu* lib && cp "$2/tool" . &&
		for dir in usr sys dev proc; do mount --rbind "/$dir" "$dir" || exit 99; done &&
		echo "$1" > "lib/modules/$(uname -r)/modules.dep" &&
		mount --bind "$2/disabled" proc/sys/kernel/modules_disabled &&
		mount -t tmpfs none sys/kernel/security && cp "$2/lockdown" sys/kernel/security || exit 99
		exec chroot . /tool info' sh "$4" "$work" > "$work/out" 2> "$work/err"
	[ $? -eq 77 ] && [ ! -s "$work/out" ] && grep -qF "$3" "$work/err"
	report $? "the reason why the module is not loaded is printed: $3"
}

# Two processes that share 23 pages; the target has mappings of all other kinds
mkfifo "$work/up"
python3 selftests/tools/targets.py all-kinds > "$work/up" &
target=$!
read -r child < "$work/up"
kill -STOP "$target" "$child"

for verb in "info" "mm $target" "vmas $target" "pages $target" "tables $target" "segments $target" "gdt" \
	"translate $target fs:0" "frame 1000+23"; do
	name=${verb%% *}
	# shellcheck disable=SC2086 # $verb is a list of words
	"$pgwalk" $verb > "$work/$name.txt" 2> "$work/err" && [ -s "$work/$name.txt" ] &&
		[ "$(awk 'length($0) > 79 && !/^[#=]/ && $1 != "features"' "$work/$name.txt" | wc -l)" -eq 0 ]
	report $? "$name: text is written, at most 79 columns wide"
	# shellcheck disable=SC2086
	"$pgwalk" $verb -j > "$work/$name.json" 2> "$work/err"
	report $? "$name: JSON is written"
done
"$pgwalk" pages -p -j "$target" > "$work/each.json" 2> "$work/err"
selftests/lib/json_schema.py --some "$work"/*.json > "$work/why"
report $? "each line of JSON conforms to its schema"

selftests/tools/pgwalk_claims.py "$pgwalk" "$target" "$child" "$work" > "$work/claims" 2> "$work/err"
report_tap "$work/claims" 'all claims on JSON were tested'

"$pgwalk" translate -e "$target" fs:0 > "$work/out" 2> "$work/err" && grep -q '^Physical address: ' "$work/out" && grep -q 'which CR3 points to' "$work/out"
report $? "translate --explain ends with a physical address"
mkfifo "$work/where"
python3 selftests/tools/targets.py places > "$work/where" &
places=$!
read -r good off code < "$work/where"
! "$pgwalk" translate -e "$places" "$good" 2> "$work/err" | tee "$work/out" | grep -q 'No 2M page fits' && grep -q '^Physical address' "$work/out"
report $? "translate --explain: no remark on page sizes where a huge page fits"
"$pgwalk" translate -e "$places" "$off" > "$work/out" 2> "$work/err" && grep -q '^No 2M page fits here: .* is mapped from offset 0 of the file' "$work/out"
report $? "translate --explain: a file mapped at an unaligned offset cannot be huge"
if grep -q ' ospke' /proc/cpuinfo; then
	"$pgwalk" translate "$places" "$code" > "$work/out" 2> "$work/err" && grep -q '^= pa .* prot --x vma --xp ' "$work/out" &&
		"$pgwalk" translate -e "$places" "$code" > "$work/out" && grep -q ', key [0-9]* --x -> --x$' "$work/out" &&
		grep -q '^Next: .*a read ends in SIGSEGV\|^Next: an access ends in SIGSEGV' "$work/out" &&
		grep -q 'protection key: reading and writing are forbidden (PKRU of thread' "$work/out"
	report $? "translate: execute-only memory has the permissions --x"
fi
kill -KILL "$places"
wait "$places" 2> /dev/null
for name in ksm bpf-array; do
	mkfifo "$work/$name.in" "$work/$name.out"
	"$build/selftests/workloads/workload" "$name" --hold < "$work/$name.in" > "$work/$name.out" 2> "$work/err" &
	pid=$!
	exec 7> "$work/$name.in"
	start='' skipped=''
	while read -r word at rest; do
		[ "$word" != page ] && [ "$word" != map ] || start=$at
		[ "$word" != skip ] || skipped="$at $rest"
		[ "$word" != ready ] || break
	done < "$work/$name.out"
	if [ -z "$skipped" ]; then
		"$pgwalk" rmap "$pid" "$start" > "$work/out" 2> "$work/err"
		case $name in
		ksm) grep -q '^# merged by KSM: ' "$work/out" ;;
		*) grep -q '^# mapped by a driver' "$work/out" && ! grep -q KSM "$work/out" ;;
		esac
		report $? "rmap: the reason why all page tables were searched: $name"
	fi
	exec 7>&-
	wait "$pid"
done
"$pgwalk" mm target-nosuch > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a name without a process is refused: 1"
"$pgwalk" mm python3 > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q "$target python3" "$work/err" && grep -q "$child python3" "$work/err"
report $? "a name of two processes is refused: 1, both are listed"
"$pgwalk" mm 2 > "$work/out" 2> "$work/err"
[ $? -eq 1 ]
report $? "a kernel thread is refused: 1"
"$pgwalk" pages -p "$target" 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a closed pipe ends pgwalk without a message: 0"
mkfifo "$work/slow"
# A background job ignores SIGINT, and its children inherit that: env restores the default
env --default-signal=INT "$pgwalk" verify "$target" > "$work/slow" 2> "$work/err" &
pid=$!
exec 8< "$work/slow"
while [[ $(cat "/proc/$pid/comm" 2> /dev/null) == @(env|bash|*.sh) ]]; do
	sleep 0.05
done
kill -INT "$pid"
wait "$pid"
[ $? -le 130 ] && ! kill -0 "$pid" 2> /dev/null
report $? "SIGINT ends pgwalk verify"
exec 8<&-
setpriv --reuid 65534 --regid 65534 --clear-groups "$pgwalk" info > "$work/out" 2> "$work/err"
[ $? -eq 77 ] && [ ! -s "$work/out" ] && grep -q 'not permitted' "$work/err"
report $? "without privileges pgwalk is refused: 77"
kill -KILL "$target" "$child"
wait "$target" 2> /dev/null
"$pgwalk" mm "$target" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q 'no such process' "$work/err"
report $? "a process that has exited is refused: 1"
if rmmod pgwalk 2> "$work/why"; then
	"$pgwalk" info > "$work/out" 2> "$work/err"
	[ $? -eq 77 ] && grep -q 'not loaded' "$work/err"
	report $? "without the module pgwalk is refused: 77"
	explained_state 0 none 'it is not installed for kernel' /kernel/fs/other.ko:
	explained_state 0 none 'load it: modprobe pgwalk)' /updates/dkms/pgwalk.ko.xz:
	explained_state 0 integrity 'signed modules only: if it rejects the key, mokutil' /extra/pgwalk.ko:
	explained_state 0 confidentiality 'in lockdown "confidentiality"' /extra/pgwalk.ko:
	explained_state 1 none 'kernel.modules_disabled is 1' /extra/pgwalk.ko:
	insmod "${PGWALK_KO:?}" 2> "$work/why"
	report $? "the module can be loaded again"
fi

end_tests

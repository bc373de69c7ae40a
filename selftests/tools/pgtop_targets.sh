#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Targets of pgtop that are not a plain process: a cgroup by any of its names and until its removal, a zombie, a process
# with an exited main thread, memory that another process faults in, a pid namespace. TAP.
# shellcheck disable=SC2181 # the status and the output are checked together
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
# The part of the test that runs in a pid namespace
if [ "${1-}" = --inside ]; then
	work=$2
	. selftests/tools/pgtop_tap.sh
	$target three-threads &
	loop=$!
	until [ "$(find "/proc/$loop/task" -mindepth 1 -maxdepth 1 | wc -l)" -eq 4 ]; do sleep 0.1; done
	ls "/proc/$loop/task" > "$work/tids"
	"$pgtop" -j -t -n 2 -i 0.5 "$loop" > "$work/threads.json" || exit
	"$pgtop" -j -n 2 -i 1 > "$work/all.json" || exit
	"$pgtop" -b -n 1 -i 1 > "$work/all.txt" || exit
	# shellcheck disable=SC2016 # the shell that pgtop starts prints its own id
	"$pgtop" -j -t -o "$work/command.json" -- sh -c 'echo $$; ls / > /dev/null; exec ls -d /proc/[0-9]*' > "$work/command" || exit
	echo "$loop" > "$work/loop"
	kill -KILL "$loop"
	exit
fi

. selftests/lib/tap.sh
. selftests/tools/pgtop_tap.sh

# Cgroups
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
	# Five spellings; the last is another mount of a subtree
	mkdir -p '/sys/fs/cgroup/pgtop test/b' "$work/mount"
	mount --bind '/sys/fs/cgroup/pgtop test' "$work/mount"
	for c in 'pgtop test/b' '//pgtop test//b/' './pgtop test/b/../b' '/sys/fs/cgroup/pgtop test/b' "$work/mount/b"; do
		"$pgtop" -j -n 1 -i 0.1 -c "$c"
	done > "$work/spelled" 2> "$work/err"
	"$pgtop" -j -n 1 -i 0.1 -c / > "$work/root" 2>> "$work/err"
	[ "$(grep -c '"cgroup":"/pgtop test/b"' "$work/spelled")" -eq 5 ] && [ "$(grep -c '"cgroup":"/",' "$work/root")" -eq 1 ]
	report $? '-c shows the canonical path of a cgroup for each spelling'
	umount "$work/mount"
	rmdir '/sys/fs/cgroup/pgtop test/b' '/sys/fs/cgroup/pgtop test'
	"$pgtop" -j -n 1 -c '' > "$work/out" 2> "$work/err"
	[ $? -eq 2 ] && [ ! -s "$work/out" ] && grep -q "^pgtop: '': not a cgroup" "$work/err"
	report $? "-c '' is a usage error"

	# At the limit of the number of tasks
	mkdir /sys/fs/cgroup/pgtop-alone
	if echo +pids > /sys/fs/cgroup/cgroup.subtree_control && echo 1 > /sys/fs/cgroup/pgtop-alone/pids.max; then
		# shellcheck disable=SC2016 # the shell becomes pgtop
		sh -c 'echo $$ > /sys/fs/cgroup/pgtop-alone/cgroup.procs; exec "$@"' - "$pgtop" -b -n 1 -i 0.1 1 > "$work/out" 2> "$work/err"
		report $? 'pgtop starts where it may create no thread'
	fi
	rmdir /sys/fs/cgroup/pgtop-alone

	# A cgroup that is removed before pgtop reads it
	mkdir /sys/fs/cgroup/pgtop-gone
	exec 9< /sys/fs/cgroup/pgtop-gone
	rmdir /sys/fs/cgroup/pgtop-gone
	"$pgtop" -j -n 1 -c /dev/fd/9 > "$work/out" 2> "$work/err"
	[ $? -eq 1 ] && [ ! -s "$work/out" ] && grep -q '^pgtop: cgroup: it has been removed' "$work/err"
	report $? '-c reports a cgroup that has been removed'
	exec 9<&-

	# A cgroup that is removed while pgtop runs; its last process is a zombie by then
	for seconds in 0.5 1000; do
		cgroup=/sys/fs/cgroup/pgtop-gone
		mkdir "$cgroup"
		$target zombie-after-faults > "$work/pid" &
		parent=$!
		wait_for "$work/pid" .
		child=$(cat "$work/pid")
		sleep 1
		echo "$child" > "$cgroup/cgroup.procs"
		before=$(faults "$child")
		"$pgtop" -j -i "$seconds" -c pgtop-gone > "$work/json" 2> "$work/err" &
		pid=$!
		for _ in $(seq 300); do
			[ "$(find "/proc/$pid/fd" -lname 'anon_inode:bpf_link' 2> "$work/why" | wc -l)" -ge 6 ] && break
			sleep 0.1
		done
		sleep 2
		kill -USR1 "$child"
		for _ in $(seq 100); do grep -q ') Z ' "/proc/$child/stat" && break; sleep 0.1; done
		after=$(faults "$child")
		for _ in $(seq 100); do rmdir "$cgroup" 2> "$work/why" && break; sleep 0.1; done
		(sleep 120; kill "$pid") &
		killer=$!
		wait "$pid"
		[ $? -eq 0 ] && pkill -P "$killer" && assert "$work/json" "L[-1]['exited'] and L[0]['cgroup'] == '/pgtop-gone' and total('faults') == $after - $before >= 230"
		report $? "-c with intervals of $seconds s ends with a complete last interval when the cgroup is removed"
		kill "$parent"
		wait "$parent" "$killer" 2> /dev/null
	done
else
	skip '-c' 'no cgroup of version 2'
fi

# Zombies
$target zombie pgtop-zombie > "$work/zombie" &
parent=$!
wait_for "$work/zombie" .
zombie=$(cat "$work/zombie")
refused 1 "$zombie: has no memory: it has exited" 'a zombie is refused by its id' "$pgtop" "$zombie"
refused 1 "pgtop-zombie: $zombie: has no memory: it has exited" 'a zombie is refused by its name' "$pgtop" pgtop-zombie
kill "$parent"
wait "$parent" 2> /dev/null

# A process with an exited main thread is found by its name, and the /proc files of another thread are read
$target leaderless pgtop-leader &
leader=$!
for _ in $(seq 100); do grep -q '(pgtop-leader) Z ' "/proc/$leader/stat" && break; sleep 0.1; done
for also in '' --no-module; do
	"$pgtop" -j -n 2 -i 0.5 $also pgtop-leader > "$work/json" 2> "$work/err"
	[ $? -eq 0 ] && assert "$work/json" "all(o['pid'] == $leader and o['nr_threads'] == 2 and o['tables_bytes'] for o in L) and total('faults') > 64 and
		any(m['perms'] == 'rw-s' and m['end'] for m in M) and ('$also' or any(o['age_seconds'] is not None for o in L))"
	report $? "a process with an exited main thread is found by its name${also:+, $also}"
done
kill -KILL "$leader"
wait "$leader" 2> /dev/null

# A process reads a pipe into memory of another process, which does not fault. The reader has mappings of its own at the same addresses
dd if=/dev/zero of="$work/remote-file" bs=4096 count=230 2> /dev/null
remote() {	# owner|reader|all: run pgtop on it while the reader reads; sets $before, $after to the kernel's counts for the reader
	rm -f "$work/pair" "$work/done"
	$target remote "$work/remote-file" "$work/done" > "$work/pair" &
	wait_for "$work/pair" .
	read -r owner reader < "$work/pair"
	sleep 1
	case $1 in
	owner)	set -- "$owner" ;;
	reader)	set -- "$reader" ;;
	all)	set -- ;;
	esac
	before=$(faults "$reader")
	"$pgtop" -j --regions -i 0.5 "$@" > "$work/json" 2> "$work/err" &
	pid=$!
	wait_for "$work/json" interval
	kill -USR1 "$reader"
	wait_for "$work/done" '^done'
	sleep 2
	after=$(faults "$reader")
	kill -INT "$pid"
	wait "$pid"
	status=$?
	kill -KILL "$reader" "$owner"
	wait "$owner" 2> /dev/null
}
remote owner
[ "$status" -eq 0 ] && assert "$work/json" "total('faults') == 0 and total('remote') == sum(m['remote'] for m in M) and not any(m['foreign'] for m in M) and
	not any(m['classes'] for m in M if m['remote']) and
	sum(m['remote'] for m in M if m['start'] == '200000000000') == 230 and
	230 / 16 <= sum(m['remote'] for m in M if m['name'].endswith('remote-file')) <= 230 and
	(not $module or any(r['start'] == '100000000000' and r.get('resident') == 230 * 4096 for o in L for r in o['regions']))"
report $? 'faults of other processes in its memory are remote faults of its mappings, in no total'
remote reader
[ "$status" -eq 0 ] && assert "$work/json" "total('faults') == $after - $before and total('remote') == 0 and
	{m['start'] for m in M if m['foreign']} == {'100000000000', '200000000000'} and
	sum(c['count'] for m in M if m['foreign'] for c in m['classes'].values()) == sum(m['classes']['other']['count'] for m in M if m['foreign']) >= 230 and
	all(m['name'].endswith('remote-file') for m in M if m['foreign'] and m['start'] == '100000000000') and
	all(m['resident'] is None and not m['live'] for m in M if m['foreign'])"
report $? 'memory of another process is marked as foreign'
remote all
[ "$status" -eq 0 ] && assert "$work/json" "sum(p['remote'] for o in L for p in o['processes'] if p['id'] == $owner) >= 230 + 230 / 16 and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $owner) == 0 and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $reader) == $after - $before and
	sum(p['remote'] for o in L for p in o['processes'] if p['id'] == $reader) == 0"
report $? 'without a PID: the owner has the remote faults, the reader is charged'

# In a pid namespace: ids are those of the /proc of the namespace
while :; do /bin/true; done &
outside=$!
unshare --pid --fork --mount-proc selftests/tools/pgtop_targets.sh --inside "$work" > "$work/out" 2> "$work/err"
status=$?
kill "$outside"
wait "$outside" 2> /dev/null
loop=$(cat "$work/loop")
tids=$(paste -sd, "$work/tids")
[ "$status" -eq 0 ] && assert "$work/threads.json" "L[0]['pid'] == $loop and {w['id'] for o in L for w in o['threads']} <= {$tids} and
	len({w['id'] for o in L for w in o['threads']}) >= 3 and not any(w['outside'] for o in L for w in o['threads']) and
	all(w['faults'] for o in L for w in o['threads'])"
report $? 'in a pid namespace: threads have the ids of its /proc'
[ "$status" -eq 0 ] && assert "$work/all.json" "any(p['id'] == $loop and p['comm'].startswith('python3') for o in L for p in o['processes']) and
	sum(p['outside'] for p in L[-1]['processes']) == 1 and
	all((p['id'] is None) == (p['comm'] is None) == p['outside'] and (p['outside'] or 0 < p['id'] < 1000) for o in L for p in o['processes']) and
	all(p['faults'] > 0 for o in L for p in o['processes'] if p['outside'])" &&
	grep -qF '(outside)' "$work/all.txt"
report $? 'in a pid namespace: processes outside it are one marked row'
command=$(head -n 1 "$work/command")
[ "$status" -eq 0 ] && assert "$work/command.json" "L[0]['pid'] == $command and {w['id'] for o in L for w in o['threads']} == {$command} and L[-1]['exited']"
report $? 'in a pid namespace: a command has the id that it sees itself'
unshare --pid --fork "$pgtop" -j -n 1 1 > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/out" ] && grep -q '^pgtop: /proc: of another pid namespace' "$work/err"
report $? 'a /proc of another pid namespace is refused'

report_schema
end_tests

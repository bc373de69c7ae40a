#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What pgtop is pointed at, where that is not a plain process: a cgroup by any of its names and until it is removed, a
# zombie, a process without its main thread, memory that another process faults in, a pid namespace. TAP.
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
. selftests/pgtop_tap.sh

# Cgroups
if [ -e /sys/fs/cgroup/cgroup.procs ]; then
	# Five spellings, and another mount of a part of the tree
	mkdir -p '/sys/fs/cgroup/pgtop test/b' "$work/mount"
	mount --bind '/sys/fs/cgroup/pgtop test' "$work/mount"
	for c in 'pgtop test/b' '//pgtop test//b/' './pgtop test/b/../b' '/sys/fs/cgroup/pgtop test/b' "$work/mount/b"; do
		"$pgtop" -j -n 1 -i 0.1 -c "$c"
	done > "$work/spelled" 2> "$work/err"
	"$pgtop" -j -n 1 -i 0.1 -c / > "$work/root" 2>> "$work/err"
	[ "$(grep -c '"cgroup":"/pgtop test/b"' "$work/spelled")" -eq 5 ] && [ "$(grep -c '"cgroup":"/",' "$work/root")" -eq 1 ]
	report $? '-c: the canonical path of a cgroup, however it is spelled'
	umount "$work/mount"
	rmdir '/sys/fs/cgroup/pgtop test/b' '/sys/fs/cgroup/pgtop test'
	"$pgtop" -j -n 1 -c '' > "$work/out" 2> "$work/err"
	[ $? -eq 2 ] && [ ! -s "$work/out" ] && grep -q "^pgtop: '': not a cgroup" "$work/err"
	report $? "-c '': a usage error, not all processes"

	# A cgroup that is removed: the faults of its last process, a zombie by then, are complete
	cat > "$work/zombie.py" <<'PYTHON'
import mmap, os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
pid = os.fork()
if pid == 0:
    signal.sigwait({signal.SIGUSR1})
    m = mmap.mmap(-1, 230 * 4096)
    m.madvise(mmap.MADV_NOHUGEPAGE)
    for p in range(230): m[p * 4096] = 1
    os._exit(0)
print(pid, flush=True)
signal.pause()
PYTHON
	for seconds in 0.5 1000; do
		cgroup=/sys/fs/cgroup/pgtop-gone
		mkdir "$cgroup"
		python3 "$work/zombie.py" > "$work/pid" &
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
		report $? "-c: when the cgroup is removed a last interval ends it, with intervals of $seconds s"
		kill "$parent"
		wait "$parent" "$killer" 2> /dev/null
	done
else
	skip '-c' 'no cgroup of version 2'
fi

# Zombies
python3 -c '
import ctypes, os, time
pid = os.fork()
if not pid:
    ctypes.CDLL(None).prctl(15, b"pgtop-zombie")
    os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
print(pid, flush=True)
time.sleep(1000)' > "$work/zombie" &
parent=$!
wait_for "$work/zombie" .
zombie=$(cat "$work/zombie")
refused 1 "$zombie: has no memory: it has exited" 'a zombie, by its id' "$pgtop" "$zombie"
refused 1 "pgtop-zombie: $zombie: has no memory: it has exited" 'a zombie, by its name' "$pgtop" pgtop-zombie
kill "$parent"
wait "$parent" 2> /dev/null

# The main thread has exited, another one goes on: found by its name, and all of its files are read
cat > "$work/leader.py" <<'PYTHON'
import ctypes, mmap, threading, time
libc = ctypes.CDLL(None)
def work():
    while True:
        m = mmap.mmap(-1, 64 * 4096)
        for p in range(64): m[p * 4096] = 1
        m.close()
        time.sleep(0.05)
threading.Thread(target=work).start()
libc.prctl(15, b"pgtop-leader")
libc.syscall(60, 0)
PYTHON
python3 "$work/leader.py" &
leader=$!
for _ in $(seq 100); do grep -q '(pgtop-leader) Z ' "/proc/$leader/stat" && break; sleep 0.1; done
for also in '' --no-module; do
	"$pgtop" -j -n 2 -i 0.5 $also pgtop-leader > "$work/json" 2> "$work/err"
	[ $? -eq 0 ] && assert "$work/json" "all(o['pid'] == $leader and o['nr_threads'] == 2 and o['tables_bytes'] for o in L) and total('faults') > 64 and
		any(m['perms'] == 'rw-s' and m['end'] for m in M) and ('$also' or any(o['age_seconds'] is not None for o in L))"
	report $? "a process whose main thread has exited is found by its name${also:+, $also}"
done
kill -KILL "$leader"
wait "$leader" 2> /dev/null

# Memory that another process faults in: of the owner, who does not fault. The reader has memory of its own there
cat > "$work/remote.py" <<'PYTHON'
import ctypes, os, signal, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
class iovec(ctypes.Structure): _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]
PAGES, READ, WRITE, PRIVATE, FIXED, ANON = 230, 1, 2, 2, 16, 32
size = PAGES * 4096
def map_at(at, prot, fd):
    flags = PRIVATE | FIXED | (ANON if fd < 0 else 0)
    assert libc.mmap(at, size, prot, flags, fd, 0) == at
    libc.madvise(at, size, 15)  # MADV_NOHUGEPAGE
FILE, MEMORY = 1 << 44, 2 << 44
map_at(FILE, READ, os.open(sys.argv[1], os.O_RDONLY))
map_at(MEMORY, READ | WRITE, -1)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
owner = os.getpid()
reader = os.fork()
if not reader:
    libc.prctl(15, b"scanner")
    map_at(FILE, READ | WRITE, -1)
    map_at(MEMORY, READ | WRITE, -1)
    buf = ctypes.create_string_buffer(b"x" * 4096, 4096)
    local = iovec(ctypes.addressof(buf), 4096)
    def each(call, at):
        for page in range(PAGES):
            remote = iovec(at + page * 4096, 4096)
            assert call(owner, ctypes.byref(local), 1, ctypes.byref(remote), 1, 0) == 4096
    signal.sigwait({signal.SIGUSR1})
    each(libc.process_vm_readv, FILE)
    each(libc.process_vm_writev, MEMORY)
    open(sys.argv[2], "w").write("done\n")
    signal.pause()
print(owner, reader, flush=True)
signal.pause()
PYTHON
dd if=/dev/zero of="$work/remote-file" bs=4096 count=230 2> /dev/null
remote() {	# owner|reader|all: pgtop watches it while the reader reads; $before, $after: what the kernel counts for the reader
	rm -f "$work/pair" "$work/done"
	python3 "$work/remote.py" "$work/remote-file" "$work/done" > "$work/pair" &
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
report $? 'faults that others have in its memory are shown in its mappings, in no total'
remote reader
[ "$status" -eq 0 ] && assert "$work/json" "total('faults') == $after - $before and total('remote') == 0 and
	{m['start'] for m in M if m['foreign']} == {'100000000000', '200000000000'} and
	sum(c['count'] for m in M if m['foreign'] for c in m['classes'].values()) == sum(m['classes']['other']['count'] for m in M if m['foreign']) >= 230 and
	all(m['name'].endswith('remote-file') for m in M if m['foreign'] and m['start'] == '100000000000') and
	all(m['resident'] is None and not m['live'] for m in M if m['foreign'])"
report $? 'memory of another process is marked, and is no mapping of its own'
remote all
[ "$status" -eq 0 ] && assert "$work/json" "sum(p['remote'] for o in L for p in o['processes'] if p['id'] == $owner) >= 230 + 230 / 16 and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $owner) == 0 and
	sum(p['faults'] for o in L for p in o['processes'] if p['id'] == $reader) == $after - $before and
	sum(p['remote'] for o in L for p in o['processes'] if p['id'] == $reader) == 0"
report $? 'of all processes: the owner has the remote faults, the reader is charged'

# In a pid namespace: the ids are those that its /proc has
cat > "$work/inside.sh" <<'INSIDE'
work=$1 pgtop=$2
python3 -c '
import mmap, threading, time
def work():
    while True:
        m = mmap.mmap(-1, 64 * 4096)
        for p in range(64): m[p * 4096] = 1
        m.close()
        time.sleep(0.05)
for i in range(3): threading.Thread(target=work).start()
' &
loop=$!
until [ "$(ls /proc/$loop/task | wc -l)" -eq 4 ]; do sleep 0.1; done
ls "/proc/$loop/task" > "$work/tids"
"$pgtop" -j -t -n 2 -i 0.5 "$loop" > "$work/threads.json" || exit
"$pgtop" -j -n 2 -i 1 > "$work/all.json" || exit
"$pgtop" -b -n 1 -i 1 > "$work/all.txt" || exit
"$pgtop" -j -t -o "$work/command.json" -- sh -c 'echo $$; ls / > /dev/null; exec ls -d /proc/[0-9]*' > "$work/command" || exit
echo "$loop" > "$work/loop"
kill -KILL "$loop"
INSIDE
while :; do /bin/true; done &
outside=$!
unshare --pid --fork --mount-proc bash "$work/inside.sh" "$work" "$pgtop" > "$work/out" 2> "$work/err"
status=$?
kill "$outside"
wait "$outside" 2> /dev/null
loop=$(cat "$work/loop")
tids=$(paste -sd, "$work/tids")
[ "$status" -eq 0 ] && assert "$work/threads.json" "L[0]['pid'] == $loop and {w['id'] for o in L for w in o['threads']} <= {$tids} and
	len({w['id'] for o in L for w in o['threads']}) >= 3 and not any(w['outside'] for o in L for w in o['threads']) and
	all(w['faults'] for o in L for w in o['threads'])"
report $? 'in a pid namespace: threads have the ids that its /proc has'
[ "$status" -eq 0 ] && assert "$work/all.json" "any(p['id'] == $loop and p['comm'].startswith('python3') for o in L for p in o['processes']) and
	sum(p['outside'] for p in L[-1]['processes']) == 1 and
	all((p['id'] is None) == (p['comm'] is None) == p['outside'] and (p['outside'] or 0 < p['id'] < 1000) for o in L for p in o['processes']) and
	all(p['faults'] > 0 for o in L for p in o['processes'] if p['outside'])" &&
	grep -qF '(outside)' "$work/all.txt"
report $? 'in a pid namespace: processes that are not in it are one row, marked'
command=$(head -n 1 "$work/command")
[ "$status" -eq 0 ] && assert "$work/command.json" "L[0]['pid'] == $command and {w['id'] for o in L for w in o['threads']} == {$command} and L[-1]['exited']"
report $? 'in a pid namespace: a command has the id that it knows itself by'
unshare --pid --fork "$pgtop" -j -n 1 1 > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/out" ] && grep -q '^pgtop: /proc: of another pid namespace' "$work/err"
report $? 'a /proc of another pid namespace is refused'

end_tests

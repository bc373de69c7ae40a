#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pgwalk as a user meets it, in a guest with pgwalk.ko loaded: every verb on real processes, text and JSON, against each
# other and against /proc. TAP. Every form of output is in golden/, every page in verify.sh.
# shellcheck disable=SC2181 # the status is judged together with what was written
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/tap.sh
build=${PGWALK_BUILD:-build}
pgwalk=$build/bin/pgwalk
# No page may become a huge one between two questions
khugepaged=/sys/kernel/mm/transparent_hugepage/khugepaged
if [ -d "$khugepaged" ]; then
	echo 600000 > "$khugepaged/scan_sleep_millisecs"
	echo 0 > "$khugepaged/max_ptes_none"
fi

# Two processes with 23 pages of a file and 23 of shared memory in common, and the rest of all kinds
cat > "$work/target.py" <<'PYTHON'
import mmap, os, sys, time
shared = mmap.mmap(-1, 23 * 4096)
huge = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
reserved = mmap.mmap(-1, 64 << 40, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, mmap.PROT_READ | mmap.PROT_WRITE)
if os.path.exists("/sys/kernel/mm/transparent_hugepage"): huge.madvise(mmap.MADV_HUGEPAGE)
for i in range(23): shared[i * 4096] = 1
for i in range(0, 8 << 20, 4096): huge[i] = 1
child = os.fork()
if not child:
    for i in range(23): shared[i * 4096] = 2
    for i in range(100): huge[i * 4096] = 2
    time.sleep(1000)
time.sleep(0.5)
print(child, flush=True)
time.sleep(1000)
PYTHON
mkfifo "$work/up"
python3 "$work/target.py" > "$work/up" &
target=$!
read -r child < "$work/up"
kill -STOP "$target" "$child"

for verb in "info" "mm $target" "vmas $target" "pages $target" "tables $target" "segments $target" "gdt" \
	"translate $target fs:0" "frame 1000+23"; do
	name=${verb%% *}
	# shellcheck disable=SC2086 # words are meant
	"$pgwalk" $verb > "$work/$name.txt" 2> "$work/err" && [ -s "$work/$name.txt" ] &&
		[ "$(awk 'length($0) > 79 && !/^[#=]/ && $1 != "features"' "$work/$name.txt" | wc -l)" -eq 0 ]
	report $? "$name: text"
	# shellcheck disable=SC2086
	"$pgwalk" $verb -j > "$work/$name.json" 2> "$work/err"
	report $? "$name: JSON"
done
"$pgwalk" pages -p -j "$target" > "$work/each.json" 2> "$work/err"

python3 -IS - "$work" "$target" "$child" "$pgwalk" > "$work/tap" 2> "$work/err" <<'PYTHON'
import json, os, struct, subprocess, sys
work, target, child, pgwalk = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
def load(name): return [json.loads(l) for l in open(f"{work}/{name}.json", "rb").read().decode().splitlines()]
def ask(*args): return [json.loads(l) for l in subprocess.run([pgwalk, *map(str, args), "-j"], check=True, capture_output=True).stdout.decode().splitlines()]
def claim(title, ok, *why): print(f"{0 if ok else 1} {title}"); ok or print(title, *why, file=sys.stderr)
status = {l.split(":")[0]: (l.split() + [""])[1] for l in open(f"/proc/{target}/status")}
smaps, key = {}, None
for line in open(f"/proc/{target}/smaps"):
    w = line.split()
    if w[0].endswith(":"):
        if w[1].isdigit(): smaps[key][w[0][:-1]] = int(w[1]) * 1024
    else: key = w[0]; smaps[key] = {}
vmas, total = load("vmas")[:-1], load("vmas")[-1]
differ = [(v["start"], k, v[k], smaps[f'{v["start"]}-{v["end"]}'][s]) for v in vmas for k, s in
    (("resident", "Rss"), ("swapped", "Swap"), ("anon_huge", "AnonHugePages"), ("size", "Size"), ("lazyfree", "LazyFree"))
    if f'{v["start"]}-{v["end"]}' in smaps and v[k] != smaps[f'{v["start"]}-{v["end"]}'][s]]
claim("vmas: each is what smaps says", not differ and len(vmas) >= len(smaps) - 1, differ)
claim("vmas: the total is the sum", all(total[k] == sum(v[k] for v in vmas) for k in ("resident", "pss", "lazyfree", "swapped", "shared", "exclusive", "young", "huge_2m")) and total["mappings"] == len(vmas))
def read(path):
    try: return open(path).read().strip()
    except OSError: return ""
mapped = next(v["start"] for v in vmas if v["resident"])
tables = [s["table_pfn"] for s in ask("translate", target, mapped) if s["schema"] == "pgwalk.step/1"]
kinds = [ask("frame", target, pfn)[0]["kind"] for pfn in tables]
claim("frame PID: the tables of the process are page tables", len(kinds) >= 4 and set(kinds) == {"pgtable"}, kinds)
LRU, STAT = "/sys/kernel/mm/lru_gen/enabled", "/sys/module/damon_stat/parameters/enabled"
def clears(): return ["damon_stat"] * (read(STAT) == "Y") + ["mglru"] * (int(read(LRU) or "0", 16) & 1)
def said(verb): return ask(verb, target)[-1]["accessed_cleared_by"]
claim("vmas, pages: what clears accessed bits", total["accessed_cleared_by"] == clears() == load("pages")[-1]["accessed_cleared_by"], total, clears())
for path, word, off, on in ((LRU, "mglru", "n", "y"), (STAT, "damon_stat", "N", "Y")):
    if not read(path): continue
    was, seen = read(path), []
    for value in (off, on):
        open(path, "w").write(value)
        seen.append((word in said("vmas"), word in said("pages"), said("vmas") == clears()))
    open(path, "w").write(was)
    claim(f"vmas, pages: {word} is shown while it is on", seen == [(False, False, True), (True, True, True)], seen)
thp = os.path.exists("/sys/kernel/mm/transparent_hugepage")
claim("vmas: the huge one is huge", not thp or any(v["anon_huge"] >= 2 << 20 and v["exclusive"] + v["shared"] == v["resident"] for v in vmas), [v for v in vmas if v["size"] == 8 << 20])
for name in ("pages", "each"):
    rows, t = load(name)[:-1], load(name)[-1]
    claim(f"{name}: as much as vmas has", t["present"] + t["protnone"] + t["numa_hint"] + t["uffd_rwp"] == total["resident"] and t["exclusive"] + t["shared"] == total["exclusive"] + total["shared"]
          and t["node_bytes"] == total["node_bytes"], t, total)
    claim(f"{name}: the total is the sum", t["bytes"] == sum(int(r["end"], 16) - int(r["start"], 16) for r in rows))
with open(f"/proc/{target}/pagemap", "rb") as f:
    def entry(at): f.seek(at >> 12 << 3); return struct.unpack("Q", f.read(8))[0]
    present = [int(r["start"], 16) for r in load("each")[:-1] if r["kind"] == "present"]
    bad = []
    for at in present[::max(1, len(present) // 16)]:
        t = ask("translate", target, f"{at + 0x123:x}")[-1]
        if int(t["pa"], 16) != ((entry(at) & (1 << 55) - 1) << 12) + 0x123: bad.append((hex(at), t))
    claim("translate: as pagemap says", not bad, bad)
tables, census = load("tables")[-1], load("tables")[:-1]
claim("tables: PTE, PMD and PUD tables are VmPTE", sum(c["bytes"] for c in census if c["level"] in ("pte", "pmd", "pud")) == int(status["VmPTE"]) * 1024 == tables["pgtables_bytes"], census, status["VmPTE"])
mm = load("mm")
claim("mm: as /proc/PID/status says", mm[0]["total"] == int(status["VmSize"]) * 1024 and mm[0]["pgtables"] == int(status["VmPTE"]) * 1024 and [t["tid"] for t in mm[1:]] == [target], mm)
shm = [v for v in vmas if v["kind"] == "shm" and v["size"] == 23 * 4096][0]
hits = ask("rmap", target, shm["start"])
claim("rmap: both that share a page", sorted((h["pid"], h["addr"]) for h in hits[:-1]) == sorted((p, shm["start"]) for p in (target, child))
      and hits[-1]["found"] == hits[-1]["mapcount"] == 2 and hits[-1]["status"] == "done", hits)
by_pfn = ask("rmap", hits[-1]["pfn"])
claim("rmap: the same by its frame", by_pfn == hits, by_pfn)
frame = ask("frame", hits[-1]["pfn"])[0]
claim("frame: as rmap has it", frame["kind"] == "shmem" and frame["mapcount"] == 2 and "mmap" in frame["flags"], frame)
claim("frame: a range", [int(o["pfn"], 16) for o in load("frame")] == list(range(0x1000, 0x1000 + 23)))
gdt = load("gdt")
cpus = [o["cpu"] for o in gdt if o["schema"] == "pgwalk.gdt/1"]
claim("gdt: every CPU, flat user segments, a TSS", cpus == sorted(os.sched_getaffinity(0)) and all(any(o.get("cpu") == c and o.get("dpl") == 3 and "flat" in o.get("flags", []) for o in gdt) and any(o.get("cpu") == c and o.get("type") == "TSS busy" and o["slots"] == 2 for o in gdt) for c in cpus))
seg = {o["register"]: o for o in load("segments") if o["schema"] == "pgwalk.segment/1"}
claim("segments: cs of user mode, fs has a base", seg["cs"]["rpl"] == 3 and seg["cs"]["selector"] == "33" and int(seg["fs"]["base"], 16) > 4096 and len(seg) == 6, seg)
t = load("translate")[-1]
claim("translate: a segment's base is where it begins", t["addr"] == seg["fs"]["base"] and t["status"] == "done" and t["pa"], t)
heap = [v for v in vmas if v["name"] == "[heap]"][0]
rows = ask("pages", target, "[heap]")
claim("pages: a mapping by its name", rows[-1]["present"] == heap["resident"])
for bits, test in (("huge", lambda r: r["leaf"] != "4K"), ("anon,~huge", lambda r: "anonymous" in r["frame"] and r["leaf"] == "4K"), ("~write,present", lambda r: "RW" not in r["entry"] and r["kind"] == "present")):
    some, all_ = ask("pages", target, "-b", bits)[:-1], [r for r in load("pages")[:-1] if test(r)]
    size = lambda rows: sum(int(r["end"], 16) - int(r["start"], 16) for r in rows)
    claim(f"pages: -b {bits}", (some or bits == "huge" and not thp) and all(map(test, some)) and size(some) == size(all_), size(some), size(all_))
PYTHON
status=$?
cp "$work/err" "$work/claims"
while read -r verdict title; do
	grep -F "$title" "$work/claims" > "$work/why"
	: > "$work/err"
	report "$verdict" "$title"
done < "$work/tap"
cp "$work/claims" "$work/err"
report "$status" "all claims were judged"

"$pgwalk" translate -e "$target" fs:0 > "$work/out" 2> "$work/err" && grep -q '^Physical address: ' "$work/out" && grep -q 'which CR3 points to' "$work/out"
report $? "translate --explain ends at a physical address"
# A file mapped 4K beside where it could be huge, and where it could; execute-only memory; memory merged by KSM, and of BPF
cat > "$work/places.py" <<'PYTHON'
import ctypes, os, time
c = ctypes.CDLL(None, use_errno=True)
c.mmap.restype = ctypes.c_void_p
c.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
c.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
fd = os.memfd_create("places")
os.ftruncate(fd, 8 << 20)
base = c.mmap(None, 64 << 20, 0, 0x22, -1, 0) + (4 << 20) & ~((2 << 20) - 1)
good = c.mmap(base, 8 << 20, 3, 0x11, fd, 0)
off = c.mmap(base + (16 << 20) + 4096, 8 << 20, 3, 0x11, fd, 0)
code = c.mmap(None, 4096, 3, 0x22, -1, 0)
for at in good + (4 << 20), off + (4 << 20), code: ctypes.memset(at, 1, 1)
c.mprotect(code, 4096, 4)
print(f"{good + (4 << 20):x} {off + (4 << 20):x} {code:x}", flush=True)
time.sleep(1000)
PYTHON
mkfifo "$work/where"
python3 "$work/places.py" > "$work/where" &
places=$!
read -r good off code < "$work/where"
! "$pgwalk" translate -e "$places" "$good" 2> "$work/err" | tee "$work/out" | grep -q 'No 2M page fits' && grep -q '^Physical address' "$work/out"
report $? "translate --explain: nothing of sizes where a huge page fits"
"$pgwalk" translate -e "$places" "$off" > "$work/out" 2> "$work/err" && grep -q '^No 2M page fits here: .* is mapped from offset 0 of the file' "$work/out"
report $? "translate --explain: a file mapped beside the alignment of huge pages"
if grep -q ' ospke' /proc/cpuinfo; then
	"$pgwalk" translate "$places" "$code" > "$work/out" 2> "$work/err" && grep -q '^= pa .* prot --x vma --xp ' "$work/out" &&
		"$pgwalk" translate -e "$places" "$code" > "$work/out" && grep -q ', key [0-9]* --x -> --x$' "$work/out" &&
		grep -q '^Next: .*a read ends in SIGSEGV\|^Next: an access ends in SIGSEGV' "$work/out" &&
		grep -q 'protection key: reading and writing are forbidden (PKRU of thread' "$work/out"
	report $? "translate: execute-only memory is --x"
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
		report $? "rmap: why all tables were searched: $name"
	fi
	exec 7>&-
	wait "$pid"
done
"$pgwalk" mm target-nosuch > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/out" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a name that nobody has: 1"
"$pgwalk" mm python3 > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q "$target python3" "$work/err" && grep -q "$child python3" "$work/err"
report $? "a name that two have: 1, with both"
"$pgwalk" mm 2 > "$work/out" 2> "$work/err"
[ $? -eq 1 ]
report $? "a kernel thread: 1"
"$pgwalk" pages -p "$target" 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a closed pipe ends it quietly: 0"
mkfifo "$work/slow"
# a background job of a script ignores SIGINT, and so would what it starts
python3 -c 'import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])' \
	"$pgwalk" verify "$target" > "$work/slow" 2> "$work/err" &
pid=$!
exec 8< "$work/slow"
until [ "$(cat "/proc/$pid/comm" 2> /dev/null)" != python3 ]; do
	sleep 0.05
done
kill -INT "$pid"
wait "$pid"
[ $? -le 130 ] && ! kill -0 "$pid" 2> /dev/null
report $? "SIGINT ends it"
exec 8<&-
setpriv --reuid 65534 --regid 65534 --clear-groups "$pgwalk" info > "$work/out" 2> "$work/err"
[ $? -eq 77 ] && [ ! -s "$work/out" ] && grep -q 'not permitted' "$work/err"
report $? "without privileges: 77"
kill -KILL "$target" "$child"
wait "$target" 2> /dev/null
"$pgwalk" mm "$target" > "$work/out" 2> "$work/err"
[ $? -eq 1 ] && grep -q 'no such process' "$work/err"
report $? "a process that has gone: 1"
if rmmod pgwalk 2> "$work/why"; then
	"$pgwalk" info > "$work/out" 2> "$work/err"
	[ $? -eq 77 ] && grep -q 'not loaded' "$work/err"
	report $? "without the module: 77"
	insmod "${PGWALK_KO:?}" 2> "$work/why"
	report $? "the module can be loaded again"
fi

end_tests

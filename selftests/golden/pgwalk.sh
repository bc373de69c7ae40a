#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Each verb of pgwalk against the text and the JSON it must give, on the host: the module's answers are made up
# (fake.c). Names of processes, bad input, a lie found by verify. TAP.
#
#	pgwalk.sh		build, then test
#	pgwalk.sh --update	write what comes out now as what must come out: read the diff
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../tap.sh
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath -m "${PGWALK_BUILD:-../../build}")
out=$build/selftests/golden
# One at a time: both tests are made of the same objects
mkdir -p "$build" && flock "$build/golden.lock" make -s O="$build" all >&2 || exit 1
pgwalk=$out/bin/pgwalk
unset COLUMNS PGWALK_FAKE

# A /proc with three processes, and what its files say of the pages of the first
python3 - "$work/proc" <<'PYTHON'
import os, struct, sys
proc = sys.argv[1]
for pid, comm, command in ((4211, "demo", "/usr/bin/demo"), (4300, "twin", "twin"), (4301, "twin", "/bin/twin"),
                           (4302, "a-very-long-nam", "/bin/a-very-long-name-indeed"), (9, "kworker", "")):
    os.makedirs(f"{proc}/{pid}")
    open(f"{proc}/{pid}/comm", "w").write(comm + "\n")
    open(f"{proc}/{pid}/cmdline", "w").write(command + "\0" if command else "")
# The main thread of 4401 has exited and 4403 goes on; 4410 is a zombie
for path, comm, state, command in (("4401", "led", "Z", ""), ("4401/task/4401", "led", "Z", ""), ("4401/task/4402", "x", "X", ""),
                                   ("4401/task/4403", "worker", "S", "/bin/led-by-others"),
                                   ("4410", "undead ) R", "Z", ""), ("4410/task/4410", "undead ) R", "Z", "")):
    os.makedirs(f"{proc}/{path}", exist_ok=True)
    open(f"{proc}/{path}/comm", "w").write(comm + "\n")
    open(f"{proc}/{path}/stat", "w").write(f"{path.split('/')[-1]} ({comm}) {state} 1 1 1 0 -1 4194560\n")
    open(f"{proc}/{path}/cmdline", "w").write(command + "\0" if command else "")
PRESENT, SWAP, FILE, EXCL, SOFT, WP = 1 << 63, 1 << 62, 1 << 61, 1 << 56, 1 << 55, 1 << 57
FRAMES = 0x828
ANON = FRAMES | 1 << 12 | 1 << 14
flags, counts, entries = {}, {}, {}
def page(at, pfn, entry, flag, count):
    entries[at >> 12] = entry | pfn | PRESENT
    flags[pfn], counts[pfn] = flag, count
for i in range(2): page(0x400000 + i * 4096, 0x100 + i, FILE, FRAMES | 4, 3)
for i in range(3): page(0x1000000 + i * 4096, 0x200 + i, SOFT | EXCL | (WP if i == 2 else 0), ANON, 1)
page(0x1010000, 0x210, SOFT | EXCL | WP, ANON, 1)
entries[0x1003] = SWAP | 1 | 0x17 << 5
for i in range(512):
    page(0x7f0000000000 + i * 4096, 0x400 + i, EXCL, ANON | 1 << 22 | (1 << 16 if i else 1 << 15), 1)
for i in range(16):
    page(0x7f0000200000 + i * 4096, 0x800 + i, EXCL, ANON | 1 << 22 | (1 << 16 if i else 1 << 15), 1)
page(0x7f0000210000, 0x50, 0, 1 << 24, 0)
page(0x7ffc0001f000, 0x300, EXCL, ANON | 2, 1)
def write(path, words):
    with open(path, "wb") as f:
        for at, word in words.items():
            f.seek(at * 8)
            f.write(struct.pack("Q", word))
write(f"{proc}/4211/pagemap", entries)
write(f"{proc}/kpageflags", flags)
write(f"{proc}/kpagecount", counts)
PYTHON

# What is active in the machine that these files are of
mkdir -p "$work/sys/module/damon_stat/parameters" "$work/sys/kernel/mm/lru_gen"
echo Y > "$work/sys/module/damon_stat/parameters/enabled"
echo 0x0007 > "$work/sys/kernel/mm/lru_gen/enabled"

run() { timeout 60 "$pgwalk" "$@" > "$work/got" 2> "$work/err"; }

# What a verb says, and with -j: text, JSON, status, messages in one file
golden() {	# NAME ARGUMENT...
	local name=$1 status json
	shift
	run "$@" --proc="$work/proc"
	status=$?
	{
		echo "\$ pgwalk $*"
		cat "$work/got" "$work/err"
		echo "\$ echo \$?"
		echo "$status"
	} > "$work/$name"
	python3 - "$work/got" "$@" 2> "$work/why" <<'PYTHON'
import sys
for line in open(sys.argv[1], "rb").read().decode("utf-8").splitlines():
    assert line.startswith(("#", "=")) or len(line) <= 79 or {"-B", "-e", "--explain", "info"} & set(sys.argv), line
    assert line.isprintable() or not line, line
PYTHON
	report $? "$name: text is harmless"
	run "$@" -j --proc="$work/proc"
	json=$?
	{
		echo "\$ pgwalk -j"
		cat "$work/got"
	} >> "$work/$name"
	python3 - "$work/got" 2> "$work/why" <<'PYTHON'
import json, sys
lines = open(sys.argv[1], "rb").read().decode("utf-8").splitlines()
for line in lines:
    o = json.loads(line)
    assert list(o)[0] == "schema" and o["schema"].startswith("pgwalk.") and o["schema"].endswith("/1"), line
    assert len(set(o)) == len(o)
PYTHON
	[ $? -eq 0 ] && [ "$json" -eq "$status" ]
	report $? "$name: JSON is JSON, and the status is the same"
	[ -z "$update" ] || cp "$work/$name" "pgwalk/$name"
	diff -u "pgwalk/$name" "$work/$name" > "$work/why" 2>&1
	report $? "$name: as it must be"
}

golden info info
golden mm mm 4211
golden vmas vmas 4211
golden vmas-all vmas -a demo
golden vmas-columns vmas -B -o range,resident,huge,large,node,name 4211
golden pages pages 4211
golden pages-each pages -p 4211 '[heap]'
golden pages-bits pages -b anon,~huge,~soft-dirty 4211
golden pages-kind pages -b swap 4211
golden pages-rwp pages -b uffd-rwp 4211
golden pages-range pages -o range,kind,pfn,frame 4211 1000000-7f0000001000
golden tables tables 4211
golden rmap rmap 100
golden rmap-address rmap demo 400000
golden rmap-none rmap 50
golden frame frame 100
golden frame-range frame 3fe+5
golden gdt gdt
golden segments segments 4211
golden translate translate 4211 1000123
golden translate-explain translate -e 4211 1000123
golden translate-huge translate --explain 4211 7f0000012345
golden translate-swap translate -e 4211 1003000
golden translate-empty translate -e 4211 1005000
golden translate-guard translate 4211 1004000
golden translate-cow translate -e 4211 1002000
golden translate-key translate -e 4212 1002000
golden translate-file translate -e 4211 401010
golden translate-rwp translate -e 4211 1010123
golden translate-reserved translate 4211 7e0000000000
golden translate-nothing translate -e 4211 5000
golden translate-raced translate 4211 7ffc00020000
golden translate-segment translate -e 4212 fs:28
golden translate-outside translate -e 4211 gs:0
golden verify verify 4211

# The sums of pages are those of vmas
run pages -j 4211 --proc="$work/proc" && cp "$work/got" "$work/pages" && run vmas -j 4211 --proc="$work/proc"
python3 - "$work/pages" "$work/got" 2> "$work/why" <<'PYTHON'
import json, sys
pages, vmas = ([json.loads(l) for l in open(f)] for f in sys.argv[1:])
size = sum(int(o["end"], 16) - int(o["start"], 16) for o in pages[:-1])
assert pages[-1]["bytes"] == size and len(pages) - 1 == pages[-1]["runs"]
pages[-1]["mapped"] = pages[-1]["present"] + pages[-1]["uffd_rwp"]
for key, other in (("mapped", "resident"), ("swapped",) * 2, ("zero",) * 2, ("shared",) * 2, ("exclusive",) * 2,
                   ("large",) * 2, ("leaf_2m", "huge_2m"), ("node_bytes",) * 2):
    assert pages[-1][key] == vmas[-1][other], (key, pages[-1][key], vmas[-1][other])
    assert key == "node_bytes" or vmas[-1][other] == sum(o[other] for o in vmas[:-1])
PYTHON
report $? "pages and vmas add up to the same"

# Options before the verb are those after it
run pages -j -b anon 4211 --proc="$work/proc" && cp "$work/got" "$work/after"
run -j -b anon --proc="$work/proc" pages 4211 && cmp "$work/got" "$work/after" > "$work/why"
report $? 'options may stand before the verb'
grep -q '"size":' "$work/got" && ! grep -v pages.total "$work/got" | grep -qv '"size":'
report $? 'pages: each run has a size in JSON'

# Standard streams that are closed: no other file takes their place
for closed in '>&-' '<&- >&-' '<&- >&- 2>&-'; do
	eval 'timeout 60 "$pgwalk" info 2> "$work/err"' "$closed"
	[ $? -eq 1 ] && { [[ $closed = *2* ]] || grep -qx 'pgwalk: stdout: Bad file descriptor' "$work/err"; }
	report $? "pgwalk info $closed: stdout is no file"
done
"$pgwalk" info <&- > "$work/got" 2> "$work/err" && grep -q . "$work/got"
report $? 'pgwalk info <&-: stdin is not needed'

# A lie, in each of the files
lie() {	# FILE NUMBER BIT ADDRESS WHAT
	cp "$work/proc/$1" "$work/truth"
	python3 - "$work/proc/$1" "$2" "$3" <<'PYTHON'
import struct, sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2], 16) * 8)
    word, = struct.unpack("Q", f.read(8))
    f.seek(-8, 1)
    f.write(struct.pack("Q", word ^ 1 << int(sys.argv[3])))
PYTHON
	run verify 4211 --proc="$work/proc"
	[ $? -eq 1 ] && [ "$(grep -v '^#' "$work/got" | awk '{ print $1 }')" = "$4" ] && grep -q "^ *$4 $5 " "$work/got" &&
		grep -q ', 1 different$' "$work/got" && grep -q '^pgwalk: 4211: 1 pages differ' "$work/err"
	report $? "a lie is found: $5 at $4"
	cp "$work/truth" "$work/proc/$1"
}
for bit in 1 2 4 5 6 11 12 14 22 32 34; do
	lie kpageflags 400 "$bit" 7f0000000000 'page flags'
done
lie kpagecount 202 1 01002000 mapcount
lie 4211/pagemap 400 0 00400000 frame
lie 4211/pagemap 400 63 00400000 present
lie 4211/pagemap 7f0000000 56 7f0000000000 'mapped once'
lie 4211/pagemap 400 61 00400000 'file page'
lie 4211/pagemap 1002 57 01002000 uffd-wp
lie 4211/pagemap 1001 55 01001000 soft-dirty
lie 4211/pagemap 1003 0 01003000 'swap area'
lie 4211/pagemap 1003 6 01003000 'swap place'
lie 4211/pagemap 1003 62 01003000 swapped
lie 4211/pagemap 1100 63 01100000 present
lie 4211/pagemap 7e0000012 62 7e0000012000 swapped

refused() {	# STATUS PATTERN ARGUMENT...: one line on stderr, nothing on stdout
	local want=$1 pattern=$2
	shift 2
	run "$@"
	[ $? -eq "$want" ] && [ ! -s "$work/got" ] && grep -qE "^pgwalk.*: $pattern" "$work/err"
	report $? "pgwalk $*: $want, $pattern"
}
p=--proc=$work/proc
refused 2 'no verb given'
refused 2 'nosuch: no such verb' nosuch
refused 2 'PID is missing' mm
refused 2 'PID ADDRESS.* is missing' translate 4211
refused 2 'x: one argument too many' mm 4211 x
refused 2 'zz: not an address .*--help\)' translate 4211 zz
refused 2 '0x: not an address' translate 4211 0x
refused 2 '-: not an address' translate 4211 -- -
refused 2 'xs:0: no such segment register' translate 4211 xs:0
refused 2 'fs:: not an address' translate 4211 fs:
refused 2 'zz: not a frame number' rmap zz
refused 2 '100\+: not PFN' frame 100+
refused 2 '100\+0: not PFN' frame 100+0
refused 2 'foo: no such kind or flag' pages -b foo 4211
refused 2 ': no such kind or flag' pages -b 'anon,' 4211
refused 2 '~young: no page can be all' pages -b 'young,~young' 4211
refused 2 'zero: no page can be all' pages -b swap,zero 4211
refused 2 'x: no such columns \(there are: range,' vmas -o x 4211
refused 2 '2000-1000: ends before' pages 4211 2000-1000
refused 1 'nosuch: no mapping of that name' pages 4211 nosuch
refused 1 '4999: no such process' mm 4999
refused 1 '2: has no memory' mm 2
refused 1 'none: no process of that name' mm none "$p"
refused 1 'kworker: no process of that name' mm kworker "$p"
refused 1 'twin: 2 processes have that name \(choose by PID: 430[01] twin, 430[01] twin\)' mm twin "$p"
refused 1 '4302: no such process' mm a-very-long-name-indeed "$p"
refused 1 '4302: no such process' mm a-very-long-nam "$p"
refused 1 '4401: no such process' mm led "$p"
refused 1 '4401: no such process' mm led-by-others "$p"
refused 1 'worker: no process of that name' mm worker "$p"
refused 1 'undead \) R: 4410 has no memory: it has exited \(a zombie' mm 'undead ) R' "$p"
refused 2 '-p: not an option of vmas' -p vmas 4211
refused 2 'no verb given' -j
refused 1 'translate: outside' translate 4211 ffff800000000000
refused 1 '1000: no page is mapped there' rmap 4211 1000
for how in absent:77:'.*not loaded \(load it' denied:77:'.*not permitted \(run it as root\)' \
	abi:1:'.*another version of the ABI' gone:1:'4211: the process has gone' senseless:1:'.*makes no sense'; do
	IFS=: read -r wrong status pattern <<< "$how"
	verb=vmas
	[ "$wrong" = gone ] && verb=pages
	PGWALK_FAKE=$wrong refused "$status" "$pattern" "$verb" 4211
done
PGWALK_FAKE=newer refused 1 'rmap: this kernel \([^ ]+\) is newer than 7\.3, .* \(load a newer pgwalk.ko\)$' rmap 100
PGWALK_FAKE=old refused 1 'mm: the module has no such call' mm 4211

"$pgwalk" pages -p 4211 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a reader that goes away ends it quietly"
"$pgwalk" mm 4211 > /dev/full 2> "$work/err"
[ $? -eq 1 ] && grep -q '^pgwalk: stdout: ' "$work/err"
report $? "output that cannot be written is a failure"
COLUMNS=200 "$pgwalk" vmas -o name,range 4211 "$p" | grep -q /usr/bin/demo
report $? "columns come in the order that is asked for"
"$pgwalk" --help | grep -q 'Exit status' && "$pgwalk" --version | grep -q '^pgwalk .*ABI'
report $? "--help and --version answer"
for verb in translate mm vmas pages tables rmap frame gdt segments info verify; do
	"$pgwalk" "$verb" --help | grep -q "^Usage: pgwalk $verb" && grep -q "\*\*pgwalk $verb\*\*" ../../Documentation/pgwalk.8.rst &&
		grep -q "[' ]${verb}[ ']" ../../userspace/completion/pgwalk
	report $? "$verb: has help, a place in the manual, a completion"
done
# Every key of JSON stands in the manual
cat pgwalk/* | grep '^{' | python3 -c '
import json, re, sys
manual = set(re.findall(r"[a-z_0-9]+", open("../../Documentation/pgwalk.8.rst").read()))
keys = set(k for line in sys.stdin for o in [json.loads(line)] if o["schema"] != "pgwalk.mm/1" for k in o)
missing = sorted(keys - manual)
sys.exit("not in the manual: " + " ".join(missing) if missing else 0)' 2> "$work/why"
report $? "every key is in the manual"

end_tests

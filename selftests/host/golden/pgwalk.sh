#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Compares text and JSON of each verb of pgwalk with expected output, on the host with a fake of the module (fake.c). Also
# names of processes, invalid input, and differences that verify finds. TAP.
#
#	pgwalk.sh		build, then test
#	pgwalk.sh --update	replace the expected output by the current output: read the diff
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../../lib/tap.sh
. ../../lib/completion.sh
. ../../lib/chinese.sh
. ../../lib/output_checks.sh
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath -m "${PGWALK_BUILD:-../../../build}")
out=$build/selftests/host/golden
# Locked: both test scripts build the same objects
mkdir -p "$build" && flock "$build/golden.lock" make -s O="$build" all >&2 || exit 1
pgwalk=$out/bin/pgwalk
completion=$out/completion/pgwalk
unset COLUMNS PGWALK_FAKE

# A /proc with three processes, and files that describe the pages of the first
../../lib/pagemap_files.py fake "$work/proc"

# A /sys with active mechanisms that clear accessed bits
mkdir -p "$work/sys/module/damon_stat/parameters" "$work/sys/kernel/mm/lru_gen"
echo Y > "$work/sys/module/damon_stat/parameters/enabled"
echo 0x0007 > "$work/sys/kernel/mm/lru_gen/enabled"

# Settings of transparent huge pages
thp=$work/sys/kernel/mm/transparent_hugepage
mkdir -p "$thp/khugepaged" "$thp/hugepages-2048kB" "$thp/hugepages-64kB" "$work/proc/sys/kernel"
echo 'always [madvise] never' > "$thp/enabled"
echo 'always within_size advise [never] deny force' > "$thp/shmem_enabled"
echo 'always [inherit] madvise never' > "$thp/hugepages-2048kB/enabled"
echo 'always [inherit] within_size advise never' > "$thp/hugepages-2048kB/shmem_enabled"
echo '[always] inherit madvise never' > "$thp/hugepages-64kB/enabled"
while read -r name value; do
	echo "$value" > "$thp/khugepaged/$name"
done <<< 'max_ptes_none 511
max_ptes_swap 64
max_ptes_shared 256
scan_sleep_millisecs 10000
pages_to_scan 4096
full_scans 23'
echo 6.12.95 > "$work/proc/sys/kernel/osrelease"
printf 'Name:\tdemo\nVmPTE:\t      20 kB\nTHP_enabled:\t1\n' > "$work/proc/4211/status"

# The kernel knows whether a file can be huge
printf '00400000-00402000 r-xp 00000000 08:01 77 /usr/bin/demo\nRss: 8 kB\nTHPeligible:    0\n' > "$work/proc/4211/smaps"

# The identity of the process and of the boot
mkdir -p "$work/proc/sys/kernel/random"
echo 11111111-2222-3333-4444-555555555555 > "$work/proc/sys/kernel/random/boot_id"
echo machine > "$work/proc/sys/kernel/hostname"
echo '4211 (demo) S 4301 4211 4211 0 -1 4194560 120 0 3 0 1 2 0 0 20 0 1 0 12345 23456 789' > "$work/proc/4211/stat"
ln -s /usr/bin/demo "$work/proc/4211/exe"

# set_parent PID PARENT
set_parent() { sed -E -i "s/^(.*\) [A-Z]) [0-9]+/\1 $2/" "$work/proc/$1/stat"; }

run() { timeout 60 "${language[@]}" "$pgwalk" "$@" > "$work/got" 2> "$work/err"; }

# Compare text, JSON, status and messages of a verb with one file of expected output
golden() {	# NAME ARGUMENT...
	local name=$1 status json limit=rows
	shift
	run "$@" --proc="$work/proc"
	status=$?
	{
		echo "\$ pgwalk ${*//"$work/"/}"
		cat "$work/got" "$work/err"
		echo "\$ echo \$?"
		echo "$status"
	} > "$work/$name"
	[[ " $* " =~ \ (-B|-e|--explain|info)\  ]] && limit=none
	check_text "$limit" "$work/got"
	report $? "$name: the text has no control characters and at most 79 columns"
	run "$@" -j --proc="$work/proc"
	json=$?
	{
		echo "\$ pgwalk -j"
		cat "$work/got"
	} >> "$work/$name"
	[ "$json" -eq "$status" ]
	report $? "$name: the status of JSON equals that of the text"
	[ ! -s "$work/got" ] || check_json "$work/got"
	report $? "$name: JSON conforms to its schema"
	cp "$work/got" "$work/english"
	chinese run "$@" -j --proc="$work/proc"
	cmp "$work/english" "$work/got" > "$work/why"
	report $? "$name: JSON is the same in Chinese"
	[ -z "$update" ] || cp "$work/$name" "expected/pgwalk/$name"
	diff -u "expected/pgwalk/$name" "$work/$name" > "$work/why" 2>&1
	report $? "$name: the output equals the expected output"
}

# Compare the Chinese text, status and messages of a verb, too
golden_chinese() {	# NAME ARGUMENT...
	golden "$@"
	local name=$1 status
	shift
	chinese run "$@" --proc="$work/proc"
	status=$?
	{
		echo "\$ pgwalk ${*//"$work/"/}"
		cat "$work/got" "$work/err"
		echo "\$ echo \$?"
		echo "$status"
	} > "$work/$name.zh_CN"
	check_text rows "$work/got"
	report $? "$name: the Chinese text has no control characters, and at most 79 columns in its rows"
	[ -z "$update" ] || cp "$work/$name.zh_CN" "expected/pgwalk/$name.zh_CN"
	diff -u "expected/pgwalk/$name.zh_CN" "$work/$name.zh_CN" > "$work/why" 2>&1
	report $? "$name: the Chinese text equals the expected text"
}

golden info info
golden_chinese ps ps
mkdir "$work/proc/sys/vm" && echo 6 > "$work/proc/sys/vm/max_map_count"
golden ps-mappings ps -s mappings -o pid,mappings,name
rm "$work/proc/sys/vm/max_map_count"
golden ps-sorted ps -B -s pid -o pid,name,resident,minor_total,major_total,tables,error
golden_chinese mm mm 4211
golden_chinese vmas vmas 4211
golden vmas-frames vmas -a -o range,resident,pss,uss,frames,lazyfree,eligible,tables,file 4211
golden vmas-sorted vmas -s swapped 4211
golden vmas-all vmas -a demo
golden vmas-flags vmas -a -o range,perms,vm_flags,flags 4211
golden vmas-columns vmas -B -o range,resident,huge,large,node,name 4211
golden_chinese pages pages 4211
golden pages-sorted pages -s size 4211
golden pages-each pages -p 4211 '[heap]'
golden pages-bits pages -b anon,~huge,~soft-dirty 4211
golden pages-kind pages -b swap 4211
golden pages-rwp pages -b uffd-rwp 4211
golden pages-range pages -o range,kind,pfn,frame 4211 1000000-7f0000001000
golden_chinese huge huge 4211
golden huge-all huge -a -B -o range,state,reason,count,limit,collapse,eligible,kind 4211
golden huge-sorted huge -s REASON 4211
golden huge-range huge 4211 7f0000100000-7f0000208000
golden_chinese huge-sizes huge --sizes 4211
golden huge-sizes-all huge --sizes -a -o range,name,slots,empty,state,setting,reason 4211
echo '[always] madvise never' > "$thp/enabled"
echo 7.3.4 > "$work/proc/sys/kernel/osrelease"
golden huge-always huge 4211 7f0000000000-7f0000600000
printf 'Name:\tdemo\nTHP_enabled:\t0\n' > "$work/proc/4211/status"
echo 6.18.0 > "$work/proc/sys/kernel/osrelease"
golden huge-disabled huge 4211 7f0000000000-7f0000600000
golden_chinese reach reach 4211
golden reach-range reach -B 4211 7f0000100000-7f0000208000
golden reach-empty reach 4211 5000-6000
PGWALK_FAKE=amd golden reach-amd reach 4211 '[heap]'
PGWALK_FAKE=none golden reach-none reach 4211 '[heap]'
# A family: a parent that may not be read, the process, a child; a sibling that has exited
set_parent 4211 4301
set_parent 4300 4211
set_parent 4302 4301
PGWALK_FAKE=forked golden_chinese cow cow 4211
PGWALK_FAKE=forked golden cow-columns cow -a -B -o range,perms,cache,zero,reused,unsure,elsewhere,with 4211
echo 6.1.0-57-amd64 > "$work/proc/sys/kernel/osrelease"
PGWALK_FAKE=forked golden cow-range cow 4211 7f0000100000-7f0000300000
set_parent 4300 1
golden cow-alone cow 4211 '[heap]'
PGWALK_FAKE=forked golden cow-sorted cow -s resident 4211
golden wss-sorted wss -s IDLE 4211
golden reach-sorted reach -s leaf_bytes 4211
golden_chinese wss wss 4211
golden wss-range wss -a -B -o range,touched,touched_least,written_least,unknown,name 4211 7f0000100000-7f0000300000
golden_chinese lab lab
golden lab-demand lab demand
golden_chinese lab-cow lab --no-pause cow
golden lab-ldt lab ldt
golden_chinese lab-map lab map
golden lab-steps lab map 'map 0 rw, map 1000 r, map 2000 r, flush 0, unmap 0, undo, undo, read 2010'
golden lab-lines lab map -
PGWALK_FAKE=none golden lab-flush lab map 'map 0 r, flush 0'
PGWALK_FAKE=unloaded golden_chinese lab-unloaded lab map
PGWALK_FAKE=gone golden lab-gone lab demand
golden_chinese tables tables 4211
golden tables-sorted tables -s used 4211
golden_chinese rmap rmap 100
golden rmap-sorted rmap -s pid 100
golden rmap-address rmap demo 400000
golden rmap-shared rmap a214
golden_chinese rmap-none rmap 50
golden_chinese frame frame 100
golden frame-range frame 3fe+5
golden frame-sorted frame -s mapcount 3fe+5
golden_chinese gdt gdt
golden_chinese segments segments 4211
golden translate translate 4211 1000123
golden_chinese translate-explain translate -e 4211 1000123
golden_chinese translate-huge translate --explain 4211 7f0000012345
golden_chinese translate-swap translate -e 4211 1003000
golden_chinese translate-empty translate -e 4211 1005000
golden_chinese translate-guard translate 4211 1004000
golden translate-cow translate -e 4211 1002000
golden_chinese translate-key translate -e 4212 1002000
golden_chinese translate-file translate -e 4211 401010
golden translate-rwp translate -e 4211 1010123
golden translate-reserved translate 4211 7e0000000000
golden_chinese translate-nothing translate -e 4211 5000
golden translate-raced translate 4211 7ffc00020000
golden_chinese translate-segment translate -e 4212 fs:28
golden_chinese translate-outside translate -e 4211 gs:0
golden_chinese verify verify 4211
golden_chinese snapshot snapshot 4211 /dev/null
PGWALK_FAKE=another golden snapshot-changed snapshot 4211 /dev/null

# Two readings: of one process, of one that executed a program, of two processes, of two boots
reading() {	# FILE ARGUMENT...
	run snapshot 4211 "$work/$1" --proc="$work/proc" || cat "$work/err" >&2
}
reading a
PGWALK_FAKE=later reading b
stat=$(< "$work/proc/4211/stat") boot=$(< "$work/proc/sys/kernel/random/boot_id")
ln -sf /bin/sh "$work/proc/4211/exe"
PGWALK_FAKE=later reading executed
echo "${stat/12345/23456}" > "$work/proc/4211/stat"
PGWALK_FAKE=later reading other
echo "${boot/1111/2222}" > "$work/proc/sys/kernel/random/boot_id"
PGWALK_FAKE=later reading boot
echo "$boot" > "$work/proc/sys/kernel/random/boot_id"
echo "$stat" > "$work/proc/4211/stat"
ln -sf /usr/bin/demo "$work/proc/4211/exe"
golden_chinese diff diff "$work/a" "$work/b"
golden diff-all diff -a -B "$work/a" "$work/a"
golden diff-frames diff -o range,a_pfn,b_pfn,a_node,b_node,a_mapcount,b_mapcount,changes "$work/a" "$work/b"
golden diff-back diff -o range,a_kind,b_kind,a_leaf,b_leaf,a_perms,b_perms "$work/b" "$work/a"
golden diff-moved diff -o range,a_swap,b_swap,a_start,vma_kind,name "$work/a" "$work/b"
golden diff-range diff "$work/a" "$work/b" 7f0000001000-7f0000003000
golden diff-range-to-end diff "$work/a" "$work/b" 7f0000001000-ffffffffffffffff
golden diff-heap diff "$work/a" "$work/b" "[heap]"
golden_chinese diff-executed diff "$work/a" "$work/executed"
golden diff-processes diff "$work/a" "$work/other"
golden diff-boots diff "$work/a" "$work/boot"
PGWALK_FAKE=changing golden diff-interval diff -i 0 4211

# -p: a row for each page of the other rows
pages() { sed -n 's/^{"schema":"pgwalk.diff\/1".*"bytes":\([0-9]*\),.*/\1/p' "$work/got" | awk '{ n += $1; r++ } END { print n / 4096, '"$1"' }'; }
run diff -j "$work/a" "$work/b" && all=$(pages 'n / 4096') && run diff -p -j "$work/a" "$work/b"
[ "$all" = "$(pages r)" ] && grep -q '"start":"7f0000007000","end":"7f0000008000",.*"b_pfn":"407"' "$work/got"
report $? "diff -p prints a row for each page, with its frame"

# A file that was cut short is compared as far as it goes: no page after that is reported
size=$(stat -c %s "$work/b")
for left in $((size - 4)) $((size - 60)) $((size / 2)); do
	head -c "$left" "$work/b" > "$work/cut"
	run diff "$work/a" "$work/cut"
	[ $? -eq 1 ] && grep -qE '^pgwalk: .*/cut: cut short(: compared up to [0-9a-f]+|: its checksum is missing| before its first mapping) \(the snapshot was interr' "$work/err" &&
		{ grep -q checksum "$work/err" || ! grep -q 7ffc000 "$work/got"; }
	report $? "diff: $left of $size bytes: cut short, and reported so"
done
for byte in $((size - 6)) $((size / 2)) 3; do
	cp "$work/b" "$work/damaged"
	printf '\125' | dd of="$work/damaged" bs=1 seek="$byte" conv=notrunc status=none
	run diff "$work/a" "$work/damaged"
	[ $? -eq 1 ] && grep -qE '^pgwalk: .*/damaged: (damaged|no file of pgwalk snapshot|cut short)' "$work/err"
	report $? "diff: damage in byte $byte is reported"
done
PGWALK_FAKE=gone reading gone 2> "$work/why"
grep -q '^pgwalk: 4211: executed another program while it was read (.*/gone has its pages up to 400000; try again)$' "$work/err" &&
	run diff "$work/gone" "$work/b" && grep -q '^# the process executed another program while A was read$' "$work/got" &&
	grep -q '^# compared up to 400000' "$work/got" && ! grep -q '^[ =]' "$work/got"
report $? "snapshot: a process that executes a program while it is read: the file ends there, and diff with it"
[ "$(stat -c %a "$work/a")" = 600 ]
report $? "snapshot: only the user can read the file"
install -m 644 /dev/null "$work/open" && ln -s open "$work/link" && reading link && [ "$(stat -c %a "$work/open")" = 600 ]
report $? "snapshot: only the user can read a file that existed, through a symbolic link"
cp "$work/proc/4211/stat" "$work/unchanged"
sed -i 's/(demo)/(de\nmo)/' "$work/proc/4211/stat"
reading newline
PGWALK_FAKE=gone reading newline-gone 2> "$work/why"
grep -q '^pgwalk: 4211: executed another program while it was read' "$work/err"
report $? "snapshot: a process with a newline in its name keeps its start time"
cp "$work/unchanged" "$work/proc/4211/stat"
"$out/bin/pgtop" -b --replay "$work/a" > "$work/got" 2> "$work/err"
[ $? -eq 1 ] && grep -q '^pgtop: .*/a: pages of a process, no recording (show them with pgwalk diff)$' "$work/err"
report $? "pgtop --replay refuses a file of pgwalk snapshot"
"$out/encode" "$work/recording" < expected/classes.stream

# pages and vmas have the same totals
run pages -j 4211 --proc="$work/proc" && cp "$work/got" "$work/pages" && run vmas -j 4211 --proc="$work/proc"
../../lib/pgwalk_totals.py "$work/pages" "$work/got" > "$work/why"
report $? "the totals of pages and vmas are equal"

# Options before the verb are accepted
run pages -j -b anon 4211 --proc="$work/proc" && cp "$work/got" "$work/after"
run -j -b anon --proc="$work/proc" pages 4211 && cmp "$work/got" "$work/after" > "$work/why"
report $? 'options before the verb have the same effect as after it'
grep -q '"size":' "$work/got" && ! grep -v pages.total "$work/got" | grep -qv '"size":'
report $? 'pages: each run has a size in JSON'

# Faults of an interval: the counters of the fake processes do not change
run ps -i 0.01 -s faults -o pid,faults,major,name --proc="$work/proc" && grep -q '^ *4211 *0 *0 demo' "$work/got"
report $? 'ps -i: no faults in the interval'
run ps -i 0.01 -j --proc="$work/proc" && check_json "$work/got" &&
	[ "$(grep -c '"faults":0,"major":0,"milliseconds":[1-9]' "$work/got")" -eq "$(wc -l < "$work/got")" ]
report $? 'ps -i: JSON has the faults and the length of the interval'
# A process that moves into the cgroup in the interval: its earlier faults are not those of the interval. On a busy machine the
# first reading may come after the move, so the interval becomes longer
appears_in_the_interval()
{
	local length

	for length in 1 4 16; do
		mv "$work/proc/4300" "$work/moved"
		{ sleep "$((length - 1)).5"; mv "$work/moved" "$work/proc/4300"; } &
		run ps -i "$length" -o pid,faults,major,name --proc="$work/proc"
		wait $!
		grep -q '^ *4300 *- *- twin' "$work/got" && grep -q '^ *4211 *0 *0 demo' "$work/got" && return
	done
	return 1
}
appears_in_the_interval
report $? 'ps -i: no rate of a process that appears in the interval and is older'

# Orders: exact titles, and numbers of pages are sorted as numbers
order() {	# COLUMN ARGUMENT...: the column of each row of the first table
	local column=$1
	shift
	run "$@" --proc="$work/proc"
	awk -v c="$column" '/^#/ { if (rows) exit; next } { rows++; print $c }' "$work/got"
}
order 1 ps -s MAJOR -o pid,major_total > "$work/order"
[ "$(head -n 1 "$work/order")" = 4300 ] || [ "$(head -n 1 "$work/order")" = 4301 ]
report $? 'ps -s MAJOR: the column of that title'
order 1 huge -a -s count -o count 4211 | grep -v -- '^-$' | sed 's/.*-//' > "$work/order"
[ -s "$work/order" ] && sort -rnc "$work/order" 2> "$work/why"
report $? 'huge -s count: by the number of pages'

# wss: the bits are cleared through clear_refs, soft-dirty bits last, and the interval is measured
: > "$work/proc/4211/clear_refs"
run wss -j --clear -i 1 4211 --proc="$work/proc" && [ "$(cat "$work/proc/4211/clear_refs")" = 14 ] &&
	check_json "$work/got" && grep -qE '"cleared":true,"interval_ns":1[0-9]{9},' "$work/got"
report $? 'wss --clear: accessed and soft-dirty bits are cleared; the JSON conforms to its schema'
run wss -i 1 4211 --proc="$work/proc" && [ "$(cat "$work/proc/4211/clear_refs")" = 14 ] &&
	grep -qE '^# touched 2\.1M before, 2\.1M after 1\.' "$work/got"
report $? 'wss -i: the sums before and after the interval; nothing is cleared'
rm "$work/proc/4211/clear_refs"

# Closed standard streams: no other file gets their descriptors
for closed in '>&-' '<&- >&-' '<&- >&- 2>&-'; do
	eval 'timeout 60 "$pgwalk" info 2> "$work/err"' "$closed"
	[ $? -eq 1 ] && { [[ $closed = *2* ]] || grep -qx 'pgwalk: stdout: Bad file descriptor' "$work/err"; }
	report $? "pgwalk info $closed fails: stdout is closed"
done
"$pgwalk" info <&- > "$work/got" 2> "$work/err" && grep -q . "$work/got"
report $? 'pgwalk info <&- works without stdin'

# One changed bit in each of the files
differs() {	# FILE NUMBER BIT ADDRESS KIND
	cp "$work/proc/$1" "$work/unchanged"
	../../lib/pagemap_files.py flip "$work/proc/$1" "$2" "$3"
	run verify 4211 --proc="$work/proc"
	[ $? -eq 1 ] && [ "$(grep -v '^#' "$work/got" | awk '{ print $1 }')" = "$4" ] && grep -q "^ *$4 $5 " "$work/got" &&
		grep -q ', 1 different$' "$work/got" && grep -q '^pgwalk: 4211: 1 pages differ' "$work/err"
	report $? "verify finds a difference: $5 at $4"
	cp "$work/unchanged" "$work/proc/$1"
}
for bit in 1 2 4 5 6 11 12 14 22 32 34; do
	differs kpageflags 400 "$bit" 7f0000000000 'page flags'
done
differs kpagecount 202 1 01002000 mapcount
differs 4211/pagemap 400 0 00400000 frame
differs 4211/pagemap 400 63 00400000 present
differs 4211/pagemap 7f0000000 56 7f0000000000 'mapped once'
differs 4211/pagemap 400 61 00400000 'file page'
differs 4211/pagemap 1002 57 01002000 uffd-wp
differs 4211/pagemap 1001 55 01001000 soft-dirty
differs 4211/pagemap 1003 0 01003000 'swap area'
differs 4211/pagemap 1003 6 01003000 'swap place'
differs 4211/pagemap 1003 62 01003000 swapped
differs 4211/pagemap 1100 63 01100000 present
differs 4211/pagemap 7e0000012 62 7e0000012000 swapped

# Differences in JSON
truncate -s 0 "$work/proc/kpagecount"
run verify -j 4211 --proc="$work/proc"
grep -q pgwalk.difference/1 "$work/got" && check_json "$work/got"
report $? "the JSON of differences conforms to its schema"

refused() {	# STATUS PATTERN ARGUMENT...: the status, one line on stderr, nothing on stdout
	local want=$1 pattern=$2
	shift 2
	run "$@"
	[ $? -eq "$want" ] && [ ! -s "$work/got" ] && grep -qE "^pgwalk.*: $pattern" "$work/err"
	report $? "pgwalk $* exits with $want: $pattern"
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
refused 2 '~young: filter can never match' pages -b 'young,~young' 4211
refused 2 'zero: filter can never match' pages -b swap,zero 4211
refused 2 'x: no such columns \(there are: range,' vmas -o x 4211
refused 2 'foo: no such scene' lab foo
refused 2 'only the scene map takes steps' lab cow 'map 0 r'
refused 2 'x: no such step' lab map 'map 0 rw,x'
refused 2 'r or rw is missing' lab map 'map 0'
refused 2 'an offset is missing' lab map 'unmap'
refused 2 'not the beginning of a page' lab map 'flush 10'
refused 2 'beyond the area' lab map 'read c0000000'
refused 2 'too many words' lab map 'undo 1'
refused 2 'nothing to undo' lab map 'undo'
refused 2 'not an option of mm' --no-pause mm 4211
refused 2 'x: no such columns \(there are: range,' vmas -s x 4211
refused 2 'frame_letters2: no such columns' pages -s frame_letters2 4211
refused 2 '4211: one argument too many' ps 4211
refused 2 '0: not an interval \(0.01 to 1000000 seconds\)' ps -i 0
refused 2 '1x: not an interval' ps -i 1x
refused 1 '/nosuch: no cgroup of version 2' ps -c /nosuch
refused 1 "$work: no cgroup of version 2" ps -c "$work"
refused 1 '/nosuch: No such file' ps --proc=/nosuch
refused 2 '-s: not an option of mm' -s pid mm 4211
PGWALK_FAKE=senseless refused 1 'ps: the module returned invalid data' ps "$p"
refused 2 '2000-1000: ends before' pages 4211 2000-1000
refused 1 'pages: not an address of user space' pages 4211 ffffffffffffffff
refused 1 'pages: not an address of user space' pages 4211 7ffffffff000
refused 1 'pages: not an address of user space' pages 4211 1000-ffffffffffffffff
refused 1 'nosuch: no mapping of that name' pages 4211 nosuch
refused 2 '2000-1000: ends before' huge 4211 2000-1000
refused 1 'huge: not an address of user space' huge 4211 ffffffffffffffff
refused 1 'nosuch: no mapping of that name' huge 4211 nosuch
refused 2 'x: one argument too many' huge 4211 1000 x
refused 1 'huge: this kernel has no transparent huge pages' huge 4211 "--proc=$work/nosuch"
PGWALK_FAKE=gone refused 1 '4211: executed another program while it was read \(try again\)' huge 4211 "$p"
PGWALK_FAKE=old refused 1 'huge: the module has no such ioctl' huge 4211 "$p"
refused 2 '2000-1000: ends before' reach 4211 2000-1000
refused 1 'reach: not an address of user space' reach 4211 ffffffffffffffff
refused 1 'nosuch: no mapping of that name' reach 4211 nosuch
refused 2 'x: one argument too many' reach 4211 1000 x
refused 2 'nosuch: no such columns \(there are: name,size,runs' reach -o nosuch 4211
refused 1 '4999: no such process' reach 4999
PGWALK_FAKE=gone refused 1 '4211: the process has exited or' reach 4211
refused 2 'PID FILE is missing' snapshot 4211
refused 2 'A B \[RANGE\] \| PID \[RANGE\] is missing' diff
refused 2 '4211: one reading has no changes \(give a second file, or -i' diff 4211
refused 2 'c: -i needs one process and at most a range, no files' diff -i 1 a b c
refused 2 '2000-1000: ends before' diff a b 2000-1000
refused 1 'nosuch: no mapping of that name, neither in A nor in B' diff "$work/a" "$work/b" nosuch
refused 2 'x: not an interval' diff -i x 4211
refused 2 '-1: not an interval' diff -i -1 4211
refused 2 'nan: not an interval' diff -i nan 4211
refused 2 'nosuch: no such columns \(there are: range,bytes,a,b' diff -o nosuch a b
refused 1 '4999: no such process' snapshot 4999 "$work/x"
refused 1 '4999: no such process' diff -i 0 4999
refused 1 '/nosuch/x: No such file' snapshot 4211 /nosuch/x
refused 1 '/dev/full: No space left' snapshot 4211 /dev/full
refused 1 '/nosuch/x: No such file' diff /nosuch/x "$work/a"
refused 1 'pgwalk.sh: no file of pgwalk snapshot' diff pgwalk.sh "$work/a"
refused 1 '.*/recording: a recording of pgtop \(show it with pgtop --replay\)' diff "$work/a" "$work/recording"
PGWALK_FAKE=executing refused 1 '4211: executed another program before the second reading' diff -i 0 4211 "$p"
PGWALK_FAKE=exiting refused 1 '4211: exited before the second reading' diff -i 0 4211
PGWALK_FAKE=gone refused 1 '4211: executed another program while it was read \(try again\)' diff -i 0 4211 "$p"
TMPDIR=/nosuch refused 1 '/nosuch: No such file or directory \(set TMPDIR' diff -i 0 4211
PGWALK_FAKE=absent refused 77 '.*not loaded \(' diff -i 0 4211
refused 2 '2000-1000: ends before' cow 4211 2000-1000
refused 2 'nosuch: no such columns \(there are: range,perms,kind' cow -o nosuch 4211
PGWALK_FAKE=gone refused 1 '4211: the process has exited or' cow 4211
PGWALK_FAKE=old refused 1 'cow: the module has no such ioctl' cow 4211
refused 2 '--clear: needs -i SEC' wss --clear 4211
refused 2 '0: not an interval' wss -i 0 4211
refused 2 'x: not an interval' wss -i x 4211
refused 2 '-C: not an option of cow' -C cow 4211
refused 1 '.*/4211/clear_refs: No such file' wss --clear -i 1 4211 "$p"
PGWALK_FAKE=gone refused 1 '4211: the process has exited or' wss 4211
refused 1 '4999: no such process' mm 4999
refused 2 '0: not a PID' mm 0
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
refused 1 'translate: not an address of user space' translate 4211 ffff800000000000
refused 1 '1000: no page is mapped there' rmap 4211 1000
for how in absent:77:'.*not loaded \(' denied:77:'.*not permitted \(run as root;' \
	abi:1:'.*another version of the ABI' gone:1:'4211: the process has exited or' senseless:1:'.*returned invalid data'; do
	IFS=: read -r wrong status pattern <<< "$how"
	verb=vmas
	[ "$wrong" = gone ] && verb=pages
	PGWALK_FAKE=$wrong refused "$status" "$pattern" "$verb" 4211
done
# A test above left the status without VmPTE
printf 'Name:\tdemo\nVmPTE:\t      20 kB\nTHP_enabled:\t1\n' > "$work/proc/4211/status"
export PGWALK_FAKE=delegated
golden delegated-info info
golden delegated-ps ps
golden delegated-mm mm 4211
golden delegated-vmas vmas -a -o range,resident,large,pss,node,frames 4211
golden delegated-pages pages 4211
golden delegated-tables tables 4211
golden delegated-translate translate 4211 1000123
golden delegated-explained translate -e 4211 1003000
golden delegated-refused huge 4211
refused 77 '4301: you may not read this process' mm 4301
for arguments in 'reach 4211' 'cow 4211' 'report 4211' 'file /bin/sh' 'rmap 4211 400000' 'frame 100' gdt 'segments 4211' \
	'verify 4211' 'snapshot 4211 /dev/null' 'diff -i 1 4211' 'pages -b anon 4211' 'translate 4211 fs:0'; do
	# shellcheck disable=SC2086	# words
	refused 77 '.* to users without CAP_SYS_ADMIN \(run as root\)$' $arguments
done
unset PGWALK_FAKE
PGWALK_FAKE=newer refused 1 'rmap: this kernel \([^ ]+\) is newer than 7\.3, .* \(load a newer pgwalk.ko\)$' rmap 100
PGWALK_FAKE=memory refused 1 'stdout: Cannot allocate memory$' verify 4211
PGWALK_FAKE=old refused 1 'mm: the module has no such ioctl' mm 4211

"$pgwalk" pages -p 4211 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a closed pipe ends pgwalk without a message"
"$pgwalk" mm 4211 > /dev/full 2> "$work/err"
[ $? -eq 1 ] && grep -q '^pgwalk: stdout: ' "$work/err"
report $? "a write error on stdout is reported with status 1"
COLUMNS=200 "$pgwalk" vmas -o name,range 4211 "$p" | grep -q /usr/bin/demo
report $? "-o sets the order of the columns"
"$pgwalk" --help | grep -q 'Exit status' && "$pgwalk" --version | grep -q '^pgwalk .*ABI'
report $? "--help and --version print and exit with 0"
every_option "$pgwalk" pgwalk "$completion"
report $? "every option of pgwalk is in the manual and in the completion"
verbs=$("$pgwalk" --help | sed -n '/^  [a-z]/s/^  \([a-z]*\) .*/\1/p' | sort)
same_words "$verbs" "$(offered "$completion" pgwalk '' | grep -v '^--')"
report $? "the completion offers each verb"
for verb in ps translate mm vmas pages huge reach cow wss tables report file rmap frame gdt segments info verify snapshot diff; do
	"$pgwalk" "$verb" --help | grep -q "^Usage: pgwalk $verb" && grep -q "\*\*pgwalk $verb\*\*" ../../../Documentation/pgwalk.8.rst
	report $? "$verb has --help, and a section in the manual"
	[ "$verb" = report ] && continue	# its -o is a file
	columns=$(for arguments in '' 4211 '4211 400000'; do
		# shellcheck disable=SC2086 # $arguments is a list of words
		"$pgwalk" "$verb" -o nosuch $arguments 2>&1
	done | sed -n 's/.*(there are: \(.*\))$/\1/p' | tr , '\n' | sort -u)
	if [ -n "$columns" ]; then
		same_words "$columns" "$(offered "$completion" pgwalk "$verb" -o '')"
		report $? "the completion of -o offers each column of $verb"
	fi
done
same_words "$({ listed pgwalk_entry.h PGWALK_KINDS 3 | grep -vx 'none\|table'; listed pgwalk_entry.h PGWALK_ENTRY_FLAGS 3
	listed pgwalk_frame.h PGWALK_FRAME_FLAGS 3; } | sort -u)" "$(offered "$completion" pgwalk pages -b '')"
report $? "the completion of --bits offers each kind and flag"
for bit in $(offered "$completion" pgwalk pages -b ''); do
	run pages -b "$bit" 4211 || head -n 1 "$work/err" >> "$work/why"
done
[ ! -s "$work/why" ]
report $? "pages -b accepts each of them"
# Every JSON key is documented
grep -h '^{' expected/pgwalk/* > "$work/objects"
../../lib/json_schema.py --manual ../../../Documentation/pgwalk-json.5.rst "$work/objects" > "$work/why"
report $? "every JSON key is in the manual"

end_tests

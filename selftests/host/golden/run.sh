#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Replays recorded streams and compares text and JSON with expected output, on the host without privileges. TAP.
#
#	run.sh			build, then test
#	run.sh --update		replace the expected output by the current output: read the diff
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../../lib/tap.sh
. ../../lib/completion.sh
. ../../lib/output_checks.sh
update=
[ "${1-}" = --update ] && { update=1; shift; }
build=$(realpath -m "${PGWALK_BUILD:-../../../build}")
out=$build/selftests/host/golden
# Locked: both test scripts build the same objects
mkdir -p "$build" && flock "$build/golden.lock" make -s O="$build" all >&2 || exit 1
pgtop=$out/bin/pgtop
streams=(expected/*.stream)
unset COLUMNS
export TZ=UTC

# Make JSON reviewable: a mapping a line; the thousands of equal rows of "fold" are left out
condense() { sed -e 's/},{"start"/},\n{"start"/g' | if [ "$1" = fold ]; then grep -v anon; else cat; fi; }

compare() {	# NAME SUFFIX TITLE; the output is in $work/NAME.SUFFIX
	condense "$1" < "$work/$1.$2" > "$work/got"
	[ -z "$update" ] || cp "$work/got" "expected/$1.$2"
	diff -u "expected/$1.$2" "$work/got" > "$work/diff"
	local status=$?
	sed 's/^/# /' "$work/diff" | head -40
	report "$status" "$3"
}

# Columns of memory
for name in memory memories; do
	"$out/encode" "$work/$name.bin" < "expected/$name.stream"
	"$pgtop" --columns=all -n 2 --replay "$work/$name.bin" > "$work/$name-all.txt" 2> "$work/err" && [ ! -s "$work/err" ]
	report $? "$name: --columns: the stream replays as text"
	compare "$name-all" txt "$name: --columns: the text equals the expected text"
	"$pgtop" --columns=all -j --replay "$work/$name.bin" > "$work/$name-all.json" && check_json "$work/$name-all.json"
	report $? "$name: --columns: JSON conforms to its schema"
	compare "$name-all" json "$name: --columns: the JSON equals the expected JSON"
	"$pgtop" --columns=pss,tables -j --replay "$work/$name.bin" > "$work/some.json"
	grep -q '"pss"' "$work/some.json" && grep -q '"tables"' "$work/some.json" && ! grep -q '"uss"\|"frames"\|"lazyfree"' "$work/some.json"
	report $? "$name: --columns: no key of another column"
	"$pgtop" -j --replay "$work/$name.bin" | grep -c '"pss"\|"uss"\|"frames"\|"tables"' | grep -qx 0
	report $? "$name: without --columns JSON has none of these keys"
done
for pair in pss:200 uss:200 tables:200 huge:200 faults:100; do
	"$pgtop" --columns=all -s "${pair%:*}" --replay "$work/memories.bin" | sed -n '4p' | grep -qw "${pair#*:}"
	report $? "-s ${pair%:*} sorts processes"
done
"$pgtop" -s pss --replay "$work/memories.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 2 ] && grep -qx 'pgtop: pss: not selected (--columns=pss)' "$work/err"
report $? "-s with a column of memory that is not selected is refused, with the option"

"$out/unit" > "$work/unit"
report_tap "$work/unit" 'all unit tests have run'

for stream in "${streams[@]}"; do
	name=${stream##*/}; name=${name%.stream}
	if ! "$out/encode" "$work/$name.bin" < "$stream"; then
		report 1 "$name: the text of the stream is encoded"
		continue
	fi
	"$pgtop" --replay "$work/$name.bin" > "$work/$name.txt" 2> "$work/err" && [ ! -s "$work/err" ]
	report $? "$name: the stream replays as text"
	check_text all "$work/$name.txt"
	report $? "$name: the text has no control characters and at most 79 columns"
	compare "$name" txt "$name: the text equals the expected text"
	"$pgtop" -j --replay "$work/$name.bin" > "$work/$name.json" 2> "$work/err" && [ ! -s "$work/err" ]
	report $? "$name: the stream replays as JSON"
	../../lib/pgtop_json.py invariants "$work/$name.json" 2> "$work/why"
	report $? "$name: the JSON fulfils the invariants"
	check_json "$work/$name.json"
	report $? "$name: JSON conforms to its schema"
	compare "$name" json "$name: the JSON equals the expected JSON"
done

../../lib/json_schema.py --manual ../../../Documentation/pgtop-json.5.rst "$work"/*.json > "$work/why"
report $? "every JSON key is in the manual"

# 5000 mappings: 4096 rows with the live one among them, the others folded into one row
../../lib/pgtop_json.py fold "$work/fold.json" 2> "$work/why"
report $? "fold: the oldest mappings are folded into one row, and no fault is lost"

# Truncated files: the complete intervals, a message, and status 1
size=$(stat -c %s "$work/classes.bin")
head -c $((size - 4)) "$work/classes.bin" > "$work/cut.bin"
"$pgtop" --replay "$work/cut.bin" > "$work/cut.txt" 2> "$work/err"
[ $? -eq 1 ] && cmp -s "$work/cut.txt" "$work/classes.txt" && grep -q 'cut short' "$work/err"
report $? "a stream without its end is replayed with a message and status 1"
gunzip < "$work/classes.bin" > "$work/plain.bin"
"$pgtop" --replay "$work/plain.bin" > "$work/plain.txt" 2> "$work/err" && cmp -s "$work/plain.txt" "$work/classes.txt"
report $? "an unpacked stream is replayed"
size=$(stat -c %s "$work/plain.bin")
head -c $((size - 8)) "$work/plain.bin" > "$work/cut.bin"
"$pgtop" --replay "$work/cut.bin" > "$work/cut.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/cut.txt")" -eq 1 ] && grep -q 'cut short' "$work/err"
report $? "a truncated stream is replayed up to its last complete interval, with a message and status 1"
{ cat "$work/plain.bin"; head -c 64 /dev/zero; } > "$work/bad.bin"
"$pgtop" --replay "$work/bad.bin" > "$work/bad.txt" 2> "$work/err"
[ $? -eq 1 ] && [ "$(grep -c '^# coverage' "$work/bad.txt")" -eq 2 ] && grep -q damaged "$work/err"
report $? "a damaged stream is replayed up to the damage, with a message and status 1"
printf '\177' | dd of="$work/plain.bin" bs=1 seek=16 conv=notrunc 2> /dev/null
"$pgtop" --replay "$work/plain.bin" > "$work/none.txt" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/none.txt" ] && grep -q 'another version' "$work/err"
report $? "a stream of another version is refused with one line"
"$pgtop" --replay ./run.sh > "$work/none.txt" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/none.txt" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a file that is not a stream is refused with one line"

# Several streams: two machines, one without a name, whose intervals are between those of the first
{
	echo 'host alpha'
	echo 'target 7 one full'
	for i in 1 3 5; do echo "fault a0 1000-2000 rw-p anon-new $i write=$i"; echo "interval ${i}000000000 1000000000 wall=${i}000000000"; done
	echo 'interval 9000000000 1000000000 wall=9000000000 last'
} > "$work/alpha.stream"
{
	echo 'target 8 two full'
	for i in 2 4; do echo "fault b0 1000-2000 rw-p cow-copy $i write=$i"; echo "interval ${i}000000000 1000000000 wall=${i}000000000"; done
	echo 'interval 8000000000 1000000000 wall=8000000000 last'
} > "$work/beta.stream"
for name in alpha beta; do "$out/encode" "$work/$name.bin" < "$work/$name.stream"; done
"$pgtop" -j --replay "$work/alpha.bin" "$work/beta.bin" > "$work/merged.json" 2> "$work/err" && [ ! -s "$work/err" ] &&
	[ "$(sed 's/.*"host":"\([^"]*\)".*"number":\([0-9]*\),.*"faults":\([0-9]*\),"minor".*/\1 \2 \3/' "$work/merged.json" | xargs)" = \
	'alpha 1 1 beta.bin 1 2 alpha 2 3 beta.bin 2 4 alpha 3 5 beta.bin 3 0 alpha 4 0' ]
report $? "several streams are shown by time, each interval with its machine"
check_json "$work/merged.json" && "$pgtop" --replay "$work/alpha.bin" "$work/beta.bin" > "$work/merged.txt" &&
	[ "$(grep '^# host' "$work/merged.txt" | uniq | wc -l)" -eq 7 ] && ! grep -q '# summary' "$work/merged.txt"
report $? "their JSON conforms to the schema, and each block of text has the machine"
awk '$1 == "#" && $2 == "host" { host = $3 }
	/^#HOST / { titles++ }
	/^[^#]/ { rows++; if ($1 != host) { print "in the block of " host ": " $0; wrong = 1 } }
	END { print titles " titles, " rows " rows"; exit wrong || titles != 5 || rows < 10 }' "$work/merged.txt" > "$work/why" &&
	! "$pgtop" --replay "$work/alpha.bin" | grep HOST > "$work/why"
report $? "each row of text has it in a column, which the replay of one stream lacks"
"$pgtop" -j -n 3 --replay "$work/alpha.bin" "$work/beta.bin" | wc -l | grep -qx 3
report $? "-n limits several streams together"
head -c $(($(stat -c %s "$work/beta.bin") - 4)) "$work/beta.bin" > "$work/cut.bin"
"$pgtop" -j --replay "$work/alpha.bin" "$work/cut.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && [ "$(wc -l < "$work/stdout")" -eq 7 ] && grep -q 'cut.bin: cut short' "$work/err"
report $? "one of several streams that is cut short is reported, with status 1, and the others are shown"
"$pgtop" -j --replay "$work/alpha.bin" ./run.sh > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/stdout" ] && grep -q 'run.sh: not a recorded stream' "$work/err"
report $? "a file that is no stream is refused among others"

sed '1i page-shift 14' "$work/beta.stream" | "$out/encode" "$work/other.bin"
"$pgtop" -j --replay "$work/alpha.bin" "$work/other.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/stdout" ] && grep -q 'other.bin: of a machine with another page size' "$work/err" &&
	"$pgtop" -j --replay "$work/other.bin" > /dev/null
report $? "a stream of a machine with other pages is refused among others, and replayed alone"

# Sums over intervals, also with evicted rows
for stream in "${streams[@]}"; do
	name=${stream##*/}; name=${name%.stream}
	"$pgtop" -n 1000000 --replay "$work/$name.bin" | sed -n 's/^# pgtop .* faults \([0-9]*\)  minor .*/\1/p' > "$work/counts"
	[ "$(wc -l < "$work/counts")" -ge 2 ] && [ "$(head -n -1 "$work/counts" | paste -sd+ | bc)" = "$(tail -n 1 "$work/counts")" ]
	report $? "$name: -n: the faults of the summary are those of all intervals"
done
# 50 more mappings in a later interval evict 50 rows of 3 faults: 905 + 50 rows are in "(other mappings)", in 4 s
{
	sed 's/ last$//' expected/fold.stream
	echo 'many 50 10000 fault a0 7e0000000000-7e0000001000 rw-p anon-new 2 lat=1000*2'
	echo 'interval 4000000000 1000000000 last'
} > "$work/evicts.stream"
"$out/encode" "$work/evicts.bin" < "$work/evicts.stream"
"$pgtop" -n 4 -r 9999 --replay "$work/evicts.bin" | sed -n '/^# summary/,$p' | grep -qE '^ +716 .*\(other ma'
report $? "the sums of rows that are evicted later are folded"
"$pgtop" -n 2 --replay "$work/classes.bin" > "$work/summary.txt"
"$pgtop" -n 2 --replay "$work/processes.bin" >> "$work/summary.txt"
check_text all "$work/summary.txt"
report $? "the summary has no control characters and at most 79 columns"
compare summary txt "-n: the text with the summary equals the expected text"
[ "$("$pgtop" -n 1 --replay "$work/classes.bin" | grep -c summary)" -eq 0 ] && [ "$("$pgtop" -j -n 2 --replay "$work/classes.bin" | wc -l)" -eq 2 ]
report $? "one interval and JSON have no summary"

TZ=IST-5:30 "$pgtop" -n 1 --replay "$work/classes.bin" | grep -qx '# time 2026-01-01T05:30:01+05:30'
report $? "the time of day is that of the time zone, with its offset"
[ "$(TZ=NST3:30 "$pgtop" -j -n 1 --replay "$work/classes.bin" | grep -o '"time":"[^"]*"')" = '"time":"2025-12-31T20:30:01.000-03:30"' ]
report $? "JSON has the time of day, west of UTC"

COLUMNS=200 "$pgtop" --replay "$work/names.bin" | grep -q a-name-that-is-much-longer-than-the-column-it-has
report $? "a wider terminal shows more of a name"
"$pgtop" --replay "$work/fold.bin" 2> "$work/err" | head -n 1 > /dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && [ ! -s "$work/err" ]
report $? "a closed pipe ends pgtop without a message"
"$pgtop" -o "$work/file" --replay "$work/classes.bin" > "$work/stdout" && cmp -s "$work/file" "$work/classes.txt" && [ ! -s "$work/stdout" ]
report $? "-o writes the text to a file, and nothing to stdout"
"$pgtop" --replay "$work/classes.bin" > /dev/full 2> "$work/err"
[ $? -eq 1 ] && grep -q '^pgtop: stdout: ' "$work/err"
report $? "a write error on stdout is reported with status 1"

# A limit of 3 MB for each piece of memory; the object has 3.6 MB
{
	printf 'target 15 regions voluntary module\nvmas 0 0\n'
	for ((i = 1; i <= 20000; i++)); do
		printf 'vma %x-%x rw-p heap res=4096 name=/usr/lib/a-long-name-that-fills-the-line-%d\n' $((i << 16)) $(((i << 16) + 4096)) "$i"
	done
	printf 'end ffffffffffffffff\ninterval 1000000000 1000000000 last\n'
} > "$work/regions.stream"
"$out/encode" "$work/regions.bin" < "$work/regions.stream"
"$pgtop" -j --regions --replay "$work/regions.bin" > "$work/regions.json" && [ "$(stat -c %s "$work/regions.json")" -gt 3400000 ]
report $? "JSON of 20000 regions is written"
ASAN_OPTIONS=allocator_may_return_null=1:max_allocation_size_mb=3 \
	"$pgtop" -j --regions --replay "$work/regions.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && [ ! -s "$work/stdout" ] && grep -qx 'pgtop: stdout: Cannot allocate memory' "$work/err"
report $? "JSON that does not fit into memory is reported with status 1, and no part of it is written"

"$pgtop" -r 1 -s max --replay "$work/classes.bin" > "$work/one.txt"
[ "$(grep -c '^#.* more$' "$work/one.txt")" -eq 1 ] && grep -q '^# 3 more' "$work/one.txt" && sed -n 4p "$work/one.txt" | grep -q 'libc.so.6$'
report $? "-s sorts by any column, -r limits the rows and counts the omitted ones"
"$pgtop" -s nosuch --replay "$work/classes.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 2 ] && [ ! -s "$work/stdout" ] && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "-s with an unknown column is refused with status 2"
"$pgtop" -n 1 --replay "$work/classes.bin" | grep -c '^# coverage' | grep -qx 1
report $? "-n limits a replay"
# The first interval of the stream has a length of 1 s. No load makes a wait shorter
began=${EPOCHREALTIME/[.,]/}
"$pgtop" --speed 0.5 -n 1 --replay "$work/classes.bin" > "$work/stdout" && [ $((${EPOCHREALTIME/[.,]/} - began)) -ge 2000000 ]
report $? "--speed 0.5 waits for at least twice the length of an interval"
"$pgtop" --folded "$work/folded" --replay "$work/stacks.bin" > /dev/null && grep -qx 'server;.*alloc_page;\[anon-new\] 20' "$work/folded" &&
	[ "$(awk '{ n += $NF } END { print n }' "$work/folded")" -eq 38 ]
report $? "--folded writes all call stacks at the end"
"$pgtop" --folded "$work/folded" --folded-by latency --folded-class cow-copy --replay "$work/stacks.bin" > /dev/null &&
	[ "$(awk '{ print $NF }' "$work/folded")" = 12 ]
report $? "--folded-by and --folded-class fold one class by latency"
"$pgtop" --folded "$work/folded" --folded-mapping --replay "$work/stacks.bin" > /dev/null &&
	grep -qx 'server;.*alloc_page;\[anon-new\];anon 15' "$work/folded" && grep -qx 'server;.*alloc_page;\[anon-new\];\[heap\] 5' "$work/folded" &&
	[ "$(awk '{ n += $NF } END { print n }' "$work/folded")" -eq 38 ]
report $? "--folded-mapping splits call stacks by mapping"

# A profile of 100 KB, more than a pipe or a buffer holds
{
	printf 'target 22 server none module stacks\n'
	printf 'fault a0 10000-20000 rw-p anon-new 2000 write=2000 lat=1000*2000\n'
	for ((i = 1; i <= 1000; i++)); do
		printf 'symbol %x 16 the_function_with_a_long_name_to_fill_a_line_of_the_profile_%d /usr/bin/server\n' $((0x400000 + i * 64)) "$i"
		printf 'frames %d %x\nstack %d anon-new 2 2000\n' "$i" $((0x400000 + i * 64)) "$i"
	done
	printf 'interval 1000000000 1000000000 last\n'
} > "$work/profile.stream"
"$out/encode" "$work/profile.bin" < "$work/profile.stream"
"$pgtop" --folded "$work/profile" --replay "$work/profile.bin" > "$work/stdout" && [ "$(stat -c %s "$work/profile")" -gt 80000 ]
report $? "--folded writes a profile of 1000 lines"
"$pgtop" --folded /dev/full --replay "$work/profile.bin" > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && grep -qx 'pgtop: /dev/full: No space left on device' "$work/err"
report $? "--folded reports the reason of a write error, with status 1"
# The reader opens the pipe together with pgtop, and closes it at the first byte
mkfifo "$work/pipe"
head -c 1 "$work/pipe" > "$work/stdout" &
"$pgtop" --folded "$work/pipe" --replay "$work/profile.bin" > "$work/stdout" 2> "$work/err" && [ ! -s "$work/err" ]
report $? "--folded to a closed pipe ends without a message"
wait $!

# The signal is pending before the first record. Opening the pipe waits until pgtop, which blocks the signal first, has opened it
mkfifo "$work/slow"
"$pgtop" --replay "$work/slow" > "$work/stdout" 2> "$work/err" &
exec {slow}> "$work/slow"
kill -USR1 $!
cat "$work/classes.bin" >&$slow
exec {slow}>&-
wait $! && [ ! -s "$work/err" ] && cmp -s "$work/stdout" "$work/classes.txt"
report $? "SIGUSR1 is ignored in a replay"

# An earlier result stays until there is a new one
for bad in 4194305 '--replay=/nonexistent'; do
	for option in --output --folded --record; do
		[ "$option $bad" = '--record --replay=/nonexistent' ] && continue
		cp "$work/profile" "$work/file"
		"$pgtop" -b $option "$work/file" "$bad" > "$work/stdout" 2> "$work/err"
		[ $? -eq 1 ] && cmp -s "$work/file" "$work/profile"
		report $? "an error before the first interval leaves an existing file as it is: $option $bad"
	done
done
cp "$work/profile" "$work/file"
"$pgtop" --output "$work/file" --replay "$work/classes.bin" > "$work/stdout" && cmp -s "$work/file" "$work/classes.txt"
report $? "-o replaces all of an existing file"
cp "$work/profile" "$work/file"
"$out/encode" "$work/file" < expected/classes.stream && cmp -s "$work/file" "$work/classes.bin"
report $? "a recording replaces all of an existing file"

for bad in '0' '--columns=pss,nosuch 1' '--columns= 1' '1 2' '-p 1 2' '-n 0 1' '-n -1 1' '-i 0 1' '-i nan 1' '-d 0 1' '-r 0 1' '1 --replay=x' '1 -- true' '-c x 1' '--nosuch' \
	'-b -j 1' '-t' '-t -c x' '--speed=1 1' '--speed=-1 --replay=x' '--regions 1' '--folded-by=latency 1' '--folded-mapping 1' '--folded=x --folded-by=y 1' \
	'--folded=x --folded-class=y 1' '--replay=x --speed=1 y' '--replay=x --openmetrics=z y' '-U --replay=x' '--replay=x --record=y' '--'; do
	# shellcheck disable=SC2086 # $bad is a list of words
	"$pgtop" $bad > "$work/stdout" 2> "$work/err"
	[ $? -eq 2 ] && [ ! -s "$work/stdout" ] && grep -q '^pgtop: \|^.*pgtop: ' "$work/err"
	report $? "invalid usage is reported with status 2: pgtop $bad"
done
"$pgtop" -- nosuch-command > "$work/stdout" 2> "$work/err"
[ $? -eq 127 ] && [ "$(wc -l < "$work/err")" -eq 1 ] && [ ! -s "$work/stdout" ]
report $? "a command that does not exist is reported in one line with status 127"
"$pgtop" -- /etc/passwd > "$work/stdout" 2> "$work/err"
[ $? -eq 126 ] && [ "$(wc -l < "$work/err")" -eq 1 ] && [ ! -s "$work/stdout" ]
report $? "a command that is not executable is reported in one line with status 126"
"$pgtop" 4194305 > "$work/stdout" 2> "$work/err"	# above any pid_max
[ $? -eq 1 ] && grep -qE '^pgtop: 4194305: no such process \(.*\)$' "$work/err" && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a PID without a process is reported in one line with status 1"
"$pgtop" nosuch-process > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && grep -qE '^pgtop: nosuch-process: no process of that name \(.*\)$' "$work/err" && [ "$(wc -l < "$work/err")" -eq 1 ]
report $? "a name without a process is reported in one line with status 1"
cp /bin/sleep "$work/twins"
"$work/twins" 1000 & one=$!
"$work/twins" 1001 & two=$!
for ((i = 0; i < 100; i++)); do [ "$(pgrep -cx twins)" -ge 2 ] && break; sleep 0.1; done
"$pgtop" twins > "$work/stdout" 2> "$work/err"
[ $? -eq 1 ] && grep -qx 'pgtop: twins: 2 processes have that name (choose by PID):' "$work/err" &&
	grep -qE "^ +$one  .*/twins 1000\$" "$work/err" && grep -qE "^ +$two  .*/twins 1001\$" "$work/err" && [ "$(wc -l < "$work/err")" -eq 3 ]
report $? "a name of two processes is an error that lists their command lines"
for answer in '' 1 "${one}x"; do
	echo "$answer" | script -qec "$pgtop twins" /dev/null > "$work/stdout" 2>&1
	[ $? -eq 1 ] && grep -qE "^ +$two  .*/twins 1001" "$work/stdout" && grep -q '^PID: ' "$work/stdout" && grep -q 'no process chosen' "$work/stdout"
	report $? "at a terminal a name of two processes is offered; '${answer//[0-9]/N}' chooses none"
done
# the choice is taken: the next step fails
echo "$two" | script -qec "$pgtop --folded=$work/none/f twins" /dev/null > "$work/stdout" 2>&1
grep -q '^PID: ' "$work/stdout" && grep -q 'pgtop: .*/none/f: No such file' "$work/stdout"
report $? "the PID of one of them is taken"
kill "$one" "$two"
wait "$one" "$two" 2> /dev/null
"$pgtop" --help | grep -q 'Exit status' && "$pgtop" --version | grep -q '^pgtop .*ABI' && "$pgtop" --usage | grep -q COMMAND
report $? "--help, --version and --usage print and exit with 0"
every_option "$pgtop" pgtop "$out/completion/pgtop"
report $? "every option of pgtop is in the manual and in the completion"


same_words "$(listed pgwalk_fault.h PGWALK_FAULT_CLASSES 3 | grep -vx unattributed)" \
	"$(offered "$out/completion/pgtop" pgtop --folded-class '')"
report $? "the completion of --folded-class offers each fault class"
keys=$(offered "$out/completion/pgtop" pgtop -s '')
for key in $keys; do
	"$pgtop" --columns=all -s "$key" -n 1 --replay "$work/classes.bin" > "$work/stdout" 2>> "$work/why"
done
[ "$(wc -l <<< "$keys")" -gt 30 ] && [ ! -s "$work/why" ]
report $? "the completion of --sort offers columns, and pgtop sorts by each"
same_words 'pss,tables' "$(offered "$out/completion/pgtop" pgtop --columns pss,ta)" && offered "$out/completion/pgtop" pgtop --columns '' | grep -qx all
report $? "the completion of --columns offers columns of memory, one after another"
same_words "--folded-by= --folded-class= --folded-mapping --folded=" "$(offered "$out/completion/pgtop" pgtop --fol | xargs)"
report $? "the completion of options offers those that begin with the word"

end_tests

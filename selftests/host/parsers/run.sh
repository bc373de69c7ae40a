#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Fuzzes the tools' parsers on the host with clang's libFuzzer, ASan and UBSan. TAP.
#
#	run.sh				run all former findings, then a fixed number of runs from a fixed seed
#	run.sh --seconds SECONDS	run each target so long with a random seed; findings are kept in build/
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../../lib/tap.sh
build=$(realpath -m "${PGWALK_BUILD:-../../../build}")
optimize=-O0
seconds=
[ "${1-}" != --seconds ] || seconds=$2 optimize=-O1
out=$build/selftests/host/parsers$optimize
# Seconds per run differ: fuzz_stream shows each stream in all ways
declare -A runs=([stream]=1500 [pages]=1500 [proc]=5000 [command]=3000)
# longjmp() out of argp in the target of command lines leaks the memory that was allocated before
declare -A leaks=([stream]=1 [pages]=1 [proc]=1 [command]=0)

mkdir -p "$build" && flock "$build/golden.lock" make -s -C ../golden O="$build" "$build/selftests/host/golden/encode" >&2 || exit 1
make -s O="$build" OPTIMIZE="$optimize" all >&2 || exit 1

for stream in ../golden/expected/*.stream; do
	"$build/selftests/host/golden/encode" "$work/${stream##*/}.bin" < "$stream" || exit 1
done
./corpora.py "$work/good" "$work"/*.bin || exit 1

figures() {	# TARGET: print the last line of statistics in its log
	local last
	last=$(grep -aE '^#[0-9]+.*(DONE|INITED|REDUCE|NEW|pulse)' "$work/log" | tail -n 1 | tr -s '\t ' ' ')
	echo "# $1: $last"
}

fuzz() {	# LIBFUZZER-ARGUMENT...
	ASAN_OPTIONS=detect_leaks=${leaks[$target]} "$out/fuzz_$target" -timeout=20 -rss_limit_mb=2048 \
		-artifact_prefix="$out/found-$target-" "$@" > "$work/log" 2>&1
}

for target in stream pages proc command; do
	found=(found/"$target"-*)
	if [ -e "${found[0]}" ]; then
		fuzz "${found[@]}"
		report $? "$target: former findings cause no error"
	fi
	corpus=$work/corpus-$target limits=(-runs="${runs[$target]}" -seed=1)
	[ -z "$seconds" ] || corpus=$out/corpus-$target limits=(-max_total_time="$seconds")
	mkdir -p "$corpus"
	fuzz "${limits[@]}" -max_len=16384 -print_final_stats=1 "$corpus" "$work/good/$target"
	status=$?
	figures "$target"
		# report() shows the file err
	[ "$status" -eq 0 ] || tail -n 40 "$work/log" > "$work/err"
		report "$status" "$target: no input causes a sanitizer report"
done
end_tests

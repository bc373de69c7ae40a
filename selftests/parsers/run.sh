#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Fuzzes the tools' parsers on the host with clang's libFuzzer, ASan and UBSan. TAP.
#
#	run.sh				what once found something, then as many runs as fit into seconds, the same each time
#	run.sh --seconds SECONDS	each target as long as that, with chances of its own; finds are kept in build/
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
. ../tap.sh
build=$(realpath -m "${PGWALK_BUILD:-../../build}")
optimize=-O0
seconds=
[ "${1-}" != --seconds ] || seconds=$2 optimize=-O1
out=$build/selftests/parsers$optimize
# What a run costs differs: a stream is shown in all ways
declare -A runs=([stream]=1500 [proc]=5000 [command]=3000)
# Where a tool would end with a message, the target goes back to its beginning: what was held then is lost
declare -A leaks=([stream]=1 [proc]=1 [command]=0)

mkdir -p "$build" && flock "$build/golden.lock" make -s -C ../golden O="$build" "$build/selftests/golden/encode" >&2 || exit 1
make -s O="$build" OPTIMIZE="$optimize" all >&2 || exit 1

for stream in ../golden/*.stream; do
	"$build/selftests/golden/encode" "$work/${stream##*/}.bin" < "$stream" || exit 1
done
./corpora.py "$work/good" "$work"/*.bin || exit 1

figures() {	# TARGET: of its log, for people
	local last
	last=$(grep -aE '^#[0-9]+.*(DONE|INITED|REDUCE|NEW|pulse)' "$work/log" | tail -n 1 | tr -s '\t ' ' ')
	echo "# $1: $last"
}

fuzz() {	# ARGUMENT...: of libFuzzer
	ASAN_OPTIONS=detect_leaks=${leaks[$target]} "$out/fuzz_$target" -timeout=20 -rss_limit_mb=2048 \
		-artifact_prefix="$out/found-$target-" "$@" > "$work/log" 2>&1
}

for target in stream proc command; do
	found=(found/"$target"-*)
	if [ -e "${found[0]}" ]; then
		fuzz "${found[@]}"
		report $? "$target: what once found something does no harm"
	fi
	corpus=$work/corpus-$target limits=(-runs="${runs[$target]}" -seed=1)
	[ -z "$seconds" ] || corpus=$out/corpus-$target limits=(-max_total_time="$seconds")
	mkdir -p "$corpus"
	fuzz "${limits[@]}" -max_len=16384 -print_final_stats=1 "$corpus" "$work/good/$target"
	status=$?
	figures "$target"
	# What is told goes to where the log is shown from
	[ "$status" -eq 0 ] || tail -n 40 "$work/log" > "$work/err"
	report "$status" "$target: whatever is read, no sanitizer complains"
done
end_tests

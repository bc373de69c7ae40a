#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Measures on each kernel given, in guests with --icount, and prints the tables. The rows are kept in build/bench/KERNEL.json,
# after a line with the commit, the command and the kernel, which report.py writes into the documents.
# The benchmarks must have been built (make bench builds them).
#
#	run.sh KERNEL...
#
# BENCH_ARGS and VICTIM_ARGS are options of the programs (see bench.c and victim_latency.c); BENCH_SECONDS is the time limit of
# a guest (1800).
set -euo pipefail
cd "$(dirname "$0")/../.."
. selftests/vm/env.sh

out=$PGWALK_BUILD/bench
read -ra bench <<< "${BENCH_ARGS:-}"
read -ra victim_latency <<< "${VICTIM_ARGS:-}"
bench+=(-t "$out/page-types")
# Programs for comparison with the probes, from this machine or from the mirror; without them those rows have no ratio
bpftrace=$(command -v bpftrace || selftests/vm/fetch.sh tracers || :)
[ -z "$bpftrace" ] || bench+=(-b "$bpftrace")
perf=$(command -v perf || :)
[ -z "$perf" ] || bench+=(-p "$perf")
bench+=(-g "$PGWALK_BUILD/bin/pgtop" -w "$PGWALK_BUILD/bin/pgwalk")

# measure KERNEL PROGRAM RUN.SH-OPTION... -- ARGUMENT...
measure()
{
	local kernel=$1 program=$2 options=()
	shift 2
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	selftests/vm/run.sh -k "$kernel" -t "${BENCH_SECONDS:-1800}" -m 3072 "${options[@]}" -- "$out/$program" "${@:2}"
}

# describe KERNEL: the first line of a file of rows
describe()
{
	local commit command
	commit=$(git describe --always --dirty --abbrev=12 2> /dev/null || echo "of version $(cat module/VERSION)")
	command="${BENCH_ARGS:+BENCH_ARGS='$BENCH_ARGS' }${VICTIM_ARGS:+VICTIM_ARGS='$VICTIM_ARGS' }make bench KERNEL=$1"
	printf '{"commit":"%s","release":"%s","command":"%s"}\n' "$commit" \
		"$(cat "$(selftests/vm/fetch.sh kernel "$1")/release")" "$command"
}

files=()
for kernel; do
	{
		describe "$kernel"
		measure "$kernel" bench --icount --disk 64 -- "${bench[@]}"
		# 1 and 8 GiB of memory. A guest has the memory that was touched in it
		if [ "$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)" -gt 12288 ]; then
			measure "$kernel" bench --icount -m 11264 -- -G -s 1024
		else
			echo "bench: not enough memory for a guest of 11 GiB: no rows growth-" >&2
		fi
		measure "$kernel" victim_latency --icount -- "${victim_latency[@]}"
		# A CPU for each task, so that tasks contend for locks: guest time is real time, and figures vary
		measure "$kernel" victim_latency -c 2 --smp-mode multi -- -p victim2 -r 5 "${victim_latency[@]}"
	} > "$out/$kernel.json"
	files+=("$out/$kernel.json")
done
selftests/bench/report.py "${files[@]}"

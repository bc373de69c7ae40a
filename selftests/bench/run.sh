#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Measures on each kernel named, in guests that count instructions, and prints the tables; the rows are kept in
# build/bench/KERNEL.json. What to measure with must be built (make bench does it).
#
#	run.sh KERNEL...
#
# BENCH_ARGS and FELT_ARGS go to the programs (bench.c and felt.c say what they take); BENCH_SECONDS is the limit of
# a guest (1800).
set -euo pipefail
cd "$(dirname "$0")/../.."
. selftests/vm/env.sh

out=$PGWALK_BUILD/bench
read -ra bench <<< "${BENCH_ARGS:-}"
read -ra felt <<< "${FELT_ARGS:-}"
bench+=(-t "$out/page-types")
# What the probes are measured by: of this machine, or from the mirror; without, their rows have no ratio
bpftrace=$(command -v bpftrace || selftests/vm/fetch.sh tracers || :)
[ -z "$bpftrace" ] || bench+=(-b "$bpftrace")
perf=$(command -v perf || :)
[ -z "$perf" ] || bench+=(-p "$perf")
bench+=(-g "$PGWALK_BUILD/bin/pgtop")

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

files=()
for kernel; do
	{
		measure "$kernel" bench --icount -- "${bench[@]}"
		measure "$kernel" felt --icount -- "${felt[@]}"
		# A processor each, so that locks are fought for: guest time is then mere time, and figures vary
		measure "$kernel" felt -c 2 --smp-mode multi -- -p felt2 -r 5 "${felt[@]}"
	} > "$out/$kernel.json"
	files+=("$out/$kernel.json")
done
selftests/bench/report.py "${files[@]}"

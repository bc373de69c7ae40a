# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Simulates a day in a minute: a target creates mappings and threads by the thousand while pgtop samples it ten times a
second. Memory of pgtop and of its BPF maps stays constant after the warm-up, the number of rows is bounded, no event is
lost, and the total equals the kernel's.

	PGWALK_DAY=N	N times the usual length of 8000 mappings and 800 threads
"""
import os
import re
import signal
import time
from pathlib import Path

from pgtop_harness import Puppet, Watch, bpf_bytes, claim, check_stream, diag

# As documented in Documentation/pgtop.8; one more row is "(other mappings)"
ROWS = 4096
# More mappings than rows, kept mapped while others are created and unmapped
HELD = 5000
ROUNDS = 4 * int(os.environ.get("PGWALK_DAY", "1"))
MAPS, THREADS = 2000, 200
# Tolerance: memory that malloc may still request, and threads that run at the time of a sample
GROWTH_KB = 1024


def memory(pid):
    """Return VmRSS in KiB."""
    return int(re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def maps_at_rest(expected):
    """Return the bytes of the BPF maps as soon as they are at most @expected: rows are freed when they are drained."""
    for _ in range(200):
        if bpf_bytes() <= expected:
            break
        time.sleep(0.1)
    return bpf_bytes()


def test():
    target = Puppet()
    watch = Watch(target.pid, interval=0.1)
    maps_before = bpf_bytes()
    # All in one interval: more mappings than rows
    watch.process.send_signal(signal.SIGSTOP)
    target.do(f"hold {HELD}")
    watch.process.send_signal(signal.SIGCONT)
    seen = []
    for _ in range(ROUNDS):
        target.do(f"maps {MAPS}")
        target.do(f"threads {THREADS}")
        seen.append((memory(watch.process.pid), bpf_bytes()))
    maps_after = maps_at_rest(maps_before)
    stream, kernel = watch.end_stopped()
    check_stream("a long run", stream, kernel)
    diag(f"VmRSS in KiB and BPF bytes after each round: {seen}; BPF bytes at start {maps_before}")
    half = len(seen) // 2
    # The number of rows per interval differs from round to round; a leak would grow in each
    first, second = max(seen[:half])[0], min(seen[half:])[0]
    claim(second <= first + first // 20 + GROWTH_KB, f"VmRSS does not grow: at most {first} KiB in the first half, {second} KiB in the second")
    claim(maps_after <= maps_before, f"BPF maps do not grow: {maps_before} bytes at start, {maps_after} when the target has come to rest")
    rows = [len(interval["mappings"]) for interval in stream.intervals]
    claim(ROWS // 2 < max(rows) <= ROWS + 1, f"an interval has at most {max(rows)} rows")
    others = sum(stream.counts(lambda mapping: mapping["name"] == "(other mappings)").values())
    claim(others >= HELD - ROWS, f"{others} faults are in (other mappings)")
    total = ROUNDS * (2 * MAPS + 2 * THREADS) + HELD
    claim(stream.total("faults") >= total, f"pgtop counts {stream.total('faults')} faults in {len(rows)} intervals, at least the {total} made on purpose")
    target.forget()

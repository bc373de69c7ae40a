# SPDX-License-Identifier: GPL-2.0
"""A day compressed: mappings and threads come and go by the hundred thousand while pgtop looks ten times a second. Its
memory and that of its BPF maps stay as they are after the warm-up, the rows are bounded, nothing is lost, and the total is
the kernel's.

	PGWALK_DAY=N	N times as long as usual: 8000 mappings and 800 threads
"""
import os
import re
import signal
from pathlib import Path

from trial import Lively, Watch, bpf_bytes, claim, judge, remark

# As Documentation/pgtop.8 has it, and "(other mappings)"
ROWS = 4096
# More mappings than rows, held while others come and go
HELD = 5000
ROUNDS = 4 * int(os.environ.get("PGWALK_DAY", "1"))
MAPS, THREADS = 2000, 200
# What malloc may still find to ask for, and threads that live as we look
GROWTH_KB = 1024


def memory(pid):
    """VmRSS in KiB."""
    return int(re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.M)[1])


def trial():
    target = Lively()
    watch = Watch(target.pid, interval=0.1)
    maps_before = bpf_bytes()
    # All in one interval: more rows than there are
    watch.process.send_signal(signal.SIGSTOP)
    target.do(f"hold {HELD}")
    watch.process.send_signal(signal.SIGCONT)
    seen = []
    for _ in range(ROUNDS):
        target.do(f"maps {MAPS}")
        target.do(f"threads {THREADS}")
        seen.append((memory(watch.process.pid), bpf_bytes()))
    stream, kernel = watch.end_stopped()
    judge("a day", stream, kernel)
    remark(f"VmRSS in KiB and BPF bytes, round by round: {seen}; BPF bytes at first {maps_before}")
    half = len(seen) // 2
    # How many rows an interval has differs from round to round; what is lost would be missing in each
    first, second = max(seen[:half])[0], min(seen[half:])[0]
    claim(second <= first + first // 20 + GROWTH_KB, f"VmRSS is flat: at most {first} KiB in one half, {second} KiB at times in the other")
    claim(seen[-1][1] <= maps_before + GROWTH_KB * 1024, f"BPF maps are: {maps_before} bytes, {seen[-1][1]} at the end")
    rows = [len(interval["mappings"]) for interval in stream.intervals]
    claim(ROWS // 2 < max(rows) <= ROWS + 1, f"at most {max(rows)} rows in an interval")
    others = sum(stream.counts(lambda mapping: mapping["name"] == "(other mappings)").values())
    claim(others >= HELD - ROWS, f"{others} faults are of (other mappings)")
    total = ROUNDS * (2 * MAPS + 2 * THREADS) + HELD
    claim(stream.total("faults") >= total, f"{stream.total('faults')} faults, {total} made on purpose, in {len(rows)} intervals")
    target.forget()

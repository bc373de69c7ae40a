# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks that faults stay in their mapping when it is split, merged, moved, extended, unmapped, mapped over or inherited,
and that retried faults and faults made for another process are reported once and marked. Once in one long interval, in
which each mapping is one row, and once in many short intervals.
"""
import tempfile
import time
from pathlib import Path

from pgtop_harness import PAGE, Puppet, Watch, claim, check_stream, named

VERBS = ["split", "move", "grow", "again", "fork", "poke"]


def make(target, work):
    """Run all verbs; each file has the name of the verb that is applied to it."""
    for name in [*VERBS, "under", "over"]:
        (work / name).write_bytes(bytes(69 * PAGE))
    for verb in VERBS:
        target.do(f"{verb} {work / verb}")
    target.do(f"cover {work / 'under'} {work / 'over'}")
    target.do("userfault")


def check_mappings(what, interval, seconds):
    target = Puppet()
    with tempfile.TemporaryDirectory() as work:
        watch = Watch(target.pid, interval=interval)
        if seconds:     # until the middle of the second interval
            time.sleep(0.1)
        make(target, Path(work))
        stream, kernel = watch.end_stopped()
    check_stream(what, stream, kernel)
    for name in [*VERBS, "under", "over"]:
        counts = stream.counts(named(name))
        claim(sum(counts.values()) == target.made[name], f"{what}: {name}: {target.made[name]} faults made, pgtop counts {counts}")
    target.forget()
    return stream


def test():
    stream = check_mappings("one interval", 3, 1)
    for name in [*VERBS, "under", "over"]:
        rows = max(sum(map(named(name), interval["mappings"])) for interval in stream.intervals)
        claim(rows == 1, f"{name}: an interval has one row: {rows}")
    counts = stream.counts(named("fork"))
    claim(counts.get("file-cow") == 23 and counts.get("cow-reuse", 0) + counts.get("cow-copy", 0) == 23,
          f"fork: the child's faults are not counted for the parent: {counts}")
    claim(sum(stream.counts(named("poke"), "gup").values()) == 23, "faults made in a child's memory are marked gup")
    claim(sum(stream.counts(lambda mapping: not named("poke")(mapping), "gup").values()) == 0, "no other faults are marked gup")
    count, retries = (stream.counts(key=key).get("userfault", 0) for key in ("count", "retries"))
    claim(count == 23 and retries >= 23, f"userfaultfd: 23 faults, each retried: {count}, {retries} retries")
    check_mappings("short intervals", 0.05, 0)
